"""A forecast -> sections of rows, the same on the terminal and in the HTML page, and an object for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bootstrap.engine.forecast import Calls, Forecast, Quotas
from bootstrap.errors.message import counted, msg
from bootstrap.report.translations import shown
from bootstrap.report.words import duration


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the forecast. Its texts are messages, to be shown in any language."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def sections(forecast: Forecast) -> list[Section]:
    """Return the sections, in the order in which they are shown."""
    return [
        Section(
            msg("Forecast: time after the start, per step"),
            (msg("step"), msg("first start"), msg("median end"), msg("last end"), msg("minutes")),
            tuple(
                (each.step, *map(duration, (each.first_start, each.median_end, each.last_end)), f"{each.minutes:.1f}")
                for each in forecast.steps
            ),
        ),
        Section(
            msg("Forecast: critical path of the slowest team, {team}", team=forecast.slowest),
            (msg("step"), msg("could start"), msg("end"), msg("took")),
            tuple(
                (each.step, duration(each.start), duration(each.end), duration(each.end - each.start))
                for each in forecast.path
            ),
        ),
        Section(msg("Forecast: quotas"), (), (), tuple(_quotas(forecast.quotas))),
        Section(
            msg("Forecast: API calls against published rates"),
            (
                msg("calls"),
                msg("all teams"),
                msg("most of one team"),
                msg("published"),
                msg("tool's limit"),
                msg("at least"),
            ),
            tuple(map(_call, forecast.calls)),
            (msg("the tool stays below rates that all teams share, so that others' calls are not throttled"),),
        ),
        _cost(forecast),
    ]


def _quotas(quotas: Quotas | None) -> Iterable[str]:
    if quotas is None:
        yield msg("no quota is requested")
        return
    if quotas.longest is None:
        yield msg("no quota was granted in this scenario: plan with the quotas that the accounts have")
    else:
        yield msg("longest rehearsed wait: {time}", time=duration(quotas.longest))
    if quotas.never and quotas.longest is not None:
        yield counted(
            "{count:,} team had a quota that was not granted in this scenario",
            "{count:,} teams had a quota that was not granted in this scenario",
            quotas.never,
        )
    yield msg(
        "file at the latest {latest} (assumed: {days} business days for GPU quotas on new accounts, no holidays); "
        "better by {advised}",
        latest=f"{quotas.latest:%Y-%m-%d %H:%M %z}",
        days=quotas.business_days,
        advised=f"{quotas.advised:%Y-%m-%d}",
    )


def _call(calls: Calls) -> tuple[str, ...]:
    name = f"{calls.service} {calls.prefix}*" if calls.prefix else calls.service
    published = ""
    if calls.published is not None and calls.shared:
        published = msg("{rate}/s for all", rate=calls.published)
    elif calls.published is not None:
        published = msg("{rate}/s per team", rate=calls.published)
    kept = "" if calls.per_second is None else f"{calls.per_second}/s"
    least = "" if calls.least_seconds is None else f"{calls.least_seconds:.1f} s"
    return (name, f"{calls.calls:,}", f"{calls.most:,}", published, kept, least)


def _cost(forecast: Forecast) -> Section:
    rows = [
        (each.what, f"{each.hours:,.1f}", msg("no price known") if each.usd is None else f"{each.usd:,.2f}")
        for each in forecast.costs
    ]
    total = f"{forecast.usd:,.2f}"
    if any(each.usd is None for each in forecast.costs):
        total = msg("more than {dollars}", dollars=total)
    notes = (
        msg("prices: {prices}; a prices.yaml beside event.yaml replaces them", prices=forecast.prices),
        msg("not included: what teams start themselves, and S3, which is negligible"),
    )
    header = (msg("what"), msg("hours"), msg("US dollars"))
    return Section(msg("Forecast: cost"), header, (*rows, (msg("total"), "", total)), notes)


def blocks(forecast: Forecast) -> list[Padding]:
    """Return the sections for the terminal."""
    found = []
    for section in sections(forecast):
        found.append(Padding(Text(shown(section.title), "bold"), (1, 0, 0, 0)))
        if section.rows:
            table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
            for number, title in enumerate(section.header):
                table.add_column(shown(title), justify="right" if number else "left", overflow="fold")
            for row in section.rows:
                table.add_row(*map(shown, row))
            found.append(Padding(table, (0, 0, 0, 2)))
        found += [Padding(Text(shown(note)), (0, 0, 0, 2)) for note in section.notes]
    return found


def document(forecast: Forecast) -> dict[str, Any]:
    """Return the forecast for JSON: seconds after the run's start, times in ISO-8601."""
    made = asdict(forecast)
    if forecast.quotas:
        made["quotas"] |= {name: getattr(forecast.quotas, name).isoformat() for name in ("latest", "advised")}
    for row, calls in zip(made["calls"], forecast.calls, strict=True):
        row["least_seconds"] = None if calls.least_seconds is None else round(calls.least_seconds, 3)
    made["usd"] = forecast.usd
    return rounded(made)  # type: ignore[no-any-return]


def rounded(value: Any) -> Any:
    """Return a value with every float in it rounded to three digits: binary fractions add more at the end."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value
