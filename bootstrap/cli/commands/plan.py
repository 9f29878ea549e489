"""The command `plan`."""

from __future__ import annotations

from bootstrap.cli.commands import outset
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.reported import page_of, reported
from bootstrap.cli.commands.run import real_place


def plan(choice: Choice) -> int:
    """Show what `provision` would do in the chosen accounts, and what that costs; return the exit code. Only reads."""
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = real_place(inputs.event, False, choice.jobs)
    outset.agreed(choice, inputs, accounts, place.clock.now(), write=False)
    return reported(choice, inputs, accounts, place, page_of(choice, place), choice.journal_path).exit_code
