"""Opens a team's console."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.one_team("console")
@options.role
@click.option("--print", "print_", is_flag=True, help="Print the link on stdout instead of opening it.")
def command(choice: Choice, role: str, print_: bool) -> None:
    """Sign in to the AWS console of TEAM's account, in its region, in this machine's browser.

    \b
    The link works for 15 minutes, for whoever has it: never send it to a group, nor write it down. The session lasts
    an hour, or up to 12 (access.principals in event.yaml); when it ends is said. The journal holds who made a link.
    Examples:
      event-bootstrap console team-7                  as the team itself sees it
      event-bootstrap console team-7 --role support   look at everything, stop and start what runs
      event-bootstrap console team-7 --print          only the link, for another browser
    Exit: 0 opened, 1 no link or no browser, 2 bad input.
    """
    import webbrowser

    from bootstrap.cli.commands import console
    from bootstrap.people.team_roles import Role

    sys.exit(console.console(choice, Role(role), None if print_ else webbrowser.open))
