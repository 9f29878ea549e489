"""The main job against a simulated AWS."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

_MOST_TEAMS = 20_000


@click.command(cls=Localized)
@options.scenario
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same rehearsal.")
@click.option("--teams", type=click.IntRange(1, _MOST_TEAMS), metavar="N",
              help="Rehearse N teams: the roster's first, then made-up ones.  [default: the roster's]")  # fmt: skip
@click.option("--through", type=click.Choice(["provision", "labs", "sweep"]), default="provision", show_default=True,
              help="labs: then play one team through them; sweep: play the event's day, and sweep.")  # fmt: skip
@options.files
def command(
    scenario: str, seed: int, teams: int | None, through: str, event_path: Path, roster_path: Path, output: str
) -> None:
    """Provision the accounts of accounts.csv in a simulated AWS, in virtual time. Nothing can reach the real one.

    \b
    Examples:
      event-bootstrap rehearse
      event-bootstrap rehearse --scenario today     no P3, Ground Truth closed to new customers
      event-bootstrap rehearse --teams 300          the roster's teams, and made-up ones up to 300
      event-bootstrap rehearse --through labs       and one team, through the labs by their guides' own lines
      event-bootstrap rehearse --through sweep      and what participants do in the labs, and the sweep after it
    """
    from bootstrap.cli.commands import rehearse
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.engine.run_kind import RunKind

    choice = Choice(RunKind.REHEARSE, event_path, roster_path, output)
    sys.exit(rehearse.rehearse(choice, scenario, seed, teams, through))
