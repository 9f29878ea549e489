"""Threads that renew and give back leases, and that feed and close the writer, in many orders."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bootstrap.journal import leases as leases_module
from bootstrap.journal import writer as writer_module
from bootstrap.journal.lease_rows import Holder
from bootstrap.journal.leases import Leases
from bootstrap.journal.writer import JournalRow, Writer
from tests.interleavings import explored, shuffled

_MOST = 12
_ME = Holder("me", "ops", "provision", "run", "cars", "here", 1)


class _Unstarted:
    """The thread of a class under test: a worker of the exploration does its work."""

    def __init__(self, target: Callable[[], None], **_: Any) -> None:
        self.target, self.ended = target, threading.Event()

    def start(self) -> None: ...

    def run_here(self) -> None:
        self.target()
        self.ended.set()

    def is_alive(self) -> bool:
        return not self.ended.is_set()

    def join(self, timeout: float | None = None) -> None:
        self.ended.wait()


class _NoLock:
    """A lock that locks nothing: the planted bug."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class _Engine:
    """A database without a server; `rows` below takes the place of its statements."""

    @contextmanager
    def begin(self) -> Iterator[None]:
        yield


class _Rows:
    """The table of leases: which accounts are this run's. Renewing takes two steps, as the database does."""

    def __init__(self) -> None:
        self.mine: set[str] = set()

    def renew(self, connection: None, token: str, ttl: float) -> frozenset[str]:
        return frozenset(self.mine)

    def take(self, connection: None, free: set[str], *_: Any) -> tuple[frozenset[str], dict[str, Holder]]:
        self.mine |= free
        return frozenset(free), {}

    def holders(self, connection: None, accounts: set[str]) -> dict[str, Holder]:
        return {}

    def noticed(self, connection: None, accounts: set[str]) -> set[str]:
        return set()

    def give_back(self, connection: None, token: str, done: set[str]) -> None:
        self.mine -= done

    def leave(self, connection: None, token: str) -> None: ...


class Renewing:
    """A run's leases on two accounts: its thread renews them while the run gives one back."""

    def __init__(self, lock: Callable[[], Any] | None = None) -> None:
        self.rows = _Rows()
        vars(leases_module)["rows"] = self.rows
        self.leases = Leases(_Engine(), _ME, ("a", "b"), on_hold=True)  # type: ignore[arg-type]
        if lock:
            self.leases._lock = lock()

    def renew(self) -> None:
        self.leases._renew()

    def give_back(self) -> None:
        self.leases.give_back("a")
        self.leases._return()

    def holds(self) -> bool:
        """What was given back is neither held nor lost to somebody else; the other account is still held."""
        self.leases._return()
        return self.leases._sure.keys() == {"b"} and not self.leases._lost


class Writing:
    """A writer whose database fails once; two threads put rows and one closes it."""

    def __init__(self, make: Callable[..., Writer] | None = None) -> None:
        self.kept: list[str] = []
        self.early = False
        self.fails = 1
        self.writer = (make or _Writer)(self)

    def run(self) -> None:
        self.writer._thread.run_here()  # type: ignore[attr-defined]

    def put(self) -> None:
        self.writer.put(_row("a"))
        self.writer.put(lambda: [_row("b"), _row("c")])
        # The exploration may let the time pass before the writer's turn comes: then nothing is promised.
        self.early = self.writer.flush(100.0) and self.kept != ["a", "b", "c"]
        self.writer.put(_row("d"))
        self.writer.close(100.0)

    def holds(self) -> bool:
        """Each row is written once, in the order it came, and before it is said to be."""
        return self.kept == ["a", "b", "c", "d"] and not self.early


def _row(name: str) -> JournalRow:
    return JournalRow("events", {"name": name})


class _Writer(Writer):
    """The database is a list."""

    def __init__(self, scene: Writing) -> None:
        self.scene = scene
        super().__init__(_Engine(), None)  # type: ignore[arg-type]

    def _commit(self) -> bool:
        if self._pending and self.scene.fails:
            self.scene.fails -= 1
            return False
        self.scene.kept += [row.values["name"] for row in self._pending]
        self._pending.clear()
        return True


class _Hasty(_Writer):
    """Planted bug: rows come past the queue, and what comes while others are written is thrown away with them."""

    def put(self, item: Any) -> None:
        self._take(item, self._pending)
        super().put(list)

    def _commit(self) -> bool:
        self.scene.kept += [row.values["name"] for row in self._pending]
        self._pending = []
        return True


class _Instead:
    """A module of which some names are others."""

    def __init__(self, module: Any, **others: Any) -> None:
        self._module = module
        vars(self).update(others)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (leases_module, writer_module):
        monkeypatch.setattr(module, "threading", _Instead(threading, Thread=_Unstarted))
    monkeypatch.setattr(leases_module, "rows", vars(leases_module)["rows"])
    # While the writer gathers, everything else would come: it is to meet what comes while it writes.
    monkeypatch.setattr(writer_module, "_GATHER", 0.0)
    # SimpleQueue waits in C, where the scheduler cannot see it.
    monkeypatch.setattr(writer_module, "queue", _Instead(queue, SimpleQueue=queue.Queue))
    monkeypatch.setattr(leases_module, "elapsed", lambda: 1000.0)


def renewed(setup: Callable[[], Renewing]) -> Any:
    return explored(setup, [Renewing.renew, Renewing.give_back], Renewing.holds, _MOST)


def test_in_whatever_order_leases_are_renewed_what_was_given_back_stays_so() -> None:
    result = renewed(Renewing)
    assert result.property_holds, result.explanation
    assert result.num_explored > 3


def test_without_the_lock_of_the_leases_a_race_is_found() -> None:
    assert renewed(lambda: Renewing(_NoLock)).property_holds is False


@pytest.mark.parametrize("explore", [explored, shuffled])
def test_in_whatever_order_rows_come_the_writer_keeps_each_once_and_in_order(explore: Callable[..., Any]) -> None:
    result = explore(Writing, [Writing.run, Writing.put], Writing.holds, _MOST)
    assert result.property_holds, result.explanation
    assert result.num_explored > 3


def test_rows_that_come_past_the_queue_are_found_to_be_lost() -> None:
    assert shuffled(lambda: Writing(_Hasty), [Writing.run, Writing.put], Writing.holds, _MOST).property_holds is False
