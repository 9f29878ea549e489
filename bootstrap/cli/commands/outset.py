"""What a run will make in accounts that are new to the event, and what it costs: said, and asked once, before it runs.

No call goes to AWS for it: files, prices and journal tell. An account is new if the journal knows no run that changed
anything in it, or if everything was deleted since.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import Choice, opened_journal
from bootstrap.errors import NothingToDo
from bootstrap.errors.message import Message, counted, joined, msg
from bootstrap.event import mornings, prices
from bootstrap.event.cost import WORTH_ADVICE, Made, made
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.prices import Prices
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import problems
from bootstrap.report.translations import shown
from bootstrap.steps import plan
from bootstrap.steps.step_id import StepKind, kind_of

# So many accounts may come to an event that was made before without a question.
_FEW = 5
_HOUR = 3600.0
# A notebook that waits for the morning runs about so many hours before it is stopped.
_SEEN_IN_SERVICE = 0.25


@dataclass(frozen=True, slots=True)
class Bill:
    """What is made in `accounts` accounts.

    `stacks`: fewest and most in one of them; `job`: US dollars of all training jobs at their longest runtime; `hourly`:
    US dollars an hour of all notebooks; `unpriced`: types without a price.
    """

    accounts: int
    stacks: tuple[int, int]
    notebooks: int
    jobs: int
    job: float
    hourly: float
    unpriced: tuple[str, ...]


def agreed(choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount], now: float, write: bool) -> None:
    """Say on stderr what a first run will make and what it costs; with `write` ask once, if there is a terminal.

    Quiet where nothing is new, or nothing new is billed. Raises NothingToDo if the person does not agree, and BadInput
    for a prices.yaml that cannot be used.
    """
    fresh = _fresh(choice, inputs.event, accounts)
    if not fresh:
        return
    table = prices.read(inputs.event.folder)
    bill = _bill(choice, inputs.event, fresh, table)
    if not bill.notebooks and not bill.jobs:
        return
    told = list(_lines(inputs.event, bill, table, now))
    if not write:
        for each in told:
            problems.print_to(sys.stderr, shown(each))
        return
    question = counted("Make this in {count:,} account?", "Make this in {count:,} accounts?", len(fresh))
    if not confirming.agreed(question, told, choice.yes):
        raise NothingToDo(msg("nothing was changed"))


def _fresh(choice: Choice, event: Event, accounts: Sequence[TeamAccount]) -> list[TeamAccount]:
    """Return the accounts that are new, if the event is, or if they are more than a few."""
    known = _known(choice, event)
    fresh = [each for each in accounts if each.account_id not in known]
    return fresh if not known or len(fresh) > _FEW else []


def _known(choice: Choice, event: Event) -> Collection[str]:
    from bootstrap.journal import journal

    if not journal.exists(choice.journal_path):
        return ()
    with opened_journal(choice) as past:
        return past.prepared(event.name)


def _bill(choice: Choice, event: Event, accounts: Sequence[TeamAccount], table: Prices) -> Bill:
    alike = Counter((each.labs, each.region) for each in accounts)
    examples = {(each.labs, each.region): each for each in accounts}
    stacks, unpriced = set[int](), dict[str, None]()
    notebooks = jobs = 0
    job = hourly = 0.0
    for key, number in alike.items():
        wanted = _narrowed(choice, event, examples[key])
        stacks.add(wanted.stacks)
        if wanted.notebooks:
            notebooks += number
            usd = table.hourly(event.notebook.instance_type, key[1])
            unpriced |= {} if usd else {event.notebook.instance_type: None}
            hourly += number * (usd or 0.0)
        if wanted.training:
            jobs += number
            usd = table.hourly(wanted.training, key[1])
            unpriced |= {} if usd else {wanted.training: None}
            job += number * (usd or 0.0) * event.training.smoke_minutes / 60
    return Bill(len(accounts), (min(stacks), max(stacks)), notebooks, jobs, job, hourly, tuple(unpriced))


def _narrowed(choice: Choice, event: Event, account: TeamAccount) -> Made:
    """Return what the chosen steps make in an account."""
    whole = made(event, event.labs_of(account.labs))
    if not choice.narrow.only and not choice.narrow.start:
        return whole
    ids = {each.step.id for each in plan.narrow(plan.outline(event, account), choice.narrow)}
    stacks = sum(1 for each in ids if kind_of(each) == StepKind.STACK)
    notebooks = whole.notebooks if "stack:notebooks" in ids else 0
    return Made(stacks, notebooks, whole.training if "smoke" in ids else None)


def _lines(event: Event, bill: Bill, table: Prices, now: float) -> Iterator[Message]:
    parts = [_stacks(*bill.stacks)]
    if bill.notebooks:
        parts.append(msg("1 notebook ({instance_type})", instance_type=event.notebook.instance_type))
    if bill.jobs:
        kind, minutes = event.training.instance_types[0], event.training.smoke_minutes
        parts.append(
            msg("1 training job of at most {minutes} minutes ({instance_type})", minutes=minutes, instance_type=kind)
        )
    yield counted(
        "in {count:,} account that is new to the event: {things}",
        "in each of {count:,} accounts that are new to the event: {things}",
        bill.accounts, things=joined(", ", parts),
    )  # fmt: skip
    if bill.notebooks:
        yield _notebooks(event, bill, now)
    if bill.jobs:
        yield msg("training jobs: at most USD {usd} together", usd=_usd(bill.job))
    yield msg("teams start more on the day: {command} forecasts that", command="event-bootstrap rehearse")
    yield msg("prices: {prices}; a prices.yaml beside event.yaml replaces them", prices=table.provenance)
    if bill.unpriced:
        yield msg("no price known, so not counted: {types}", types=", ".join(bill.unpriced))


def _stacks(few: int, many: int) -> Message:
    if few == many:
        return counted("{count} stack", "{count} stacks", many)
    return msg("{few} to {many} stacks", few=few, many=many)


def _notebooks(event: Event, bill: Bill, now: float) -> Message:
    """Return what the notebooks cost until the event closes. They run from now on, or from the morning on."""
    schedule, hourly = event.schedule, _usd(bill.hourly)
    closes, morning = schedule.closes, mornings.first(schedule)
    left = (closes.timestamp() - now) / _HOUR
    if left <= 0:
        return msg("notebooks: about USD {hourly} an hour together, from now until the sweep", hourly=hourly)
    usd = left * bill.hourly
    if now >= morning.timestamp():
        return _from_now(hourly, closes, usd)
    waiting = ((closes - morning).total_seconds() / _HOUR + _SEEN_IN_SERVICE) * bill.hourly
    if event.notebook.ready == "morning":
        return msg(
            "notebooks: about USD {hourly} an hour together, stopped until {morning}, on until {closes}: USD {usd}",
            hourly=hourly, morning=_moment(morning), closes=_moment(closes), usd=_usd(waiting),
        )  # fmt: skip
    told = _from_now(hourly, closes, usd)
    if usd - waiting < WORTH_ADVICE:
        return told
    return msg("{costs}; with notebook.ready: morning in event.yaml USD {usd}", costs=told, usd=_usd(waiting))


def _from_now(hourly: str, closes: datetime, usd: float) -> Message:
    return msg(
        "notebooks: about USD {hourly} an hour together, from now until {closes}: USD {usd}",
        hourly=hourly, closes=_moment(closes), usd=_usd(usd),
    )  # fmt: skip


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %z}"


def _usd(dollars: float) -> str:
    return f"{dollars:,.2f}" if dollars < 100 else f"{dollars:,.0f}"
