"""Read event.yaml, labs/ and accounts.csv, without calls to AWS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bootstrap.event import event as event_file
from bootstrap.event import waves
from bootstrap.event.event import Event
from bootstrap.event.roster import roster
from bootstrap.event.roster.roster import Progress, TeamAccount


@dataclass(frozen=True, slots=True)
class Inputs:
    """The event and every row of its roster. `notes`: how the roster was read, and what in it was skipped."""

    event: Event
    accounts: tuple[TeamAccount, ...]
    notes: tuple[str, ...] = ()


def read(event_path: Path, roster_path: Path, progress: Progress = lambda *_: None) -> Inputs:
    """Read event.yaml with its labs/, and the roster. Raises BadInput with every problem.

    `progress` is told now and then how much is done, of how much.
    """
    event = event_file.read(event_path)
    found = roster.whole(roster.content(roster_path), roster_path.name, event, progress)
    return Inputs(waves.place(event, found.accounts), found.accounts, found.notes)
