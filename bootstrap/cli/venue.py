"""Publish an event's files for the host of the venue's pages, and take them away again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import confirming, options
from bootstrap.cli.localized import Localized
from bootstrap.cli.with_parts import WithParts

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice

_WORDS = ("publish", "withdraw", "template")


@click.command(cls=WithParts)
@click.argument("action", metavar="|".join(_WORDS), type=click.Choice(_WORDS), expose_value=False)
def command() -> None:
    """Give a host what it needs to serve the event's pages: event.yaml, labs, teams, digests of codes. docs/venue.md
    tells the whole way; without a host, `serve` on this machine needs none of it.

    \b
    Each has its own --help:
      event-bootstrap venue publish s3://BUCKET/PREFIX     upload what is new for the host
      event-bootstrap venue withdraw s3://BUCKET/PREFIX    delete it, after the event
      event-bootstrap venue template                       print the CloudFormation template of a host
    """


assert isinstance(command, WithParts)


@command.part
@click.command("publish", cls=Localized, short_help="Upload what the host needs of the event")
@click.argument("place", metavar="s3://BUCKET/PREFIX")
@click.option("--kms-key", metavar="ARN", help="Key of KMS to encrypt the files with, in place of S3's own.")
@options.about_event("venue")
@options.yes
def publish(choice: Choice, place: str, kms_key: str | None) -> None:
    """Upload what a host needs to serve the event's pages to a bucket of your own account: event.yaml and accounts.csv
    without mail addresses, roles, profiles and external ids, your own labs, and a list of them with SHA-256. Of a
    journal in a file also the digests of the codes, the holds and what the runs did; a host that shares your PostgreSQL
    reads these there. codes.csv is never uploaded.

    It shows what would change and asks. Run it again after each change and each run: where nothing is new, it writes
    nothing. The host takes what is new within half a minute.

    \b
    Example:
      event-bootstrap venue publish s3://car-day-venue-111122223333/car-day

    Exit codes: 0 the host's files are there, 1 not published, 2 bad input.
    """
    from bootstrap.cli.commands import venue

    sys.exit(venue.publish(choice, place, kms_key))


@command.part
@click.command("withdraw", cls=Localized, short_help="Delete what was published for the host")
@click.argument("place", metavar="s3://BUCKET/PREFIX")
@options.event_file
@options.confirm
def withdraw(event_path: Path, place: str, confirm: str | None) -> None:
    """Delete what was published at the place, after the event's name was typed. A host that runs keeps what it has
    until it is started again. The bucket stays.

    \b
    Example:
      event-bootstrap venue withdraw s3://car-day-venue-111122223333/car-day

    Exit codes: 0 nothing is there, 1 not deleted, 2 bad input.
    """
    confirming.unattended(confirm)
    from bootstrap.cli.commands import venue

    sys.exit(venue.withdraw(event_path, place, confirm))


@command.part
@click.command("template", cls=Localized, short_help="Print the CloudFormation template of a host")
def template() -> None:
    """Print the CloudFormation template of a host on ECS, which docs/venue.md explains. Nobody has deployed it yet.

    \b
    Example:
      event-bootstrap venue template > venue.yaml
    """
    from bootstrap.event import shipped

    click.echo(shipped.starter_file("venue.yaml").read_text(encoding="utf-8"), nl=False)
