"""Write the days on which something must be done as a calendar file."""

from __future__ import annotations

from pathlib import Path

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized


@click.command(cls=Localized)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write this file instead of stdout.")
@options.event_file
def command(event_path: Path, out: Path | None) -> None:
    """Write the days on which something must be done as an iCalendar file: when to request quotas, to prepare the
    accounts, to stop and to delete what is in them.

    It reads event.yaml and does not call AWS. Import the file into your calendar program; importing a newer one
    replaces the entries.

    \b
    Example:
      event-bootstrap calendar --out car-day.ics
    """
    from bootstrap.cli.commands import calendar

    calendar.write(event_path, out)
