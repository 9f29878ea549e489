"""A dry run packs its data beside its visits, and runs where nothing can be written."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.cli.commands import reported, run
from bootstrap.cli.commands.choice import read
from bootstrap.cli.commands.packing import Packing
from bootstrap.cli.commands.place import Place
from bootstrap.engine.queue import Visitor
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Again, Outcome, Settled
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.steps import plan
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.dataset.progress import Progress, notice
from bootstrap.steps.materials import Materials
from bootstrap.steps.plan import PlanEntry
from tests.runs import choice, folder, rehearsed

DATA = Package("digest", ("audi",), 1, 1, ())


class Sent:
    """The visitor of the step that sends data: says which data it has."""

    found: str | None = None

    def __init__(self, entry: PlanEntry) -> None:
        assert isinstance(entry.step, Materials)
        self.id, self.needs, self.package = entry.step.id, entry.needs, entry.step.package

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        return Settled(Outcome.READY, msg("sent {digest}", digest=self.package.digest))


class Slow:
    """Packing that ends when the test lets it."""

    def __init__(self, inputs: Inputs, refused: BadInput | None = None) -> None:
        self._let, self._refused = threading.Event(), refused
        self.packing = Packing(inputs.event, self._build)
        self.said: list[str] = []
        entry = next(
            each for each in plan.outline(inputs.event, inputs.accounts[0]) if isinstance(each.step, Materials)
        )
        self.visitor: Visitor = self.packing.visitor(entry, Sent)
        self.packing.start()

    def _build(self, progress: Progress) -> Package:
        self._let.wait(10)
        notice(progress, "2 files left out")
        if self._refused:
            raise self._refused
        return DATA

    def finish(self) -> list[str]:
        self._let.set()
        self.packing.finish(lambda what, done, total: self.said.append(what))
        return self.said


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return read(choice(folder(tmp_path_factory.mktemp("event"))))


def test_a_step_waits_for_the_data_without_holding_a_slot(inputs: Inputs) -> None:
    slow = Slow(inputs)
    waiting = slow.visitor.visit()
    assert isinstance(waiting, Again)
    assert waiting.outcome is Outcome.WORKING
    assert "2 files left out" in slow.finish()
    ended = slow.visitor.visit()
    assert (ended.outcome, str(ended.detail)) == (Outcome.READY, "sent digest")


def test_a_step_after_one_that_is_only_planned_needs_no_data(inputs: Inputs) -> None:
    slow = Slow(inputs)
    ended = slow.visitor.visit(["stack:buckets"])
    assert (ended.outcome, str(ended.detail)) == (Outcome.PLANNED, "to do after stack:buckets")
    slow.finish()


def test_a_dataset_that_cannot_be_packed_fails_the_step_and_the_command(inputs: Inputs) -> None:
    slow = Slow(inputs, BadInput([Problem("EB-190", msg("too few pictures"))]))
    with pytest.raises(BadInput) as caught:
        slow.finish()
    assert [each.code for each in caught.value.problems] == ["EB-190"]
    ended = slow.visitor.visit()
    assert (ended.outcome, ended.code) == (Outcome.FAILED, "EB-190")


def test_plan_runs_where_nothing_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with rehearsed(folder(tmp_path)) as running:
        asked = replace(choice(tmp_path), kind=RunKind.PLAN)
        place = _reading(running.inputs, running.simulated.url, asked.jobs)
        asked.folder.write_text("a file in the way")
        page = reported.page_of(asked, place)
        summary = reported.reported(asked, running.inputs, running.inputs.accounts, place, page, asked.journal_path)
    told = capsys.readouterr()
    assert summary.exit_code == 0
    assert summary.accounts[0].steps["materials"].state is Outcome.PLANNED
    assert f"this run is not recorded, and there is no report: {page.parent}: cannot be written to: " in told.err
    assert "report:" not in told.out
    assert "Traceback" not in told.err


def _reading(inputs: Inputs, url: str, jobs: int) -> Place:
    from bootstrap.rehearsal import simulated as rehearsal

    place = run.real_place(inputs.event, False, jobs)
    return replace(place, access=replace(place.access, endpoint_url=url, operator_keys=rehearsal.OPERATOR_KEYS))
