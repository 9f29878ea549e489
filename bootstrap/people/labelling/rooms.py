"""The people at one team's labelling: what is before whom, and what they said, kept in the team's bucket at once."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Verdict
from bootstrap.errors import BadInput, Problem, Refused
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.people.labelling import bucket_files
from bootstrap.people.labelling.bucket_files import BucketFiles
from bootstrap.people.labelling.voting import Task, Vote, Votes
from bootstrap.steps import access
from bootstrap.steps.dataset import bucket as bucket_seen
from bootstrap.steps.marker import MarkerStep


@dataclass(frozen=True, slots=True)
class RoomOptions:
    """`job` names the output as a labelling job's name would; `workers` people label each picture."""

    job: str = "cars"
    manifest: str = bucket_files.MANIFEST
    workers: int = 1


class Room:
    """`say` is told what the person who serves must know; `now` in epoch seconds. Any thread may call the methods."""

    def __init__(self, files: BucketFiles, votes: Votes, now: Callable[[], float], say: Callable[[str], None]) -> None:
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


def opened(session: AccountSession, event: Event, wanted: RoomOptions, say: Callable[[str], None]) -> Room:
    """With what was said before. Writes to AWS if there was something: a death may have come between the two files.

    Raises BadInput (EB-600 to EB-605), Refused, and what a client raises.
    """
    account = session.account
    names = Names.of(event, account)
    found = access.build(account, names).check(session)
    if found.verdict is Verdict.READY:
        found = MarkerStep(event, account, names).check(session)
    if found.verdict is Verdict.TODO:
        fix = f"event-bootstrap provision {shlex.quote(account.team)}"
        raise BadInput([Problem("EB-605", "the account was not prepared for this event", account.where, fix=fix)])
    if found.verdict is not Verdict.READY:
        raise Refused(found.code or "EB-585", found.detail)
    files = BucketFiles(session, names.bucket, wanted.job)
    try:
        votes = files.read(files.task(wanted.manifest, wanted.workers))
        if votes.all:
            files.write(votes)
    except ClientError as error:
        raise bucket_seen.refusal(session.client("s3"), names.bucket, error) or error from None
    return Room(files, votes, session.now, say)
