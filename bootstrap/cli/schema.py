"""Print the JSON Schemas of the files that people write, and of --output json."""

from __future__ import annotations

import json

import click

from bootstrap.cli.commands import schema
from bootstrap.cli.localized import Localized


@click.command(cls=Localized)
@click.argument("name", type=click.Choice(list(schema.files())), required=False)
def command(name: str | None) -> None:
    """Print the JSON Schema of a file that you write, or of --output json. Without a name, list the schemas.

    \b
    Examples:
      event-bootstrap schema
      event-bootstrap schema lab > lab.schema.json
    """
    for known, file in schema.files().items():
        text = file.read_text(encoding="utf-8")
        if name is None:
            click.echo(f"{known:10}  {json.loads(text)['title']}")
        elif name == known:
            click.echo(text, nl=False)
