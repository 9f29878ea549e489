"""The arguments of a command, and the event and accounts that they select."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bootstrap.cli.commands import on_hold
from bootstrap.engine.clock import RealClock
from bootstrap.engine.hold import Hold
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import READY, WAITING, BadInput, NothingToDo, Problem
from bootstrap.errors.message import msg, some
from bootstrap.event import inputs as input_files
from bootstrap.event.inputs import Inputs
from bootstrap.event.mornings import Hours
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.roster.selection import select
from bootstrap.report import problems
from bootstrap.report.progress import Unhurried
from bootstrap.report.translations import shown
from bootstrap.steps.wishes import Narrow, Wishes

if TYPE_CHECKING:
    # Loaded by the commands that make one: `status` need not wait for them.
    from bootstrap.doctor.repair_plan import Repair
    from bootstrap.journal.journal import Journal
    from bootstrap.sweep.plan import Sweep

FOLDER = ".event-bootstrap"
_SAY_NOTES = frozenset(
    {RunKind.VALIDATE, RunKind.PLAN, RunKind.PROVISION, RunKind.REHEARSE, RunKind.HANDOUTS, RunKind.QUOTAS,
     RunKind.QUOTA_REQUESTS, RunKind.QUOTA_CASES, RunKind.SWEEP_PLAN, RunKind.SWEEP_APPLY}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """A command as a person typed it.

    `patience`: seconds for which each step waits, in place of its own; 0: request, look once, do not wait.
    `sweep`: sweep the accounts instead of provisioning them; `repair`: by account id, fix what the doctor found.
    `every`: only the first of the chosen accounts and every n-th after it; `stagger`: seconds between starting one
    account and the next. `take_over`: take over accounts that another operator is working on. `yes`: do not ask before
    going on. `peak`: run the training jobs of the day's peak. `detailed`: a command that only looks ends with 3 if
    there is something to do or to wait for. `at`: the folder for journal, reports and packed data, if not the one
    beside event.yaml.
    """

    kind: RunKind
    event_path: Path = Path("event.yaml")
    roster_path: Path = Path("accounts.csv")
    output: str = "auto"
    teams: tuple[str, ...] = ()
    failed: bool = False
    journal: str | None = None
    jobs: int = 32
    narrow: Narrow = field(default_factory=Narrow)
    wishes: Wishes = field(default_factory=Wishes)
    patience: float | None = None
    sweep: Sweep | None = None
    repair: Mapping[str, Repair] | None = None
    every: int = 1
    stagger: float = 0.0
    take_over: bool = False
    yes: bool = False
    peak: bool = False
    detailed: bool = False
    at: Path | None = None

    @property
    def pending(self) -> int:
        """Exit code of a command that only looks, if it found something to do or to wait for."""
        return WAITING if self.detailed else READY

    @property
    def command(self) -> str:
        """The command as a person would type it, for display only; no code may depend on it."""
        return self.kind.value

    @property
    def folder(self) -> Path:
        """Folder for the journal, reports and packed data: `at`, or one beside event.yaml."""
        return self.at or self.event_path.resolve().parent / FOLDER

    @property
    def journal_path(self) -> str:
        """Path or URL of the journal's database."""
        return self.journal or str(self.folder / "journal.sqlite")


def read(choice: Choice) -> Inputs:
    """Read the event file, the roster and what they name; AWS is not called. Raises BadInput with every problem.

    Commands that act on the roster's names say on stderr how it was read, and which rows were skipped.
    """
    inputs = input_files.read(choice.event_path, choice.roster_path, Unhurried(sys.stderr))
    if choice.kind in _SAY_NOTES:
        for each in inputs.notes:
            problems.print_to(sys.stderr, shown(msg("note: {what}", what=each)))
    return inputs


def chosen(choice: Choice, inputs: Inputs) -> tuple[TeamAccount, ...]:
    """Return the accounts that the command names. Raises as `chosen_and_held` does."""
    return chosen_and_held(choice, inputs)[0]


