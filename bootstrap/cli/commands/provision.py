"""One command on many accounts: provision, or a plan of it."""

from __future__ import annotations

from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.reported import page_of, reported
from bootstrap.cli.commands.run import real_place
from bootstrap.engine.outcomes import Summary
from bootstrap.event.inputs import Inputs


def on_aws(choice: Choice, write: bool) -> int:
    """Run the command's plan on AWS with the operator's own credentials; returns the exit code.

    AWS_ENDPOINT_URL and AWS_PROFILE count, as for every AWS tool. Writes to AWS only with `write`.
    """
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = real_place(inputs.event, write, choice.jobs)
    page = page_of(choice, place)
    return reported(choice, inputs, accounts, place, page, choice.journal_path).exit_code


def provision_alone(choice: Choice, inputs: Inputs) -> Summary:
    """Provision what `inputs` holds, which need not be the roster's rows, without naming a next command."""
    place = real_place(inputs.event, True, choice.jobs)
    return reported(
        choice, inputs, inputs.accounts, place, page_of(choice, place), choice.journal_path, next_lines=False
    )
