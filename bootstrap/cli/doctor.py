"""Show what is wrong in the teams' accounts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized, loading

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.chosen("doctor")
@click.option("--all", "all_of_it", is_flag=True, help="Also show checks that found no problems.")
def command(choice: Choice, all_of_it: bool) -> None:
    """Show what is wrong in each TEAM's account, what it means, who changed it, and what fixes it.

    It only reads. Without TEAM it examines all accounts, --jobs of them at the same time. Each finding is shown as
    soon as it is known; then comes the report of each team, and of several teams a total. It checks access, quotas,
    stacks, changes made by hand, bucket and data, workforce and people, notebook, jobs, endpoints, mail, other
    regions, and calls that AWS refused lately.

    \b
    Examples:
      event-bootstrap doctor team-7
      event-bootstrap doctor
      event-bootstrap doctor 'team-1*' --output json

    Exit codes: 0 no problems found, 1 problems found, or something not examined, 2 bad input, 130 interrupted.
    """
    loading()
    from bootstrap.cli.commands import doctor

    sys.exit(doctor.diagnose(choice, all_of_it))
