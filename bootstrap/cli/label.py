"""Serve the labelling page of one team."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized, say

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.people.web.address import Address


@click.command(cls=Localized)
@options.one_team("label")
@options.take_over
@click.option(
    "--job",
    default="cars",
    show_default=True,
    metavar="NAME",
    help="Name of the labelling job that this page replaces.",
)
@click.option(
    "--manifest",
    default="labelling/team.manifest",
    show_default=True,
    metavar="KEY",
    help="Manifest in the team's bucket that lists the pictures. If there is none: every picture under labelling/.",
)
@click.option(
    "--workers-per-picture",
    "workers",
    type=click.IntRange(1, 9),
    default=1,
    show_default=True,
    help="Number of people who label each picture.",
)
@options.served(4601)
def command(choice: Choice, job: str, manifest: str, workers: int, address: Address) -> None:
    """Serve a labelling page for TEAM from this machine, until Ctrl-C: lab 1, if the account cannot use Ground Truth.

    Each person types a name and gets one picture after the other: keys 1 to 9 choose a class, u undoes the last
    answer. The class with most votes wins; on a tie, the class that reached that number of votes first. After each
    label, the votes and the output manifest are written to the team's bucket, where a labelling job would put them:
    labelled/NAME/manifests/output/output.manifest

    If other machines can reach the page, it asks for the token in the address that is printed at the start. While the
    page is served, the command holds the account: repair and sweep are refused there, unless they take it over.

    \b
    Examples:
      event-bootstrap label team-7
      event-bootstrap label team-7 --workers-per-picture 3
      event-bootstrap label team-7 --host 0.0.0.0 --name desk.example.com --tls-cert chain.pem --tls-key key.pem
    """
    from bootstrap.cli.commands.label import label
    from bootstrap.people.labelling.rooms import RoomOptions

    label(choice, RoomOptions(job, manifest, workers), address, say)
