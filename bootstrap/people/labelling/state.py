"""Votes on a task as they arrive -> the picture that each person gets next. In memory, without files or rows."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bootstrap.people.labelling.voting import Task, Vote, Votes

# Seconds after which a picture that somebody got and did not label is given to others as well.
SHOWN_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's view. `picture`: theirs to label, None if none is left for them; `last`: what undo takes back.

    `own`: pictures that they labelled; `done` of `total` are labelled by enough people; `closed`: no vote counts now.
    """

    picture: str | None
    last: Vote | None
    own: int
    done: int
    total: int
    closed: bool


class LabellingState:
    """The votes on one task, and which picture each person has before them. One thread at a time uses it.

    A vote without a label stands for a picture that a person has before them since `at` (epoch seconds), also after an
    undo. `compared`: the team has seen the truth.
    """

    def __init__(self, task: Task, votes: Iterable[Vote] = (), compared: bool = False) -> None:
        self.task, self.compared = task, compared
        self._pictures = task.pictures
        # By picture and person, in the order of their arrival.
        self._votes: dict[tuple[str, str], Vote] = {}
        # By person, and by picture: a dict for its order, and for quick removal.
        self._own: dict[str, dict[str, Vote]] = {}
        self._shown: dict[str, dict[str, Vote]] = {}
        self._voted: dict[str, set[str]] = {each: set() for each in self._pictures}
        self._seen_by: dict[str, dict[str, float]] = {each: {} for each in self._pictures}
        # Places of the pictures that too few have labelled.
        self._open = list(range(len(self._pictures)))
        for each in votes:
            self.take(each)

    @property
    def done(self) -> int:
        return len(self._pictures) - len(self._open)

    @property
    def left(self) -> int:
        return len(self._open)

    @property
    def closed(self) -> bool:
        """Return True if no vote may change: every picture is labelled, and the team has seen the truth."""
        return self.compared and not self._open

    @property
    def votes(self) -> Votes:
        return Votes(self.task, tuple(self._votes.values()), self.compared)

    def take(self, vote: Vote) -> None:
        """Take a vote in place of the person's earlier one on that picture. One on an unknown picture is ignored."""
        picture, worker = vote.picture, vote.worker
        if picture not in self._voted:
            return
        self._votes.pop((picture, worker), None)
        self._own.setdefault(worker, {}).pop(picture, None)
        self._shown.setdefault(worker, {}).pop(picture, None)
        self._seen_by[picture].pop(worker, None)
        self._voted[picture].discard(worker)
        if vote.label:
            self._votes[picture, worker] = self._own[worker][picture] = vote
            self._voted[picture].add(worker)
        else:
            self._shown[worker][picture] = vote
            self._seen_by[picture][worker] = vote.at
        self._open_or_not(picture)

    def _open_or_not(self, picture: str) -> None:
        place = self.task.numbers[picture] - 1
        at = bisect_left(self._open, place)
        is_open = at < len(self._open) and self._open[at] == place
        settled = len(self._voted[picture]) >= self.task.workers
        if settled and is_open:
            del self._open[at]
        elif not settled and not is_open:
            insort(self._open, place)

    @property
    def people(self) -> Collection[str]:
        """Everybody who has labelled a picture or has one before them."""
        return self._own.keys()

    def on(self, picture: str, worker: str) -> Vote | None:
        """Return the person's vote on the picture."""
        return self._votes.get((picture, worker))

    def before(self, worker: str) -> Vote | None:
        """Return the picture that the person has before them, as a vote without a label; of several the latest."""
        shown = self._shown.get(worker, {})
        return next((shown[each] for each in reversed(shown) if self._is_open(each)), None)

    def given(self, worker: str, now: float) -> str | None:
        """Return the next picture for the person; one that others have before them only if no other is left."""
        if (before := self.before(worker)) is not None:
            return before.picture
        needed = None
        for place in self._open:
            picture = self._pictures[place]
            if worker in self._voted[picture]:
                continue
            others = sum(0 <= now - at < SHOWN_SECONDS for at in self._seen_by[picture].values())
            if len(self._voted[picture]) + others < self.task.workers:
                return picture
            needed = needed or picture
        return needed

    def latest(self, worker: str) -> Vote | None:
        own = self._own.get(worker, {})
        return own[next(reversed(own))] if own else None

    def seat(self, worker: str, picture: str | None) -> Seat:
        last = None if self.closed else self.latest(worker)
        own = len(self._own.get(worker, {}))
        return Seat(picture, last, own, self.done, len(self._pictures), self.closed)

    def _is_open(self, picture: str) -> bool:
        return len(self._voted[picture]) < self.task.workers
