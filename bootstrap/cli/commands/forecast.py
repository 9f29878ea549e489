"""Forecast of an event from a finished rehearsal: times, critical path, quota date, API calls, cost. Calls nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bootstrap.aws.rates import RATES, Rate
from bootstrap.engine.forecast import Calls, Cost, Forecast, Link, PeakNeed, Quotas, Saving, StepTime, TeamsUse, TypeUse
from bootstrap.engine.outcomes import WELL, AccountResult, PlannedAccount, RunPlan, StepResult, Summary
from bootstrap.errors.message import Message, msg
from bootstrap.event import cost, mornings, peak
from bootstrap.event.event import Event
from bootstrap.event.prices import Prices
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps.step_id import StepKind, kind_of

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Outlook:
    """The event's facts that a forecast is computed from. `now`: the real time, against which dates are held."""

    event: Event
    accounts: Sequence[TeamAccount]
    prices: Prices
    now: datetime

    @property
    def opens(self) -> datetime:
        """Return when the event opens."""
        return self.event.schedule.opens

    @property
    def regions(self) -> Mapping[str, str]:
        """Region by account id."""
        return {each.account_id: each.region for each in self.accounts}


def of(outlook: Outlook, plan: RunPlan, summary: Summary, calls: Sequence[Counter[str]]) -> Forecast:
    """Return the forecast. `calls`: counts of each account by "service:Operation"."""
    slowest, path = _critical(plan, summary)
    table = outlook.prices
    uses, unpriced = _uses(outlook)
    return Forecast(
        tuple(_times(plan, summary)),
        slowest,
        path,
        _quotas(outlook, summary),
        tuple(_calls(calls)),
        tuple(_costs(outlook, summary)),
        table.provenance,
        uses,
        sum(map(_plays, outlook.accounts)),
        unpriced,
        table.unknown_regions(outlook.regions.values()),
        _saving(outlook, summary),
        tuple(_needs(outlook, summary)),
    )


def _plays(account: TeamAccount) -> bool:
    return not (account.spare or account.out_of_use)


def _needs(outlook: Outlook, summary: Summary) -> Iterable[PeakNeed]:
    """Yield the training jobs at once of each region, the types that the rehearsed teams got, and waves that need
    fewer."""
    plans = {each.region: each for each in peak.advised(outlook.event, outlook.accounts)}
    for each in peak.peaks(outlook.event, outlook.accounts):
        teams = {
            account.account_id for account in outlook.accounts if account.region == each.region and _plays(account)
        }
        kinds = Counter(
            str(account.steps["smoke"].facts["instance_type"])
            for account in summary.accounts
            if account.account_id in teams and "instance_type" in _facts(account, "smoke")
        )
        types = tuple(
            TypeUse(kind, number, outlook.prices.hourly(kind, each.region)) for kind, number in kinds.most_common()
        )
        plan = plans.get(each.region)
        begins, waved = (plan.begins, plan.jobs) if plan else ((), 0)
        yield PeakNeed(each.region, len(teams), each.jobs, each.minute, each.unplanned, types, begins, waved)


def _facts(account: AccountResult, step: str) -> Mapping[str, object]:
    return account.steps[step].facts if step in account.steps else {}


def _uses(outlook: Outlook) -> tuple[tuple[TeamsUse, ...], tuple[str, ...]]:
    """Return what all teams together start themselves, and the instance types among it that have no price."""
    alike = Counter((each.labs, each.region) for each in outlook.accounts if _plays(each))
    found: dict[str, TeamsUse] = {}
    unpriced: dict[str, None] = {}
    for (names, region), teams in alike.items():
        for use in cost.started(outlook.event, outlook.event.labs_of(names), region, outlook.prices):
            unpriced |= dict.fromkeys(use.unpriced)
            amount, usd = use.amount.times(teams), use.usd and use.usd.times(teams)
            low, high = (usd.low, usd.high) if usd else (None, None)
            made = TeamsUse(use.what, teams, amount.low, amount.high, use.unit, low, high)
            found[use.what] = _together(found[use.what], made) if use.what in found else made
    return tuple(found.values()), tuple(unpriced)


