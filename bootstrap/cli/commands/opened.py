"""Accounts opened one by one with the write permit, for commands that people work with and that are no run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli.commands.choice import Choice, journal_of
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.refused import troubled
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.cli.commands.run import real_place
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.engine.states import Again
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import leased_visit
from bootstrap.journal.journal import Journal
from bootstrap.journal.leases import Leases


@dataclass(frozen=True, slots=True)
class OpenedAccounts:
    """Accounts on which this command holds, or awaits, the lease. `region`: the event's."""

    journal: Journal
    place: Place
    region: str
    leases: Leases
    sessions: Sessions

    def session(self, account: TeamAccount, say: Callable[[str], None]) -> AccountSession:
        """Return the account's session. Wait until the account is ours; a take-over takes some seconds.

        Raises Troubled if another operator holds it.
        """
        told, clock = "", self.place.clock
        while isinstance(obstacle := self.leases.obstacle(account.account_id), Again):
            if obstacle.detail != told:
                say(msg("{code} {detail}", code=obstacle.code, detail=obstacle.detail))
            told = obstacle.detail
            clock.sleep(min(obstacle.after, self.leases.pace))
        if obstacle is not None:
            raise troubled(account, obstacle)
        ask_for_codes(self.place.access, (account,), self.region)
        return self.sessions.open(account)


@contextmanager
def opened(choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount]) -> Iterator[OpenedAccounts]:
    """Hold the accounts for as long as nobody else takes them over, and open the journal."""
    place, journal = real_place(inputs.event, True, choice.jobs), journal_of(choice)
    held = leased_visit.leases(
        journal, accounts, choice.command, inputs.event.name, place.run, place.actor, choice.take_over
    )
    try:
        with held as leases:
            sessions = Sessions(replace(place.access, held=leases.held), place.clock, Limiter())
            yield OpenedAccounts(journal, place, inputs.event.region, leases, sessions)
    finally:
        tell_troubles(journal.close())
