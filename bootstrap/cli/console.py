"""Open a team's AWS console."""

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
@click.option("--print", "print_", is_flag=True, help="Print the link on stdout; do not open a browser.")
@click.option("--keep", is_flag=True, help="Do not sign the browser out first: for one with multi-session.")
def command(choice: Choice, role: str, print_: bool, keep: bool) -> None:
    """Sign in to the AWS console of TEAM's account, in its region, in the browser of this machine.

    The link opens the account for anybody who has it, for 15 minutes: never send it to a group, and never write it
    down. The session lasts one hour, or up to 12 (access.principals in event.yaml); the command says when it ends.
    The journal records who created a link.

    A browser that is signed in to another account refuses such a link. So the link signs it out first, in all tabs; a
    private window, or --keep in a browser with AWS's multi-session turned on, leaves the other account open.

    \b
    Examples:
      event-bootstrap console team-7                  with the team's own permissions
      event-bootstrap console team-7 --role support   read everything, stop and start what runs
      event-bootstrap console team-7 --print          print only the link, for another browser

    Exit codes: 0 opened, 1 no link or no browser, 2 bad input.
    """
    import webbrowser

    from bootstrap.cli.commands import console
    from bootstrap.people.team_roles import Role

    sys.exit(console.console(choice, Role(role), None if print_ else webbrowser.open, not keep))
