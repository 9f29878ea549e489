"""End the hold on a team's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.named("release")
@options.output
def command(choice: Choice) -> None:
    """End the hold on each TEAM's account, so that commands may change it again. AWS is not called.

    \b
    Example:
      event-bootstrap release team-7
    """
    from bootstrap.cli.commands import hold

    hold.release(choice)
