"""The quotas that decide whether a team can train; requested weeks before anything is created."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.teams("quotas")
@options.detailed
@click.option(
    "--request", is_flag=True, help="Request each missing quota; skip quotas that already have an open request."
)
@click.option("--again", is_flag=True, help="With --request: request refused quotas again.")
@click.option("--open-cases", is_flag=True, help="Have AWS open a support case for each request that hangs.")
@click.option(
    "--older-than",
    type=click.FloatRange(0, 24 * 90),
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="With --open-cases: age in hours from which an undecided request hangs.",
)
@click.option(
    "--letter",
    "letter",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a text in English and Chinese about what is not applied yet, for a person at AWS.",
)
@click.option("--jobs", type=click.IntRange(1, 256), default=32, show_default=True,
              help="Number of accounts to work on at the same time.")  # fmt: skip
@options.take_over
@options.yes
def command(
    choice: Choice, request: bool, again: bool, open_cases: bool, older_than: float, letter: Path | None
) -> None:
    """Show the quotas of each TEAM's account: what is needed, what is applied, and open requests. Without TEAM: all
    accounts.

    It writes only with --request and --open-cases. Request quotas first: a person at AWS may have to decide, which
    takes days.

    \b
    Examples:
      event-bootstrap quotas
      event-bootstrap quotas --request
      event-bootstrap quotas --open-cases          for requests that AWS has not decided within a day
      event-bootstrap quotas --letter letter.txt   for your account team, or to paste into a support case

    Exit codes: 0 no request was refused, 1 a request was refused, 2 bad input; 3 requests are open or missing, with
    --request, --open-cases or --detailed-exitcode.
    """
    from bootstrap.cli.commands import quotas
    from bootstrap.engine.run_kind import RunKind
    from bootstrap.errors.message import msg
    from bootstrap.report.translations import shown
    from bootstrap.steps.wishes import Narrow, Wishes

    if request + open_cases + bool(letter) > 1:
        raise click.UsageError(shown(msg("give only one of --request, --open-cases and --letter")))
    if open_cases:
        asked = Narrow(("support-cases",), bare=True)
        wishes = Wishes(cases_after=older_than * 3600)
        sys.exit(quotas.cases(replace(choice, kind=RunKind.QUOTA_CASES, narrow=asked, wishes=wishes)))
    kind = RunKind.QUOTA_REQUESTS if request else RunKind.QUOTAS
    asked = Narrow(("quotas",), bare=True)
    choice = replace(choice, kind=kind, narrow=asked, wishes=Wishes(ask_again=again), patience=0.0)
    sys.exit(quotas.letter(choice, letter) if letter else quotas.quotas(choice, request))
