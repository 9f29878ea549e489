"""Labelling jobs of teams under their pages, and the votes on pictures there.

A vote without a label stands for a picture that a person has before them. Whoever changes votes of a job holds its row
until the commit, and gives the change the next number: a server reads from the others what came after the last number
that it knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bootstrap.engine.run_kind import RunKind
from bootstrap.journal import database
from bootstrap.journal.lease_rows import INSERT, now
from bootstrap.journal.tables import ballots, labelling_jobs, leases
from bootstrap.journal.venue.rows import VenueDatabase


@dataclass(frozen=True, slots=True)
class Ballot:
    """A person's vote on a picture. `label`: "" for a picture before them; `at`: epoch seconds.

    `change`: number of the transaction that wrote it.
    """

    picture: str
    worker: str
    label: str
    at: float
    change: int = 0


@dataclass(frozen=True, slots=True)
class LabellingJob:
    """A job that a team began. `task`: what is labelled, which never changes; times in epoch seconds."""

    account_id: str
    job: str
    team: str
    workers: int
    task: Mapping[str, Any]
    opened: float


@dataclass(frozen=True, slots=True)
class JobNews:
    """Changes in a job. `change`: number of its latest change; `compared`: when the labelling was ended.

    `saved`: number of the change up to which its files are written; `votes`: those written since the number asked for.
    """

    change: int
    compared: float | None
    saved: int
    votes: Sequence[Ballot]


@dataclass(slots=True)
class VotingTurn:
    """A change of one job's votes, committed at the end of its block. `change`: its number; that of the change before,
    once the block has ended without a write.
    """

    change: int
    compared: float | None
    votes: Sequence[Ballot]
    put: list[Ballot] = field(default_factory=list)
    ended: float | None = None

    def write(self, picture: str, worker: str, label: str, at: float) -> None:
        self.put.append(Ballot(picture, worker, label, at, self.change))

    def end(self, at: float) -> None:
        """Note that no vote of this job may change any more."""
        self.ended = at


class Ballots:
    """One event's labelling jobs and votes. Raises Troubled (EB-523) if the database does not answer."""

    def __init__(self, database: VenueDatabase, event: str) -> None:
        self._database, self._event = database, event

    def latest(self, account_ids: Collection[str]) -> dict[str, str]:
        """Return by account the name of the job that was begun last."""
        jobs = labelling_jobs.c
        mine = (jobs.event == self._event) & jobs.account_id.in_(list(account_ids))
        query = sa.select(jobs.account_id, jobs.job).where(mine).order_by(jobs.opened, jobs.job)
        with self._database.begun() as connection:
            return {row.account_id: row.job for row in connection.execute(query)}

    def ends(self, account_id: str) -> dict[str, float | None]:
        """Return by job when the team ended it; None for a job that goes on."""
        jobs = labelling_jobs.c
        mine = (jobs.event == self._event) & (jobs.account_id == account_id)
        with self._database.begun() as connection:
            found = connection.execute(sa.select(jobs.job, jobs.compared).where(mine))
            return {row.job: row.compared for row in found}

    def job(self, account_id: str, job: str) -> LabellingJob | None:
        jobs = labelling_jobs.c
        columns = (jobs.account_id, jobs.job, jobs.team, jobs.workers, jobs.task, jobs.opened)
        with self._database.begun() as connection:
            found = database.rows(connection, sa.select(*columns).where(self._is(labelling_jobs, account_id, job)))
        return LabellingJob(*found[0]) if found else None

    def begin(self, job: LabellingJob, votes: Sequence[Ballot], compared: float | None = None) -> bool:
        """Begin a job with the votes that it has already; return False if it was begun before."""
        row: dict[str, Any] = {"event": self._event, "account_id": job.account_id, "job": job.job, "team": job.team}
        row |= {"workers": job.workers, "task": dict(job.task), "opened": job.opened, "compared": compared}
        row |= {"changes": 1, "saved": 0 if votes else 1, "written": 0, "sha256": "", "token": "", "until": 0.0}
        try:
            with self._database.begun() as connection:
                connection.execute(labelling_jobs.insert().values(row))
                self._put(connection, job.account_id, job.job, [_numbered(each, 1) for each in votes])
        except IntegrityError:
            return False
        return True

    def news(self, account_id: str, job: str, since: int) -> JobNews | None:
        """Return what has changed since a number; None if there is no such job, for example after `journal forget`."""
        jobs = labelling_jobs.c
        query = sa.select(jobs.changes, jobs.compared, jobs.saved).where(self._is(labelling_jobs, account_id, job))
        with self._database.begun() as connection:
            found = connection.execute(query).one_or_none()
            if found is None:
                return None
            votes = self._since(connection, account_id, job, since) if found.changes > since else ()
        return JobNews(found.changes, found.compared, found.saved, votes)

    @contextmanager
    def turn(self, account_id: str, job: str, since: int) -> Iterator[VotingTurn]:
        """Change a job's votes; nobody else does until the end of the block. The turn has what others changed `since`.

        Raises LookupError if there is no such job.
        """
        jobs, here = labelling_jobs.c, self._is(labelling_jobs, account_id, job)
        count = labelling_jobs.update().where(here).values(changes=jobs.changes + 1)
        with self._database.begun() as connection:
            found = connection.execute(count.returning(jobs.changes, jobs.compared)).one_or_none()
            if found is None:
                raise LookupError(job)
            others = self._since(connection, account_id, job, since) if found.changes > since + 1 else ()
            turn = VotingTurn(found.changes, found.compared, others)
            yield turn
            if not turn.put and turn.ended is None:
                # Nothing has changed: the files need not be written again.
                connection.rollback()
                turn.change -= 1
                return
            if turn.ended is not None:
                connection.execute(labelling_jobs.update().where(here).values(compared=turn.ended))
            self._put(connection, account_id, job, turn.put)

    def held(self, account_id: str, kind: RunKind) -> bool:
        """Return True if a run of this kind holds the account now."""
        mine = (leases.c.account_id == account_id) & (leases.c.until >= now()) & (leases.c.token != "")
        query = sa.select(leases.c.command).where(mine)
        with self._database.begun() as connection:
            return any(RunKind.of(each) is kind for each in connection.execute(query).scalars())

    def unwritten(self, token: str) -> list[tuple[str, str]]:
        """Return (account, job) of the jobs whose files lack votes, but those that another process is writing."""
        jobs = labelling_jobs.c
        query = sa.select(jobs.account_id, jobs.job).where(self._to_write(token)).order_by(jobs.account_id, jobs.job)
        with self._database.begun() as connection:
            return [(row.account_id, row.job) for row in connection.execute(query)]

    def take(self, account_id: str, job: str, token: str, seconds: float) -> str | None:
        """Take or renew the lease on a job's files; return the digest of what they should have now, "" if unknown.

        None if another process has the lease, or if there is nothing to write.
        """
        mine = self._is(labelling_jobs, account_id, job) & self._to_write(token)
        query = labelling_jobs.update().where(mine).values(token=token, until=now() + seconds)
        with self._database.begun() as connection:
            return connection.execute(query.returning(labelling_jobs.c.sha256)).scalar_one_or_none()

    def wrote(self, account_id: str, job: str, token: str, change: int, written: int, sha256: str) -> bool:
        """Note that the files have all votes up to a change; False if the lease was lost: they are written anew."""
        here, jobs = self._is(labelling_jobs, account_id, job), labelling_jobs.c
        done = {"saved": change, "written": written, "sha256": sha256}
        with self._database.begun() as connection:
            query = labelling_jobs.update().where(here & (jobs.token == token)).values(done)
            if connection.execute(query).rowcount == 1:
                return True
            # What was written may be older than what the new holder wrote before it.
            connection.execute(labelling_jobs.update().where(here).values(saved=0, sha256=""))
            return False

    def leave(self, token: str) -> None:
        """Give back the leases of a process that ends."""
        mine = (labelling_jobs.c.event == self._event) & (labelling_jobs.c.token == token)
        with self._database.begun() as connection:
            connection.execute(labelling_jobs.update().where(mine).values(token="", until=0.0))

    def _to_write(self, token: str) -> sa.ColumnElement[bool]:
        jobs = labelling_jobs.c
        return (
            (jobs.event == self._event) & (jobs.changes > jobs.saved) & ((jobs.token == token) | (jobs.until < now()))
        )

    def _since(self, connection: sa.Connection, account_id: str, job: str, change: int) -> list[Ballot]:
        """Return the votes in the order of their changes; within one, a vote comes before what it is followed by."""
        votes = ballots.c
        columns = (votes.picture, votes.worker, votes.label, votes.at, votes.change)
        here = self._is(ballots, account_id, job) & (votes.change > change)
        found = connection.execute(sa.select(*columns).where(here).order_by(votes.change, votes.at, votes.label.desc()))
        return [Ballot(*row) for row in found]

    def _put(self, connection: sa.Connection, account_id: str, job: str, votes: Sequence[Ballot]) -> None:
        if not votes:
            return
        insert = INSERT[connection.dialect.name](ballots)
        new = {name: insert.excluded[name] for name in ("label", "at", "change")}
        key = ["event", "account_id", "job", "picture", "worker"]
        here = {"event": self._event, "account_id": account_id, "job": job}
        rows = [
            {**here, "picture": e.picture, "worker": e.worker, "label": e.label, "at": e.at, "change": e.change}
            for e in votes
        ]
        connection.execute(insert.on_conflict_do_update(index_elements=key, set_=new), rows)

    def _is(self, table: sa.Table, account_id: str, job: str) -> sa.ColumnElement[bool]:
        return (table.c.event == self._event) & (table.c.account_id == account_id) & (table.c.job == job)


def _numbered(vote: Ballot, change: int) -> Ballot:
    return Ballot(vote.picture, vote.worker, vote.label, vote.at, change)
