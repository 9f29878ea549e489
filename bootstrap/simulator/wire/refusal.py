"""The one exception that becomes an answer, and its commonest use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """AWS says no; becomes an error answer in the protocol of the service."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def held(things: Mapping[str, T], name: str, otherwise: Refusal) -> T:
    """What is held under that name. Raises `otherwise` when nothing is."""
    if name not in things:
        raise otherwise
    return things[name]
