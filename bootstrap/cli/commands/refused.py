"""A refusal of AWS in one account, as an error that a person can act on."""

from __future__ import annotations

from bootstrap.engine.states import Settled
from bootstrap.errors import Problem, Troubled, catalogue
from bootstrap.errors.message import Message
from bootstrap.event.roster.roster import TeamAccount


def troubled(account: TeamAccount, found: Settled) -> Troubled:
    """Return the error of an outcome that has a code, with the fix that `explain` gives for it."""
    code = str(found.code)
    fix = Message(catalogue()[code].fix)
    return Troubled([Problem(code, found.detail, f"{account.team} {account.account_id}", fix=fix)])
