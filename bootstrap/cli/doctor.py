"""Show what is wrong in a team's account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.teams("doctor")
@click.option("--all", "all_of_it", is_flag=True, help="Also show checks that found no problems.")
def command(choice: Choice, all_of_it: bool) -> None:
    """Show what is wrong in TEAM's account, what it means, and the command or console link that fixes it.

    It only reads. It checks access, quotas, stacks, changes made by hand, bucket and data, workforce and people,
    notebook, jobs, endpoints, mail, other regions, and calls that AWS refused lately.

    \b
    Examples:
      event-bootstrap doctor team-7
      event-bootstrap doctor team-7 --output json

    Exit codes: 0 no problems found, 1 problems found, or something not examined, 2 bad input, 130 interrupted.
    """
    from bootstrap.cli.commands import doctor

    sys.exit(doctor.diagnose(choice, all_of_it))
