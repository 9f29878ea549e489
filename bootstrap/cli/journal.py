"""What people and their runs did to the accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.named("journal")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the N newest entries.")
@options.output
def command(choice: Choice, last: int | None) -> None:
    """Who did what, when, in which account, and how it ended; the newest last, and who is at work now.

    \b
    TEAM is a name, a pattern or an account id. Each run has an entry for each of its accounts; sign-in links,
    cards, swaps and take-overs have theirs. Reads the journal; AWS is not asked.
    Examples:
      event-bootstrap journal team-7
      event-bootstrap journal --last 20
    """
    from bootstrap.cli.commands import journal

    journal.show(choice, last)
