"""The end of `quotas`: each quota once, with the teams that differ; nothing twice, and no row in two lines."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len

from bootstrap import report
from bootstrap.engine.outcomes import CleanEvent, RunPlan, cleaned
from bootstrap.engine.results import Tally, fold
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent
from bootstrap.report.quota_table import QuotaEnding
from tests.report import made_up
from tests.terminal import Screen

G5, TOTAL = "ml.g5.2xlarge for training job usage", "Number of instances across all training jobs"
ASK, PENDING, APPLIED = ("ask", None, None), ("waiting", "PENDING", "EB-231"), ("applied", None, None)
HOUR = 3600.0


def quota(name: str, standing: tuple[str, str | None, str | None], new: bool = False) -> dict[str, Any]:
    state, status, because = standing
    open_ = {"request": f"id-{name[:5]}", "age": 3 * HOUR} if status else {"request": None, "age": None}
    open_ |= {"case": "177000000001", "age": 30 * HOUR} if status == "CASE_OPENED" else {}
    open_ |= {"age": 30 * HOUR} if because == "EB-239" else {}
    return {"name": name, "wanted": 3.0, "applied": 0.0, "standing": state, "status": status, "because": because,
            "new": new, **open_}  # fmt: skip


def run_of(
    teams: int, asked: tuple[int, ...] = (), new: bool = False, how: Any = PENDING
) -> tuple[RunPlan, list[CleanEvent]]:
    """A run of `quotas` in so many teams. `asked`: those of them that have an open request, which stands so: `how`."""
    run = made_up.plan(teams, kind=RunKind.QUOTAS)
    step = next(each for each in run.accounts[0].steps if each.id == "quotas:training")
    run = replace(run, accounts=tuple(replace(each, steps=(step,)) for each in run.accounts))
    told = []
    for number, account in enumerate(run.accounts, 1):
        open_ = number in asked
        facts = {"quotas": [quota(G5, how if open_ else ASK, new and open_), quota(TOTAL, APPLIED)]}
        state, code = (Outcome.WAITING, "EB-231") if open_ else (Outcome.PLANNED, None)
        told.append(cleaned(StepEvent(run.run, 1, run.began, "ana", account.team, account.account_id, step.id, state,
                                      "request quotas", True, code, facts=facts)))  # fmt: skip
    return run, told


def shown(
    teams: int, asked: tuple[int, ...] = (), *, new: bool = False, requested: bool = False, how: Any = PENDING
) -> list[str]:
    run, told = run_of(teams, asked, new, how)
    out, err, tally = Screen(), io.StringIO(), Tally(run.accounts)
    views = report.choose("plain", stdout=out, stderr=err, ending=QuotaEnding(requested))
    views.begin(run, tally)
    for event in told:
        tally.take(event)
        views.event(event)
    views.end(fold(run, told))
    assert views.troubles == []
    return out.getvalue().splitlines()


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_a_quota_on_which_all_agree_is_one_row_and_those_that_differ_are_named() -> None:
    text = shown(10, asked=(2, 5))
    assert [" ".join(line.split()) for line in text[1:6]] == [
        "quota applied status",
        G5,
        "8 teams: team-1, team-3, team-4 +5 0 of 3 not requested",
        "team-2, team-5 0 of 3 PENDING EB-231 3 h",
        f"{TOTAL} 0 of 3 applied",
    ]
    assert max(map(cell_len, text)) <= 80
    assert sum(G5 in line for line in text) == 1
    assert text[-1] == "next: event-bootstrap quotas --request"


def test_what_this_run_requested_stands_once_and_a_single_team_has_the_ids() -> None:
    many = shown(10, asked=(2, 5), new=True, requested=True)
    assert many[many.index("requested now:") + 1] == f"  {G5}  (2 teams)"
    assert not [line for line in many if "id-ml.g5" in line or "quotas --request" in line]
    alone = shown(1, asked=(1,))
    assert f"request id-ml.g5: {G5}" in alone
    assert "requested now:" not in alone


def test_a_support_case_is_named_and_a_request_that_hangs_has_its_command() -> None:
    cases = shown(3, asked=(1, 2, 3), how=("waiting", "CASE_OPENED", "EB-232"))
    case = "177000000001"
    at = cases.index("support cases, by team:") + 1
    assert cases[at : at + 3] == [f"  {G5}", f"    team-1 {case}   team-2 {case}   team-3 {case}", ""]
    assert "event-bootstrap quotas --open-cases" not in "\n".join(cases)
    hanging = shown(3, asked=(1, 2, 3), how=("waiting", "PENDING", "EB-239"))
    assert hanging[-1] == "next: event-bootstrap quotas --open-cases"
    assert "support cases, by team:" not in hanging
    assert shown(3, asked=(1, 2, 3))[-1] != "next: event-bootstrap quotas --open-cases"
    # AWS opens no case for a request that it has approved and not applied, whatever its age.
    approved = shown(3, asked=(1, 2, 3), how=("waiting", "APPROVED", "EB-239"))
    assert "event-bootstrap quotas --open-cases" not in "\n".join(approved)
