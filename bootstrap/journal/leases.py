"""Leases: only one operator at a time works on an account. Taken before a run, renewed while it runs, given back."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.engine.hold import Hold
from bootstrap.engine.states import Again, Outcome, Settled
from bootstrap.errors import Paused, clean
from bootstrap.errors.message import msg
from bootstrap.journal import database, database_errors, holds, operators
from bootstrap.journal import lease_rows as rows
from bootstrap.journal.lease_rows import Holder
from bootstrap.journal.tables import leases as table

# Seconds that a crashed run keeps its lease. The run itself relies on two thirds of them only: this allows for slow
# calls, and for another machine's clock.
TTL = 90.0
_SURE = 2 / 3
_RENEWALS = 4.5
_SOON = 2.0
_LAST = 1.5
# How often the first renewal is tried, two seconds apart, and how long a run waits for its database later on.
_FIRST_TRIES = 5
_GIVEN_UP = 900.0


def holder(actor: str, command: str, run: str, event: str) -> Holder:
    """Return this process as a holder of leases."""

    def fitting(name: str, text: str) -> str:
        return clean(text)[: getattr(table.c[name].type, "length", None)]

    who, with_what = fitting("actor", actor), fitting("command", command)
    machine = fitting("machine", operators.machine())
    return Holder(uuid.uuid4().hex, who, with_what, fitting("run", run), fitting("event", event), machine, os.getpid())


class Leases:
    """One run's leases on its accounts. Checking one costs no call. An account on hold gets none, and a run loses its
    lease on one that is put on hold.

    `over`: also take accounts that others hold. `taken_over(account_id, whose)` is called for each, and the account
    pauses until the other run has noticed at its next renewal, or can no longer rely on its lease. While the database
    does not answer, accounts pause once their leases are uncertain.
    """

    def __init__(
        self,
        engine: sa.Engine,
        me: Holder,
        accounts: Collection[str],
        over: bool = False,
        taken_over: Callable[[str, Holder], None] = lambda account_id, whose: None,
        ttl: float | None = None,
        on_hold: bool = False,
    ) -> None:
        self._engine, self._me, self._over, self._taken_over = engine, me, over, taken_over
        self._ttl, self._also_held = TTL if ttl is None else ttl, on_hold
        self._sure = dict.fromkeys(accounts, 0.0)
        self._from: dict[str, float] = {}
        self._lost: dict[str, Settled] = {}
        self.whose: dict[str, Holder | None] = {}
        self.on_hold: dict[str, Hold] = {}
        self._done: set[str] = set()
        self._lock = threading.Lock()
        self._stirred = threading.Event()
        self._closing = False
        # Why no lease can be relied on any more; None while the database may still answer.
        self._broken: Settled | None = None
        self._silent_since: float | None = None
        self._begin()
        self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)
        self._thread.start()

    @property
    def pace(self) -> float:
        """Seconds between renewals."""
        return self._ttl / _RENEWALS

    def held(self, account_id: str) -> bool:
        """Return True if the run may write to the account. Raises Paused (EB-522) while that is unknown."""
        obstacle = self.obstacle(account_id)
        if isinstance(obstacle, Again):
            raise Paused(obstacle.code or "", obstacle.detail)
        return obstacle is None and account_id in self._sure

    def obstacle(self, account_id: str) -> Settled | Again | None:
        """Return what keeps the run from visiting the account; None if nothing does."""
        if account_id in self._lost:
            return self._lost[account_id]
        if self._broken:
            return self._broken
        moment, begins = elapsed(), self._from.get(account_id, 0.0)
        if moment < begins:
            return Again(begins - moment, Outcome.WAITING, _taken_over_now(), "EB-524", unseen=True)
        if self._sure.get(account_id, moment) < moment:
            # Wake the thread: while a laptop sleeps, the clock by which the thread waits stands still.
            self._stirred.set()
            return Again(_SOON, Outcome.WAITING, _uncertain(), "EB-522", unseen=True)
        return None

    def elsewhere(self) -> frozenset[str]:
        """Return the accounts that another operator works on. That operator's run records their results."""
        return frozenset(self._lost)

    def give_back(self, account_id: str) -> None:
        """Give the account back: the run is done with it, and others may work on it."""
        with self._lock:
            if self._sure.pop(account_id, None) is not None:
                self._done.add(account_id)
        self._stirred.set()

    def close(self) -> None:
        """Give back all leases, within about a second; a lease that cannot be given back expires."""
        with self._lock:
            self._done |= self._sure.keys()
            self._sure.clear()
            self._closing = True
        self._stirred.set()
        self._thread.join(_LAST)

    def _keep(self) -> None:
        renewed = elapsed()
        while not self._closing:
            pause = min(self.pace, _SOON) if self._unsure() or self._awaited() else self.pace
            self._stirred.wait(max(0.0, renewed + pause - elapsed()))
            self._stirred.clear()
            self._return()
            if elapsed() >= renewed + pause and not self._closing:
                renewed = elapsed()
                self._renew()
        self._return()

    def _unsure(self) -> set[str]:
        moment = elapsed()
        with self._lock:
            return {account for account, until in self._sure.items() if until <= moment}

    def _awaited(self) -> set[str]:
        """Accounts taken over from runs that may not have noticed."""
        moment = elapsed()
        with self._lock:
            return {account for account in self._sure if self._from.get(account, 0.0) > moment}

    def _return(self) -> None:
        with self._lock:
            done, self._done = self._done, set()
        if not done:
            return
        try:
            with self._engine.begin() as connection:
                rows.give_back(connection, self._me.token, done)
        except (SQLAlchemyError, OSError):
            with self._lock:
                self._done |= done

    def _renew(self) -> None:
        """Renew leases and take free accounts. Nothing changes if the database does not answer."""
        asked, unsure = elapsed(), self._unsure()
        with self._lock:
            wanted = set(self._sure)
            # Only at the start: an account that was taken over from this run since then is not taken back.
            over = {account for account, until in self._sure.items() if not until} if self._over else set()
        try:
            with self._engine.begin() as connection:
                on_hold = {} if self._also_held else holds.read(connection, self._me.event)
                wanted -= on_hold.keys()
                mine = rows.renew(connection, self._me.token, self._ttl) & wanted
                more, others = rows.take(connection, (wanted - mine) & unsure, self._me, self._ttl, over)
                others |= rows.holders(connection, wanted - mine - unsure)
                noticed = rows.noticed(connection, self._awaited())
        except (SQLAlchemyError, OSError) as error:
            self._failed(error, asked)
            return
        self._silent_since = None
        self._keep_away(on_hold)
        self._note(asked, mine | more, others)
        self._go_on(asked, noticed)
        if wanted - mine - more:
            self._leave()

    def _begin(self) -> None:
        """Take the leases for the first time. Raises Troubled (EB-523, EB-395) if the database does not answer."""
        for tries_left in reversed(range(_FIRST_TRIES)):
            self._renew()
            if self._silent_since is None:
                return
            if self._broken or not tries_left:
                raise database.unanswered(self._why)
            self._stirred.wait(_SOON)

    def _failed(self, error: SQLAlchemyError | OSError, moment: float) -> None:
        """Note that the database did not answer; in the end, or if it never will, the accounts are given up."""
        self._why: SQLAlchemyError | OSError = error
        self._silent_since = moment if self._silent_since is None else self._silent_since
        if database_errors.final(error):
            words = msg("the journal cannot be used any more: {cause}", cause=database_errors.words(error))
            self._broken = Settled(Outcome.FAILED, words, "EB-395", "EB-395", unseen=True)
        elif moment - self._silent_since > _GIVEN_UP:
            words = msg("the journal's database has not answered for {minutes} minutes", minutes=round(_GIVEN_UP / 60))
            self._broken = Settled(Outcome.FAILED, words, "EB-523", "EB-523", unseen=True)

    def _go_on(self, asked: float, noticed: Collection[str]) -> None:
        with self._lock:
            for account in noticed:
                # By then the calls that the other run had sent are answered.
                self._from[account] = min(self._from[account], asked + _SOON)

    def _leave(self) -> None:
        """Tell the other run that this one no longer writes there; if that fails, it waits for the lease to expire."""
        with contextlib.suppress(SQLAlchemyError, OSError), self._engine.begin() as connection:
            rows.leave(connection, self._me.token)

    def _keep_away(self, on_hold: Mapping[str, Hold]) -> None:
        """Give up the accounts that were put on hold; the run no longer writes there."""
        with self._lock:
            for account in on_hold.keys() & self._sure.keys():
                self.on_hold[account], self._lost[account] = on_hold[account], _on_hold(on_hold[account])
                del self._sure[account]
                self._done.add(account)
        if on_hold:
            self._stirred.set()

    def _note(self, asked: float, mine: frozenset[str], others: dict[str, Holder]) -> None:
        with self._lock:
            had = {account for account, until in self._sure.items() if until}
            for account in mine & self._sure.keys():
                self._sure[account] = asked + self._ttl * _SURE
            for account in self._sure.keys() - mine:
                self.whose[account] = others.get(account)
                self._lost[account] = _told(others.get(account), account in had)
                del self._sure[account]
            for account in mine & others.keys():
                self._from[account] = asked + self._ttl * _SURE
        for account in sorted(mine & others.keys()):
            self._taken_over(account, others[account])


