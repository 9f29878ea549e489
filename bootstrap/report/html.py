"""A run and its summary -> one HTML file that needs no network."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bootstrap.aws.kinds.words import kind_words
from bootstrap.engine import at_once
from bootstrap.engine.outcomes import AccountResult, Cause, CleanEvent, Result, RunPlan, Summary
from bootstrap.engine.results import Tally, planned
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import msg
from bootstrap.event import private_file
from bootstrap.journal.standing import Latest, Standing
from bootstrap.report import at_once as jobs
from bootstrap.report import forecast, page, removals, status_matrix, time_line, verdict, words
from bootstrap.report.readiness import doer, interruption, next_messages
from bootstrap.report.status_matrix import MatrixAsk
from bootstrap.report.verdict import Accounts
from bootstrap.report.words import clock_time, day_and_time, duration

_MOST_TEAMS = 4


class HtmlReport:
    """Writes the page at `path` when the run ends, whole or not at all. Raises OSError then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._plan: RunPlan | None = None

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._plan = plan

    def event(self, event: CleanEvent) -> None:
        """Do nothing: the summary holds all that the page shows."""

    def tick(self, now: float) -> None:
        """Do nothing: the page is made once, at the end."""

    def end(self, summary: Summary) -> None:
        if self._plan is not None:
            write(self._path, self._plan, summary)


def write(path: Path, plan: RunPlan, summary: Summary) -> None:
    """Write the page beside `path` and move it there, so that a browser never loads half of it. Raises OSError."""
    text = render(plan, summary, made_at=time.time())
    private_file.write(path, text)


def render(plan: RunPlan, summary: Summary, made_at: float) -> str:
    """Return the page. `made_at` is real time, in epoch seconds; all other times are of the run's own clock."""
    # In the order of the rows.
    standing = _standing(plan, summary)
    ask = MatrixAsk(page.BOTH, frozenset(each.account_id for each in plan.accounts if each.spare), facts=True)
    placed = status_matrix.order(standing, ask)
    ids = [*placed.first, *placed.more, *placed.spares]
    accounts = sorted(summary.accounts, key=lambda each: ids.index(status_matrix.row_id(each)))
    return page.render(
        "report.html",
        language=page.BOTH,
        plan=plan,
        summary=summary,
        result=summary.result.value,
        verdict=verdict.sentence(plan, summary),
        interruption=interruption(summary) if summary.interrupted else "",
        made=day_and_time(made_at),
        began=day_and_time(plan.began),
        began_clock=clock_time(plan.began),
        took=duration(summary.seconds),
        **_figures(plan, summary),
        labs=[_lab(name, summary) for name in summary.labs],
        causes=[_cause(each) for each in summary.causes if each.required],
        optional_causes=[_cause(each) for each in summary.causes if not each.required],
        next=next_messages(plan, summary),
        doer=doer(plan),
        planned=[_cause(each) for each in planned(summary.accounts)],
        removed=removals.groups(removals.rows_of(summary)),
        kept=removals.groups(removals.rows_of(summary), "keeps"),
        kind=kind_words,
        moment=lambda iso: day_and_time(datetime.fromisoformat(iso).timestamp()),
        **_matrix(standing, accounts, ask),
        jobs=_jobs(plan, summary),
        timed=[time_line.lanes(each, summary) for each in accounts],
        ticks=time_line.ticks(summary.seconds),
        shortest=time_line.shortest(summary),
        forecast=forecast.sections(summary.forecast) if summary.forecast else (),
    )


def _figures(plan: RunPlan, summary: Summary) -> dict[str, Any]:
    """Return how many teams and spare accounts are well, and how many are in each other state."""
    found = Accounts.of(plan, summary)
    counts = Counter(each.result for each in summary.accounts)
    longest = verdict.longest(summary.accounts, plan.began)
    return {
        "teams": (verdict.well(found.teams), len(found.teams)),
        "spares": (verdict.well(found.spares), len(found.spares)),
        "others": [
            (each.value, counts[each], words.message(each))
            for each in reversed(Result)
            if counts[each] and each not in (Result.READY, Result.CLEAN)
        ],
        "longest": duration(longest) if longest else "",
        "made_new": sum(step.state is Outcome.CHANGED for each in summary.accounts for step in each.steps.values()),
    }


def _standing(plan: RunPlan, summary: Summary) -> Standing:
    """Return the run as a state of the event, which the table of teams and steps shows."""
    latest = {(each.team, each.account_id): _latest(plan, each) for each in summary.accounts if each.begun}
    return Standing(plan, summary, (), latest)


def _latest(plan: RunPlan, account: AccountResult) -> Latest:
    heard = max(each.at for each in account.steps.values() if each.at is not None)
    began = min(each.began for each in account.steps.values() if each.began is not None)
    return Latest(plan.run, plan.kind, "", heard, heard - began)


def _matrix(standing: Standing, accounts: Sequence[AccountResult], ask: MatrixAsk) -> dict[str, Any]:
    """Return what the table's template wants; it has a row for every account."""
    columns = status_matrix.steps(standing)
    rows: dict[str, list[Markup]] = {"first": [], "more": [], "spares": []}
    for each in accounts:
        values = status_matrix.row(standing, each, columns, ask)
        made = page.render("status/team.html", language=page.BOTH, row=values, moment=clock_time)
        # Rendered above, and escaped there.
        rows["spares" if each.account_id in ask.spares else "first"].append(Markup(made))  # noqa: S704
    present = {status_matrix.cell(each, step)["state"] for each in accounts for step in each.steps}  # type: ignore[index]
    return {
        "rows": rows,
        "steps": [(step, *status_matrix.head(step)) for step in columns],
        "signs": [(each.value, words.message(each)) for each in Outcome if each.value in present],
        "parts": {"more": page.both(msg("open a row for what each step did"))},
        "whole": True,
    }


def _jobs(plan: RunPlan, summary: Summary) -> list[dict[str, Any]]:
    """Return how many training jobs ran at the same time, by region and type."""
    spans = jobs.spans(summary, {each.account_id: each.region for each in plan.accounts})
    return [
        {"region": each.region, "type": each.instance_type, "most": each.most, "jobs": each.jobs,
         "began": _utc(each.began), "ended": _utc(each.ended)}
        for each in at_once.at_once(spans)
    ]  # fmt: skip


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S")


def _lab(name: str, summary: Summary) -> dict[str, Any]:
    found = Counter(each.labs[name] for each in summary.accounts if name in each.labs)
    parts = words.counts({result: found[result] for result in Result if found[result]})
    return {"name": name, "result": summary.labs[name].value, "parts": parts, "optional": name in summary.optional}


def _cause(cause: Cause) -> dict[str, Any]:
    few = words.few(cause.teams, _MOST_TEAMS)
    return page.of_cause(cause) | {"many": words.teams(len(cause.teams)), "few": few}
