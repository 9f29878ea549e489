"""The error of a text that cannot be read."""

from __future__ import annotations


class Unreadable(Exception):
    """A text, or its rest from `line` on (counted from 1), cannot be read. `what`, `cause` and `fix` are for people."""

    def __init__(self, what: str, fix: str = "", line: int | None = None, cause: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.line = line
        self.cause = cause
