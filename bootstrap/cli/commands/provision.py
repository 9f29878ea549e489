"""The command `provision`."""

from __future__ import annotations

from bootstrap.cli.commands import check, outset
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.place import Placed
from bootstrap.cli.commands.reported import page_of, reported
from bootstrap.cli.commands.run import real_place
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.engine.outcomes import Summary
from bootstrap.event.inputs import Inputs


def provision(choice: Choice) -> int:
    """Prepare the chosen accounts with the operator's own credentials; return the exit code.

    Writes to AWS, the first time only what a person agreed to: `outset`. AWS_ENDPOINT_URL and AWS_PROFILE are used as
    by every AWS tool.
    """
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = real_place(inputs.event, True, choice.jobs)
    outset.agreed(choice, inputs, accounts, place.clock.now(), write=True)
    ask_for_codes(place.access, accounts, inputs.event.region)
    check.beforehand(inputs, accounts, place)
    page = page_of(choice, place)
    return reported(choice, inputs, accounts, place, page, choice.journal_path).exit_code


def provision_alone(choice: Choice, inputs: Inputs, placed: Placed = real_place) -> Summary:
    """Provision the accounts of `inputs`, which may differ from the roster, without suggesting a next command.

    Writes to AWS.
    """
    place = placed(inputs.event, True, choice.jobs)
    return reported(
        choice, inputs, inputs.accounts, place, page_of(choice, place), choice.journal_path, next_lines=False
    )
