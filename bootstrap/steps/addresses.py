"""AWS's answers about a mail address, without the address."""

from __future__ import annotations

import re

from botocore.exceptions import ClientError

from bootstrap.errors import clean, code_of


def raw_without(error: ClientError, address: str) -> str:
    """Return `Code: message` without the address, also if the address has characters that no pattern expects."""
    message = str(error.response["Error"].get("Message", ""))
    return f"{code_of(error)}: {clean(re.sub(re.escape(address), '<address>', message, flags=re.IGNORECASE))}"
