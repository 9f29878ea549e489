"""Shows the event's status in browsers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options

if TYPE_CHECKING:
    from bootstrap.inputs import Choice


@click.command()
@options.teams("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; beyond this machine with TLS only."
)
@click.option("--port", type=click.IntRange(0, 65535), default=4600, show_default=True, help="0 takes a free one.")
@click.option("--name", metavar="NAME", help="What browsers call this server: the name in its certificate.")
@click.option("--tls-cert", "certificate", type=click.Path(path_type=Path), help="PEM file: the certificates' chain.")
@click.option("--tls-key", "key", type=click.Path(path_type=Path), help="PEM file: the key that belongs to it.")
def command(choice: Choice, host: str, port: int, name: str | None, certificate: Path | None, key: Path | None) -> None:
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
    from bootstrap.errors import BadInput, Problem

    try:
        from bootstrap.web import serving
    except ModuleNotFoundError as error:
        mend = "pip install 'event-bootstrap[serve]'"
        raise BadInput([Problem("EB-574", f"the package {error.name} is not installed", mend=mend)]) from None
    from bootstrap.web.address import Address, checked

    serving.serve(choice, checked(Address(host, port, name, certificate, key)), click.echo)
