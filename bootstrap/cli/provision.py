"""Gives every account what it lacks."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.steps("provision")
@click.option("--again", is_flag=True, help="Ask again for refused quotas, make failed stacks once more; with "
              "--step smoke, train once more even where it is proven.")  # fmt: skip
@click.option("--during-event", is_flag=True, help="On the event's day, also change what a team may have work in.")
@click.option("--every", type=click.IntRange(1), default=1, metavar="N", help="A sample: the first of the chosen teams "
              "and each N-th after it.")  # fmt: skip
@click.option("--stagger", type=click.FloatRange(0, 3600), default=0.0, metavar="SECONDS", help="Begin the accounts so "
              "far apart, not all at once.")  # fmt: skip
@options.take_over
def command(choice: Choice, again: bool, during_event: bool) -> None:
    """Give each TEAM's account what it lacks, until it is ready or the cause is named. No TEAM: all.

    \b
    TEAM is a name or a pattern. Running it again goes on where it stopped and makes nothing twice.
    Examples:
      event-bootstrap provision
      event-bootstrap provision team-7 'blue*' --from stack:roles
      event-bootstrap provision --failed
      event-bootstrap provision --step smoke --again --every 10 --stagger 30    capacity, on the event's morning
    Exit: 0 ready, 1 some account failed, 2 bad input, 3 something still waits, 130 interrupted.
    """
    from bootstrap.cli.commands import provision
    from bootstrap.steps.plan import Wishes

    smoke_again = again and "smoke" in choice.narrow.only
    wishes = Wishes(ask_again=again, retry=again, smoke_again=smoke_again, during_event=during_event)
    sys.exit(provision.on_aws(replace(choice, wishes=wishes), write=True))
