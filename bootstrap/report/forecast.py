"""A forecast -> sections of rows, the same on the terminal and in the HTML page, and an object for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bootstrap.engine.forecast import Calls, Forecast, PeakNeed, Quotas, TeamsUse
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event import cost
from bootstrap.report.translations import shown
from bootstrap.report.words import duration

# Jobs at once in a region from which a second type or region is worth reading about: a guess, not AWS's number.
_MANY = 10


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
        *_at_once(forecast),
        _cost(forecast),
        *_teams(forecast),
    ]


def _at_once(forecast: Forecast) -> Iterable[Section]:
    """Yield the training jobs that teams run at once, with what would make them fewer, if teams train at all."""
    if not forecast.needs:
        return
    rows = tuple(
        (each.region, ", ".join(kind.instance_type for kind in each.types) or msg("not known"), f"{each.teams:,}",
         f"{each.jobs:,}", f"{each.minute:.0f}", f"{each.unplanned:,}")
        for each in forecast.needs
    )  # fmt: skip
    notes = [
        msg(
            "not verified: AWS tells nobody how many instances it has. {command} shows on the morning how many it runs "
            "at that moment",
            command="event-bootstrap provision --step smoke --again --peak",
        ),
        *(note for each in forecast.needs for note in _fewer(each)),
        msg("estimated from schedule.waves, and from minutes and starts in labs/<lab>/lab.yaml; teams may train more"),
    ]
    header = (msg("region"), msg("trained on"), msg("teams"), msg("at once"), msg("minute"), msg("if all train"))
    yield Section(msg("Forecast: training jobs at once at the day's peak"), header, rows, tuple(notes))


def _fewer(need: PeakNeed) -> Iterable[Message]:
    """Yield what would make one region need fewer instances of a type at once: waves, types, regions."""
    if need.begins:
        yield msg(
            "{region}: waves of the same size that begin with {labs} need up to {jobs} at once, not {now} "
            "(schedule.waves)",
            region=need.region, labs=", ".join(need.begins), jobs=need.waved, now=need.jobs,
        )  # fmt: skip
    if len(need.types) == 1 and need.jobs >= _MANY:
        [only] = need.types
        yield msg(
            "{region}: all teams train on {type}; quotas for a second type of training.instance_types are a way out "
            "if AWS has too few of it (each type needs its own quota)",
            region=need.region, type=only.instance_type,
        )  # fmt: skip
    if need.jobs >= _MANY:
        yield msg(
            "{region}: with half of the teams in another region (column region of the roster), each would need about "
            "{jobs} at once; that region needs quotas of its own, and what AWS has there is not known either",
            region=need.region, jobs=-(-need.jobs // 2),
        )  # fmt: skip


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
    yield _when_to_file(quotas)


def _when_to_file(quotas: Quotas) -> Message:
    """Return when to request quotas. No day that has passed is advised."""
    latest, advised, days = f"{quotas.latest:%Y-%m-%d %H:%M %z}", f"{quotas.advised:%Y-%m-%d}", quotas.business_days
    if quotas.over:
        return msg("the event has begun: requests are too late for it; plan with the quotas that the accounts have")
    if quotas.late:
        return msg(
            "file now: the latest moment, {latest}, has passed (assumed: {days} business days for GPU quotas on new "
            "accounts, no holidays); plan with the quotas that the accounts have",
            latest=latest,
            days=days,
        )
    if quotas.days_past_advised:
        return counted(
            "file now, at the latest {latest} (assumed: {days} business days for GPU quotas on new accounts, no "
            "holidays); the better day, {advised}, was {count:,} day ago",
            "file now, at the latest {latest} (assumed: {days} business days for GPU quotas on new accounts, no "
            "holidays); the better day, {advised}, was {count:,} days ago",
            quotas.days_past_advised, latest=latest, days=days, advised=advised,
        )  # fmt: skip
    return msg(
        "file at the latest {latest} (assumed: {days} business days for GPU quotas on new accounts, no holidays); "
        "better by {advised}",
        latest=latest,
        days=days,
        advised=advised,
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
    notes = [msg("prices: {prices}; a prices.yaml beside event.yaml replaces them", prices=forecast.prices)]
    if forecast.like_us_east_1:
        regions = ", ".join(forecast.like_us_east_1)
        notes.append(msg("prices there are not known and count as those of us-east-1: {regions}", regions=regions))
    if forecast.saving:
        notes.append(
            msg(
                "notebook.ready: morning in event.yaml saves USD {usd} of this: notebooks are made, seen in service, "
                "and stopped until {until}; event-bootstrap provision then starts them",
                usd=f"{forecast.saving.usd:,.0f}",
                until=f"{forecast.saving.until:%Y-%m-%d %H:%M %z}",
            )
        )
    notes.append(msg("not included: S3, logs and mails, which are cents, and taxes"))
    header = (msg("what the tool makes"), msg("hours"), msg("US dollars"))
    return Section(msg("Forecast: cost"), header, (*rows, (msg("total"), "", total)), tuple(notes))


def _teams(forecast: Forecast) -> Iterable[Section]:
    """Yield what teams start themselves, from the least to the most, if their labs say that they start anything."""
    if not forecast.uses:
        return
    rows: list[tuple[str, ...]] = [
        (each.what, f"{each.teams:,}", _amount(each), _from_to(each.usd_low, each.usd_high)) for each in forecast.uses
    ]
    low, high = forecast.usd_of_teams
    each_low, each_high = (usd / max(1, forecast.teams) for usd in (low, high))
    both = _from_to(low + forecast.usd, high + forecast.usd)
    rows += [
        (msg("total"), f"{forecast.teams:,}", "", _from_to(low, high)),
        (msg("of one team"), "1", "", _from_to(each_low, each_high)),
        (msg("with what the tool makes"), "", "", both),
    ]
    notes = [
        msg(
            "least: the fewest jobs that the guides ask for, a few minutes each, on the cheapest type, and endpoints "
            "for an hour"
        ),
        msg(
            "most: every job to its longest runtime on the dearest type, and endpoints with all instances during the "
            "whole event"
        ),
        msg("numbers: starts in labs/<lab>/lab.yaml, training and endpoint in event.yaml; teams may start more"),
    ]
    if forecast.unpriced:
        notes.append(msg("no price known, so not counted: {types}", types=", ".join(forecast.unpriced)))
    header = (msg("what teams start"), msg("teams"), msg("how much"), msg("US dollars"))
    yield Section(
        msg("Forecast: cost of what teams start, from the least to the most"), header, tuple(rows), tuple(notes)
    )


def _amount(use: TeamsUse) -> Message:
    if use.unit == cost.PICTURES:
        return msg("{low} to {high} pictures", low=f"{use.low:,.0f}", high=f"{use.high:,.0f}")
    return msg("{low} to {high} hours", low=f"{use.low:,.1f}", high=f"{use.high:,.1f}")


def _from_to(low: float | None, high: float | None) -> Message:
    if low is None or high is None:
        return msg("no price known")
    return msg("{low} to {high}", low=f"{low:,.2f}", high=f"{high:,.2f}")


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
        # The day on which it is read; everything else is the same every time.
        del made["quotas"]["now"], made["quotas"]["opens"]
    if forecast.saving:
        made["saving"]["until"] = forecast.saving.until.isoformat()
    for row, calls in zip(made["calls"], forecast.calls, strict=True):
        row["least_seconds"] = None if calls.least_seconds is None else round(calls.least_seconds, 3)
    made["usd"], made["usd_of_teams"] = forecast.usd, forecast.usd_of_teams
    return rounded(made)  # type: ignore[no-any-return]


def rounded(value: Any) -> Any:
    """Return a value with every float in it rounded to three digits: binary fractions add more at the end."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value
