"""Write the teams' cards and codes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.named("handouts")
@click.option("--address", metavar="URL", help="Address of the join page for participants: https://host or "
              "https://host:port.")  # fmt: skip
@click.option("--language", type=click.Choice(["en", "zh", "both"]), default="both", show_default=True,
              help="Language of the cards.")  # fmt: skip
@click.option(
    "--paper",
    type=click.Choice(["a4", "letter"]),
    default="a4",
    show_default=True,
    help="Paper size; ten cards fit on a sheet.",
)
@click.option(
    "--contact",
    default="",
    metavar="TEXT",
    help="Whom participants ask for help, in a few words.  [default: venue.ask in event.yaml, else the support desk]",
)
@click.option(
    "--with-codes", is_flag=True, help="Print each team's code on its card. Anybody who finds such a card can sign in."
)
@click.option(
    "--new-codes", is_flag=True, help="Create a new code for each named TEAM; the old code stops working at once."
)
@click.option("--passwords-again", is_flag=True, help="Let the join page show the labelling passwords of each named "
              "TEAM once more; write no cards.")  # fmt: skip
def command(choice: Choice, address: str | None, passwords_again: bool, **typed: str | bool) -> None:
    """Write a printable card for each TEAM, and a list of the codes that open their join page. It does not call AWS.
    Without TEAM: all teams.

    Without --with-codes the cards hold no secret. The codes are written for the support desk, once, to
    .event-bootstrap/handouts/codes.csv; the journal keeps only digests of them.

    \b
    Examples:
      event-bootstrap handouts --address https://event.example.com:8443
      event-bootstrap handouts --address https://event.example.com:8443 --new-codes team-7
      event-bootstrap handouts --passwords-again team-7

    Exit codes: 0 done, 2 bad input.
    """
    from bootstrap.cli.commands import handouts
    from bootstrap.errors.message import msg
    from bootstrap.report.translations import shown

    if passwords_again:
        sys.exit(handouts.passwords_again(choice))
    if not address:
        raise click.UsageError(shown(msg("--address is missing: the QR codes on the cards lead there")))
    sys.exit(handouts.make(choice, handouts.HandoutOptions(address=address, **typed)))  # type: ignore[arg-type]
