"""Findings of the doctor, in the documents of --output json."""

from __future__ import annotations

from typing_extensions import TypedDict


class HandChangeDocument(TypedDict):
    """The call by which somebody made a change by hand, as CloudTrail shows it."""

    call: str
    """Name of the API operation."""
    who: str
    at: str


class FindingDocument(TypedDict):
    """A finding of the doctor in one place of an account."""

    severity: str
    """`trouble`, `unseen` (could not be examined), `note` or `fine`."""
    about: str
    code: str | None
    seen: str
    means: str
    fix: str
    turn: str
    """Who has to act; empty for the operator."""
    repair: list[str]
    """Steps by which `repair` fixes it."""
    log: list[str]
    teams: list[str]
    """All teams of which it is said, if it is about several accounts; else empty."""
    who: str
    """Who changed it and when, or why that is not known; empty if it is no change by hand."""
    change: HandChangeDocument | None


class SightDocument(TypedDict):
    """A sight that some teams have in common. If they are several, `<account>` stands for the id of each account."""

    seen: str
    teams: list[str]
    about: list[str]
    """The examinations that found it."""


class AlikeDocument(TypedDict):
    """The problems of all teams that have the same code."""

    code: str | None
    severity: str
    """`trouble` or `unseen`."""
    about: str
    """The examination that found it first."""
    teams: list[str]
    seen: list[SightDocument]
