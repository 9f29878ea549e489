"""The command `repair`: fix the teams' accounts in one run, between two examinations."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bootstrap.cli import confirming
from bootstrap.cli.commands import on_hold, provision
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.doctor import look_at, say_total
from bootstrap.cli.commands.examining import Examined
from bootstrap.cli.commands.repair import Repairs
from bootstrap.engine.outcomes import Summary
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.report import diagnoses, problems
from bootstrap.report.translations import shown


def fix(choice: Choice) -> int:
    """Fix what the doctor finds in the chosen teams' accounts, in one run; return the worst exit code.

    Writes to AWS. Raises NothingToDo if --failed finds nobody, and Interrupted.
    """
    inputs = read(choice)
    accounts = {each.account_id: each for each in chosen(choice, inputs)}
    stream = sys.stderr if choice.output == "json" else sys.stdout

    def look(ids: Sequence[str]) -> Examined:
        # Read again at each look: a team may be put on hold while the person is asked.
        held = on_hold.as_far_as_known(choice.journal_path, inputs.event.name)
        found = look_at(choice, inputs, [accounts[each] for each in ids], held)
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
    say_total(choice, ended.examined, len(accounts))
    for line in ended.last:
        say(line)
    return max(ended.exit_code, diagnoses.exit_code(ended.examined.diagnoses, ended.examined.interrupted))
