"""Show the pictures that teams will get."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized


@click.command(cls=Localized)
@click.argument("action", metavar="preview", type=click.Choice(["preview"]), expose_value=False)
@options.event
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write.  [default: .event-bootstrap/reports/dataset.html beside event.yaml]",
)
def command(event_path: Path, output: str, page: Path | None) -> None:
    """Write one HTML page of what teams will get: samples of each class, sizes, the split into training and validation,
    what is left out and why, and pictures that stand there twice.

    It reads the whole dataset of event.yaml, decodes every picture as packing does, and writes nothing to AWS. A
    dataset in S3 is read with your own credentials.

    \b
    Examples:
      event-bootstrap dataset preview
      event-bootstrap dataset preview --page pictures.html

    Exit codes: 0 everything can be packed, 2 problems found; the page is written in both cases.
    """
    from bootstrap.cli.commands import dataset

    sys.exit(dataset.preview(event_path, page, output))
