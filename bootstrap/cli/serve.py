"""Shows the event's status in browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.people.web.address import Address


@click.command(cls=Localized)
@options.teams("serve")
@options.served(4600)
def command(choice: Choice, address: Address) -> None:
    """Show the event's status live in browsers, and each team its own page, until Ctrl-C.

    \b
    /        who is ready, waiting, failed and why; runs that go on
    /screen  the same for a projector: big type, no account ids, no causes
    /join/TEAM  opens by the team's code (see handouts): console, labelling passwords, guides, readiness
    ?lang=zh any page in Chinese
    Examples:
      event-bootstrap serve
      event-bootstrap serve --host 0.0.0.0 --name desk.example.com --tls-cert chain.pem --tls-key key.pem
    The status comes from the journal; AWS is asked only for what a team's page hands out, and nothing is written there.
    Beyond this machine the staff's pages ask for the token in the address that is printed at the start.
    """
    from bootstrap.cli.commands import serve

    serve.serve(choice, address, click.echo)
