"""Says what provision would do."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import options


@click.command()
@options.steps
def command(
    teams: tuple[str, ...],
    failed: bool,
    journal: str | None,
    only: tuple[str, ...],
    start: str | None,
    jobs: int,
    event_path: Path,
    roster_path: Path,
    output: str,
) -> None:
    """Look at each TEAM's account and say what provision would do. Reads only: a write would be refused here.

    \b
    Example: event-bootstrap plan team-7
    Exit: 0 no account is in trouble, 1 some account is, 2 bad input, 130 interrupted.
    """
    from bootstrap import operate
    from bootstrap.inputs import Choice
    from bootstrap.plan import Narrow

    choice = Choice("plan", event_path, roster_path, output, teams, failed, journal, jobs, Narrow(only, start))
    sys.exit(operate.on_aws(choice, write=False))
