"""The command `sweep`: show what teams left in the accounts, and delete it after one confirmation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import Choice, chosen, opened_journal, read
from bootstrap.cli.commands.reported import page_of, reported
from bootstrap.cli.commands.run import real_place
from bootstrap.engine.outcomes import Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput, Problem, Troubled
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import journal
from bootstrap.report import problems, removals
from bootstrap.report.translations import shown
from bootstrap.sweep import saved_plan
from bootstrap.sweep.plan import Sweep
from bootstrap.sweep.saved_plan import SavedPlan


def sweep(choice: Choice, apply: bool, confirm: str | None, out: Path | None = None) -> int:
    """Show what is left; with `apply` ask once for the event's name and delete what was shown. Return the exit code.

    Writes to AWS with `apply`. `confirm`: the event's name; None: it is typed at the terminal. `out`: file for the
    plan. Raises BadInput: EB-680 without a terminal, EB-510 for another name, EB-513 if the file cannot be written.
    """
    inputs = read(choice)
    if apply:
        confirming.deletion(inputs.event.name, confirm)
    choice = _with_history(choice, inputs, apply)
    asked = choice.sweep or Sweep()
    accounts = chosen(replace(choice, kind=_doing(asked)) if apply else choice, inputs)
    looking = replace(choice, kind=RunKind.STOP_PLAN if asked.stop_only else RunKind.SWEEP_PLAN)
    looked = real_place(inputs.event, False, choice.jobs)
    page = page_of(choice, looked)
    found = reported(looking, inputs, accounts, looked, page, choice.journal_path, next_lines=not apply)
    regions = {each.account_id: each.region for each in accounts}
    made = datetime.fromtimestamp(looked.clock.now(), UTC).isoformat(timespec="seconds")
    plan = saved_plan.of(found, inputs.event.name, asked, made, regions)
    if out is not None:
        saved_plan.write(out, plan)
        problems.print_to(sys.stderr, shown(_saved(out, plan)))
    if not apply or not _anything(found):
        return found.exit_code
    return _apply(choice, inputs, accounts, plan, confirm)


def sweep_planned(choice: Choice, path: Path, confirm: str | None) -> int:
    """Show the plan in a file, ask once for the event's name, and remove what it lists. Return the exit code.

    Writes to AWS. Only accounts of the plan are visited; what came to them since is left and named. Raises BadInput:
    EB-513 to EB-516 for a file that is no plan of this event's accounts, EB-510 for another name, EB-680 without a
    terminal to type it at.
    """
    inputs = read(choice)
    confirming.deletion(inputs.event.name, confirm)
    plan = saved_plan.read(path, inputs.event.name)
    choice = _with_history(choice, inputs, True)
    accounts = _planned(choice, inputs, plan, path)
    names = {each.account_id for each in accounts}
    plan = replace(plan, accounts=tuple(each for each in plan.accounts if each["account_id"] in names))
    stream = sys.stderr if choice.output == "json" else sys.stdout
    problems.print_to(stream, shown(msg("plan of {time}: {path}", time=plan.made, path=str(path))))
    removals.show(stream, plan.accounts)
    return _apply(choice, inputs, accounts, plan, confirm)


def stop(choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount]) -> int:
    """Stop what is billed by the hour in the accounts, without a plan and a question; return the exit code.

    Writes to AWS. Only what came after the baseline is stopped, and only where nobody else works in the account.
    """
    writing = replace(choice, kind=RunKind.STOP_APPLY, sweep=Sweep(stop_only=True))
    place = real_place(inputs.event, True, choice.jobs)
    page = page_of(choice, place)
    return reported(writing, inputs, accounts, place, page, choice.journal_path, next_lines=False).exit_code


def _apply(
    choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount], plan: SavedPlan, confirm: str | None
) -> int:
    name = inputs.event.name
    question = (
        msg("Type {event} to stop what is listed", event=name)
        if plan.stop_only
        else msg("Type {event} to delete what is listed", event=name)
    )
    confirming.typed(question, name, confirm)
    confirmed = replace(plan.sweep(), before=choice.sweep.before if choice.sweep else {})
    writing = replace(choice, kind=_doing(plan), sweep=confirmed)
    place = real_place(inputs.event, True, choice.jobs)
    return reported(writing, inputs, accounts, place, page_of(choice, place), choice.journal_path).exit_code


def _doing(what: Sweep | SavedPlan) -> RunKind:
    return RunKind.STOP_APPLY if what.stop_only else RunKind.SWEEP_APPLY


def _planned(choice: Choice, inputs: Inputs, plan: SavedPlan, path: Path) -> tuple[TeamAccount, ...]:
    """Return the chosen accounts that the plan lists, as the roster names them now. Raises BadInput (EB-516)."""
    listed = {each["account_id"]: each for each in plan.accounts}
    known = {each.account_id: each for each in inputs.accounts}
    gone = [each["team"] for key, each in listed.items() if key not in known or known[key].region != each["region"]]
    if gone:
        what = msg("lists accounts that the roster does not have, or has in another region: {teams}",
                   teams=", ".join(gone))  # fmt: skip
        fix = msg("Use the accounts.csv with which the plan was made, or make the plan again")
        raise BadInput([Problem("EB-516", what, str(path), fix=fix)])
    writing = replace(choice, kind=_doing(plan))
    wanted = tuple(each for each in chosen(writing, inputs) if each.account_id in listed)
    if not wanted:
        what = msg("lists none of the chosen accounts")
        raise BadInput([Problem("EB-516", what, str(path), fix=msg("Choose teams of the plan, or none for all"))])
    return wanted


def _saved(path: Path, plan: SavedPlan) -> str:
    number = sum(len(each["objects"]) for each in plan.accounts)
    return msg("plan: {path} ({number} resources); to remove what it lists: {command}", path=str(path), number=number,
               command=f"event-bootstrap sweep --apply --plan {path}")  # fmt: skip


def _with_history(choice: Choice, inputs: Inputs, write: bool) -> Choice:
    """Return the choice with the accounts that the journal knows as proved clean: their marker is deleted.

    Raises BadInput (EB-395) and Troubled (EB-523) for a journal that cannot be read, with `write` or --failed.
    """
    if choice.sweep is None or not journal.exists(choice.journal_path):
        return choice
    try:
        with opened_journal(choice) as kept:
            return replace(choice, sweep=replace(choice.sweep, before=kept.proved_clean(inputs.event.name)))
    except Troubled as stop:
        if write or choice.failed:
            raise
        said = msg("note: it is not known which accounts were swept before: {why}", why=stop.problems[0].what)
        problems.print_to(sys.stderr, shown(said))
        return choice


def _anything(found: Summary) -> bool:
    """Return True if any account has something to delete or stop."""
    return any(each.state is Outcome.PLANNED for account in found.accounts for each in account.steps.values())
