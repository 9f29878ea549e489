"""One event's raised hands and notices on one server: see the head of this folder for what pages call."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bootstrap.errors import BadInput, Problem, Troubled, clean
from bootstrap.errors.message import msg
from bootstrap.event import waves
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.hands import HandEnd, Hands, HandTopic, RaisedHand, RaiseOutcome
from bootstrap.journal.venue.notices import Notices, TeamNotice
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.journal.venue.turns import Turns
from bootstrap.people.hands import queue, team_words
from bootstrap.people.hands.announcing import Announcing
from bootstrap.people.hands.examinations import Examinations, Examine
from bootstrap.people.hands.queue import HandQueue
from bootstrap.report.translations import shown

LONGEST_WORDS = 200
LONGEST_NOTICE = 300
# Seconds from one look at the database to the next.
_EVERY = 1.0
_log = logging.getLogger(__name__)


def _untold(said: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class ProposedNotice:
    """The words that are proposed for a cause, which staff may change. They name no team."""

    text_en: str
    text_zh: str


@dataclass(frozen=True, slots=True)
class Published:
    """A notice, and how many hands it answered."""

    notice: TeamNotice
    answered: int


class HandDesk:
    """Hands and notices. `inputs`: the event's files as they are now; `now` returns epoch seconds.

    `tell`: tells the webhook of what staff should know; it does not block.
    """

    def __init__(
        self,
        store: VenueDatabase,
        inputs: Callable[[], Inputs],
        now: Callable[[], float],
        tell: Callable[[str], None] = _untold,
    ) -> None:
        self._inputs, self._now = inputs, now
        self._event = inputs().event.name
        self._hands, self._notices = Hands(store, self._event), Notices(store, self._event)
        self._turns = Turns(store, self._event)
        self._latest: HandQueue | None = None
        self._looking = threading.Lock()
        self._announcing = Announcing(self._turns, tell, inputs().event.region)
        # Called after each look with what it saw, in the thread that looked.
        self.followers: list[Callable[[HandQueue], None]] = [self._announcing.follow]

    def examined_by(self, examine: Examine) -> None:
        """Have `examine` look at the account of each hand that is raised; it is called in threads of its own."""
        self.followers.append(Examinations(self._hands, self._turns, examine, self._now).follow)

    @property
    def latest(self) -> HandQueue | None:
        """The queue as the last look found it; None before the first."""
        return self._latest

    def queue(self) -> HandQueue:
        """Look now, and return what is there."""
        with self._looking:
            hands = sorted([*self._hands.ended(), *self._open()], key=lambda each: each.raised)
            late = self._inputs().event.venue.late_minutes * 60.0
            found = queue.made(hands, self._notices.current(), self._now(), late)
            self._latest = found
        for each in self.followers:
            each(found)
        return found

    def _open(self) -> Sequence[RaisedHand]:
        """Return the open hands, each with the account that its team has now: `swap` moves teams."""
        hands = self._hands.open()
        accounts = {each.team: each.account_id for each in waves.playing(self._inputs().accounts)}
        moved = [each for each in hands if accounts.get(each.team, each.account_id) != each.account_id]
        for each in moved:
            self._hands.moved(each.id, each.account_id, accounts[each.team])
        return self._hands.open() if moved else hands

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look every second, in a thread, until the block ends."""
        closing = threading.Event()
        thread = threading.Thread(target=self._keep, args=(closing,), name="hands", daemon=True)
        thread.start()
        try:
            yield
        finally:
            closing.set()
            thread.join(5.0)

    def _keep(self, closing: threading.Event) -> None:
        while not closing.is_set():
            self.look()
            closing.wait(_EVERY)

    def look(self) -> None:
        """Look now; keep what was seen last if the database does not answer."""
        try:
            self.queue()
        except Troubled:
            # Whoever writes is told; the pages go on with what was seen last.
            return
        except Exception:
            # One failed look must not end the thread.
            _log.exception("the raised hands could not be read")

    def hand_of(self, team: str) -> RaisedHand | None:
        """Return the team's open hand, read now."""
        mine = self._hands.of_team(team)
        return mine[-1] if mine and mine[-1].open else None

    def raise_hand(
        self, account: TeamAccount, topic: HandTopic, words: str, language: str
    ) -> tuple[RaisedHand, RaiseOutcome]:
        """Raise the team's hand, or add words to its open one; return it once it is written."""
        now, said = self._now(), words[:LONGEST_WORDS]
        hand, outcome = self._hands.lift(account.team, account.account_id, topic, said, language, now)
        if outcome is RaiseOutcome.RAISED:
            self._announcing.raised(hand)
        self.look()
        return hand, outcome

    def lower(self, team: str) -> bool:
        """Take the team's hand down, as the team asks. False if none is up."""
        hand = self.hand_of(team)
        return hand is not None and self._seen(self._hands.close(hand.id, HandEnd.LOWERED, "", self._now()))

    def take(self, hand_id: str, person: str, over: bool = False) -> bool:
        """Note that the person goes there. False if the hand is down, or another one has it, unless `over`."""
        return self._seen(self._hands.take(hand_id, person, self._now(), over))

    def leave(self, hand_id: str, person: str) -> bool:
        """Note that the person does not go after all. False if it is not this person's hand, or down."""
        return self._seen(self._hands.leave(hand_id, person))

    def answer(self, hand_id: str, person: str) -> bool:
        """Take the hand down, answered. False if it is down already."""
        return self._seen(self._hands.close(hand_id, HandEnd.ANSWERED, person, self._now()))

    def write_notice(
        self, text_en: str, text_zh: str, teams: Sequence[str], person: str, notice_id: str = ""
    ) -> TeamNotice:
        """Write a notice to these teams, () for all.

        Raises BadInput: EB-801 for the text, EB-802 for a team, EB-805 if another notice was written by this id.
        """
        self._checked(text_en, text_zh, teams)
        found, new = self._notices.write(text_en, text_zh, teams, person, self._now(), notice_id=notice_id)
        same = (found.text_en, found.text_zh, found.teams) == (clean(text_en), clean(text_zh), tuple(teams))
        if not new and (found.ended is not None or not same):
            what = msg("this form has published a notice already, and publishes no other one")
            raise _refused("EB-805", what, msg("Publish again: what you wrote is a new notice then"))
        self.look()
        return found

    def end_notice(self, notice_id: str) -> bool:
        """End a notice: pages and hall show it no more. False if it has ended."""
        return self._seen(self._notices.end(notice_id, self._now()))

    def proposed(self, cause: str) -> ProposedNotice | None:
        """Return words for a notice on this cause; None if the cause has none of its own."""
        parts = cause.split(" ")
        region = parts[2] if len(parts) > 2 else self._inputs().event.region
        words = team_words.of_cause(cause, region)
        if words is None:
            return None
        text = msg("{headline}. {advice}", headline=words.headline, advice=words.advice)
        return ProposedNotice(shown(text, "en"), shown(text, "zh"))

    def publish(
        self, cause: str, text_en: str, text_zh: str, person: str, answer: bool = True, teams: Sequence[str] = ()
    ) -> Published:
        """Show the notice, and with `answer` take the open hands of the cause down whose teams see it.

        If these teams, or all, see a notice of this cause already, no other is written, and the hands are answered by
        that one. Raises as `write_notice`.
        """
        now = self._now()
        before = [each for each in self._notices.all() if each.cause == cause]
        shown_now = [each for each in before if each.ended is None and each.teams in ((), tuple(teams))]
        there = min(shown_now, key=lambda each: len(each.teams), default=None)
        if there is None:
            self._checked(text_en, text_zh, teams)
            written_at_once = _notice_id(self._event, cause, len(before), teams)
            there, _ = self._notices.write(text_en, text_zh, teams, person, now, cause, written_at_once)
        alike = [each for each in self._hands.open() if each.cause == cause and there.is_for(each.team)]
        ends = [self._hands.close(each.id, HandEnd.NOTICE, person, now, there.id) for each in alike if answer]
        self.look()
        return Published(there, sum(ends))

    def _seen(self, changed: bool) -> bool:
        self.look()
        return changed

    def _checked(self, text_en: str, text_zh: str, teams: Sequence[str]) -> None:
        if not text_en.strip() and not text_zh.strip():
            raise _refused("EB-801", msg("the notice has no text"), msg("Write a line in English, in Chinese or both"))
        if max(len(text_en), len(text_zh)) > LONGEST_NOTICE:
            what = msg("the notice has more than {most} characters", most=LONGEST_NOTICE)
            raise _refused("EB-801", what, msg("Write one short line: teams read it on a phone"))
        known = {each.team for each in self._inputs().accounts}
        if unknown := [each for each in teams if each not in known]:
            what = msg("the roster has no team {team}", team=unknown[0])
            raise _refused("EB-802", what, msg("Choose teams of the roster, or none for all of them"))


def _refused(code: str, what: str, fix: str) -> BadInput:
    return BadInput([Problem(code, what, fix=fix)])


def _notice_id(event: str, cause: str, before: int, teams: Sequence[str]) -> str:
    """Return the id of the next notice of a cause after `before` others: two who click at once write the same one."""
    whole = json.dumps([event, cause, before, *teams])
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
