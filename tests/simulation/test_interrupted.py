"""Runs that are interrupted or killed at any call: what was known of the accounts before is known after it.

SEEDS=n (make soak) draws so many moments instead of a few.
"""

from __future__ import annotations

import gc
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bootstrap.aws.kinds import KINDS
from bootstrap.aws.operations import only_reads
from bootstrap.cli.commands.choice import Choice, chosen
from bootstrap.cli.commands.follow import StandingReader
from bootstrap.errors import INTERRUPTED, NothingToDo
from bootstrap.journal import database, leases
from bootstrap.journal import lease_rows as rows
from bootstrap.journal.journal import Journal
from bootstrap.journal.standing import Standing
from bootstrap.people.web.hall import screen
from bootstrap.steps import baseline
from bootstrap.sweep import plan
from bootstrap.sweep.plan import Sweep
from tests import few_regions
from tests.forked_worlds import in_a_fork
from tests.one_process import rehearsed_here
from tests.runs import Rehearsed, choice, folder

_SERVICES = frozenset({"cloudformation", "s3", "sagemaker", "ssm"})
MOMENTS = int(os.environ.get("SEEDS", "4"))


class Killed(BaseException):
    """Stands for kill -9: nothing of the run's end happens."""


@dataclass
class Ends:
    """A tap that ends the run at its n-th call, before it is sent or after it was answered."""

    call: int
    moment: str
    how: type[BaseException]
    writes: bool = False
    seen: int = 0

    def __call__(self, moment: str, account: str, service: str, operation: str) -> None:
        if self.writes and only_reads(service, operation):
            return
        self.seen += moment == "before"
        if (moment, self.seen) == (self.moment, self.call):
            raise self.how


@dataclass
class Told:
    """The event's folder, its journal and the accounts; each run has a name of its own."""

    world: Rehearsed
    asked: Choice
    number: int = 0

    def run(self, work: Callable[..., Any], tap: Any = None, **how: Any) -> int | None:
        """Return the exit code of a run, or None if it was killed: then its leases have expired."""
        self.number += 1
        run = f"run-{self.number}"
        with Journal(self.asked.journal_path) as journal:
            try:
                ran, _ = work(tap=tap, journal=journal, change=lambda place: replace(place, run=run), **how)
            except Killed:
                self._lapsed(run)
                return None
        code: int = ran.summary.exit_code
        return code

    def standing(self) -> Standing:
        with closing(StandingReader(self.asked, self.world.inputs, self.world.inputs.accounts)) as reader:
            return reader.read()

    def words(self, standing: Standing | None = None) -> list[str]:
        standing = standing or self.standing()
        tiles = screen.parts(self.world.inputs, time.time(), "en", standing)
        found = [standing.word(each).value for each in standing.summary.accounts]
        for number, word in enumerate(found, 1):
            assert f'class="tile {word}' in tiles[f"tile-{number}"]
        return found

    def failed(self) -> list[str]:
        try:
            return [each.team for each in chosen(replace(self.asked, failed=True), self.world.inputs)]
        except NothingToDo:
            return []

    def _lapsed(self, run: str) -> None:
        engine = database.connect(self.asked.journal_path)
        with engine.begin() as connection:
            me = leases.holder("ana on desk", "provision", run, self.world.inputs.event.name)
            rows.take(connection, [each.account_id for each in self.world.inputs.accounts], me, -1.0)
        engine.dispose()


