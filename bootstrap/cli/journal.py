"""Show what people and their runs did in the accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.named("journal")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Show only the N newest entries.")
@options.output
def command(choice: Choice, last: int | None) -> None:
    """Show who did what, when, in which account, and the outcome; the newest last. It also shows who is working now.

    TEAM is a name, a pattern or an account id. Each run has an entry for each of its accounts; sign-in links, cards,
    swaps and take-overs have entries of their own. It reads the journal and does not call AWS.

    \b
    Examples:
      event-bootstrap journal team-7
      event-bootstrap journal --last 20
    """
    from bootstrap.cli.commands import journal

    journal.show(choice, last)
