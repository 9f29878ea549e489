"""Says what provision would do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.steps("plan")
def command(choice: Choice) -> None:
    """Look at each TEAM's account and say what provision would do. Reads only: a write would be refused here.

    \b
    Example: event-bootstrap plan team-7
    Exit: 0 no account is in trouble, 1 some account is, 2 bad input, 130 interrupted.
    """
    from bootstrap.cli.commands import provision

    sys.exit(provision.on_aws(choice, write=False))