def elapsed() -> float:
    """Return seconds of a monotonic clock that also counts while a laptop sleeps."""
    if not hasattr(time, "clock_gettime"):
        return time.monotonic()
    # On macOS CLOCK_MONOTONIC counts the time asleep; on Linux CLOCK_BOOTTIME does.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _told(other: Holder | None, had: bool) -> Settled:
    token, facts = "", {}
    if other:
        token = other.token
        facts = {name: getattr(other, name) for name in ("actor", "command", "run", "machine", "since", "until")}
    code, words = ("EB-521", _lost(other)) if had else ("EB-520", _held(other))
    return Settled(Outcome.ELSEWHERE, words, code, f"{code}:{token}", facts, unseen=True)


def _on_hold(hold: Hold) -> Settled:
    return Settled(Outcome.ELSEWHERE, hold.words, "EB-735", f"EB-735:{hold.reason}", unseen=True)


def _lost(other: Holder | None) -> str:
    if other is None:
        return msg("taken over by another operator; this run no longer writes to the account")
    return msg("taken over by {who}; this run no longer writes to the account", who=words(other))


def _held(other: Holder | None) -> str:
    if other is None:
        return msg("another operator is working here; this run left it alone")
    until = datetime.fromtimestamp(other.until, UTC).astimezone()
    return msg(
        "{who} is working here, with a lease until {time} that it renews while it runs; this run left it alone",
        who=words(other),
        time=f"{until:%H:%M:%S}",
    )


def _taken_over_now() -> str:
    return msg("account taken over; waiting until the other run has noticed, or its lease has expired")


def _uncertain() -> str:
    return msg(
        "the journal's database does not answer, and another operator might take this account; nothing is written"
    )


def words(other: Holder) -> str:
    """Return who holds the lease, with which command and since when, as a message."""
    since = datetime.fromtimestamp(other.since, UTC).astimezone()
    return msg("{actor} ({command}, since {time})", actor=other.actor, command=other.command, time=f"{since:%H:%M:%S}")
