"""What a person typed, and the files it names -> the event and the accounts that a command is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bootstrap.doctor.repair_plan import Repair
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, NothingToDo, Problem
from bootstrap.event import inputs as input_files
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.roster.selection import select
from bootstrap.report import words
from bootstrap.steps import plan
from bootstrap.steps.plan import Narrow, Wishes
from bootstrap.sweep.plan import Sweep

if TYPE_CHECKING:
    from bootstrap.journal.journal import Journal

FOLDER = ".event-bootstrap"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person typed. `patience` (seconds) replaces every step's own; 0: ask, look once, do not wait.

    `sweep`: accounts are swept, not provisioned; `repair`: what the doctor found is fixed. `every`: only each n-th of
    the chosen; `stagger`: seconds between the beginnings of two accounts. `take_over`: also accounts that another
    operator works on.
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
    repair: Repair | None = None
    every: int = 1
    stagger: float = 0.0
    take_over: bool = False

    @property
    def command(self) -> str:
        """What a person would type; to be shown, and to decide nothing."""
        return self.kind.value

    @property
    def folder(self) -> Path:
        """Where runs leave their journal, reports and packed data: beside event.yaml."""
        return self.event_path.resolve().parent / FOLDER

    @property
    def journal_path(self) -> str:
        return self.journal or str(self.folder / "journal.sqlite")


def read(choice: Choice) -> Inputs:
    """Read the files that the command names; files only. Raises BadInput with every problem."""
    return input_files.read(choice.event_path, choice.roster_path)


def chosen(choice: Choice, inputs: Inputs) -> tuple[TeamAccount, ...]:
    """The accounts that the command names.

    Raises BadInput for names that match none (EB-401), or without a journal (EB-408); NothingToDo if --failed finds
    every team ready.
    """
    among = _not_ready(choice, inputs) if choice.failed else None
    found = select(inputs.accounts, choice.teams, among, out_of_use=choice.sweep is not None)
    if not found and among is None:
        raise NothingToDo("nothing to do: only accounts that are out of use were named, and not in full")
    if not found:
        raise NothingToDo("nothing to do: every team's own last outcome was ready")
    return found[:: choice.every]


def only(choice: Choice, inputs: Inputs) -> TeamAccount:
    """The one account that the command names. Raises BadInput for names of none (EB-401) or of several (EB-566)."""
    found = select(inputs.accounts, choice.teams, out_of_use=True)
    if len(found) > 1:
        names = words.some(tuple(each.team for each in found))
        raise BadInput([Problem("EB-566", f"{choice.teams[0]!r} means several teams: {names}", fix="Name one")])
    return found[0]


def _not_ready(choice: Choice, inputs: Inputs) -> frozenset[str]:
    """Teams with a step that was not good when a run was last there, or to which none has been; for a sweep those not
    clean."""
    if choice.sweep is not None:
        return frozenset(each.team for each in inputs.accounts if each.account_id not in choice.sweep.before)
    with opened_journal(choice) as journal:
        done = journal.steps_done(inputs.event.name)

    # Accounts of the same labs and region are given the same steps, which are costly to find out.
    counted: dict[tuple[tuple[str, ...], str], frozenset[str]] = {}

    def lacks(account: TeamAccount) -> bool:
        key = account.labs, account.region
        if key not in counted:
            counted[key] = plan.planned(inputs.event, account, plan.outline(inputs.event, account)).counted
        return not counted[key] <= done.get((account.team, account.account_id), frozenset())

    return frozenset(each.team for each in inputs.accounts if lacks(each))


def journal_of(choice: Choice) -> Journal:
    """The journal to write to; made if there is none. Raises BadInput (EB-395) where that cannot be."""
    from bootstrap.journal.journal import Journal

    return Journal(choice.journal_path, choice.folder)


def opened_journal(choice: Choice) -> Journal:
    """The journal that is there already. Raises BadInput (EB-408) if there is none."""
    from bootstrap.journal import journal

    if not journal.exists(choice.journal_path):
        fix = "event-bootstrap provision writes it; give --journal if it lies elsewhere"
        raise BadInput([Problem("EB-408", "no run of this event has left a journal", choice.journal_path, fix=fix)])
    return journal_of(choice)
