"""The JSON documents of commands that change the roster, or print what to do for its accounts."""

from __future__ import annotations

from typing import Literal

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict


class RosterChangeDocument(TypedDict):
    """An account of an import's source or of the roster. Of those "kept out", `detail` says why."""

    change: Literal["new", "changed", "same", "missing", "kept out"]
    """"missing": in the roster, but not in the source. Its row stays."""
    team: str
    account_id: str
    detail: str


class AccountsDocument(TypedDict):
    """Result of `accounts import`. `kept`: file with the roster as it was before, if it was changed."""

    type: Literal["accounts"]
    roster: str
    written: bool
    kept: str | None
    accounts: list[RosterChangeDocument]


class StackSetCallDocument(TypedDict):
    """A call of CloudFormation: the command of the AWS CLI, and its parameters for --cli-input-json."""

    command: str
    input: dict[str, object]


class StackSetDocument(TypedDict):
    """Result of `accounts stackset`. `remove`: the calls that take the StackSet away again."""

    type: Literal["stack set"]
    deploy: list[StackSetCallDocument]
    remove: list[StackSetCallDocument]


class SwapDocument(TypedDict):
    """The last line of `swap`."""

    type: Literal["swap"]
    team: str
    spare: str
    old: str
    """Id of the account that the team had."""
    new: str
    """Id of the account that it has now."""
    roster: str
    kept: str
    """File with the roster as it was before."""
