"""What a rehearsal tells an organiser, from made-up ends of runs."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli.commands import forecast
from bootstrap.cli.commands.forecast import Outlook
from bootstrap.engine.forecast import Forecast, PeakNeed, TypeUse
from bootstrap.engine.outcomes import PlannedAccount, PlannedStep, RunPlan, StepResult, Summary
from bootstrap.engine.results import account_result, summarise
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput
from bootstrap.event import cost, prices
from bootstrap.event.event import Event
from bootstrap.event.event import read as read_event
from bootstrap.event.lab import Starts
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import documents, html, ndjson, readiness
from bootstrap.report import forecast as report_forecast
from tests.runs import SHIPPED as REPOSITORY

BEGAN = 1_000_000.0
OPENS = datetime.fromisoformat("2026-12-10T09:00+09:00")
STEPS = (
    PlannedStep("access"),
    PlannedStep("quotas:training", needs=("access",)),
    PlannedStep("stack:roles", needs=("access",)),
    PlannedStep("stack:notebooks", needs=("stack:roles",)),
    PlannedStep("smoke", needs=("quotas:training", "stack:roles")),
)
# Of team b the quota comes last of all that the smoke job needs.
TIMES = {
    "a": {"access": (0, 1), "quotas:training": (1, 100), "stack:roles": (1, 200), "smoke": (200, 600)},
    "b": {"access": (0, 1), "quotas:training": (2, 400), "stack:roles": (1, 200), "smoke": (400, 900)},
    "c": {"access": (0, 4), "quotas:training": (5, 50), "stack:roles": (5, 250), "stack:notebooks": (250, 300)},
}
CALLS = [Counter({"sts:AssumeRole": 1, "service-quotas:GetServiceQuota": n, "s3:PutObject": 10}) for n in (10, 20, 30)]


def run(quotas: Outcome = Outcome.CHANGED, kind: str = "ml.g5.2xlarge") -> tuple[RunPlan, Summary]:
    planned = tuple(PlannedAccount(team, number, STEPS) for number, team in enumerate_ids(TIMES))
    ends = []
    for each in planned:
        steps = {
            name: StepResult(Outcome.CHANGED, "", at=BEGAN + end, began=BEGAN + start, settled=True)
            for name, (start, end) in TIMES[each.team].items()
        }
        steps["quotas:training"] = replace(steps["quotas:training"], state=quotas)
        if "smoke" in steps:
            steps["smoke"] = replace(steps["smoke"], facts={"instance_type": kind, "seconds": 1800})
        ends.append(account_result(each, steps))
    plan = RunPlan("run", RunKind.REHEARSE, "day", BEGAN, planned, scenario="ordinary")
    return plan, summarise("run", ends, BEGAN, BEGAN + 900, 93)


def enumerate_ids(teams: dict[str, dict[str, tuple[int, int]]]) -> list[tuple[str, str]]:
    return [(f"{number:012d}", team) for number, team in enumerate(teams, 1)]


NOW = datetime.fromisoformat("2026-11-20T12:00+09:00")


def outlook(table: prices.Prices, now: datetime = NOW, **changes: Any) -> Outlook:
    regions = {"000000000001": "us-east-1", "000000000002": "ap-northeast-1", "000000000003": "us-east-1"}
    event = replaced(**changes)
    labs = tuple(each.name for each in event.labs)
    accounts = [
        TeamAccount(f"team-{each}", each, region, None, None, None, (), labs, 1) for each, region in regions.items()
    ]
    return Outlook(event, accounts, table, now)


@cache
def shipped() -> Event:
    return read_event(REPOSITORY / "event.yaml")


def replaced(**changes: Any) -> Event:
    """The shipped event with other notebooks, endpoints or training."""
    parts = {name: getattr(shipped(), name).model_copy(update=change) for name, change in changes.items()}
    return shipped().model_copy(update=parts)


@pytest.fixture
def table(tmp_path: Path) -> prices.Prices:
    return prices.read(tmp_path)


def made(
    table: prices.Prices, quotas: Outcome = Outcome.CHANGED, kind: str = "ml.g5.2xlarge", **looks: Any
) -> Forecast:
    return forecast.of(outlook(table, **looks), *run(quotas, kind), CALLS)


def test_the_time_line_is_of_all_accounts_that_reached_the_step(table: prices.Prices) -> None:
    found = {each.step: each for each in made(table).steps}
    quotas, smoke = found["quotas:training"], found["smoke"]
    assert (quotas.first_start, quotas.median_end, quotas.last_end) == (1, 100, 400)
    assert quotas.minutes == pytest.approx(399 / 60)
    assert (smoke.first_start, smoke.median_end, smoke.last_end) == (200, 750, 900)


def test_the_critical_path_is_the_slowest_team_s_chain_of_needs(table: prices.Prices) -> None:
    found = made(table)
    assert found.slowest == "b"
    assert [(each.step, each.start, each.end) for each in found.path] == [
        ("access", 0, 1),
        ("quotas:training", 1, 400),
        ("smoke", 400, 900),
    ]


def test_quotas_are_filed_business_days_and_the_rehearsed_time_before_the_doors_open(table: prices.Prices) -> None:
    quotas = made(table).quotas
    assert quotas is not None
    assert (quotas.longest, quotas.never) == (398, 0)
    # 398 s of waiting and 500 s that came after it; Thursday less three business days is Monday (aws.md section 11).
    assert quotas.latest == datetime.fromisoformat("2026-12-07T08:45:02+09:00")
    assert quotas.advised == datetime.fromisoformat("2026-11-26T09:00+09:00")


@pytest.mark.parametrize("outcome", [Outcome.WAITING, Outcome.BLOCKED])
def test_a_scenario_that_never_grants_is_said_to_be_one(outcome: Outcome, table: prices.Prices) -> None:
    plan, summary = run(outcome)
    found = made(table, outcome)
    assert found.quotas is not None
    assert (found.quotas.longest, found.quotas.never) == (None, 3)
    assert "no quota was granted in this scenario" in text(plan, replace(summary, forecast=found))


@pytest.mark.parametrize(
    ("moment", "days", "before"),
    [
        ("2026-12-10", 0, "2026-12-10"),
        ("2026-12-10", 3, "2026-12-07"),
        ("2026-12-10", 4, "2026-12-04"),
        ("2026-12-14", 1, "2026-12-11"),
        ("2026-12-13", 0, "2026-12-11"),
        ("2026-12-13", 1, "2026-12-11"),
    ],
)
def test_business_days_leave_weekends_out(moment: str, days: int, before: str) -> None:
    assert forecast.business_days_before(datetime.fromisoformat(moment), days) == datetime.fromisoformat(before)


def test_calls_are_held_against_the_rates_of_aws_md_1_3_and_10(table: prices.Prices) -> None:
    found = {(each.service, each.prefix): each for each in made(table).calls}
    shared, own = found["service-quotas", ""], found["service-quotas", "Get"]
    assert (shared.calls, shared.shared) == (60, True)
    assert shared.least_seconds == pytest.approx(60 / 90)
    assert (own.most, own.shared, own.least_seconds) == (30, False, 6)
    assert (shared.published, own.published) == (100, 5)
    assert (found["sts", "AssumeRole"].published, found["sts", "AssumeRole"].per_second) == (600, 540)
    assert (found["s3", ""].calls, found["s3", ""].per_second) == (30, None)


def test_the_cost_is_of_smoke_jobs_and_of_notebooks_from_standing_to_closing(table: prices.Prices) -> None:
    found = {each.what: each for each in made(table).costs}
    assert found["smoke jobs, ml.g5.2xlarge, us-east-1"].usd == pytest.approx(0.5 * 1.52)
    assert found["smoke jobs, ml.g5.2xlarge, ap-northeast-1"].usd == pytest.approx(0.5 * 1.52 * 1.4)
    assert found["notebooks during the event, ml.t3.medium, us-east-1"].hours == 9
    waiting = found["notebooks before the event, ml.t3.medium, us-east-1"]
    assert waiting.hours == pytest.approx((OPENS.timestamp() - BEGAN - 300) / 3600)


def test_the_view_tells_what_aws_publishes_and_what_is_kept_to(table: prices.Prices) -> None:
    plan, summary = run()
    rows = [line.split() for line in text(plan, replace(summary, forecast=made(table))).splitlines()]
    sts = next(row for row in rows if row[:2] == ["sts", "AssumeRole*"])
    assert sts[4:8] == ["600/s", "for", "all", "540/s"]


def test_what_is_advised_never_comes_after_the_latest(table: prices.Prices) -> None:
    quotas = made(table.model_copy(update={"quota_business_days": 40})).quotas
    assert quotas is not None
    assert quotas.advised == quotas.latest


def test_a_type_without_a_price_is_named_and_not_counted(table: prices.Prices) -> None:
    plan, summary = run(kind="ml.g5.48xlarge")
    found = made(table, kind="ml.g5.48xlarge")
    assert [each.usd for each in found.costs if each.what.startswith("smoke")] == [None, None]
    said = text(plan, replace(summary, forecast=found))
    assert "no price known" in said
    assert "more than" in said


def test_a_prices_file_beside_the_event_stands_before_the_shipped_one(tmp_path: Path) -> None:
    own = "as_of: 2026-12-01\nsource: ours\nconfidence: high\nusd_per_hour: {ml.g5.2xlarge: 10.0}\n"
    (tmp_path / "prices.yaml").write_text(own + "quota_business_days: 0\n", encoding="utf-8")
    table = prices.read(tmp_path)
    assert table.hourly("ml.g5.2xlarge", "ap-northeast-1") == 10
    assert table.hourly("ml.t3.medium", "us-east-1") is None
    assert made(table).prices == "high confidence, as of 2026-12-01: ours"


def test_a_prices_file_that_cannot_be_used_is_refused_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text("as_of: 2026-12-01\nusd_per_hour: {ml.g5.2xlarge: free}\n", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        prices.read(tmp_path)
    assert any("prices.yaml:2" in str(each.where) for each in refused.value.problems)


# The quotas' latest moment is 2026-12-07 08:45, the advised day 2026-11-26.
@pytest.mark.parametrize(
    ("now", "says", "says_not"),
    [
        ("2026-11-20T12:00+09:00", "file at the latest 2026-12-07 08:45 +0900", "now"),
        ("2026-11-26T23:00+09:00", "better by 2026-11-26", "file now"),
        ("2026-11-27T00:10+09:00", "the better day, 2026-11-26, was 1 day ago", "better by"),
        ("2026-11-30T23:30+00:00", "file now, at the latest 2026-12-07 08:45 +0900", "better by"),
        ("2026-12-07T09:00+09:00", "file now: the latest moment, 2026-12-07 08:45 +0900, has passed", "at the latest"),
        ("2026-12-10T09:00+09:00", "the event has begun", "2026-12-07"),
    ],
)
def test_no_day_is_advised_that_has_passed(now: str, says: str, says_not: str, table: prices.Prices) -> None:
    plan, summary = run()
    told = text(plan, replace(summary, forecast=made(table, now=datetime.fromisoformat(now))))
    block = " ".join(told.split("Forecast: quotas")[1].split("Forecast: API")[0].split())
    assert says in block
    assert says_not not in block


def ready(morning: bool) -> dict[str, Any]:
    return {"notebook": {"ready": "morning" if morning else "now"}}


def test_stopping_notebooks_until_the_morning_is_advised_where_it_pays(table: prices.Prices) -> None:
    plan, summary = run()
    found = made(table)
    assert found.saving is not None
    assert found.saving.until == OPENS - timedelta(hours=3)
    # The one notebook of the made-up run stands since 300 s after its start.
    assert found.saving.usd == pytest.approx(((OPENS - timedelta(hours=3)).timestamp() - BEGAN - 300) / 3600 * 0.05)
    assert "notebook.ready: morning in event.yaml saves USD" in text(plan, replace(summary, forecast=found))
    assert made(table, **ready(True)).saving is None
    assert made(table, now=OPENS - timedelta(hours=4)).saving is not None
    assert made(table, now=OPENS - timedelta(hours=2)).saving is None, "that morning has begun"
    cheap = table.model_copy(update={"usd_per_hour": {"ml.t3.medium": 0.000001}})
    assert made(cheap).saving is None


def test_notebooks_that_wait_for_the_morning_cost_only_until_they_are_stopped(table: prices.Prices) -> None:
    plan, summary = run()
    stopped = StepResult(Outcome.CHANGED, "", at=BEGAN + 900, began=BEGAN + 300, settled=True)
    last = summary.accounts[-1]
    ended = replace(
        summary, accounts=(*summary.accounts[:-1], replace(last, steps={**last.steps, "notebook": stopped}))
    )
    found = {each.what: each for each in forecast.of(outlook(table, **ready(True)), plan, ended, CALLS).costs}
    # Ten minutes until it is stopped, and three hours from the morning to the opening.
    assert found["notebooks before the event, ml.t3.medium, us-east-1"].hours == pytest.approx(600 / 3600 + 3)
    assert found["volumes of the notebooks until the sweep, 5 GB, us-east-1"].usd == pytest.approx(
        (shipped().schedule.expires.timestamp() - BEGAN - 300) / 3600 * 5 * 0.14 / 730
    )


# g4dn costs 0.74, p3 3.83 an hour in us-east-1; the quota is 6, the event 9 hours, a pair of ends for each row.
@pytest.mark.parametrize(
    ("changes", "starts", "amount", "usd"),
    [
        ({}, {"training_jobs": (1, 3)}, (5 / 60, 1.5), (5 / 60 * 0.74, 1.5 * 3.83)),
        ({}, {"tuning_jobs": (4, 8)}, (20 / 60, 32), (20 / 60 * 0.74, 32 * 3.83)),
        ({}, {"tuning_jobs": (4, 8), "job_minutes": 60}, (4, 32), (4 * 0.74, 32 * 3.83)),
        # No more than the quota's instances during the whole event.
        ({}, {"tuning_jobs": (0, 100)}, (0, 54), (0, 54 * 3.83)),
        # No job is shorter than its longest runtime.
        ({"training": {"notebook_minutes": 5}}, {"training_jobs": (2, 2), "job_minutes": 30}, (1 / 6, 1 / 6),
         (1 / 6 * 0.74, 1 / 6 * 3.83)),
        ({}, {"endpoints": (1, 1)}, (1, 18), (0.12, 18 * 0.12)),
        ({"endpoint": {"minimum": 2, "maximum": 4}}, {"endpoints": (1, 1)}, (2, 36), (0.24, 36 * 0.12)),
        ({}, {"labelled_objects": (24, 48)}, (24, 48), (24 * 0.08, 48 * 0.08)),
        ({"endpoint": {"instance_type": "ml.c5.large"}}, {"endpoints": (1, 1)}, (1, 18), None),
    ],
)  # fmt: skip
def test_what_a_team_starts_is_a_range(
    changes: Any, starts: Any, amount: tuple[float, float], usd: tuple[float, float] | None, table: prices.Prices
) -> None:
    lab = shipped().labs[0].model_copy(update={"starts": Starts(**starts)})
    (use,) = cost.started(replaced(**changes), [lab], "us-east-1", table)
    assert (use.amount.low, use.amount.high) == pytest.approx(amount)
    assert use.usd == usd if usd is None else (use.usd and (use.usd.low, use.usd.high)) == pytest.approx(usd)


def test_the_teams_uses_are_added_up_and_their_assumptions_said(table: prices.Prices) -> None:
    plan, summary = run()
    found = made(table)
    pictures = [each for each in found.uses if each.unit == cost.PICTURES]
    assert [(each.teams, each.low, each.high) for each in pictures] == [(2, 48, 96), (1, 24, 48)]
    low, high = found.usd_of_teams
    assert low == pytest.approx(sum(each.usd_low or 0 for each in found.uses))
    said = text(plan, replace(summary, forecast=found))
    for told in (f"{low:,.2f} to {high:,.2f}", f"{low / 3:,.2f} to {high / 3:,.2f}", "least: the fewest jobs"):
        assert told in said
    other = made(table.model_copy(update={"region_factors": {}, "usd_per_hour": {}}))
    assert other.like_us_east_1 == ("ap-northeast-1", "us-east-1")
    assert set(other.unpriced) == {"ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge", "ml.m5.large"}


def text(plan: RunPlan, summary: Summary) -> str:
    out = io.StringIO()
    readiness.write(out, plan, summary, plain=True)
    return out.getvalue()


def test_the_forecast_closes_every_view_and_only_if_there_is_one(table: prices.Prices) -> None:
    plan, summary = run()
    whole = replace(summary, forecast=made(table))
    said = text(plan, whole)
    assert said.index("steps, left to right") < said.index("Forecast: cost") < said.index("in 15:00 of virtual time")
    assert "Forecast: cost" in html.render(plan, whole, made_at=0)
    line = ndjson.summary_line(whole)
    assert line["forecast"]["slowest"] == "b"
    assert line["forecast"]["quotas"]["latest"] == "2026-12-07T08:45:02+09:00"
    assert documents.dumps(line)
    assert "Forecast" not in text(plan, summary)
    assert "forecast" not in ndjson.summary_line(summary)
    assert "Forecast" not in html.render(plan, summary, made_at=0)


@pytest.mark.parametrize(
    ("teams", "kinds", "waved", "said"),
    [
        (40, ("ml.g5.2xlarge",), ("ground-truth", "tuning"), ["waves of the same size", "a second type", "about 40"]),
        (40, ("ml.g5.2xlarge", "ml.g4dn.xlarge"), (), ["about 40"]),
        (4, ("ml.g5.2xlarge",), ("tuning",), ["waves of the same size"]),
    ],
)
def test_what_would_make_training_jobs_fewer_at_once_is_advised(
    teams: int, kinds: tuple[str, ...], waved: tuple[str, ...], said: list[str]
) -> None:
    types = tuple(TypeUse(kind, teams, 1.5) for kind in kinds)
    need = PeakNeed("here", teams, 2 * teams, 90.0, 2 * teams, types, waved, teams)
    made = Forecast((), "", (), None, (), (), "", needs=(need,))
    [section] = [each for each in report_forecast.sections(made) if "at once" in each.title]
    assert section.rows == (("here", ", ".join(kinds), str(teams), str(2 * teams), "90", str(2 * teams)),)
    assert section.notes[0].startswith("not verified")
    assert [each in note for each, note in zip(said, section.notes[1:-1], strict=True)] == [True] * len(said)
