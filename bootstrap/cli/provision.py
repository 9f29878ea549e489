"""Gives every account what it lacks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import options


@click.command()
@options.steps
@click.option("--again", is_flag=True, help="Ask again for refused quotas, make failed stacks once more; with "
              "--step smoke, train once more even where it is proven.")  # fmt: skip
@click.option("--during-event", is_flag=True, help="On the event's day, also change what a team may have work in.")
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
    again: bool,
    during_event: bool,
) -> None:
    """Give each TEAM's account what it lacks, until it is ready or the cause is named. No TEAM: all.

    \b
    TEAM is a name or a pattern. Running it again goes on where it stopped and makes nothing twice.
    Examples:
      event-bootstrap provision
      event-bootstrap provision team-7 'blue*' --from stack:roles
      event-bootstrap provision --failed
      event-bootstrap provision --step smoke --again        capacity, on the morning of the event
    Exit: 0 ready, 1 some account failed, 2 bad input, 3 something still waits, 130 interrupted.
    """
    from bootstrap import operate
    from bootstrap.inputs import Choice
    from bootstrap.plan import Narrow, Wishes

    wishes = Wishes(ask_again=again, retry=again, smoke_again=again and "smoke" in only, during_event=during_event)
    choice = Choice(
        "provision", event_path, roster_path, output, teams, failed, journal, jobs, Narrow(only, start), wishes
    )
    sys.exit(operate.on_aws(choice, write=True))
