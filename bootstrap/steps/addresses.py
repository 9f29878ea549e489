"""AWS's answer about a mail address -> the same without it."""

from __future__ import annotations

import re

from botocore.exceptions import ClientError

from bootstrap.errors import clean, code_of


def raw_without(error: ClientError, address: str) -> str:
    """`Code: message`, even where the address has characters that no pattern for addresses expects."""
    message = str(error.response["Error"].get("Message", ""))
    return f"{code_of(error)}: {clean(re.sub(re.escape(address), '<address>', message, flags=re.IGNORECASE))}"
