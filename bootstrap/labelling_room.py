"""The people at one team's labelling: what is before whom, and what they said, kept in the team's bucket at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bootstrap.labelling import Task, Vote, Votes
from bootstrap.labelling_files import Files


class Room:
    """`say` is told what the person who serves must know; `now` in epoch seconds. Any thread may call the methods."""

    def __init__(self, files: Files, votes: Votes, now: Callable[[], float], say: Callable[[str], None]) -> None:
        self.files, self.votes, self.say, self._now = files, votes, say, now
        self._before: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def task(self) -> Task:
        return self.votes.task

    def given(self, worker: str) -> str | None:
        """The picture that is before the worker, the same until it is labelled; None: nothing is left for them."""
        with self._lock:
            before = self._before.pop(worker, None)
            found = before if before in self.votes.left(worker) else self.votes.given(worker, self._before.values())
            if found is not None:
                self._before[worker] = found
            return found

    def vote(self, worker: str, picture: str, label: str) -> None:
        """Counts once it is kept; raises what a client raises, and Refused. Writes to AWS."""
        with self._lock:
            self._keep(self.votes.said(Vote(picture, worker, label, self._now())))
            self._before.pop(worker, None)

    def undo(self, worker: str) -> None:
        """Take the worker's latest vote back, and put its picture before them. As `vote`."""
        with self._lock:
            latest = self.votes.latest(worker)
            if latest is not None:
                self._keep(self.votes.without(latest))
                self._before[worker] = latest.picture

    def _keep(self, votes: Votes) -> None:
        self.files.write(votes)
        before, self.votes = self.votes, votes
        if not left(votes) and left(before):
            self.say(f"all {len(self.task.lines)} pictures are labelled: {self.files.address(self.files.output)}")


def left(votes: Votes) -> int:
    """How many pictures are not settled."""
    return len(votes.task.lines) - len(votes.settled)
