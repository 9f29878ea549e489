"""Move a team to a spare account."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bootstrap.cli import candidates, options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.one_team("swap")
@click.argument("account_id", metavar="ACCOUNT_ID", shell_complete=candidates.spares)
@options.yes
@click.option("--on-hold", is_flag=True, help="Also move a team whose account is on hold; that account stays on hold.")
@options.take_over
@options.output
def command(choice: Choice, account_id: str, on_hold: bool) -> None:
    """Move TEAM to the spare account ACCOUNT_ID: prepare that account for the team, then update accounts.csv.

    The account must have a row with spare = yes. Nothing is copied from the old account, which stays in the roster so
    that sweep cleans it. It asks once before it starts. If it is interrupted or crashes, run the same command again
    to continue.

    \b
    Example:
      event-bootstrap swap team-7 666677778888

    Exit codes: 0 moved, 1 the account did not become ready, 2 bad input, 3 it still waits, 130 interrupted.
    """
    from bootstrap.cli import confirming
    from bootstrap.cli.commands import swap
    from bootstrap.errors.message import msg

    def agree(what: str) -> bool:
        return confirming.agreed(msg("Move the team?"), (what,), choice.yes)

    # Its own question comes before anything else; `provision`, of which it is made, asks nothing more.
    sys.exit(swap.swap(replace(choice, yes=True), account_id, agree, on_hold))
