"""The quotas that decide whether a team can train, weeks before anything is deployed."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.teams("quotas")
@click.option("--request", is_flag=True, help="Request what is missing: one a quota, none where one is open.")
@click.option("--again", is_flag=True, help="With --request: also ask again for what was refused.")
@click.option("--jobs", type=click.IntRange(1, 256), default=32, show_default=True,
              help="Accounts worked on at once.")  # fmt: skip
@options.take_over
def command(choice: Choice, request: bool, again: bool) -> None:
    """Show each TEAM's quotas: wanted, applied, and how far requests are. Writes only with --request.

    \b
    Quotas come first: a person at AWS may have to decide, and that takes days.
    Examples:
      event-bootstrap quotas
      event-bootstrap quotas --request
    Exit: 0 all applied, 1 something refused, 2 bad input, 3 requests are open or missing.
    """
    from bootstrap.cli.commands import quotas
    from bootstrap.engine.run_kind import RunKind
    from bootstrap.steps.plan import Narrow, Wishes

    kind = RunKind.QUOTA_REQUESTS if request else RunKind.QUOTAS
    asked = Narrow(("quotas",), bare=True)
    choice = replace(choice, kind=kind, narrow=asked, wishes=Wishes(ask_again=again), patience=0.0)
    sys.exit(quotas.quotas(choice, request))
