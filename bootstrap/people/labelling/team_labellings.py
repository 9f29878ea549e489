"""The labelling jobs of all teams: which one a team is at, and how one is begun."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, Problem, Troubled
from bootstrap.errors.message import counted, msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.ballots import Ballot, Ballots, LabellingJob
from bootstrap.people.labelling import bucket_files
from bootstrap.people.labelling.bucket_files import BucketFiles
from bootstrap.people.labelling.team_bucket import TeamBuckets
from bootstrap.people.labelling.team_labelling import LabellingProgress, TeamLabelling, row_of
from bootstrap.people.labelling.voting import Task, Votes
from bootstrap.steps.dataset import bucket as bucket_seen

# The name of a team's first job; the labs' guides name it.
FIRST_JOB = "cars"
_MOST_JOBS = 20
# Bounds of a job under a team's page: its lines are a row of the journal, and each class is a button.
_MOST_PICTURES, _MOST_BYTES, _LONGEST_CLASS = 2000, 1_000_000, 128
# Seconds for which it is believed that a team is at the same job, and that nobody began another one.
_FRESH = 5.0


@dataclass(frozen=True, slots=True)
class LabellingOffer:
    """Pictures to begin with. `own`: by the team's own manifest; else all pictures that the tool put there."""

    pictures: int
    classes: tuple[str, ...]
    own: bool


class TeamLabellings:
    """The jobs of all teams on one server. Any thread may call the methods. `now` returns epoch seconds.

    They raise Troubled (EB-523) if the journal's database does not answer.
    """

    def __init__(self, ballots: Ballots, buckets: TeamBuckets, now: Callable[[], float]) -> None:
        self._ballots, self._buckets, self._now = ballots, buckets, now
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], TeamLabelling] = {}
        self._latest: dict[str, tuple[float, str]] = {}

    def of(self, account: TeamAccount) -> TeamLabelling | None:
        """Return the job that the team began last; None before its first one."""
        at, name = self._latest.get(account.account_id, (float("-inf"), ""))
        if not (name and 0 <= self._now() - at < _FRESH):
            try:
                name = self._present(account)
            except Troubled:
                # Who votes is told that by the vote itself, which then can be sent again.
                if not name:
                    raise
            self._latest[account.account_id] = (self._now(), name)
        return self.job(account, name) if name else None

    def job(self, account: TeamAccount, name: str) -> TeamLabelling | None:
        key = (account.account_id, name)
        if key not in self._open:
            found = self._ballots.job(*key)
            if found is None:
                return None
            with self._lock:
                # Two of them would count the same votes, each in its own order.
                self._open.setdefault(key, TeamLabelling(self._ballots, account, found, self._buckets, self._now))
        return self._open[key]

    def progress(self, account: TeamAccount) -> LabellingProgress | None:
        """Return how far the team is; None before its first job, and while the database does not answer."""
        try:
            found = self.of(account)
            return found.progress() if found else None
        except Troubled:
            return None

    def offer(self, account: TeamAccount) -> LabellingOffer:
        """Return what the team can begin to label. API: ListObjectsV2, GetObject. Raises as `BucketFiles.task` does."""
        files = self._buckets.reading(account, FIRST_JOB)
        task = self._task(files, 1)
        return LabellingOffer(len(task.lines), task.classes, files.has(bucket_files.MANIFEST))

    def begin(self, account: TeamAccount, workers: int, before: str = "") -> TeamLabelling:
        """Begin a job in which so many people label each picture; `before`: name of the job that it follows.

        If somebody has begun one meanwhile, that is the team's job. A job that `label` began at a desk goes on here.
        API: as `offer`. Raises BadInput (EB-600 to EB-607, EB-785, EB-786), and what a client raises.
        """
        if self._ballots.held(account.account_id, RunKind.LABEL):
            what, fix = msg("the support staff serve a labelling page for this team"), msg("label there, or end it")
            raise BadInput([Problem("EB-785", what, account.where, fix=fix)])
        if self._present(account) == before:
            self._begin(account, workers, before)
        self._latest.pop(account.account_id, None)
        found = self.of(account)
        assert found is not None
        return found

    def _present(self, account: TeamAccount) -> str:
        return self._ballots.latest([account.account_id]).get(account.account_id, "")

    def _begin(self, account: TeamAccount, workers: int, before: str) -> None:
        for name in _names():
            files = self._buckets.reading(account, name)
            task = self._task(files, workers)
            votes = self._votes(files, task)
            if votes is None:
                continue
            job = LabellingJob(account.account_id, name, account.team, workers, row_of(task), self._now())
            made = [Ballot(task.identity(each.picture), each.worker, each.label, each.at) for each in votes.all]
            # The name may be that of an earlier job, or somebody began one at the same moment.
            if self._ballots.begin(job, made) or self._present(account) != before:
                return

    def _votes(self, files: BucketFiles, task: Task) -> Votes | None:
        """Return the votes that a desk left in the bucket; None if the job's name is taken by other labels."""
        try:
            found = files.read(task)
        except BadInput as bad:
            if bad.problems[0].code in ("EB-603", "EB-604"):
                return None
            raise
        return None if found.compared or any(len(each.worker) > 128 for each in found.all) else found

    def _task(self, files: BucketFiles, workers: int) -> Task:
        try:
            task = files.task(bucket_files.MANIFEST, workers)
        except ClientError as error:
            raise bucket_seen.refusal(files.session.client("s3"), files.bucket, error) or error from None
        size = len(json.dumps(row_of(task)))
        if len(task.lines) > _MOST_PICTURES or size > _MOST_BYTES:
            what = counted("{count} picture is too much for this page", "{count} pictures are too many for this page",
                           len(task.lines))  # fmt: skip
            raise BadInput([Problem("EB-786", what, files.address(bucket_files.MANIFEST))])
        if any(len(each) > _LONGEST_CLASS for each in task.classes):
            raise BadInput([Problem("EB-786", msg("the name of a class is too long"), files.address("labels.json"))])
        return task


def _names() -> Iterator[str]:
    yield FIRST_JOB
    yield from (f"{FIRST_JOB}-{number}" for number in range(2, _MOST_JOBS + 1))
