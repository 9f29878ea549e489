"""AWS's own words, without what tells whose account they are about."""

from __future__ import annotations

import re

from bootstrap.errors import clean

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_REQUEST = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_ADDRESS = re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b")
_LONGEST = 400


def redacted(text: str) -> str:
    """Return the text without secrets, mail and network addresses, account ids and request ids."""
    kept = _REQUEST.sub("-", _ADDRESS.sub("-", clean(text)))
    return _ACCOUNT.sub("000000000000", kept)[:_LONGEST]
