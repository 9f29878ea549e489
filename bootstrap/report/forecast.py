"""A forecast -> sections of rows, which the terminal and the HTML page show alike, and an object for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bootstrap.engine.forecast import Calls, Forecast, Quotas
from bootstrap.report.words import count, duration


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    chinese: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def sections(forecast: Forecast) -> list[Section]:
    return [
        Section(
            "Forecast: time after the start, per step",
            "预测：各步骤用时",
            ("step", "first start", "median end", "last end", "minutes"),
            tuple(
                (each.step, *map(duration, (each.first_start, each.median_end, each.last_end)), f"{each.minutes:.1f}")
                for each in forecast.steps
            ),
        ),
        Section(
            f"Forecast: critical path of the slowest team, {forecast.slowest}",
            "预测：最慢队伍的关键路径",
            ("step", "could start", "end", "took"),
            tuple(
                (each.step, duration(each.start), duration(each.end), duration(each.end - each.start))
                for each in forecast.path
            ),
        ),
        Section("Forecast: quotas", "预测：配额申请", (), (), tuple(_quotas(forecast.quotas))),
        Section(
            "Forecast: API calls against published rates",
            "预测：API 调用量与公布的速率",
            ("calls", "all teams", "most of one team", "published", "kept to", "at least"),
            tuple(map(_call, forecast.calls)),
            ("the tool keeps under rates for all, which leaves room for others' calls",),
        ),
        _cost(forecast),
    ]


def _quotas(quotas: Quotas | None) -> Iterable[str]:
    if quotas is None:
        yield "no quota is asked for"
        return
    if quotas.longest is None:
        yield "no quota was granted in this scenario: plan for what is there, or for the scenario not to come true"
    else:
        yield f"longest rehearsed wait: {duration(quotas.longest)}"
    if quotas.never and quotas.longest is not None:
        yield f"{count(quotas.never, 'team')} had a quota that was not granted in this scenario"
    assumed = f"assumed: {quotas.business_days} business days for GPU quotas on new accounts, no holidays"
    yield f"file at the latest {quotas.latest:%Y-%m-%d %H:%M %z} ({assumed}); better by {quotas.advised:%Y-%m-%d}"


def _call(calls: Calls) -> tuple[str, ...]:
    name = f"{calls.service} {calls.prefix}*" if calls.prefix else calls.service
    published = "" if calls.published is None else f"{calls.published}/s {'for all' if calls.shared else 'a team'}"
    kept = "" if calls.per_second is None else f"{calls.per_second}/s"
    least = "" if calls.least_seconds is None else f"{calls.least_seconds:.1f} s"
    return (name, f"{calls.calls:,}", f"{calls.most:,}", published, kept, least)


def _cost(forecast: Forecast) -> Section:
    rows = [
        (each.what, f"{each.hours:,.1f}", "no price known" if each.usd is None else f"{each.usd:,.2f}")
        for each in forecast.costs
    ]
    unpriced = any(each.usd is None for each in forecast.costs)
    total = f"{'more than ' if unpriced else ''}{forecast.usd:,.2f}"
    notes = (
        f"prices: {forecast.prices}; a prices.yaml beside event.yaml replaces them",
        "not in it: what teams start themselves, and S3, which is negligible",
    )
    return Section(
        "Forecast: cost", "预测：费用", ("what", "hours", "US dollars"), (*rows, ("in all", "", total)), notes
    )


def blocks(forecast: Forecast) -> list[Padding]:
    """For the terminal."""
    found = []
    for section in sections(forecast):
        found.append(Padding(Text(section.title, "bold"), (1, 0, 0, 0)))
        if section.rows:
            table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
            for number, title in enumerate(section.header):
                table.add_column(title, justify="right" if number else "left", overflow="fold")
            for row in section.rows:
                table.add_row(*row)
            found.append(Padding(table, (0, 0, 0, 2)))
        found += [Padding(Text(note), (0, 0, 0, 2)) for note in section.notes]
    return found


def document(forecast: Forecast) -> dict[str, Any]:
    """For JSON: seconds after the run's start, times in ISO-8601."""
    made = asdict(forecast)
    if forecast.quotas:
        made["quotas"] |= {name: getattr(forecast.quotas, name).isoformat() for name in ("latest", "advised")}
    for row, calls in zip(made["calls"], forecast.calls, strict=True):
        row["least_seconds"] = None if calls.least_seconds is None else round(calls.least_seconds, 3)
    made["usd"] = forecast.usd
    return rounded(made)  # type: ignore[no-any-return]


def rounded(value: Any) -> Any:
    """Without what binary fractions add at the end."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value
