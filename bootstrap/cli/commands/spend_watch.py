"""Look at what all accounts cost, tell staff once a day of each team over its limit, and stop it if that is wanted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import on_hold
from bootstrap.cli.commands.choice import Choice, journal_of
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.engine.hold import Hold
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import Troubled
from bootstrap.errors.message import msg
from bootstrap.event import prices
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import spend_table
from bootstrap.sweep.spending import Spending, TeamSpend, day_of

Stop = Callable[[Sequence[TeamAccount]], None]
# The outcome of the journal's action by which a team over its limit is recorded once a day.
OVER = "over"
# Seconds after which what a team started again is stopped again.
_STOP_AGAIN = 300.0


def _in_a_thread(what: Callable[[], None]) -> None:
    # A daemon: what it has begun goes on at AWS, and its leases end by themselves.
    threading.Thread(target=what, name="spend-stop", daemon=True).start()


@dataclass(frozen=True, slots=True)
class Look:
    """One look at all accounts. `new`: lines about teams that are over their limit, once a day; `stops`: lines about
    what is stopped, or not; `held`: accounts on hold, by account id.
    """

    teams: tuple[TeamSpend, ...]
    new: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    held: dict[str, Hold] = field(default_factory=dict)

    @property
    def told(self) -> tuple[str, ...]:
        """Lines that staff must see now."""
        return (*self.new, *self.stops)


class SpendWatch:
    """Looks again and again. Reads AWS; writes the journal, and to AWS only by `stop`.

    `stop(accounts)`: stops what runs there; None: nothing is stopped, whatever the event says. `beside`: runs a
    function while the looks go on, because a stop takes minutes, in which other teams are watched.
    """

    def __init__(
        self,
        choice: Choice,
        inputs: Inputs,
        accounts: Sequence[TeamAccount],
        place: Place,
        stop: Stop | None = None,
        beside: Callable[[Callable[[], None]], None] = _in_a_thread,
    ) -> None:
        self.prices = prices.read(inputs.event.folder)
        self._choice, self._event, self._clock = choice, inputs.event, place.clock
        ask_for_codes(place.access, accounts, inputs.event.region)
        sessions = Sessions(place.access, place.clock, Limiter())
        self._spending = Spending(inputs.event, accounts, sessions, self.prices, choice.jobs)
        self._stop = stop if inputs.event.spend.stop else None
        self._beside = beside
        # When a stop began, and those that ended since the last look.
        self._stopped: dict[str, float] = {}
        self._at_work: set[str] = set()
        self._done: set[str] = set()
        self._lock = threading.Lock()
        # Accounts and days of which this watch told.
        self._told: set[tuple[str, float]] = set()

    def look(self) -> Look:
        """Look at every account once. Staff are told of each team over its limit once a day by each who watches."""
        found = self._spending.look()
        # A limit is watched also while the journal's database does not answer. A stop needs a lease from it.
        held = on_hold.as_far_as_known(self._choice.journal_path, self._event.name)
        over = [each for each in found if each.over]
        new = self._new(over) if over else []
        with self._lock:
            done, self._done = self._done, set()
        stops = [left(each) for each in found if each.account.account_id in done]
        if self._stop is not None:
            stops += self._stopping(over, held)
        return Look(found, tuple(new), tuple(stops), held)

    def _new(self, over: Sequence[TeamSpend]) -> list[str]:
        """Return what to tell of teams of which this watch told nobody today; record what nobody has recorded today."""
        day = self._day(self._clock.now())
        new = [each for each in over if (each.account.account_id, day) not in self._told]
        self._told |= {(each.account.account_id, day) for each in new}
        if new:
            try:
                self._record(new, day)
            except Troubled as trouble:
                tell_troubles(trouble.problems)
        return [spend_table.over(each) for each in new]

    def _record(self, new: Sequence[TeamSpend], day: float) -> None:
        with journal_of(self._choice) as journal:
            acts = [each for each in journal.actions(self._event.name)
                    if each.kind is RunKind.SPEND and each.outcome == OVER]  # fmt: skip
            known = {each.account_id for each in acts if self._day(each.at) == day}
            for each in new:
                team, account_id = each.account.team, each.account.account_id
                if account_id in known:
                    continue
                said = msg("USD {usd} today, the limit is USD {limit}", usd=spend_table.today(each),
                           limit=spend_table.limit(each))  # fmt: skip
                journal.act("spend", self._event.name, said, team=team, account_id=account_id, outcome=OVER,
                            at=self._clock.now())  # fmt: skip
            tell_troubles(journal.close())

    def _day(self, at: float) -> float:
        return day_of(self._event, at).timestamp()

    def _stopping(self, over: Sequence[TeamSpend], held: dict[str, Hold]) -> list[str]:
        """Begin to stop what runs in the teams over their limit; return what is not stopped, and why.

        The look after the stop says what is still billed.
        """
        now = self._clock.now()
        told: list[str] = []
        wanted: list[TeamAccount] = []
        for each in over:
            key = each.account.account_id
            runs = bool(each.bill and each.bill.running) and not each.failure
            if not runs or key in self._at_work or now - self._stopped.get(key, 0.0) < _STOP_AGAIN:
                continue
            self._stopped[key] = now
            if key in held:
                told.append(msg("not stopped: {team} is {hold}", team=each.account.team, hold=held[key].words))
            else:
                wanted.append(each.account)
        if wanted:
            self._at_work |= {each.account_id for each in wanted}
            self._beside(partial(self._stop_all, tuple(wanted)))
        return told

    def _stop_all(self, accounts: Sequence[TeamAccount]) -> None:
        try:
            if self._stop is not None:
                self._stop(accounts)
        except Troubled as trouble:
            tell_troubles(trouble.problems)
        finally:
            keys = {each.account_id for each in accounts}
            with self._lock:
                self._at_work -= keys
                self._done |= keys


def left(after: TeamSpend) -> str:
    """Return what a second look shows after a stop."""
    team = after.account.team
    if after.failure or after.bill is None:
        return msg("{team}: stopped, but not looked at again: {why}", team=team, why=spend_table.running(after))
    if after.bill.running:
        return msg("{team}: still billed: {what}", team=team, what=spend_table.running(after))
    return msg("{team}: stopped; nothing is billed by the hour there any more", team=team)
