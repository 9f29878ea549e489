"""Credentials before they sign a request: checked, and remembered as secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bootstrap.errors import Refused, secret_values
from bootstrap.errors.message import msg

# What AWS's credentials are made of. http.client's own error about a line break quotes the whole header.
_SIGNS = re.compile(r"[\x21-\x7e]+")
_FIELDS = {"access_key": "aws_access_key_id", "secret_key": "aws_secret_access_key", "token": "aws_session_token"}


def check(credentials: Any) -> None:
    """Check what botocore is to sign with, and remember the values, so that no text shows them. None is left out.

    Raises Refused (EB-379) for a value with a line break, a space or a character that is not ASCII.
    """
    if credentials is None:
        return
    frozen = credentials.get_frozen_credentials()
    for field, name in _FIELDS.items():
        value = getattr(frozen, field)
        if value and not _SIGNS.fullmatch(value):
            shown = name.upper() if credentials.method == "env" else name
            raise Refused("EB-379", _wrong(shown, value))
    secret_values.hold(frozen.access_key, frozen.secret_key, frozen.token)


def remember(answer: Any) -> None:
    """Remember as secret what an answer of AWS gives access with: credentials, or a sign-in token."""
    if isinstance(answer, Mapping):
        given: Any = answer.get("Credentials")
        found = given if isinstance(given, Mapping) else {}
        secret_values.hold(found.get("SecretAccessKey"), found.get("SessionToken"), answer.get("SigninToken"))


def _wrong(name: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        return msg("{name} has a line break in it", name=name)
    if any(each.isspace() for each in value):
        return msg("{name} has a space in it", name=name)
    return msg("{name} has a character that is not ASCII", name=name)
