"""What the journal knows of every account."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import options


@click.command()
@options.teams
def command(
    teams: tuple[str, ...], failed: bool, journal: str | None, event_path: Path, roster_path: Path, output: str
) -> None:
    """Who was ready when last looked at, and why the others were not. Reads the journal; AWS is not asked.

    \b
    With one TEAM: step by step. To ask AWS itself: event-bootstrap plan TEAM
    Examples:
      event-bootstrap status
      event-bootstrap status team-7
    Exit: 0 all ready, 1 some account failed, 2 bad input, 3 something waits or was never looked at.
    """
    from bootstrap import operate
    from bootstrap.inputs import Choice

    choice = Choice("status", event_path, roster_path, output, teams, failed, journal)
    sys.exit(operate.status(choice))
