"""What the journal knows of every account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options

if TYPE_CHECKING:
    from bootstrap.inputs import Choice


@click.command()
@options.teams("status")
def command(choice: Choice) -> None:
    """Who was ready when last looked at, and why the others were not. Reads the journal; AWS is not asked.

    \b
    With one TEAM: step by step. To ask AWS itself: event-bootstrap plan TEAM
    Examples:
      event-bootstrap status
      event-bootstrap status team-7
    Exit: 0 all ready, 1 some account failed, 2 bad input, 3 something waits or was never looked at.
    """
    from bootstrap import operate

    sys.exit(operate.status(choice))
