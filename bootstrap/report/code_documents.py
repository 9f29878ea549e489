"""The document of `explain --output json`."""

from __future__ import annotations

from typing import Literal

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict


class CodeDocument(TypedDict):
    """One error code. Texts are English."""

    code: str
    area: str
    title: str
    cause: str
    fix: str
    more: str


class CodesDocument(TypedDict):
    """Error codes, from `explain`: one, or all of them."""

    type: Literal["codes"]
    codes: list[CodeDocument]
