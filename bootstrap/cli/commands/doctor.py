"""The command `doctor`: examine the teams' accounts."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from bootstrap.cli.commands.choice import Choice, chosen_and_held, read
from bootstrap.cli.commands.examining import Examined, examined
from bootstrap.cli.commands.run import real_place
from bootstrap.engine.hold import Hold
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import diagnoses, problems
from bootstrap.report import examining as views
from bootstrap.report.translations import shown


def diagnose(choice: Choice, all_of_it: bool = False) -> int:
    """Show what is wrong in the chosen teams' accounts; return the worst exit code. Only reads AWS."""
    inputs = read(choice)
    accounts, held = chosen_and_held(choice, inputs)
    found = look_at(choice, inputs, accounts, held)
    if choice.output != "json":
        diagnoses.show_each(sys.stdout, found.diagnoses, choice.output, all_of_it)
    say_total(choice, found, len(accounts))
    return diagnoses.exit_code(found.diagnoses, found.interrupted)


def look_at(choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount], held: Mapping[str, Hold]) -> Examined:
    """Examine the accounts, --jobs of them at the same time, and show each finding as it comes."""
    place = real_place(inputs.event, False, choice.jobs)
    return examined(choice, inputs, accounts, place, views.choose(choice.output), held)


def say_total(choice: Choice, found: Examined, teams: int) -> None:
    """Show the total of several teams, and whether it was interrupted. `teams`: number of teams to be examined."""
    if len(found.diagnoses) > 1:
        diagnoses.show(sys.stdout, found.diagnoses, found.seconds, choice.output, found.interrupted)
    if found.interrupted:
        words = msg("interrupted: {count} of {total} teams were examined completely", count=found.complete, total=teams)
        problems.print_to(sys.stderr, shown(words))
