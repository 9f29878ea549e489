"""One labelling job of a team, whose votes are rows: any number of servers on one database may serve it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bootstrap.errors import Refused
from bootstrap.errors.message import msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.ballots import Ballot, Ballots, LabellingJob, VotingTurn
from bootstrap.people.labelling import agreement, bucket_files
from bootstrap.people.labelling.agreement import TeamAgreement
from bootstrap.people.labelling.pictures import LARGEST
from bootstrap.people.labelling.state import LabellingState, Seat
from bootstrap.people.labelling.team_bucket import TeamBuckets
from bootstrap.people.labelling.voting import Task, Vote, Votes

# Names in one job. A person who takes a new name at each visit must not fill the database.
_MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class LabellingProgress:
    """Progress of a team. `closed`: the labelling has ended, and the labels are final."""

    job: str
    done: int
    total: int
    closed: bool


class TeamLabelling:
    """A job's votes, read from the rows as they change. Any thread may call the methods.

    They raise Troubled (EB-523) if the journal's database does not answer: then nothing was kept. `now` returns epoch
    seconds.
    """

    def __init__(
        self, ballots: Ballots, account: TeamAccount, job: LabellingJob, buckets: TeamBuckets, now: Callable[[], float]
    ) -> None:
        self.account, self.job, self.task = account, job.job, of_row(job)
        self._ballots, self._buckets, self._now = ballots, buckets, now
        self._lock = threading.Lock()
        self._agreement: TeamAgreement | None = None
        self._identities = {picture: identity for identity, picture in self.task.identities.items()}
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Forget what was read: it is not known whether the last change was committed."""
        self._state, self._change, self._saved = LabellingState(self.task), 0, 0

    @property
    def region(self) -> str:
        return self.account.region

    @property
    def output(self) -> str:
        return f"s3://{self._buckets.name(self.account)}/{bucket_files.output_of(self.job)}"

    @property
    def votes(self) -> Votes:
        return self.read()[0]

    def read(self) -> tuple[Votes, int]:
        """Return all votes, and the number of the latest change in them."""
        with self._lock:
            self._read()
            return self._state.votes, self._change

    def progress(self) -> LabellingProgress:
        with self._lock:
            self._read()
            return LabellingProgress(self.job, self._state.done, len(self.task.lines), self._state.compared)

    def seat(self, worker: str) -> Seat:
        """Return what the person sees; give them a picture if they have none."""
        with self._lock:
            self._read()
            before = self._state.before(worker)
            if before is None and not self._state.compared and self._state.given(worker, self._now()) is not None:
                with self._turn(worker) as turn:
                    return self._seat(turn, worker)
            return self._state.seat(worker, before.picture if before else None)

    def vote(self, worker: str, picture: str, label: str) -> Seat:
        """Commit a vote, and return what the person sees then. The same vote again changes nothing."""
        with self._lock, self._turn(worker) as turn:
            before = self._state.on(picture, worker)
            if not self._state.compared and (before is None or before.label != label):
                self._write(turn, Vote(picture, worker, label, self._now()))
            return self._seat(turn, worker)

    def undo(self, worker: str) -> Seat:
        """Take the person's latest vote back, and give them its picture again."""
        with self._lock, self._turn(worker) as turn:
            latest = self._state.latest(worker)
            if latest is not None and not self._state.compared:
                self._write(turn, Vote(latest.picture, worker, "", self._now()))
            return self._seat(turn, worker)

    def compare(self) -> None:
        """End the labelling, so that nobody corrects an answer by the truth. Without effect while a picture is left."""
        with self._lock, self._turn("") as turn:
            if not self._state.left and not self._state.compared:
                turn.end(self._now())
                self._state.compared = True

    @property
    def written(self) -> bool:
        """Return True if the team's bucket has all votes."""
        with self._lock:
            self._read()
            return self._saved >= self._change

    def agreement(self) -> TeamAgreement | None:
        """Return how the labels agree with the truth; None before the labelling has ended and its files are written.

        API: as `agreement.found`, until it was found once.
        """
        if self._agreement is None and self.written and self._state.compared:
            files = self._buckets.reading(self.account, self.job)
            self._agreement = agreement.found(files.session, files.bucket, self.job)
        return self._agreement

    def picture(self, address: str) -> bytes | None:
        """Return a picture of the task; None if it is gone. API: GetObject. Raises as `agreement.picture` does."""
        files = self._buckets.reading(self.account, self.job)
        return agreement.picture(files.session, files.bucket, address, LARGEST)

    def _read(self) -> None:
        news = self._ballots.news(self.account.account_id, self.job, self._change)
        if news is None:
            raise _gone(self.job)
        self._take(news.votes)
        self._change = max([news.change, *(each.change for each in news.votes)])
        self._saved, self._state.compared = news.saved, news.compared is not None

    @contextmanager
    def _turn(self, worker: str) -> Iterator[VotingTurn]:
        try:
            with self._ballots.turn(self.account.account_id, self.job, self._change) as turn:
                self._take(turn.votes)
                self._state.compared = turn.compared is not None
                if worker and worker not in self._state.people and len(self._state.people) >= _MOST_PEOPLE:
                    raise Refused("EB-787", msg("{count} names label here already", count=_MOST_PEOPLE))
                yield turn
            self._change = turn.change
        except LookupError:
            self._begin_anew()
            raise _gone(self.job) from None
        except BaseException:
            self._begin_anew()
            raise

    def _take(self, votes: Sequence[Ballot]) -> None:
        for each in votes:
            picture = self.task.identities.get(each.picture)
            if picture is not None:
                self._state.take(Vote(picture, each.worker, each.label, each.at))

    def _seat(self, turn: VotingTurn, worker: str) -> Seat:
        picture = None if self._state.compared else self._state.given(worker, self._now())
        before = self._state.before(worker)
        if picture is not None and (before is None or before.picture != picture):
            self._write(turn, Vote(picture, worker, "", self._now()))
        return self._state.seat(worker, picture)

    def _write(self, turn: VotingTurn, vote: Vote) -> None:
        turn.write(self._identities[vote.picture], vote.worker, vote.label, vote.at)
        self._state.take(vote)


def _gone(job: str) -> Refused:
    return Refused("EB-788", msg("the journal has no labelling job {job} any more", job=job))


def row_of(task: Task) -> dict[str, Any]:
    """Return a task as a row of the journal keeps it."""
    etags = [task.etags.get(each, "") for each in task.pictures]
    lines = [dict(each) for each in task.lines]
    return {"lines": lines, "etags": etags, "classes": list(task.classes), "attribute": task.attribute}


def of_row(job: LabellingJob) -> Task:
    """Return the task of a row that this tool wrote."""
    held: Mapping[str, Any] = job.task
    lines = tuple(held["lines"])
    etags = {str(line["source-ref"]): etag for line, etag in zip(lines, held["etags"], strict=True)}
    return Task(job.job, lines, tuple(held["classes"]), job.workers, held["attribute"], etags)
