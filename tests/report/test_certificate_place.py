"""Where a run leaves its certificate, and which runs leave none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.cli.commands.choice import read
from bootstrap.cli.commands.plan import plan
from bootstrap.cli.commands.rehearse import rehearse
from bootstrap.engine.run_kind import RunKind
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.sweep.plan import Sweep
from tests.runs import choice, folder


def test_a_rehearsed_sweep_leaves_a_certificate_and_the_rehearsed_provision_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = folder(tmp_path)
    monkeypatch.chdir(at)
    asked = replace(choice(at), kind=RunKind.REHEARSE, output="plain")
    rehearse(asked, "ordinary", 1, through="sweep")
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("report:", "certificate:"))]
    certificate = ".event-bootstrap/rehearsal/sweep-certificate/event.html"
    assert said == [
        "report: .event-bootstrap/rehearsal/report.html",
        "report: .event-bootstrap/rehearsal/sweep.html",
        f"certificate: {certificate}",
    ]
    whole = json.loads((at / certificate).with_name("event.json").read_text(encoding="utf-8"))
    team = json.loads((at / certificate).with_name("team-1.json").read_text(encoding="utf-8"))
    assert whole["result"] == team["result"]
    assert team["removed"]
    assert team["quotas"]
    assert [each.name for each in (at / ".event-bootstrap" / "rehearsal").glob("*certificate")] == ["sweep-certificate"]


@pytest.mark.parametrize("sweep", [Sweep(), Sweep(stop_only=True)])
def test_a_plan_of_a_sweep_leaves_none(sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = folder(tmp_path)
    inputs = read(choice(at))
    with rehearsal.simulated(rehearsal.world(inputs.event, inputs.accounts, "ordinary", 1, None), clock="real") as aws:
        for name, value in rehearsal.environment(aws).items():
            monkeypatch.setenv(name, value)
        plan(replace(choice(at), kind=RunKind.SWEEP_PLAN, output="plain", sweep=sweep))
    left = {each.suffix or each.name for each in (at / ".event-bootstrap" / "reports").iterdir()}
    assert left == {".html"}
