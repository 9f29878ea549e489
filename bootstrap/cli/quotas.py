"""The quotas that decide whether a team can train, weeks before anything is deployed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import options


@click.command()
@options.teams
@click.option("--request", is_flag=True, help="Request what is missing: one a quota, none where one is open.")
@click.option("--again", is_flag=True, help="With --request: also ask again for what was refused.")
@click.option("--jobs", type=click.IntRange(1, 256), default=32, show_default=True,
              help="Accounts worked on at once.")  # fmt: skip
def command(
    teams: tuple[str, ...],
    failed: bool,
    journal: str | None,
    event_path: Path,
    roster_path: Path,
    output: str,
    request: bool,
    again: bool,
    jobs: int,
) -> None:
    """Show each TEAM's quotas: wanted, applied, and how far requests are. Writes only with --request.

    \b
    Quotas come first: a person at AWS may have to decide, and that takes days.
    Examples:
      event-bootstrap quotas
      event-bootstrap quotas --request
    Exit: 0 all applied, 1 something refused, 2 bad input, 3 requests are open or missing.
    """
    from bootstrap import operate
    from bootstrap.inputs import Choice
    from bootstrap.plan import Narrow, Wishes

    choice = Choice(
        "quotas --request" if request else "quotas",
        event_path,
        roster_path,
        output,
        teams,
        failed,
        journal,
        jobs,
        Narrow(("quotas",), bare=True),
        Wishes(ask_again=again),
        patience=0.0,
    )
    sys.exit(operate.quotas(choice, request))
