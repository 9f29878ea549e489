"""Each shipped scenario ends as its file says, and the same command again makes nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bootstrap import simulator
from bootstrap.outcomes import Result
from tests.runs import folder, made, rehearsed

SHIPPED = Path(str(simulator.__file__)).parent / "scenarios"


@pytest.mark.parametrize("name", ["ordinary", "today", "bad-day", "quota-drought", "throttled"])
def test_a_scenario_ends_as_its_file_says(name: str, tmp_path: Path) -> None:
    file = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
    expect = {"result": "ready", "codes": [], **file.get("expect", {})}
    with rehearsed(folder(tmp_path, teams=6), name) as world:
        first, _ = world.provision()
        before = [made(world.state(row)) for row in range(6)]
        again, _ = world.provision()
        after = [made(world.state(row)) for row in range(6)]
    assert str(first.summary.result) == str(again.summary.result) == expect["result"]
    assert sorted({str(each.code) for each in first.summary.causes}) == sorted(expect["codes"])
    ready = [row for row, account in enumerate(first.summary.accounts) if account.result is Result.READY]
    assert [before[row] for row in ready] == [after[row] for row in ready]


def test_every_shipped_scenario_is_tested_here() -> None:
    assert {each.stem for each in SHIPPED.glob("*.yaml")} == {
        "ordinary", "today", "bad-day", "quota-drought", "throttled",
    }  # fmt: skip
