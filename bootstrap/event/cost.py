"""The costs of an event, as far as its files tell: things that the tool makes, and those that a team starts itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bootstrap.errors.message import Message, msg
from bootstrap.event.event import Event
from bootstrap.event.lab import Lab, Starts
from bootstrap.event.prices import Prices

HOURS = "hours"
PICTURES = "pictures"
WORTH_ADVICE = 5.0
"""US dollars from which advice to change event.yaml is worth reading."""
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Span:
    """A range, from the least to the most."""

    low: float = 0.0
    high: float = 0.0

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def times(self, number: float) -> Span:
        """Return both ends so many times."""
        return Span(self.low * number, self.high * number)


@dataclass(frozen=True, slots=True)
class Use:
    """Things of one kind that one team starts: `amount` in `unit` (HOURS of instances, or PICTURES).

    `usd`: None if no price is known; `unpriced`: instance types that may be used and have no price.
    """

    what: Message
    amount: Span
    unit: str
    usd: Span | None
    unpriced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """Things that provision makes in one account: `stacks`, and what AWS bills of them.

    `training`: instance type of the smoke training job, the first of the list; None if no lab wants one.
    """

    stacks: int
    notebooks: int
    training: str | None


def made(event: Event, labs: Sequence[Lab]) -> Made:
    """Return what an account with these labs is given."""
    stacks = dict.fromkeys(each for lab in labs for each in lab.stacks)
    smoke = event.training.instance_types[0] if any(lab.smoke for lab in labs) else None
    return Made(len(stacks), int("notebooks" in stacks), smoke)


def started(event: Event, labs: Iterable[Lab], region: str, prices: Prices) -> Iterator[Use]:
    """Yield what one team starts in its labs on the day.

    The least: the fewest jobs, each as short as the lab says, on the cheapest type; endpoints for an hour with the
    fewest instances. The most: the most jobs, each to its longest runtime, on the dearest type, as far as quota and
    hours allow; endpoints during the whole event with the most instances.
    """
    starts = [lab.starts for lab in labs]
    training, tuning = event.training.notebook_minutes, event.training.tuning_job_minutes
    for what, jobs, longest in (
        (msg("training jobs"), [(each, each.training_jobs) for each in starts], training),
        (msg("training jobs of tuning jobs"), [(each, each.tuning_jobs) for each in starts], tuning),
    ):
        if any(most for _, (_, most) in jobs):
            yield _jobs(event, what, jobs, longest, region, prices)
    low, high = (sum(each.endpoints[end] for each in starts) for end in (0, 1))
    if high:
        yield _endpoints(event, low, high, region, prices)
    low, high = (sum(each.labelled_objects[end] for each in starts) for end in (0, 1))
    if high:
        each = prices.labelled(region)
        usd = None if each is None else Span(low, high).times(each)
        yield Use(msg("pictures labelled with Ground Truth, {region}", region=region), Span(low, high), PICTURES, usd)


def _jobs(
    event: Event, what: Message, jobs: Sequence[tuple[Starts, tuple[int, int]]], longest: int, region: str, at: Prices
) -> Use:
    types = event.training.instance_types
    known = sorted(price for each in types if (price := at.hourly(each, region)) is not None)
    wanted = {each.instance_type: each.value for group in event.quotas for each in group.one_of}
    most = max((wanted.get(each) or 1 for each in types), default=1) * hours_of(event)
    low = sum(min(starts.job_minutes, longest) * few for starts, (few, _) in jobs) / 60
    high = max(low, min(sum(many for _, (_, many) in jobs) * longest / 60, most))
    usd = Span(low * known[0], high * known[-1]) if known else None
    named = msg("{what}, {types}, {region}", what=what, types=", ".join(types), region=region)
    return Use(named, Span(low, high), HOURS, usd, tuple(each for each in types if at.hourly(each, region) is None))


def _endpoints(event: Event, few: int, many: int, region: str, at: Prices) -> Use:
    wanted = event.endpoint
    hours = Span(few * wanted.minimum * min(1.0, hours_of(event)), many * wanted.maximum * hours_of(event))
    hourly = at.hourly(wanted.instance_type, region)
    what = msg(
        "endpoints, {instance_type}, {minimum} to {maximum} instances, {region}",
        instance_type=wanted.instance_type, minimum=wanted.minimum, maximum=wanted.maximum, region=region,
    )  # fmt: skip
    unpriced = () if hourly is not None else (wanted.instance_type,)
    return Use(what, hours, HOURS, None if hourly is None else hours.times(hourly), unpriced)


def hours_of(event: Event) -> float:
    """Return the hours from the event's opening to its close."""
    return (event.schedule.closes - event.schedule.opens).total_seconds() / _HOUR
