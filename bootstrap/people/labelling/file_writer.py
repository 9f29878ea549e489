"""Votes under the teams' pages -> the files of their jobs in the teams' buckets. One process at a time writes a job.

Not at each vote: what came within some seconds is written at once. Whoever dies while it writes a job loses its lease,
and another server writes the files again from the rows.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bootstrap.errors import Troubled
from bootstrap.errors.message import msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.ballots import Ballots
from bootstrap.people.labelling import voting
from bootstrap.people.labelling.team_bucket import TeamBuckets
from bootstrap.people.labelling.team_labelling import TeamLabelling
from bootstrap.people.labelling.team_labellings import TeamLabellings

_log = logging.getLogger(__name__)
# Seconds of a lease; after two thirds of them the holder no longer relies on it.
LEASE = 30.0
_SURE = LEASE * 2 / 3
# Seconds between two writes of a job, and between two looks for jobs to write.
_APART, _EVERY = 5.0, 1.0
# Jobs at the same time.
_AT_ONCE = 4
# Seconds after which a job whose files could not be written is tried again.
_LATER = 15.0


class LabelFileWriter:
    """Writes the files of all jobs, from a thread of its own after `start`. Writes to AWS: PutObject, twice for a job.

    `account_of`: id -> the team's account, None if nothing may be written there now. `act(account, said, outcome)`
    records in the journal; `clock`: monotonic seconds.
    """

    def __init__(
        self,
        ballots: Ballots,
        labellings: TeamLabellings,
        buckets: TeamBuckets,
        account_of: Callable[[str], TeamAccount | None],
        act: Callable[[TeamAccount, str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ballots, self._labellings, self._buckets = ballots, labellings, buckets
        self._account_of, self._act, self._clock = account_of, act, clock
        self._token = uuid.uuid4().hex
        self._next: dict[tuple[str, str], float] = {}
        self._sha256: dict[tuple[str, str], str] = {}
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="labels")
        self._awake, self._closed = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write, unless that was done before."""
        with self._starting:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._forever, name="label-files", daemon=True)
                self._thread.start()

    def soon(self) -> None:
        """Look at once for what is to be written: a labelling has ended, and people wait for it."""
        self._awake.set()

    def close(self) -> None:
        """Write what is left, and give the leases back, so that another server need not wait for their end."""
        self._closed.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join()
            self._look(last=True)
            try:
                self._ballots.leave(self._token)
            except Troubled:
                _log.warning("the leases of labelling jobs could not be given back")
        self._pool.shutdown()

    def _forever(self) -> None:
        while not self._closed.is_set():
            self._look()
            self._awake.wait(_EVERY)
            self._awake.clear()

    def _look(self, last: bool = False) -> None:
        try:
            found = self._ballots.unwritten(self._token)
        except Troubled:
            # What is in the rows is not lost: the next look finds it.
            return
        list(self._pool.map(lambda job: self._try(job[0], job[1], last), found))

    def _try(self, account_id: str, job: str, last: bool) -> None:
        try:
            self.write(account_id, job, last)
        except Troubled:
            return
        except Exception:
            _log.exception("the labels of job %s in account %s could not be written", job, account_id)
            self._next[account_id, job] = self._clock() + _LATER

    def write(self, account_id: str, job: str, now: bool = False) -> bool:
        """Write a job's files if that is due, or `now`, and nobody else is at it; return True if they are up to date.

        Raises Troubled (EB-523), Refused, and what a client raises.
        """
        account, key = self._account_of(account_id), (account_id, job)
        labelling = self._labellings.job(account, job) if account else None
        if account is None or labelling is None:
            return False
        progress = labelling.progress()
        if not now and progress.done < progress.total and self._clock() < self._next.get(key, 0.0):
            return False
        began = self._clock()
        if (known := self._ballots.take(account_id, job, self._token, LEASE)) is None:
            return False
        votes, change = labelling.read()
        manifest = votes.manifest()
        sha256 = hashlib.sha256(manifest.encode()).hexdigest()
        stored = voting.stored(votes)
        both = hashlib.sha256(f"{sha256} {stored}".encode()).hexdigest()
        new = both != self._sha256.get(key)
        if new or known != sha256:
            files = self._buckets.writing(account, job)
            writes: tuple[tuple[Callable[[str], None], str], ...]
            writes = ((files.put_votes, stored), (files.put_output, manifest))
            for write, text in writes:
                if self._clock() - began > _SURE:
                    return False
                write(text)
        self._next[key] = self._clock() + _APART
        written = manifest.count("\n")
        if not self._ballots.wrote(account_id, job, self._token, change, written, sha256):
            self._sha256.pop(key, None)
            return False
        if new:
            self._sha256[key] = both
            self._note(account, labelling, written, sha256)
        return True

    def _note(self, account: TeamAccount, labelling: TeamLabelling, written: int, sha256: str) -> None:
        """Record files that have all labels: what is scored later can be held against them."""
        if written == len(labelling.task.lines):
            said = msg(
                "job {job}: {labels} labels of {pictures} pictures written, SHA-256 of the output manifest {sha256}",
                job=labelling.job,
                labels=written,
                pictures=len(labelling.task.lines),
                sha256=sha256,
            )
            self._act(account, said, "ended" if labelling.progress().closed else "done")
