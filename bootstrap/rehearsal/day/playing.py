"""Plays the day: teams raise hands on their pages, staff answer at the desk, and each finding is held to its cause."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bootstrap.engine.clock import VirtualClock
from bootstrap.errors import Refused
from bootstrap.errors.message import msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.hands import Hands, RaisedHand
from bootstrap.people.handouts import join_address
from bootstrap.rehearsal.day.browser import Browser, forms
from bootstrap.rehearsal.day.script import SHORTAGE, DayAct, Moment, ScriptedCause
from bootstrap.rehearsal.simulated import Simulated

# Real seconds that an examination, or a page, may take on a slow machine.
_PATIENCE = 120.0
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class DayHand:
    """A hand that the script raises, and what became of it: None if it is not in the journal.

    `found`: code of the doctor's first answer, "" if it found nothing; a swap makes it look again.
    """

    team: str
    case: ScriptedCause
    found: str
    became: RaisedHand | None

    @property
    def right(self) -> bool:
        """True if the doctor answered, named the cause, and somebody took the hand down."""
        became = self.became
        return became is not None and became.examined is not None and self.found == self.case.code and not became.open


@dataclass(frozen=True, slots=True)
class DayEnd:
    """The day's hands, in their order, and how many hands the journal has that nobody raised."""

    hands: tuple[DayHand, ...]
    doubled: int

    @property
    def right(self) -> bool:
        return self.doubled == 0 and all(each.right for each in self.hands)


@dataclass
class Day:
    """The day while it is played. `port`: of the pages; `codes`: by team.

    `swap`: moves a team to the spare account, and returns that account's id.

    `accounts` returns the roster as it is now. `starved`: the instance type of which the region has none left.
    """

    port: int
    accounts: Callable[[], Sequence[TeamAccount]]
    codes: Mapping[str, str]
    hands: Hands
    simulated: Simulated
    clock: VirtualClock
    starved: str
    swap: Callable[[str], str]
    _phones: dict[str, Browser] = field(default_factory=dict)
    # Team, cause, the hand's id, and what the doctor answered at first.
    _raised: list[tuple[str, ScriptedCause, str, str]] = field(default_factory=list)

    def play(self, moments: Sequence[Moment], opens: float) -> DayEnd:
        """Play all moments. `opens`: when the event opens, epoch seconds. Raises Refused for a page that fails."""
        acts: dict[DayAct, Callable[[Moment], None]] = {
            DayAct.MISTAKE: self._mistake,
            DayAct.HAND: self._hand,
            DayAct.NOTICE: self._notice,
            DayAct.STOP: lambda moment: self._act(self._account(moment.team), "stop-training"),
            DayAct.TAKE: lambda moment: self._at_desk(moment.team, "take"),
            DayAct.ANSWER: lambda moment: self._at_desk(moment.team, "answered"),
            DayAct.SWAP: self._swap,
        }
        for each in moments:
            if opens + each.at > self.clock.now():
                self.clock.move(opens + each.at)
            acts[each.act](each)
        return self._end()

    def _end(self) -> DayEnd:
        there = {each.id: each for each in self._there()}
        hands = tuple(DayHand(team, case, found, there.get(hand_id)) for team, case, hand_id, found in self._raised)
        return DayEnd(hands, len(there) - len({hand_id for _, _, hand_id, _ in self._raised}))

    def _there(self) -> list[RaisedHand]:
        return [*self.hands.ended(), *self.hands.open()]

    def _account(self, team: str) -> str:
        """Return the id of the account that the team has now."""
        return next(each for each in self.accounts() if each.team == team).account_id

    def _mistake(self, moment: Moment) -> None:
        account = self._account(moment.team)
        if moment.case is SHORTAGE:
            self.simulated.differ(account, training={"no_capacity": [self.starved]})
        self._act(account, moment.case.mistake)

    def _act(self, account: str, what: str) -> None:
        """Let the people of the account do something there. Raises Refused (EB-847) if AWS refuses it."""
        if why := self.simulated.mistake(account, what, self.starved):
            words = msg("account {account} could not do `{what}`: {why}", account=account, what=what, why=why)
            raise Refused("EB-847", words)

    def _hand(self, moment: Moment) -> None:
        """Raise the team's hand twice, as a finger on a slow phone does, and wait for the doctor's answer."""
        path = f"{join_address.JOIN}{join_address.slug(moment.team)}"
        phone = self._phones.get(moment.team)
        if phone is None:
            phone = self._phones[moment.team] = Browser(self.port)
            phone.open(path)
            phone.send(path, code=self.codes[moment.team])
        before = {each.id for each in self._there()}
        page = phone.open(path)
        for _ in range(2):
            phone.page = page
            phone.send("/hand", what=moment.case.what, words=moment.case.words)
        new = [each.id for each in self._there() if each.id not in before]
        if not new:
            raise Refused("EB-847", msg("the hand of {team} was not saved", team=moment.team))
        self._raised.append((moment.team, moment.case, new[0], self._examined(new[0])))

    def _examined(self, hand_id: str) -> str:
        """Wait until the doctor has answered, and return the code. It works in real time; the day's clock stands."""
        found: list[str] = []

        def answered() -> bool:
            found[:] = [each.code for each in self.hands.open() if each.id == hand_id and each.examined is not None]
            return bool(found)

        _wait(answered)
        return found[0]

    def _at_desk(self, team: str, act: str) -> None:
        """Take or answer the team's hand at the desk, once the desk shows it."""
        hand_id = next(hand for name, _, hand, _ in reversed(self._raised) if name == team)
        desk, action = Browser(self.port), f"/hands/{hand_id}/{act}"
        _wait(lambda: any(each.leads_to(action) for each in forms(desk.open("/"))))
        desk.send(action)

    def _swap(self, moment: Moment) -> None:
        """Move the team to the spare account; its hand comes along, and the doctor looks there."""
        there = self.swap(moment.team)
        _wait(lambda: any(each.account_id == there and each.examined is not None for each in self.hands.open()))

    def _notice(self, moment: Moment) -> None:
        """Publish the notice that is proposed for the cause of several teams; it answers their hands."""
        hand_id = next(hand for name, _, hand, _ in self._raised if name == moment.team)
        cause = next(each.cause for each in self._there() if each.id == hand_id)
        desk = Browser(self.port)
        desk.open(f"/notices?{urlencode({'cause': cause})}")
        desk.send("/notices/publish")


def _wait(done: Callable[[], bool]) -> None:
    """Wait in real time. Raises Refused (EB-847) if that takes too long."""
    until = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > until:
            words = msg("the pages did not show within {seconds} s what they should", seconds=round(_PATIENCE))
            raise Refused("EB-847", words)
        time.sleep(_PAUSE)
