"""Costs of all accounts of an event: one look after the other, all accounts at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import refusals
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.states import Settled
from bootstrap.errors import Refused
from bootstrap.event.event import Event
from bootstrap.event.prices import Prices
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.sweep.billed import AccountBill, Meters


@dataclass(frozen=True, slots=True)
class TeamSpend:
    """A team's account in one look. `bill`: what was found, or found last; `failure`: why this look found nothing.

    `limit`: US dollars a day; None: the event sets none.
    """

    account: TeamAccount
    bill: AccountBill | None = None
    failure: Settled | None = None
    limit: float | None = None

    @property
    def over(self) -> bool:
        """True if what has a known price cost more today than the limit."""
        return self.limit is not None and self.bill is not None and self.bill.usd_today > self.limit


class Spending:
    """Looks at the same accounts again and again. Only reads AWS."""

    def __init__(
        self, event: Event, accounts: Sequence[TeamAccount], sessions: Sessions, prices: Prices, jobs: int = 32
    ) -> None:
        self._event, self._jobs = event, jobs
        self._each = {each.account_id: (sessions.open(each), Meters(prices)) for each in accounts}
        self._last = {each.account_id: TeamSpend(each, limit=event.spend.limit) for each in accounts}
        self._clock = sessions.clock

    def look(self) -> tuple[TeamSpend, ...]:
        """Look at every account once. One that cannot be read keeps what was found there last, and says why."""
        day = day_of(self._event, self._clock.now()).timestamp()
        tasks = [partial(self._look, account_id, session, meters, day)
                 for account_id, (session, meters) in self._each.items()]  # fmt: skip
        found = tuple(self._clock.each(tasks, self._jobs))
        self._last = {each.account.account_id: each for each in found}
        return found

    def _look(self, account_id: str, session: AccountSession, meters: Meters, day: float) -> TeamSpend:
        last = self._last[account_id]
        session.forget_looks()
        try:
            return TeamSpend(last.account, meters.look(session, day), None, last.limit)
        except (Refused, BotoCoreError, ClientError) as error:
            return TeamSpend(last.account, last.bill, refusals.failure(error, session.region), last.limit)


def day_of(event: Event, now: float) -> datetime:
    """Return the beginning of the event's day, in the time zone of `schedule.opens`. `now`: epoch seconds."""
    there = datetime.fromtimestamp(now, event.schedule.opens.tzinfo)
    return there.replace(hour=0, minute=0, second=0, microsecond=0)
