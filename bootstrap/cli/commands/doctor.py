"""The support desk's commands: one team's account examined, and fixed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from botocore.exceptions import BotoCoreError

from bootstrap import doctor, errors
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import provision
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.repair import TeamRepair
from bootstrap.cli.commands.run import real_place
from bootstrap.doctor import Diagnosis, Patient
from bootstrap.engine.outcomes import Summary
from bootstrap.errors import BadInput, Problem
from bootstrap.event.inputs import Inputs
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import problems
from bootstrap.report.progress import Unhurried
from bootstrap.steps import plan
from bootstrap.steps.dataset import package
from bootstrap.steps.plan import Wishes


def diagnose(choice: Choice, all_of_it: bool = False) -> int:
    """Show what is wrong in the chosen teams' accounts; returns the exit code. Reads AWS only.

    Raises BadInput: EB-551 where no team is named.
    """
    from bootstrap.report import diagnosis as view

    inputs, accounts = named(choice)
    place = real_place(inputs.event, False, choice.jobs)
    worst = errors.READY
    for account in accounts:
        found = examined(choice, inputs, account, place)
        view.show(sys.stdout, found, choice.output, all_of_it)
        worst = max(worst, found.exit_code)
    return worst


def fix(choice: Choice, yes: bool, ask: Callable[[Sequence[str]], bool] | None) -> int:
    """Fix what the doctor finds in the chosen teams' accounts, one after the other; returns the worst exit code.

    Writes to AWS. Raises BadInput (EB-551), and NothingToDo if --failed finds nobody.
    """
    from bootstrap.report import diagnosis as view

    inputs, accounts = named(choice)
    stream = sys.stderr if choice.output == "json" else sys.stdout

    def look(account: TeamAccount) -> Diagnosis:
        found = examined(choice, inputs, account, real_place(inputs.event, False, choice.jobs))
        view.show(sys.stdout, found, choice.output)
        return found

    def run(account: TeamAccount, asked: Choice) -> Summary:
        return provision.provision_alone(asked, Inputs(inputs.event, (account,)))

    def say(line: str) -> None:
        problems.print_to(stream, line)

    repairs = (TeamRepair(choice, partial(look, each), partial(run, each), say, ask, yes) for each in accounts)
    return all_fixed(repairs, choice.output)


def all_fixed(repairs: Iterable[TeamRepair], output: str) -> int:
    """The worst exit code; what must not be fixed in one account, as EB-550, is told and keeps no other from it."""
    worst = errors.READY
    for each in repairs:
        try:
            worst = max(worst, each.fix())
        except BadInput as refused:
            problems.show(refused, output)
            worst = max(worst, refused.exit_code)
    return worst


def named(choice: Choice) -> tuple[Inputs, tuple[TeamAccount, ...]]:
    """The inputs, and the accounts of the teams that were named. Raises BadInput (EB-551) if none was."""
    inputs = read(choice)
    if not choice.teams and not choice.failed:
        fix = f"event-bootstrap {choice.command} {inputs.accounts[0].team}"
        raise BadInput([Problem("EB-551", "no team is named", fix=fix)])
    return inputs, chosen(choice, inputs)


def examined(choice: Choice, inputs: Inputs, account: TeamAccount, place: Place) -> Diagnosis:
    """One account, by a session that may only read if `place` says so."""
    sessions = Sessions(place.access, place.clock, Limiter())
    return doctor.examine(sessions.open(account), patient(choice, inputs, account, place, sessions))


def patient(choice: Choice, inputs: Inputs, account: TeamAccount, place: Place, sessions: Sessions) -> Patient:
    """With the data packed as `provision` packs it, from this machine's cache where it is there."""
    event = inputs.event
    names = Names.of(event, account)
    entries = plan.entries(event, account, names, Wishes(), place.clock.now())
    plan.check_templates([entries])
    if any(lab.data for lab in plan.labs_of(event, account)):
        hub = partial(sessions.operator_client, "s3", event.region, None)
        packed = package.build(event, choice.folder / "cache", hub, Unhurried(sys.stderr))
        entries = plan.with_data(entries, event, packed)
    by_id = {each.step.id: each for each in entries}
    return Patient(event, account, names, by_id, _ends(sessions, account))


def _ends(sessions: Sessions, account: TeamAccount) -> float | None:
    """When the operator's own credentials end, as far as botocore knows it of those that renew themselves."""
    try:
        end = getattr(sessions.operator_credentials(account.profile), "_expiry_time", None)
    except BotoCoreError:
        # Why there are none the first call says better.
        return None
    return None if end is None else float(end.timestamp())