def chosen_and_held(choice: Choice, inputs: Inputs) -> tuple[tuple[TeamAccount, ...], Mapping[str, Hold]]:
    """Return the accounts that the command names, and by account id the holds that are known.

    Raises BadInput for names that match none (EB-401), for an account on hold that a command that writes names in full
    (EB-735), and for --failed without a journal (EB-408); NothingToDo if no account is left.
    """
    among = _not_ready(choice, inputs) if choice.failed else None
    found = select(inputs.accounts, choice.teams, among, out_of_use=choice.sweep is not None)
    if not found and among is None:
        raise NothingToDo(
            msg("nothing to do: the pattern matches only accounts out of use; to select one, type its full name")
        )
    if not found and choice.sweep is not None:
        raise NothingToDo(msg("nothing to do: every account was clean after its last sweep"))
    if not found:
        raise NothingToDo(msg("nothing to do: every team was ready at its last visit"))
    found = found[:: choice.every]
    return found, on_hold.checked(choice.kind, choice.teams, choice.journal_path, inputs.event.name, found)


def only(choice: Choice, inputs: Inputs) -> TeamAccount:
    """Return the one account that the command names.

    Raises BadInput if it names none (EB-401), several (EB-566), or one on hold for a command that writes (EB-735).
    """
    found = select(inputs.accounts, choice.teams, out_of_use=True)
    if len(found) > 1:
        names = some(tuple(each.team for each in found))
        what = msg("`{pattern}` matches several teams: {teams}", pattern=choice.teams[0], teams=names)
        raise BadInput([Problem("EB-566", what, fix=msg("Name one team"))])
    on_hold.checked(choice.kind, choice.teams, choice.journal_path, inputs.event.name, found)
    return found[0]


def _not_ready(choice: Choice, inputs: Inputs) -> frozenset[str]:
    """Return the teams that were never visited or had a step that was not good at the last visit; for a sweep, those
    that are not proved clean."""
    if choice.sweep is not None:
        return frozenset(each.team for each in inputs.accounts if each.account_id not in choice.sweep.before)
    # AWS's libraries take 0.2 s of CPU to load; commands without --failed, such as validate, need no steps.
    from bootstrap.steps import plan

    event = inputs.event
    wanted = plan.alike(inputs.accounts, lambda each: plan.planned(event, each, plan.outline(event, each)))
    with opened_journal(choice) as journal:
        done = journal.steps_done(event.name, {(each.team, each.account_id): each.counted for each in wanted})
        asleep = journal.notebooks_stopped(event.name)
    # What was ready while it waited for the morning is not ready any more when it waits no longer.
    due = frozenset[str]() if Hours.of(event).early(RealClock().now()) else asleep
    return frozenset(
        each.team
        for each in wanted
        if each.account_id in due or not each.counted <= done.get((each.team, each.account_id), frozenset())
    )


def journal_of(choice: Choice) -> Journal:
    """Open the journal to write to, and create it if there is none. Raises BadInput (EB-395) if that fails."""
    # SQL takes 0.1 s of CPU to load; validate, plan and quotas need none.
    from bootstrap.journal.journal import Journal

    return Journal(choice.journal_path, choice.folder)


def opened_journal(choice: Choice) -> Journal:
    """Open the journal that exists. Raises BadInput (EB-408) if there is none."""
    from bootstrap.journal import journal

    if not journal.exists(choice.journal_path):
        what = msg("there is no journal: no run of this event was recorded")
        fix = msg("Run event-bootstrap provision, which creates it; give --journal if it is somewhere else")
        raise BadInput([Problem("EB-408", what, choice.journal_path, fix=fix)])
    return journal_of(choice)


def unwritable(folder: Path, error: OSError) -> Problem:
    """Return the error EB-409: a folder of the tool cannot be written to."""
    what = msg("cannot be written to: {reason}", reason=error.strerror)
    fix = msg("Free disk space beside event.yaml, or work in a folder that you can write to")
    return Problem("EB-409", what, str(folder), fix=fix)
