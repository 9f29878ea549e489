"""What the journal knows of every account."""

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
@click.option("--watch", is_flag=True, help="Again whenever something has changed, until Ctrl-C.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a page as well; it needs no network.",
)
@options.teams("status")
def command(choice: Choice, watch: bool, page: Path | None) -> None:  # fmt: skip
    """Who was ready when last looked at, and why the others were not. Reads the journal; AWS is not asked.

    \b
    An account that was swept since is told as the sweep found it: clean, left or unknown.
    With one TEAM: step by step. To ask AWS itself: event-bootstrap plan TEAM
    Examples:
      event-bootstrap status
      event-bootstrap status team-7
      event-bootstrap status --watch
      event-bootstrap status --html status.html --lang zh
    Exit: 0 all ready or clean, 1 some account failed or has something left, 2 bad input, 3 something waits or was
    never looked at.
    """
    from bootstrap.cli.commands import status

    if watch and page:
        raise click.UsageError("--watch and --html do not go together: event-bootstrap serve is a page that stays new")
    if watch:
        status.follow(choice)
    sys.exit(status.tell(choice, page, translations.current()))
