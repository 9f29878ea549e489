"""Show what teams left behind in the accounts, and remove it after one confirmation."""

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
from bootstrap.event.inputs import Inputs
from bootstrap.journal import journal


def sweep(choice: Choice, apply: bool, confirm: str | None, ask: Callable[[str, str], str]) -> int:
    """Look; with `apply` ask once for the event's name and remove; returns the exit code. Writes to AWS with `apply`.

    `confirm` is the name, if it is known; else `ask(event, what)` is. Raises BadInput (EB-510) if it is another.
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
    typed = confirm if confirm is not None else ask(inputs.event.name, "stop it" if evening else "remove it")
    if typed != inputs.event.name:
        raise BadInput([Problem("EB-510", f"{typed!r} is not the event's name: nothing was removed")])
    writing = replace(choice, kind=looking.kind.doer)
    place = real_place(inputs.event, True, choice.jobs)
    return reported(writing, inputs, accounts, place, page_of(choice, place), choice.journal_path).exit_code


def _with_history(choice: Choice, inputs: Inputs) -> Choice:
    """With what the journal knows of earlier sweeps: an account that was proved clean has no marker any more."""
    if choice.sweep is None or not journal.exists(choice.journal_path):
        return choice
    with opened_journal(choice) as kept:
        return replace(choice, sweep=replace(choice.sweep, before=kept.proved_clean(inputs.event.name)))


def _anything(found: Summary) -> bool:
    """Whether any account shows something to remove."""
    return any(each.state is Outcome.PLANNED for account in found.accounts for each in account.steps.values())