def _changing(told: Told) -> dict[str, Any]:
    """One account is ready when runs over both are ended at a write to the other, and at reads of sweeps of both."""
    found: dict[str, Any] = {}

    def look(name: str) -> None:
        standing = told.standing()
        accounts = standing.summary.accounts
        cut = [[step for step, seen in each.steps.items() if seen.code == "EB-392"] for each in accounts]
        found[name] = (told.words(standing), [bool(each) for each in cut], told.failed())

    provision, sweep = told.world.provision, told.world.sweep

    def one(**how: Any) -> Any:
        return provision("team-1", **how)

    def stop(**how: Any) -> Any:
        return sweep(Sweep(stop_only=True), **how)

    assert told.run(one) == 0
    look("one of two")
    for name, how in (("interrupted", KeyboardInterrupt), ("killed", Killed)):
        # The first write of an account is its marker.
        told.run(provision, Ends(4, "after", how, writes=True))
        look(f"{name} at a write")
    assert told.run(provision) == 0
    look("both")
    found["again"] = list(_again_and_again(told))
    for name, how in (("interrupted", KeyboardInterrupt), ("killed", Killed)):
        told.run(sweep, Ends(3, "after", how))
        told.run(stop, Ends(3, "after", how))
        look(f"sweeps {name} while they looked")
    assert told.run(stop) == 0
    look("stopped")
    told.run(provision, Ends(3, "after", KeyboardInterrupt))
    look("stopped, and a preparation interrupted while it looked")
    told.run(sweep, Ends(1, "after", Killed, writes=True))
    look("a sweep killed at a write")
    assert told.run(sweep) == 0
    look("clean")
    for how in (KeyboardInterrupt, Killed):
        told.run(sweep, Ends(3, "after", how))
    told.run(provision, Ends(3, "after", KeyboardInterrupt))
    look("clean, and runs interrupted while they looked")
    told.run(provision, Ends(4, "after", KeyboardInterrupt, writes=True))
    look("clean, and a preparation interrupted at a write")
    return found


def _again_and_again(told: Told) -> Iterator[Any]:
    """Runs over ready accounts, ended at drawn calls: what each left."""
    whole = Ends(10**6, "before", Killed)
    assert told.run(told.world.provision, whole) == 0
    drawn = random.Random(14)
    for number in range(MOMENTS):
        how, moment = (KeyboardInterrupt, Killed)[number % 2], drawn.choice(["before", "after"])
        call = drawn.randint(1, whole.seen)
        code = told.run(told.world.provision, Ends(call, moment, how))
        yield (call, moment, how.__name__), code, told.words(), told.failed()


def _few_kinds() -> None:
    """Let this process look for little, in two regions: what is proved here is the same of every kind."""
    few = tuple(kind for kind in KINDS if kind.service in _SERVICES)
    vars(plan).update(KINDS=few, KINDS_ELSEWHERE=tuple(kind for kind in few if kind.name == "endpoint"))
    # The default of the step's field.
    made: Any = baseline.BaselineStep.__init__
    made.__defaults__ = tuple(few if each is KINDS else each for each in made.__defaults__ or ())
    few_regions._SHOWN["aws"] = ("ap-northeast-1", "us-east-1")


def _with(at: str) -> dict[str, Any]:
    # Garbage is small, and this process ends soon.
    gc.disable()
    _few_kinds()
    path = folder(Path(at), teams=2, emails=0, labs=[{"name": "notebook"}], notices=[])
    with rehearsed_here(path) as world:
        return _changing(Told(world, choice(path, journal=str(path / "journal.sqlite"))))


def test_what_was_being_changed_is_not_ready_and_what_was_only_looked_at_stays(tmp_path: Path) -> None:
    found = in_a_fork(_with, str(tmp_path))
    for moment, *left in found.pop("again"):
        assert left == [{"KeyboardInterrupt": INTERRUPTED}.get(moment[2]), ["ready", "ready"], []], moment
    both, cut, neither = ["team-1", "team-2"], [False, True], [False, False]
    assert found == {
        "one of two": (["ready", "queued"], neither, ["team-2"]),
        "interrupted at a write": (["ready", "waiting"], cut, ["team-2"]),
        "killed at a write": (["ready", "waiting"], cut, ["team-2"]),
        "both": (["ready", "ready"], neither, []),
        "sweeps interrupted while they looked": (["ready", "ready"], neither, []),
        "sweeps killed while they looked": (["ready", "ready"], neither, []),
        "stopped": (["stopped", "stopped"], neither, both),
        "stopped, and a preparation interrupted while it looked": (["stopped", "stopped"], neither, both),
        "a sweep killed at a write": (["left", "stopped"], [True, False], both),
        "clean": (["clean", "clean"], neither, both),
        "clean, and runs interrupted while they looked": (["clean", "clean"], neither, both),
        "clean, and a preparation interrupted at a write": (["waiting", "waiting"], cut, both),
    }
