"""Fixes what is wrong in a team's account."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.teams("repair")
@options.take_over
@click.option("--yes", is_flag=True, help="Touch also what the team may have work in, without being asked.")
def command(choice: Choice, yes: bool) -> None:
    """Look into TEAM's account as doctor does, fix what can be fixed, and look again.

    \b
    It says first what it will do, in order; what was changed by hand is taken back by a change set, which is shown.
    It asks before it restarts or replaces a notebook, or puts files back that somebody changed.
    Examples:
      event-bootstrap repair team-7
      event-bootstrap repair team-7 --yes
    Exit: 0 all well now, 1 something is left, 2 bad input or nobody to ask, 130 interrupted.
    """
    from bootstrap.cli.commands import doctor

    sys.exit(doctor.fix(choice, yes, _ask if sys.stdin.isatty() else None))


def _ask(what: Sequence[str]) -> bool:
    for each in what:
        click.echo(f"the team may have work in this: {each}", err=True)
    return bool(click.confirm("Go on?", err=True))
