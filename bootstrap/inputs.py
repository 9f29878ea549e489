"""What a person typed, and the files it names -> the event and the accounts that a command is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bootstrap import event as event_file
from bootstrap import roster
from bootstrap.errors import BadInput, Problem
from bootstrap.event import Event
from bootstrap.plan import Narrow, Wishes
from bootstrap.roster import TeamAccount
from bootstrap.selection import select

FOLDER = ".event-bootstrap"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person typed. `patience` (seconds) replaces every step's own; 0: ask, look once, do not wait."""

    command: str
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

    @property
    def folder(self) -> Path:
        """Where runs leave their journal, reports and packed data: beside event.yaml."""
        return self.event_path.resolve().parent / FOLDER

    @property
    def journal_path(self) -> str:
        return self.journal or str(self.folder / "journal.sqlite")


@dataclass(frozen=True, slots=True)
class Inputs:
    event: Event
    accounts: tuple[TeamAccount, ...]


def read(choice: Choice) -> Inputs:
    """event.yaml, labs/ and accounts.csv; files only. Raises BadInput with every problem."""
    event = event_file.read(choice.event_path)
    return Inputs(event, roster.read(choice.roster_path, event))


def chosen(choice: Choice, inputs: Inputs) -> tuple[TeamAccount, ...]:
    """The accounts that the command names. Raises BadInput for names that match none (EB-401, EB-406)."""
    among = _failed_teams(choice, inputs.event) if choice.failed else None
    found = select(inputs.accounts, choice.teams, among)
    if not found:
        raise BadInput([Problem("EB-406", "no team's own last outcome was other than ready", choice.journal_path)])
    return found


def _failed_teams(choice: Choice, event: Event) -> tuple[str, ...]:
    from bootstrap import journal

    if not journal.exists(choice.journal_path):
        return ()
    with journal.Journal(choice.journal_path) as opened:
        return opened.failed_teams(event.name)
