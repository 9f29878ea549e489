"""Move a team to a spare account."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import candidates, options
from bootstrap.cli.localized import Localized


@click.command(cls=Localized)
@click.argument("team", metavar="TEAM", shell_complete=candidates.teams)
@click.argument("account_id", metavar="ACCOUNT_ID", shell_complete=candidates.spares)
@options.yes
@options.take_over
@options.journal
@options.files
def command(
    team: str,
    account_id: str,
    yes: bool,
    take_over: bool,
    journal: str | None,
    event_path: Path,
    roster_path: Path,
    output: str,
) -> None:
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
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.engine.run_kind import RunKind
    from bootstrap.errors.message import msg

    # Its own question comes before anything else; `provision`, of which it is made, asks nothing more.
    choice = Choice(
        RunKind.SWAP, event_path, roster_path, output, (team,), journal=journal, take_over=take_over, yes=True
    )
    sys.exit(swap.swap(choice, account_id, lambda what: confirming.agreed(msg("Move the team?"), (what,), yes)))
