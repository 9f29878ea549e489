"""Measure in real accounts what a rehearsal assumes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.teams("calibrate")
@click.option("--jobs", type=click.IntRange(1, 256), default=32, show_default=True,
              help="Number of accounts to work on at the same time.")  # fmt: skip
@click.option("--scenario-file", type=click.Path(path_type=Path), metavar="FILE",
              help="File to write the scenario to; it is overwritten.  "
              "[default: scenario-measured.yaml beside event.yaml]")  # fmt: skip
@click.option("--answers-file", type=click.Path(path_type=Path), metavar="FILE",
              help="File to write the shapes of AWS's answers to, for a report; it is overwritten.  "
              "[default: answers-measured.json beside event.yaml]")  # fmt: skip
@click.option("--quotas", "applied", type=click.Choice(["before", "now"]), default="before", show_default=True,
              help="Quotas that the scenario begins with. before: as before the requests that AWS remembers, as new "
              "accounts have them; now: as applied now.")  # fmt: skip
@click.option("--no-compare", is_flag=True, help="Do not compare AWS's answers with those of the simulated AWS.")
def command(
    choice: Choice, scenario_file: Path | None, answers_file: Path | None, applied: str, no_compare: bool
) -> None:
    """Measure in each TEAM's account what a rehearsal assumes, and write a scenario of it. Without TEAM: all accounts.

    It only reads: quotas and how AWS decided earlier requests, how long stacks, notebook, jobs and endpoints took,
    regions and rights, latency. The scenario says what each value rests on. It also writes where AWS answered otherwise
    than the simulated AWS: names of keys, types and error codes, without any value.

    \b
    Examples:
      event-bootstrap calibrate team-1
      event-bootstrap rehearse --scenario scenario-measured.yaml

    Exit codes: 0 everything was read, 1 some account or part could not be read, 2 bad input, 130 interrupted.
    """
    from bootstrap.cli.commands import calibrate

    wanted = calibrate.Wanted(scenario_file, answers_file, applied, not no_compare)
    sys.exit(calibrate.calibrate(choice, wanted))
