"""What a run tells its journal and its views."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bootstrap import report
from bootstrap.aws.guard import Access
from bootstrap.cli.commands.drive import watched
from bootstrap.cli.commands.place import Place
from bootstrap.engine.clock import VirtualClock
from bootstrap.engine.engine import run_virtual
from bootstrap.engine.outcomes import PlannedAccount, PlannedStep, RunPlan
from bootstrap.engine.queue import Queue, Work
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Again, Outcome, Settled
from bootstrap.journal.journal import Journal
from tests.report.secrets import PLANTED, SECRETS

TEAM, ACCOUNT = "team-1", "100200300401"


@dataclass(frozen=True)
class Talker:
    """A step that fails, and says every secret that it knows."""

    id: str = "smoke"
    needs: tuple[str, ...] = ()
    found: str | None = None

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        return Settled(Outcome.FAILED, code="EB-350", **PLANTED)


@pytest.mark.parametrize("output", ["json", "plain", "tty"])
def test_what_a_step_says_is_told_without_its_secrets(output: str, tmp_path: Path) -> None:
    clock, page, kept = VirtualClock(100.0), tmp_path / "page.html", tmp_path / "journal.sqlite"

    def drive(board: Queue, tick: Callable[[float], None]) -> bool:
        run_virtual(board, clock, 1, tick)
        return True

    place = Place(Access("cars", "access"), clock, drive, "run-1", "someone@example.com")
    planned = PlannedAccount(TEAM, ACCOUNT, (PlannedStep("smoke"),))
    about = RunPlan("run-1", RunKind.PROVISION, "cars", 100.0, (planned,))
    out, err = io.StringIO(), io.StringIO()
    views = report.choose(output, html=page, stdout=out, stderr=err)
    with Journal(kept, tmp_path) as journal:
        watched(about, [Work(TEAM, ACCOUNT, (Talker(),), lambda: 0)], [], place, views, journal, None)
    assert views.troubles == []
    told = {
        output: (out.getvalue() + err.getvalue()).encode(),
        "page": page.read_bytes(),
        "journal": b"".join(each.read_bytes() for each in tmp_path.glob("journal.sqlite*")),
    }
    assert [where for where, text in told.items() if b"EB-350" not in text] == []
    assert [(where, each) for where, text in told.items() for each in SECRETS if each.encode() in text] == []
