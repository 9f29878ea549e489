"""Show the status of the event in browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized, say

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.people.web.address import Address


@click.command(cls=Localized)
@options.teams("serve")
@options.served(4600)
@click.option("--from", "source", metavar="s3://BUCKET/PREFIX", help="Take event.yaml, labs and teams from there, as "
              "`venue publish` put them, in place of --event and --accounts; needs --journal.")  # fmt: skip
def command(choice: Choice, address: Address, source: str | None) -> None:
    """Show the status of the event live in browsers, and a page for each team, until Ctrl-C.

    \b
      /           the staff's desk: raised hands, who is ready, runs, costs
      /staff      where each person on the staff signs in, see event-bootstrap staff
      /screen     for a projector: large type, no account ids, no causes
      /join/TEAM  page of a team: console, labelling passwords, guides, readiness
      /labs       what participants read before the event; needs no code
      ?lang=zh    any page in Chinese

    A team opens its page with its code, see event-bootstrap handouts. The status comes from the journal. AWS is called
    for what a team's page shows, and every minute for what runs and costs (spend in event.yaml); without credentials
    the page says that it does not know. Nothing is written to AWS, unless event.yaml sets spend.stop.
    If other machines can reach the server, the staff sign in by a code each; as long as nobody has one, the token that
    is printed at the start opens their pages. A proxy in front of the server is trusted only if --proxy names it.
    /healthz and /readyz tell machines how it is.

    \b
    Examples:
      event-bootstrap serve
      event-bootstrap serve --host 0.0.0.0 --name desk.example.com --tls-cert chain.pem --tls-key key.pem
      event-bootstrap serve --host 0.0.0.0 --name desk.example.com --proxy 10.0.1.0/24
    """
    from bootstrap.cli.commands import serve, venue_files

    with venue_files.taken(choice, source, say) as taken:
        serve.serve(taken.choice, address, say, taken.trouble)
