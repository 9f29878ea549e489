"""Rehearse the event against a simulated AWS."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

_MOST_TEAMS = 20_000


@click.command(cls=Localized)
@options.scenario
@click.option(
    "--seed",
    default=1,
    show_default=True,
    help="Number that fixes everything random; the same seed gives the same rehearsal.",
)
@click.option("--teams", type=click.IntRange(1, _MOST_TEAMS), metavar="N",
              help="Number of teams: first those of the roster, then made-up ones.  "
              "[default: those of the roster]")  # fmt: skip
@click.option("--through", type=click.Choice(["provision", "labs", "day", "sweep"]), default="provision",
              show_default=True,
              help="Last stage. labs: one team also works through the labs; day: teams also raise hands on their "
              "pages, and staff answer; sweep: also what participants leave behind, and the sweep.")  # fmt: skip
@options.files
def command(
    scenario: str, seed: int, teams: int | None, through: str, event_path: Path, roster_path: Path, output: str
) -> None:
    """Provision the accounts of accounts.csv in a simulated AWS, in virtual time. It cannot reach the real AWS.

    \b
    Examples:
      event-bootstrap rehearse
      event-bootstrap rehearse --scenario today     no P3 instances; Ground Truth closed to new customers
      event-bootstrap rehearse --teams 300          with made-up teams, up to 300
      event-bootstrap rehearse --through labs       then one team runs the commands of the labs
      event-bootstrap rehearse --through day        then the day at the venue: pages, raised hands, a swap
      event-bootstrap rehearse --through sweep      then participants work in the labs, and sweep cleans up

    Exit codes: 0 everything succeeded, 1 something failed, 2 bad input, 3 something still waits, 130 interrupted.
    """
    from bootstrap.cli.commands import rehearse
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.engine.run_kind import RunKind

    choice = Choice(RunKind.REHEARSE, event_path, roster_path, output)
    sys.exit(rehearse.rehearse(choice, scenario, seed, teams, through))
