"""Fix what is wrong in the teams' accounts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized, loading

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.chosen("repair")
@options.take_over
@options.yes
def command(choice: Choice) -> None:
    """Check each TEAM's account as doctor does, fix what can be fixed, and check again.

    Without TEAM it does so for all accounts. It first shows what it will do, team by team and in order. Changes made
    by hand are undone by a change set, which is shown before it runs. Then it asks once before it restarts or replaces
    notebooks, or overwrites files that somebody changed; if the answer is no, it does the rest. All accounts are fixed
    in one run, --jobs of them at the same time.

    \b
    Examples:
      event-bootstrap repair team-7
      event-bootstrap repair team-7 --yes
      event-bootstrap repair

    Exit codes: 0 no problems left, 1 problems left, or something not examined, 2 bad input, 130 interrupted.
    """
    loading()
    from bootstrap.cli.commands.fix import fix

    sys.exit(fix(choice))
