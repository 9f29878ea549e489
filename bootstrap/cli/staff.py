"""Give staff and judges a code each, with which they sign in to the pages of `serve`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized
from bootstrap.cli.with_parts import WithParts

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice

_WORDS = ("add", "list", "new-code", "remove")
_names = click.argument("names", nargs=-1, required=True, metavar="NAME...")


@click.command(cls=WithParts)
@click.argument("action", metavar="|".join(_WORDS), type=click.Choice(_WORDS), expose_value=False)
def command() -> None:
    """Give each person on the staff, and each judge, a code of their own for the pages of `serve`.

    With it they sign in at /staff on a phone or a laptop; the journal then says who did what. Codes expire with the
    event (schedule.expires).

    \b
    Each has its own --help:
      event-bootstrap staff add NAME...        make a code for each new person
      event-bootstrap staff list               show who has a code, and until when
      event-bootstrap staff new-code NAME...   replace codes that are lost or seen by others
      event-bootstrap staff remove NAME...     end a person's code and sign-ins
    """


assert isinstance(command, WithParts)


@command.part
@click.command("add", cls=Localized, short_help="Make a code for each new person")
@_names
@click.option("--judge", is_flag=True, help="The people are judges: their codes do not open the staff's pages.")
@options.about_event("staff")
def add(choice: Choice, names: tuple[str, ...], judge: bool) -> None:
    """Make a code for each NAME. It does not call AWS.

    The codes are written once, to .event-bootstrap/handouts/staff.csv, which only you may read; the journal keeps only
    digests of them. NAME is what others see on the pages, such as "Bo" or "Desk 2", and no mail address.

    \b
    Examples:
      event-bootstrap staff add Ana Bo "Desk 2"
      event-bootstrap staff add --judge Chen

    Exit codes: 0 done, 2 bad input.
    """
    from bootstrap.cli.commands import staff

    sys.exit(staff.add(choice, names, judge))


@command.part
@click.command("list", cls=Localized, short_help="Show who has a code, and until when")
@options.about_event("staff")
def list_(choice: Choice) -> None:
    """Show who has a code, as what, since when and until when. No code is shown."""
    from bootstrap.cli.commands import staff

    staff.show(choice)


@command.part
@click.command("new-code", cls=Localized, short_help="Replace codes that are lost or seen by others")
@_names
@options.about_event("staff")
def new_code(choice: Choice, names: tuple[str, ...]) -> None:
    """Make a new code for each NAME. The old code stops working at once, and who signed in with it is signed out.

    \b
    Example:
      event-bootstrap staff new-code Bo
    """
    from bootstrap.cli.commands import staff

    sys.exit(staff.new_code(choice, names))


@command.part
@click.command("remove", cls=Localized, short_help="End a person's code and sign-ins")
@_names
@options.about_event("staff")
def remove(choice: Choice, names: tuple[str, ...]) -> None:
    """End the code of each NAME. Who is signed in with it is out within seconds.

    \b
    Example:
      event-bootstrap staff remove "Desk 2"
    """
    from bootstrap.cli.commands import staff

    sys.exit(staff.remove(choice, names))
