"""Prints a card a team."""

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
@click.option("--address", metavar="URL", help="Where participants reach the join page: https://host or "
              "https://host:port.")  # fmt: skip
@click.option("--language", type=click.Choice(["en", "zh", "both"]), default="both", show_default=True,
              help="What the cards are written in.")  # fmt: skip
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Ten cards a sheet."
)
@click.option("--contact", default="", metavar="TEXT", help="Whom participants ask.  [default: the support desk]")
@click.option("--with-codes", is_flag=True, help="Print each team's code on its card: whoever finds the card gets in.")
@click.option("--new-codes", is_flag=True, help="Make another code for each TEAM named; the old one is void at once.")
@click.option("--passwords-again", is_flag=True, help="Only let the join page show the passwords of each TEAM named "
              "once more.")  # fmt: skip
def command(choice: Choice, address: str | None, passwords_again: bool, **typed: str | bool) -> None:
    """Write a printable card for each TEAM, and a list of the codes that open the join page. AWS is not asked.

    \b
    The cards hold no secret. The codes are written once, for the support desk, to
    .event-bootstrap/handouts/codes.csv; the journal keeps only digests of them.
    Examples:
      event-bootstrap handouts --address https://event.example.com:8443
      event-bootstrap handouts --address https://event.example.com:8443 --new-codes team-7
      event-bootstrap handouts --passwords-again team-7
    Exit: 0 done, 2 bad input.
    """
    from bootstrap.cli.commands import handouts

    if passwords_again:
        sys.exit(handouts.passwords_again(choice))
    if not address:
        raise click.UsageError("Missing option '--address': the QR codes on the cards lead there.")
    sys.exit(handouts.make(choice, handouts.HandoutOptions(address=address, **typed)))  # type: ignore[arg-type]
