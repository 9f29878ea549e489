"""The commands `doctor` and `repair`: examine one team's account, and fix it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from bootstrap import doctor, errors
from bootstrap.aws.guard import ends_at
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import provision
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.repair import TeamRepair
from bootstrap.cli.commands.run import real_place
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.doctor import Diagnosis, Patient
from bootstrap.engine.outcomes import Summary
from bootstrap.errors import BadInput, Problem, Refused
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import diagnosis as view
from bootstrap.report import problems
from bootstrap.report.progress import Unhurried
from bootstrap.report.translations import shown
from bootstrap.steps import plan
from bootstrap.steps.dataset import package
from bootstrap.steps.dataset.cache_folder import cache_folder
from bootstrap.steps.wishes import Wishes


def diagnose(choice: Choice, all_of_it: bool = False) -> int:
    """Show what is wrong in the chosen teams' accounts; return the exit code. Only reads AWS.

    Raises BadInput (EB-551) if no team is named.
    """
    inputs, accounts = named(choice)
    place = real_place(inputs.event, False, choice.jobs)
    worst = errors.READY
    for account in accounts:
        found = examined(choice, inputs, account, place)
        view.show(sys.stdout, found, choice.output, all_of_it)
        worst = max(worst, found.exit_code)
    return worst


def fix(choice: Choice, yes: bool, ask: Callable[[Sequence[str]], bool] | None) -> int:
    """Fix what the doctor finds in the chosen teams' accounts, one after the other; return the worst exit code.

    Writes to AWS. Raises BadInput (EB-551), and NothingToDo if --failed finds nobody.
    """
    inputs, accounts = named(choice)
    stream = sys.stderr if choice.output == "json" else sys.stdout

    def look(account: TeamAccount) -> Diagnosis:
        found = examined(choice, inputs, account, real_place(inputs.event, False, choice.jobs))
        view.show(sys.stdout, found, choice.output)
        return found

    def run(account: TeamAccount, asked: Choice) -> Summary:
        return provision.provision_alone(asked, Inputs(inputs.event, (account,)))

    def say(line: str) -> None:
        problems.print_to(stream, shown(line))

    repairs = (TeamRepair(choice, partial(look, each), partial(run, each), say, ask, yes) for each in accounts)
    return all_fixed(repairs, choice.output)


def all_fixed(repairs: Iterable[TeamRepair], output: str) -> int:
    """Fix every account; return the worst exit code. What is refused in one account (EB-550) does not stop the next."""
    worst = errors.READY
    for each in repairs:
        try:
            worst = max(worst, each.fix())
        except BadInput as refused:
            problems.show(refused, output)
            worst = max(worst, refused.exit_code)
    return worst


def named(choice: Choice) -> tuple[Inputs, tuple[TeamAccount, ...]]:
    """Return the inputs, and the accounts of the named teams. Raises BadInput (EB-551) if none is named."""
    inputs = read(choice)
    if not choice.teams and not choice.failed:
        fix = msg("Name a team: event-bootstrap {command} {team}", command=choice.command, team=inputs.accounts[0].team)
        raise BadInput([Problem("EB-551", msg("no team is named"), fix=fix)])
    return inputs, chosen(choice, inputs)


def examined(choice: Choice, inputs: Inputs, account: TeamAccount, place: Place) -> Diagnosis:
    """Examine one account, with a session that may write only if `place` allows it."""
    ask_for_codes(place.access, (account,), inputs.event.region)
    sessions = Sessions(place.access, place.clock, Limiter())
    return doctor.examine(sessions.open(account), patient(choice, inputs, account, place, sessions))


def patient(choice: Choice, inputs: Inputs, account: TeamAccount, place: Place, sessions: Sessions) -> Patient:
    """Return what the doctor needs of one account. Data is packed as `provision` does it, or comes from the cache."""
    event = inputs.event
    names = Names.of(event, account)
    entries = plan.entries(event, account, names, Wishes(), place.clock.now())
    plan.check_templates([entries])
    if any(lab.data for lab in event.labs_of(account.labs)):
        hub = partial(sessions.operator_client, "s3", event.region, None)
        packed = package.build(event, cache_folder(choice.folder), hub, Unhurried(sys.stderr))
        entries = plan.with_data(entries, event, packed)
    by_id = {each.step.id: each for each in entries}
    return Patient(event, account, names, by_id, _ends(sessions, account))


def _ends(sessions: Sessions, account: TeamAccount) -> float | None:
    """Return when the operator's own credentials expire; None if botocore does not know."""
    try:
        return ends_at(sessions.operator_credentials(account.profile, account.region))
    except Refused:
        # The first call will fail with a better error message.
        return None
