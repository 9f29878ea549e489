"""The documents of `journal`, `journal copy` and `journal forget`."""

from __future__ import annotations

from typing import Literal

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict


class EntryDocument(TypedDict):
    """Journal entry of an action that is not a run, such as a sign-in link."""

    type: Literal["entry"]
    at: str
    actor: str
    command: str
    event: str
    team: str
    account_id: str
    detail: str
    outcome: str


class AtWorkDocument(TypedDict):
    """Account that somebody is working on now."""

    type: Literal["at work"]
    account_id: str
    actor: str
    command: str
    run: str
    since: str


class CopiedTableDocument(TypedDict):
    """Table of a copied journal, and the digest of its entries, which is equal in both databases."""

    table: str
    entries: int
    changed: int
    sha256: str


class RunningDocument(TypedDict):
    """Run that goes on, as the journal says."""

    event: str
    command: str
    actor: str


class CopiedDocument(TypedDict):
    """Copy of a journal. `source`, `target`: without user and password. `moved`: the source is refused from now on."""

    type: Literal["journal copied"]
    source: str
    target: str
    moved: bool
    tables: list[CopiedTableDocument]
    running: list[RunningDocument]


class LeftValueDocument(TypedDict):
    """Place where something about people is still found."""

    where: str
    count: int


class ForgetProofDocument(TypedDict):
    """Search for every removed value: in how many files, bytes and journal entries, and what was found."""

    values: int
    files: int
    bytes: int
    entries: int
    left: list[LeftValueDocument]
    not_searched: list[str]


class ForgetDocument(TypedDict):
    """Everything about people in an event's journal and folder, and with `applied` the proof that it was removed."""

    type: Literal["people"]
    event: str
    applied: bool
    entries: dict[str, int]
    names: int
    addresses: int
    deleted: list[str]
    replaced: list[str]
    not_ours: list[str]
    not_clean: list[str]
    proof: ForgetProofDocument | None
