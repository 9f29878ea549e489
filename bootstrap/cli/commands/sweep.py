"""The command `sweep`: show what teams left in the accounts, and delete it after one confirmation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bootstrap.cli.commands.choice import Choice, chosen, opened_journal, read
from bootstrap.cli.commands.reported import page_of, reported
from bootstrap.cli.commands.run import real_place
from bootstrap.engine.outcomes import Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.journal import journal


def sweep(choice: Choice, apply: bool, confirm: str | None, ask: Callable[[str], str]) -> int:
    """Show what is left; with `apply` ask once for the event's name and delete it. Return the exit code.

    Writes to AWS with `apply`. `confirm`: the event's name; None: it is what `ask(question)` returns. Raises BadInput
    (EB-510) if it is another name.
    """
    inputs = read(choice)
    choice, evening = _with_history(choice, inputs), choice.sweep is not None and choice.sweep.stop_only
    accounts = chosen(choice, inputs)
    looking = replace(choice, kind=RunKind.STOP_PLAN if evening else RunKind.SWEEP_PLAN)
    looked = real_place(inputs.event, False, choice.jobs)
    page = page_of(choice, looked)
    found = reported(looking, inputs, accounts, looked, page, choice.journal_path, next_lines=not apply)
    if not apply or not _anything(found):
        return found.exit_code
    name = inputs.event.name
    question = (
        msg("Type {event} to stop what is listed", event=name)
        if evening
        else msg("Type {event} to delete what is listed", event=name)
    )
    typed = confirm if confirm is not None else ask(question)
    if typed != name:
        what = msg("`{typed}` is not the name of the event: nothing was changed", typed=typed)
        raise BadInput([Problem("EB-510", what)])
    writing = replace(choice, kind=looking.kind.doer)
    place = real_place(inputs.event, True, choice.jobs)
    return reported(writing, inputs, accounts, place, page_of(choice, place), choice.journal_path).exit_code


def _with_history(choice: Choice, inputs: Inputs) -> Choice:
    """Return the choice with the accounts that the journal knows as proved clean: their marker is deleted."""
    if choice.sweep is None or not journal.exists(choice.journal_path):
        return choice
    with opened_journal(choice) as kept:
        return replace(choice, sweep=replace(choice.sweep, before=kept.proved_clean(inputs.event.name)))


def _anything(found: Summary) -> bool:
    """Return True if any account has something to delete or stop."""
    return any(each.state is Outcome.PLANNED for account in found.accounts for each in account.steps.values())