def _together(one: TeamsUse, other: TeamsUse) -> TeamsUse:
    # A price is known for both or for neither: type and region are part of `what`.
    low = None if one.usd_low is None or other.usd_low is None else one.usd_low + other.usd_low
    high = None if one.usd_high is None or other.usd_high is None else one.usd_high + other.usd_high
    teams = one.teams + other.teams
    return TeamsUse(one.what, teams, one.low + other.low, one.high + other.high, one.unit, low, high)


def _saving(outlook: Outlook, summary: Summary) -> Saving | None:
    """Return what notebooks that are stopped until the morning would save.

    None if they are, if it is little, and once that morning has begun: a rehearsal plays days that may have passed.
    """
    wanted, morning = outlook.event.notebook, mornings.first(outlook.event.schedule)
    if wanted.ready != "now" or outlook.now >= morning:
        return None
    usd, regions = 0.0, outlook.regions
    for account in summary.accounts:
        if (stood := _stood(account)) is not None:
            hours = max(0.0, morning.timestamp() - stood) / 3600
            usd += hours * (outlook.prices.hourly(wanted.instance_type, regions[account.account_id]) or 0.0)
    return Saving(usd, morning) if usd >= cost.WORTH_ADVICE else None


def _stood(account: AccountResult) -> float | None:
    """Return when its notebook was in service; None if it has none."""
    notebooks = account.steps.get("stack:notebooks")
    return notebooks.at if notebooks and notebooks.state in WELL else None


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
    longest = max(waits, default=None)
    return Quotas(longest, len(never), latest, advised, days, outlook.now.astimezone(latest.tzinfo), outlook.opens)


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
    """Return the cost of smoke jobs, by billed seconds, of notebooks, from creation until the event closes, and of
    their volumes, until the sweep is due."""
    smoke_jobs, before, during = (
        msg("smoke jobs"), msg("notebooks before the event"), msg("notebooks during the event")
    )  # fmt: skip
    spent: dict[tuple[Message, str, str], float] = {}
    volumes: dict[str, float] = {}
    schedule, wanted, regions = outlook.event.schedule, outlook.event.notebook, outlook.regions
    for account in summary.accounts:
        region = regions[account.account_id]
        smoke, stood = account.steps.get("smoke"), _stood(account)
        if smoke and "instance_type" in smoke.facts:
            key = (smoke_jobs, str(smoke.facts["instance_type"]), region)
            spent[key] = spent.get(key, 0.0) + float(smoke.facts.get("seconds") or 0)
        if stood is not None:
            waits = (before, _idle(outlook, account, stood))
            for what, seconds in (waits, (during, (schedule.closes - schedule.opens).total_seconds())):
                key = (what, wanted.instance_type, region)
                spent[key] = spent.get(key, 0.0) + seconds
            volumes[region] = volumes.get(region, 0.0) + max(0.0, schedule.expires.timestamp() - stood)
    for (what, kind, region), seconds in spent.items():
        hourly = outlook.prices.hourly(kind, region)
        usd = None if hourly is None else seconds / 3600 * hourly
        said = msg("{what}, {instance_type}, {region}", what=what, instance_type=kind, region=region)
        yield Cost(said, seconds / 3600, usd)
    for region, seconds in volumes.items():
        hourly = outlook.prices.volume_hourly(wanted.volume_gb, region)
        what = msg(
            "volumes of the notebooks until the sweep, {size} GB, {region}", size=wanted.volume_gb, region=region
        )
        yield Cost(what, seconds / 3600, None if hourly is None else seconds / 3600 * hourly)


def _idle(outlook: Outlook, account: AccountResult, stood: float) -> float:
    """Return the seconds for which its notebook runs before the event opens."""
    opens, morning = outlook.opens.timestamp(), mornings.first(outlook.event.schedule).timestamp()
    stopped = account.steps.get("notebook")
    if stopped is None or stopped.at is None or stopped.at >= morning:
        return max(0.0, opens - stood)
    return max(0.0, stopped.at - stood) + (opens - morning)
