"""A run beside an account on hold: the others are worked on, and it is neither touched nor failed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bootstrap import errors
from bootstrap.cli.commands.place import Place
from bootstrap.engine.hold import Hold
from bootstrap.engine.outcomes import Result, Summary
from bootstrap.journal.holds import Holds
from bootstrap.journal.journal import Journal
from bootstrap.report import readiness
from tests.forked_worlds import in_a_fork
from tests.one_process import rehearsed_here
from tests.runs import choice, folder

HOLD = Hold("support case open", "bo on desk", 0.0)


def _shared(place: Place) -> Place:
    return replace(place, shared=True)


def _ran(at: str) -> tuple[Summary, dict[str, int], list[str]]:
    """What a run of both accounts says, what it called in the held one, and what it says is next."""
    path = folder(Path(at), teams=2, emails=0, labs=[{"name": "notebook"}], notices=[])
    where = choice(path).journal_path
    with (
        rehearsed_here(path) as running,
        Journal(where) as journal,
        closing(Holds(where, running.inputs.event.name)) as holds,
    ):
        held = running.inputs.accounts[0]
        holds.put([(held.team, held.account_id)], HOLD)
        ran, _ = running.provision(only=("access",), journal=journal, change=_shared)
        lines = readiness.next_lines(replace(ran.plan, scenario=None), ran.summary)
        return ran.summary, dict(running.calls(0)), list(lines)


def test_the_others_are_worked_on_and_the_held_one_is_left_alone(tmp_path: Path) -> None:
    summary, calls, (line,) = in_a_fork(_ran, str(tmp_path))
    first, second = summary.accounts
    assert (first.result, second.result) == (Result.ELSEWHERE, Result.READY)
    assert first.hold == HOLD
    assert summary.exit_code == errors.WAITING
    assert [(each.code, each.teams) for each in summary.causes] == [("EB-735", ("team-1",))]
    assert calls == {}
    assert "event-bootstrap release team-1" in line
