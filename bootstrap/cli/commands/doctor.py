"""The commands `doctor` and `repair`: examine the teams' accounts, and fix them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bootstrap.cli import confirming
from bootstrap.cli.commands import provision
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.examining import Examined, examined
from bootstrap.cli.commands.repair import Repairs
from bootstrap.cli.commands.run import real_place
from bootstrap.engine.outcomes import Summary
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import diagnoses, problems
from bootstrap.report import examining as views
from bootstrap.report.translations import shown


def diagnose(choice: Choice, all_of_it: bool = False) -> int:
    """Show what is wrong in the chosen teams' accounts; return the worst exit code. Only reads AWS."""
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    found = _look(choice, inputs, accounts)
    if choice.output != "json":
        diagnoses.show_each(sys.stdout, found.diagnoses, choice.output, all_of_it)
    _total(choice, found, len(accounts))
    return diagnoses.exit_code(found.diagnoses, found.interrupted)


def fix(choice: Choice) -> int:
    """Fix what the doctor finds in the chosen teams' accounts, in one run; return the worst exit code.

    Writes to AWS. Raises NothingToDo if --failed finds nobody, and Interrupted.
    """
    inputs = read(choice)
    accounts = {each.account_id: each for each in chosen(choice, inputs)}
    stream = sys.stderr if choice.output == "json" else sys.stdout

    def look(ids: Sequence[str]) -> Examined:
        found = _look(choice, inputs, [accounts[each] for each in ids])
        if choice.output != "json":
            diagnoses.show_each(sys.stdout, found.diagnoses, choice.output)
        return found

    def run(asked: Choice) -> Summary:
        wanted = tuple(accounts[each] for each in accounts if each in (asked.repair or {}))
        return provision.provision_alone(asked, Inputs(inputs.event, wanted))

    def say(line: str) -> None:
        problems.print_to(stream, shown(line))

    def replaced(about: Sequence[str]) -> bool:
        return confirming.agreed_to_replace(msg("Change this as well?"), about, choice.yes)

    def agreed(question: str) -> bool:
        return confirming.agreed(question, (), choice.yes)

    ended = Repairs(choice, look, run, say, replaced, agreed).fix(list(accounts))
    _total(choice, ended.examined, len(accounts))
    for line in ended.last:
        say(line)
    return max(ended.exit_code, diagnoses.exit_code(ended.examined.diagnoses, ended.examined.interrupted))


def _look(choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount]) -> Examined:
    place = real_place(inputs.event, False, choice.jobs)
    found = examined(choice, inputs, accounts, place, views.choose(choice.output))
    if found.interrupted:
        line = msg("interrupted: {count} of {total} teams were examined, some of them not completely",
                   count=len(found.diagnoses), total=len(accounts))  # fmt: skip
        problems.print_to(sys.stderr, shown(line))
    return found


def _total(choice: Choice, found: Examined, teams: int) -> None:
    if len(found.diagnoses) > 1:
        diagnoses.show(sys.stdout, found.diagnoses, found.seconds, choice.output, found.interrupted)
    if found.interrupted:
        words = msg("interrupted: {count} of {total} teams were examined completely", count=found.complete, total=teams)
        problems.print_to(sys.stderr, shown(words))
