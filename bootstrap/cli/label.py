"""Serves the labelling page of one team."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.people.web.address import Address


@click.command(cls=Localized)
@options.one_team("label")
@options.take_over
@click.option("--job", default="cars", show_default=True, metavar="NAME", help="As the labelling job would be named.")
@click.option(
    "--manifest",
    default="labelling/team.manifest",
    show_default=True,
    metavar="KEY",
    help="What to label, in the team's bucket; without that file, each picture under labelling/.",
)
@click.option(
    "--workers-per-picture",
    "workers",
    type=click.IntRange(1, 9),
    default=1,
    show_default=True,
    help="How many people label each picture.",
)
@options.served(4601)
def command(choice: Choice, job: str, manifest: str, workers: int, address: Address) -> None:
    """Lab 1 where Ground Truth refuses: TEAM labels its pictures on a page served from this machine, until Ctrl-C.

    \b
    Each person gives a name and gets picture after picture: keys 1 to 9 choose a class, u takes the answer back.
    The majority counts, of equals the class that had so many first. With each label votes and output manifest are
    written to the team's bucket, where a labelling job would put it: labelled/NAME/manifests/output/output.manifest.
    Examples:
      event-bootstrap label team-7
      event-bootstrap label team-7 --workers-per-picture 3
      event-bootstrap label team-7 --host 0.0.0.0 --name desk.example.com --tls-cert chain.pem --tls-key key.pem
    Beyond this machine the page asks for the token in the address that is printed at the start. While it is served,
    the account is this command's: a repair or sweep there is refused, or takes it over.
    """
    from bootstrap.cli.commands.label import label
    from bootstrap.people.labelling.rooms import RoomOptions

    label(choice, RoomOptions(job, manifest, workers), address, click.echo)
