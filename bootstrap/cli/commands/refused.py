"""An obstacle that keeps a command from the one account that it is about, as an error that a person can act on."""

from __future__ import annotations

from bootstrap.engine.states import Again, Outcome, Settled
from bootstrap.errors import WAITING, Problem, Troubled, catalogue
from bootstrap.errors.message import Message
from bootstrap.event.roster.roster import TeamAccount


def troubled(account: TeamAccount, found: Settled | Again) -> Troubled:
    """Return the error of an outcome that has a code, with the fix that `explain` gives for it."""
    code = str(found.code)
    fix = Message(catalogue()[code].fix)
    stop = Troubled([Problem(code, found.detail, f"{account.team} {account.account_id}", fix=fix)])
    if found.outcome is Outcome.ELSEWHERE:
        # Nothing failed: another run is at work there.
        stop.exit_code = WAITING
    return stop
