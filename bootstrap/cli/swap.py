"""Move a team to a spare account."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import candidates, options
from bootstrap.cli.localized import Localized, say


@click.command(cls=Localized)
@click.argument("team", metavar="TEAM", shell_complete=candidates.teams)
@click.argument("account_id", metavar="ACCOUNT_ID", shell_complete=candidates.spares)
@click.option("--yes", is_flag=True, help="Do not ask before moving the team (for scripts).")
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
    from bootstrap.cli.commands import swap
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.engine.run_kind import RunKind

    choice = Choice(RunKind.SWAP, event_path, roster_path, output, (team,), journal=journal, take_over=take_over)
    sys.exit(swap.swap(choice, account_id, lambda what: yes or _agreed(what)))


def _agreed(what: str) -> bool:
    from bootstrap.errors.message import msg
    from bootstrap.report.translations import shown

    say(what, err=True)
    agreed: bool = click.confirm(shown(msg("Move the team?")), err=True)
    return agreed
