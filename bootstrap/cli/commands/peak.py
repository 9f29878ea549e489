"""`provision --step smoke --again --peak`: what is asked before it, and what is said after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import Choice
from bootstrap.errors import BadInput, NothingToDo, Problem
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event import prices
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.peak import peaks
from bootstrap.event.prices import Prices
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps.smoke import peak
from bootstrap.steps.smoke.gathering import Gathering
from bootstrap.steps.wishes import Narrow

_MINUTE = 60.0
# Minutes after which most jobs train: AWS launches an instance, and loads data and image.
_USUAL_MINUTES = 6


def agreed(
    choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount], now: float
) -> tuple[Choice, tuple[TeamAccount, ...]]:
    """Return the command as it runs the jobs of the peak, and the accounts with such jobs, after a person agreed.

    Raises BadInput: EB-833 during the event, EB-836 if no account has a job; NothingToDo if the person does not agree.
    """
    schedule = inputs.event.schedule
    if schedule.opens.timestamp() <= now < schedule.closes.timestamp() and not choice.wishes.during_event:
        fix = msg("Run it before the event opens, or add --during-event")
        what = msg("the event is on: --peak would take instances that teams need now")
        raise BadInput([Problem("EB-833", what, "--peak", fix=fix)])
    jobs = share(inputs, accounts)
    if not jobs:
        what = msg("no chosen team runs a training job when most teams do")
        raise BadInput([Problem("EB-836", what, "--peak", fix=msg("Choose other teams, or all of them"))])
    asked = tuple(each for each in accounts if each.account_id in jobs)
    question = counted("Run {count:,} training job?", "Run {count:,} training jobs at once?", sum(jobs.values()))
    bill = list(_bill(inputs.event, asked, jobs, prices.read(inputs.event.folder)))
    if not confirming.agreed(question, bill, choice.yes):
        raise NothingToDo(msg("nothing was changed"))
    together = Gathering(jobs, inputs.event.patience.capacity_minutes * _MINUTE)
    wishes = replace(choice.wishes, peak=together)
    return replace(choice, narrow=Narrow((peak.ID,)), wishes=wishes, stagger=0.0), asked


def share(inputs: Inputs, accounts: Sequence[TeamAccount]) -> dict[str, int]:
    """Return by account id the training jobs that its team runs at the peak of its region, without those with none."""
    by_team = {team: jobs for each in peaks(inputs.event, inputs.accounts) for team, jobs in each.teams.items()}
    return {each.account_id: by_team[each.team] for each in accounts if by_team.get(each.team)}


def _bill(event: Event, accounts: Sequence[TeamAccount], jobs: dict[str, int], table: Prices) -> Iterator[Message]:
    """Yield what the jobs cost at most. The type is that of the best quota of each account, which is not known yet."""
    types, longest = event.training.instance_types, peak.longest_minutes(event)
    known = {each: table.hourly(each, account.region) for account in accounts for each in types}
    dearest = sum(
        jobs[each.account_id] * max((table.hourly(kind, each.region) or 0.0 for kind in types), default=0.0)
        for each in accounts
    )
    number = sum(jobs.values())
    yield counted(
        "{count:,} training job in {accounts:,} accounts, on the best of {types} that the quota of each allows",
        "{count:,} training jobs in {accounts:,} accounts, on the best of {types} that the quota of each allows",
        number, accounts=len(accounts), types=", ".join(types),
    )  # fmt: skip
    yield msg(
        "at most USD {most} together: {minutes} minutes each on the dearest type; about USD {usual} if all train "
        "within {usual_minutes} minutes, because they are stopped then",
        most=f"{dearest * longest / _MINUTE:,.2f}", minutes=longest, usual_minutes=_USUAL_MINUTES,
        usual=f"{dearest * _USUAL_MINUTES / _MINUTE:,.2f}",
    )  # fmt: skip
    yield msg("prices: {prices}; a prices.yaml beside event.yaml replaces them", prices=table.provenance)
    if unpriced := sorted(kind for kind, usd in known.items() if usd is None):
        yield msg("no price known, so not counted: {types}", types=", ".join(unpriced))
