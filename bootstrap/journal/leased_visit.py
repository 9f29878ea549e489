"""Visits to a run's accounts, only while the run has the lease on them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bootstrap.engine.queue import Visitor
from bootstrap.engine.states import Again, Settled
from bootstrap.errors.message import msg
from bootstrap.event.roster.roster import TeamAccount

if TYPE_CHECKING:
    from bootstrap.journal.journal import Journal
    from bootstrap.journal.lease_rows import Holder
    from bootstrap.journal.leases import Leases


@contextmanager
def leases(
    journal: Journal,
    accounts: Sequence[TeamAccount],
    command: str,
    event: str,
    run: str,
    actor: str,
    over: bool,
    on_hold: bool = False,
) -> Iterator[Leases]:
    """Hold leases on the accounts while the run goes on; accounts on hold get none without `on_hold`. Accounts taken
    over, or left to another operator, are recorded as actions."""
    # SQLAlchemy takes 0.1 s of CPU to import, and a run that only reads has no leases.
    from bootstrap.journal.leases import holder, words

    teams = {each.account_id: each.team for each in accounts}

    def record(account_id: str, detail: str, outcome: str) -> None:
        journal.act(command, event, detail, team=teams[account_id], account_id=account_id, outcome=outcome, actor=actor)

    def taken_over(account_id: str, whose: Holder) -> None:
        record(account_id, msg("taken over from {who}", who=words(whose)), "taken")

    made = journal.leases(holder(actor, command, run, event), teams.keys(), over, taken_over, on_hold)
    for account_id in sorted(made.elsewhere()):
        whose, hold = made.whose.get(account_id), made.on_hold.get(account_id)
        if hold:
            detail = msg("not visited: {hold}", hold=hold.words)
        elif whose:
            detail = msg("not visited: {who} is working on this account", who=words(whose))
        else:
            detail = msg("not visited: another operator is working on this account")
        record(account_id, detail, "blocked")
    try:
        yield made
    finally:
        made.close()


@dataclass(slots=True)
class LeasedVisit:
    """A visitor that does not visit an account while the run's lease on it is lost or uncertain.

    It checks the lease at each renewal, even if its visitor is due later; that makes no call.
    """

    visitor: Visitor
    account_id: str
    leases: Leases
    _again: Again | None = None
    _due: float = 0.0

    @property
    def id(self) -> str:
        return self.visitor.id

    @property
    def needs(self) -> tuple[str, ...]:
        return self.visitor.needs

    @property
    def found(self) -> str | None:
        return self.visitor.found

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        """Visit the account, or return what keeps the run from it."""
        obstacle = self.leases.obstacle(self.account_id)
        if obstacle:
            return obstacle
        left = self._due - time.monotonic()
        if self._again and left > 0:
            return replace(self._again, after=min(left, self.leases.pace))
        answer = self.visitor.visit(planned)
        if answer.code == "EB-382":
            # The lease was lost meanwhile. The guard's answer does not name the new holder; the obstacle does.
            return self.leases.obstacle(self.account_id) or answer
        if isinstance(answer, Settled):
            return answer
        self._again, self._due = answer, time.monotonic() + answer.after
        return replace(answer, after=min(answer.after, self.leases.pace))
