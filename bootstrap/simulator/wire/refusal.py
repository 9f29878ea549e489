"""The exception for errors that AWS answers, and a lookup that raises it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """An AWS error, sent as an error answer in the service's protocol. `elements`: what S3 says beside the message."""

    def __init__(self, code: str, message: str, status: int = 400, **elements: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.elements = elements


def held(things: Mapping[str, T], name: str, otherwise: Refusal) -> T:
    """Return the entry of that name. Raises `otherwise` if there is none."""
    if name not in things:
        raise otherwise
    return things[name]
