"""One team's labelling at a desk: its votes, in memory and in files that are written to its bucket at each vote."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.people import prepared
from bootstrap.people.labelling import agreement, bucket_files
from bootstrap.people.labelling.agreement import TeamAgreement
from bootstrap.people.labelling.bucket_files import BucketFiles
from bootstrap.people.labelling.pictures import LARGEST
from bootstrap.people.labelling.state import LabellingState, Seat
from bootstrap.people.labelling.voting import Task, Vote, Votes
from bootstrap.steps.dataset import bucket as bucket_seen


@dataclass(frozen=True, slots=True)
class RoomOptions:
    """`job` stands in the output's path as a labelling job's name does; `workers`: people who label each picture."""

    job: str = "cars"
    manifest: str = bucket_files.MANIFEST
    workers: int = 1


class Room:
    """The state of one team's labelling. Any thread may call the methods.

    `say` is called with messages for the person who runs the server; `now` returns epoch seconds.
    """

    def __init__(self, files: BucketFiles, votes: Votes, now: Callable[[], float], say: Callable[[str], None]) -> None:
        self.files, self.say, self._now = files, say, now
        self._state = LabellingState(votes.task, votes.all, votes.compared)
        self._agreement: TeamAgreement | None = None
        self._lock = threading.Lock()

    @property
    def task(self) -> Task:
        return self._state.task

    @property
    def region(self) -> str:
        return self.files.session.region

    @property
    def output(self) -> str:
        return self.files.address(self.files.output)

    @property
    def votes(self) -> Votes:
        with self._lock:
            return self._state.votes

    def seat(self, worker: str) -> Seat:
        """Return what the worker sees. Their picture stays the same until it is labelled."""
        with self._lock:
            return self._seat(worker)

    def _seat(self, worker: str) -> Seat:
        picture = self._state.given(worker, self._now())
        if picture is not None:
            self._state.take(Vote(picture, worker, "", self._now()))
        return self._state.seat(worker, picture)

    def vote(self, worker: str, picture: str, label: str) -> Seat:
        """Write a vote to the bucket; it counts once it is written, and not at all after `compare`. Writes to AWS.

        Raises Refused, or what a client raises.
        """
        with self._lock:
            vote, before = Vote(picture, worker, label, self._now()), self._state.left
            if not self._state.closed:
                self._keep(self._state.votes.said(vote))
                self._state.take(vote)
            if before and not self._state.left:
                number, output = len(self.task.lines), self.output
                self.say(msg("all {number} pictures are labelled: {output}", number=number, output=output))
            return self._seat(worker)

    def undo(self, worker: str) -> Seat:
        """Delete the worker's latest vote, and give them its picture again. Writes and raises as `vote` does."""
        with self._lock:
            latest = self._state.latest(worker)
            if latest is not None and not self._state.closed:
                self._keep(self._state.votes.without(latest))
                self._state.take(replace(latest, label="", at=self._now()))
            return self._seat(worker)

    def compare(self) -> None:
        """End the labelling, so that nobody corrects an answer by the truth. Without effect while a picture is left.

        Writes to AWS. Raises what a client raises.
        """
        with self._lock:
            if not self._state.left and not self._state.compared:
                self._keep(replace(self._state.votes, compared=True))
                self._state.compared = True

    @property
    def written(self) -> bool:
        """Return True: the bucket has each vote that counts."""
        return True

    def agreement(self) -> TeamAgreement | None:
        """Return how the labels agree with the truth; None before the labelling has ended. Raises as `found` does."""
        with self._lock:
            if self._agreement is None and self._state.closed:
                self._agreement = agreement.found(self.files.session, self.files.bucket, self.files.job)
            return self._agreement

    def picture(self, address: str) -> bytes | None:
        """Return a picture of the task; None if it is gone. API: GetObject. Raises as `agreement.picture` does."""
        return agreement.picture(self.files.session.beside(), self.files.bucket, address, LARGEST)

    def _keep(self, votes: Votes) -> None:
        self.files.write(votes)


def left(votes: Votes) -> int:
    """Return how many pictures are not labelled by enough people yet."""
    return len(votes.task.lines) - len(votes.settled)


def opened(session: AccountSession, event: Event, wanted: RoomOptions, say: Callable[[str], None]) -> Room:
    """Return a room with the votes of earlier runs.

    Writes to AWS if there are any: an earlier run may have ended between writing the two files. Raises BadInput
    (EB-600 to EB-607), Refused, and what a client raises.
    """
    names = prepared.checked(session, event)
    files = BucketFiles(session, names.bucket, wanted.job)
    try:
        votes = files.read(files.task(wanted.manifest, wanted.workers))
        if votes.all:
            files.write(votes)
    except ClientError as error:
        raise bucket_seen.refusal(session.client("s3"), names.bucket, error) or error from None
    return Room(files, votes, session.now, say)
