"""One team's labelling: which picture each person sees, and their votes, written to the team's bucket at once."""

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
        self.files, self.votes, self.say, self._now = files, votes, say, now
        self._before: dict[str, str] = {}
        self._agreement: TeamAgreement | None = None
        self._lock = threading.Lock()

    @property
    def task(self) -> Task:
        return self.votes.task

    def given(self, worker: str) -> str | None:
        """Return the worker's picture, the same until it is labelled; None if no picture is left for them."""
        with self._lock:
            before = self._before.pop(worker, None)
            found = before if before in self.votes.left(worker) else self.votes.given(worker, self._before.values())
            if found is not None:
                self._before[worker] = found
            return found

    def vote(self, worker: str, picture: str, label: str) -> None:
        """Write a vote to the bucket; it counts once it is written, and not at all after `compare`. Writes to AWS.

        Raises Refused, or what a client raises.
        """
        with self._lock:
            if self.votes.closed:
                return
            self._keep(self.votes.said(Vote(picture, worker, label, self._now())))
            self._before.pop(worker, None)

    def undo(self, worker: str) -> None:
        """Delete the worker's latest vote, and give them its picture again. Writes and raises as `vote` does."""
        with self._lock:
            latest = self.votes.latest(worker)
            if latest is not None and not self.votes.closed:
                self._keep(self.votes.without(latest))
                self._before[worker] = latest.picture

    def compare(self) -> None:
        """End the labelling, so that nobody corrects an answer by the truth. Without effect while a picture is left.

        Writes to AWS. Raises what a client raises.
        """
        with self._lock:
            if not left(self.votes) and not self.votes.compared:
                self._keep(replace(self.votes, compared=True))

    def agreement(self) -> TeamAgreement | None:
        """Return how the labels agree with the truth; None before the labelling has ended. Raises as `found` does."""
        with self._lock:
            if self._agreement is None and self.votes.closed:
                self._agreement = agreement.found(self.files.session, self.files.bucket, self.files.job)
            return self._agreement

    def _keep(self, votes: Votes) -> None:
        self.files.write(votes)
        before, self.votes = self.votes, votes
        if not left(votes) and left(before):
            output = self.files.address(self.files.output)
            self.say(msg("all {number} pictures are labelled: {output}", number=len(self.task.lines), output=output))


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
