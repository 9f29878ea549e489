"""Show what the journal knows of every account."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized
from bootstrap.report import translations

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@click.option("--watch", is_flag=True, help="Keep running, and print again on every change, until Ctrl-C.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Path of an HTML page to write as well; it can be opened without a network.",
)
@click.option("--all", "each", is_flag=True, help="A row for each team, also where many teams agree.")
@options.teams("status")
def command(choice: Choice, watch: bool, page: Path | None, each: bool) -> None:  # fmt: skip
    """Show what needs you, what goes on, and which accounts were ready when last visited.

    It reads the journal and does not call AWS. An account that was swept since then is shown as the sweep left it:
    clean, left or unknown. More than 20 teams share a row where they agree; --all gives each one its own. With one
    TEAM, every step is shown. To ask AWS itself, run event-bootstrap plan TEAM.

    \b
    Examples:
      event-bootstrap status
      event-bootstrap status team-7
      event-bootstrap status --watch
      event-bootstrap status --html status.html --lang zh

    Exit codes: 0 all ready or clean, 1 an account failed or has something left, 2 bad input, 3 something waits or
    was never visited.
    """
    from bootstrap.cli.commands import status
    from bootstrap.errors.message import msg

    if watch and page:
        said = msg(
            "--watch and --html cannot be used together; for a page that stays up to date: event-bootstrap serve"
        )
        raise click.UsageError(translations.shown(said))
    if watch:
        status.follow(choice)
    sys.exit(status.tell(choice, page, translations.current(), each=each))
