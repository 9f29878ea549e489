"""Check that an account was prepared for the event, before people's commands read or write there."""

from __future__ import annotations

import shlex

from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Verdict
from bootstrap.errors import BadInput, Problem, Refused
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.steps import access
from bootstrap.steps.marker import MarkerStep


def checked(session: AccountSession, event: Event) -> Names:
    """Return the names of what is in the account, which is the right one and prepared for this event.

    Raises BadInput (EB-605), Refused, and what a client raises.
    """
    account = session.account
    names = Names.of(event, account)
    found = access.build(account, names).check(session)
    if found.verdict is Verdict.READY:
        found = MarkerStep(event, account, names).check(session)
    if found.verdict is Verdict.TODO:
        fix = f"event-bootstrap provision {shlex.quote(account.team)}"
        raise BadInput([Problem("EB-605", msg("the account was not prepared for this event"), account.where, fix=fix)])
    if found.verdict is not Verdict.READY:
        raise Refused(found.code or "EB-585", found.detail)
    return names
