"""Forecast of an event from a finished rehearsal: times, critical path, quota date, API calls, cost. Calls nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bootstrap.aws.rates import RATES, Rate
from bootstrap.engine.forecast import Calls, Cost, Forecast, Link, Quotas, StepTime
from bootstrap.engine.outcomes import WELL, AccountResult, PlannedAccount, RunPlan, StepResult, Summary
from bootstrap.errors.message import Message, msg
from bootstrap.event.prices import Prices
from bootstrap.steps.step_id import StepKind, kind_of

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Outlook:
    """The event's facts that a forecast is computed from."""

    opens: datetime
    closes: datetime
    notebook_type: str
    regions: Mapping[str, str]
    prices: Prices


def of(outlook: Outlook, plan: RunPlan, summary: Summary, calls: Sequence[Counter[str]]) -> Forecast:
    """Return the forecast. `calls`: counts of each account by "service:Operation"; `outlook.regions`: by account id."""
    slowest, path = _critical(plan, summary)
    table = outlook.prices
    return Forecast(
        tuple(_times(plan, summary)),
        slowest,
        path,
        _quotas(outlook, summary),
        tuple(_calls(calls)),
        tuple(_costs(outlook, summary)),
        msg(
            "{confidence} confidence, as of {date}: {source}",
            confidence=table.confidence,
            date=table.as_of,
            source=table.source,
        ),
    )


def _times(plan: RunPlan, summary: Summary) -> Iterable[StepTime]:
    for step in dict.fromkeys(step.id for each in plan.accounts for step in each.steps):
        seen = [spent for each in summary.accounts if (spent := _span(each.steps.get(step)))]
        if seen:
            ends = [end - plan.began for _, end in seen]
            yield StepTime(step, min(start for start, _ in seen) - plan.began, median(ends), max(ends))


def _span(step: StepResult | None) -> tuple[float, float] | None:
    """Return the times of its first and last event."""
    return None if step is None or step.began is None or step.at is None else (step.began, step.at)


def _critical(plan: RunPlan, summary: Summary) -> tuple[str, tuple[Link, ...]]:
    """Return the team that ended last, and the chain of its steps that waited for each other."""
    planned = {(each.team, each.account_id): each for each in plan.accounts}
    reached = [each for each in summary.accounts if _ends(each)]
    if not reached:
        return "", ()
    slowest = max(reached, key=lambda each: max(_ends(each).values()))
    return slowest.team, _chain(planned[slowest.team, slowest.account_id], slowest, plan.began)


def _ends(account: AccountResult) -> dict[str, float]:
    return {name: spent[1] for name, step in account.steps.items() if (spent := _span(step))}


def _chain(planned: PlannedAccount, account: AccountResult, began: float) -> tuple[Link, ...]:
    needs, ends = {step.id: step.needs for step in planned.steps}, _ends(account)
    chain: list[str] = []
    ahead = list(ends)
    while ahead:
        chain.append(max(ahead, key=lambda name: ends[name]))
        ahead = [each for each in needs.get(chain[-1], ()) if each in ends and each not in chain]
    starts = [began, *(ends[each] for each in chain[:0:-1])]
    return tuple(Link(name, start - began, ends[name] - began) for name, start in zip(chain[::-1], starts, strict=True))


def _quotas(outlook: Outlook, summary: Summary) -> Quotas | None:
    """Return when to request quotas at the latest: before the opening by the rehearsed wait, by the time of what
    follows it, and by the business days that AWS takes."""
    seen = [
        (each.team, step, spent)
        for each in summary.accounts
        for name, step in each.steps.items()
        if kind_of(name) == StepKind.QUOTAS and (spent := _span(step))
    ]
    if not seen:
        return None
    waits = [end - start for _, step, (start, end) in seen if step.state in WELL]
    after = summary.ended - max(end for _, _, (_, end) in seen)
    never = {team for team, step, _ in seen if step.state not in WELL}
    days = outlook.prices.quota_business_days
    done = outlook.opens - timedelta(seconds=round(max(waits, default=0.0) + after))
    latest = business_days_before(done, days)
    advised = min(latest, outlook.opens - timedelta(days=outlook.prices.quota_days_advised))
    return Quotas(max(waits, default=None), len(never), latest, advised, days)


def business_days_before(moment: datetime, days: int) -> datetime:
    """Return the moment so many days from Monday to Friday earlier, at the same time of day. It knows no holidays."""
    while days > 0 or moment.weekday() >= _SATURDAY:
        moment -= timedelta(days=1)
        days -= moment.weekday() < _SATURDAY
    return moment


def _calls(accounts: Sequence[Counter[str]]) -> Iterable[Calls]:
    services = sorted({name.partition(":")[0] for each in accounts for name in each})
    for service in services:
        if not any(rate.service == service and not rate.prefix for rate in RATES):
            yield _counted(accounts, service, "")
        for rate in RATES:
            if rate.service == service and (counted := _counted(accounts, service, rate.prefix, rate)).calls:
                yield counted


def _counted(accounts: Sequence[Counter[str]], service: str, prefix: str, rate: Rate | None = None) -> Calls:
    each = [sum(n for name, n in calls.items() if name.startswith(f"{service}:{prefix}")) for calls in accounts]
    if rate is None:
        return Calls(service, prefix, sum(each), max(each))
    return Calls(service, prefix, sum(each), max(each), rate.published, rate.per_second, rate.shared)


def _costs(outlook: Outlook, summary: Summary) -> Iterable[Cost]:
    """Return the cost of smoke jobs, by billed seconds, and of notebooks, from creation until the event closes."""
    smoke_jobs, before, during = (
        msg("smoke jobs"), msg("notebooks before the event"), msg("notebooks during the event")
    )  # fmt: skip
    spent: dict[tuple[Message, str, str], float] = {}
    opens, closes = outlook.opens.timestamp(), outlook.closes.timestamp()
    for account in summary.accounts:
        region = outlook.regions[account.account_id]
        smoke, notebooks = account.steps.get("smoke"), account.steps.get("stack:notebooks")
        if smoke and "instance_type" in smoke.facts:
            key = (smoke_jobs, str(smoke.facts["instance_type"]), region)
            spent[key] = spent.get(key, 0.0) + float(smoke.facts.get("seconds") or 0)
        if notebooks and notebooks.state in WELL and notebooks.at is not None:
            waits = (before, max(0.0, opens - notebooks.at))
            for what, seconds in (waits, (during, closes - opens)):
                key = (what, outlook.notebook_type, region)
                spent[key] = spent.get(key, 0.0) + seconds
    for (what, kind, region), seconds in spent.items():
        hourly = outlook.prices.hourly(kind, region)
        usd = None if hourly is None else seconds / 3600 * hourly
        said = msg("{what}, {instance_type}, {region}", what=what, instance_type=kind, region=region)
        yield Cost(said, seconds / 3600, usd)
