"""The quotas that decide whether a team can train; requested weeks before anything is created."""

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
@click.option(
    "--request", is_flag=True, help="Request each missing quota; skip quotas that already have an open request."
)
@click.option("--again", is_flag=True, help="With --request: request refused quotas again.")
@click.option("--jobs", type=click.IntRange(1, 256), default=32, show_default=True,
              help="Number of accounts to work on at the same time.")  # fmt: skip
@options.take_over
@options.yes
def command(choice: Choice, request: bool, again: bool) -> None:
    """Show the quotas of each TEAM's account: what is needed, what is applied, and open requests. Without TEAM: all
    accounts.

    It writes only with --request. Request quotas first: a person at AWS may have to decide, which takes days.

    \b
    Examples:
      event-bootstrap quotas
      event-bootstrap quotas --request

    Exit codes: 0 all applied, 1 a request was refused, 2 bad input, 3 requests are open or missing.
    """
    from bootstrap.cli.commands import quotas
    from bootstrap.engine.run_kind import RunKind
    from bootstrap.steps.wishes import Narrow, Wishes

    kind = RunKind.QUOTA_REQUESTS if request else RunKind.QUOTAS
    asked = Narrow(("quotas",), bare=True)
    choice = replace(choice, kind=kind, narrow=asked, wishes=Wishes(ask_again=again), patience=0.0)
    sys.exit(quotas.quotas(choice, request))
