"""How long a step usually takes: as its template says, or as `calibrate` measured it; never for what AWS decides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bootstrap.cli.commands import follow
from bootstrap.cli.commands.choice import Choice, read
from bootstrap.engine.run_kind import RunKind
from bootstrap.event.shipped import starter_file
from bootstrap.steps import typical

MEASURED = """\
schema: 1
stacks:
  create_seconds: [100, 140]
  with_notebook_seconds: [20, 40]
notebooks:
  start_seconds: [300, 500]
training:
  seconds: [600, 700]
"""


@pytest.mark.parametrize(
    ("measured", "seconds"),
    [
        ("", {"stack:roles": 60.0, "stack:notebooks": 270.0, "smoke": 400.0}),
        (MEASURED, {"stack:roles": 120.0, "stack:notebooks": 430.0, "smoke": 650.0}),
        # One of two parts tells nothing, and a damaged file as little.
        ("stacks:\n  with_notebook_seconds: [20, 40]\n  create_seconds: 7\n", {"stack:roles": 60.0, "smoke": 400.0}),
        ("stacks: [", {"stack:roles": 60.0, "smoke": 400.0}),
    ],
)
def test_the_plan_tells_how_long_each_step_usually_takes(
    tmp_path: Path, measured: str, seconds: dict[str, float]
) -> None:
    shutil.copy(starter_file("event.yaml"), tmp_path / "event.yaml")
    (tmp_path / "accounts.csv").write_text("team,account_id\nred,111122223333\n", encoding="utf-8")
    if measured:
        (tmp_path / typical.MEASURED).write_text(measured, encoding="utf-8")
    choice = Choice(RunKind.PROVISION, tmp_path / "event.yaml", tmp_path / "accounts.csv")
    inputs = read(choice)
    [account] = follow.outline(choice, inputs, inputs.accounts).accounts
    found = {step.id: step.typical for step in account.steps}
    assert {step: found[step] for step in seconds} == seconds
    assert found["quotas:training"] is None
    assert all(each is None or each > 0 for each in found.values())
