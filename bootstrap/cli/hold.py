"""Keep every command but look-ups away from a team's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.named("hold")
@click.option("--reason", metavar="TEXT", help="Why: one line for the staff, shown wherever the team is named.")
@options.output
def command(choice: Choice, reason: str | None) -> None:
    """Put each TEAM's account on hold: until it is released, no command changes anything in it. Without TEAM: list the
    accounts on hold.

    plan, doctor, status, quotas, sweep without --apply, console and credentials go on, and say it. A run that is
    already working in the account stops there within 20 seconds. The team's page asks the team to see the staff, and
    gives it no new link; open sessions of the team go on. AWS is not called.

    \b
    Examples:
      event-bootstrap hold team-7 --reason "support case open"
      event-bootstrap hold
      event-bootstrap release team-7
    """
    from bootstrap.cli.commands import hold

    hold.hold(choice, reason)
