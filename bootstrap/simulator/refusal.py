"""The one exception that becomes an answer."""

from __future__ import annotations


class Refusal(Exception):
    """AWS says no; becomes an error answer in the protocol of the service."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
