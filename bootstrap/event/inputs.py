"""Read event.yaml, labs/ and accounts.csv, without calls to AWS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bootstrap.event import event as event_file
from bootstrap.event.event import Event
from bootstrap.event.roster import roster
from bootstrap.event.roster.roster import TeamAccount


@dataclass(frozen=True, slots=True)
class Inputs:
    """The event and every row of its roster."""

    event: Event
    accounts: tuple[TeamAccount, ...]


def read(event_path: Path, roster_path: Path) -> Inputs:
    """Read event.yaml with its labs/, and the roster. Raises BadInput with every problem."""
    event = event_file.read(event_path)
    return Inputs(event, roster.read(roster_path, event))
