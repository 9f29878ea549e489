"""Show what provision would do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.steps("plan")
@options.detailed
def command(choice: Choice) -> None:
    """Show what provision would do in each TEAM's account. It only reads: writes to AWS are blocked here.

    Without TEAM: all accounts. Before the first provision it also says what that will cost.

    \b
    Example:
      event-bootstrap plan team-7

    Exit codes: 0 no errors, 1 an account has an error, 2 bad input, 130 interrupted; with --detailed-exitcode 3 if
    there is something to do or to wait for.
    """
    from bootstrap.cli.commands import plan

    sys.exit(plan.plan(choice))
