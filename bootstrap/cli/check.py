"""Check this machine and the way into every account before a run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.chosen("check")
@click.option("--all", "all_of_it", is_flag=True, help="Also show checks that found no problems.")
def command(choice: Choice, all_of_it: bool) -> None:
    """Check your credentials, this machine and the way into each TEAM's account. Without TEAM: all.

    It only reads, and shows every problem at once, each with its fix: credentials and how long they last, profiles,
    clock, proxy, certificates, your rights, the hub bucket; and for each account its role, external id, region and the
    version of access.yaml.

    \b
    Examples:
      event-bootstrap check
      event-bootstrap check team-7 --output json

    Exit codes: 0 no problems found, 1 problems found, or something not examined, 2 bad input, 130 interrupted.
    """
    from bootstrap.cli.commands import check

    sys.exit(check.check(choice, all_of_it))
