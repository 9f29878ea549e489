"""Fix what is wrong in a team's account."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized, say

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.teams("repair")
@options.take_over
@options.yes
def command(choice: Choice) -> None:
    """Check TEAM's account as doctor does, fix what can be fixed, and check again.

    It first shows what it will do, in order. Changes made by hand are undone by a change set, which is shown before
    it runs. It asks before it restarts or replaces a notebook, or overwrites files that somebody changed.

    \b
    Examples:
      event-bootstrap repair team-7
      event-bootstrap repair team-7 --yes

    Exit codes: 0 no problems left, 1 problems left, or something not examined, 2 bad input, or no terminal to ask at,
    130 interrupted.
    """
    from bootstrap.cli import confirming
    from bootstrap.cli.commands import doctor

    sys.exit(doctor.fix(choice, choice.yes, _ask if confirming.at_terminal() else None))


def _ask(what: Sequence[str]) -> bool:
    from bootstrap.errors.message import msg
    from bootstrap.report.translations import shown

    for each in what:
        say(msg("the team may be working in this: {each}", each=each), err=True)
    return bool(click.confirm(shown(msg("Continue?")), err=True))
