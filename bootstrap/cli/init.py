"""Writes the two files that a person edits, and the template that lets the tool into an account."""

from __future__ import annotations

from pathlib import Path

import click

from bootstrap.cli.localized import Localized


@click.command(cls=Localized)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def command(folder: Path) -> None:
    """Write a commented accounts.csv and event.yaml to start from, into FOLDER (default: here).

    access.yaml beside them is for the owners of the accounts: it makes the role that the tool assumes. Editors with
    YAML support complete and check event.yaml by the schemas in .event-bootstrap/schemas.

    \b
    Your own files are never overwritten.
    Example: event-bootstrap init my-event
    """
    from bootstrap.cli.commands import schema
    from bootstrap.event import starter

    for path in starter.write(folder, schema.files().values()):
        click.echo(f"wrote {path}")
    click.echo("next: edit accounts.csv and event.yaml, then: event-bootstrap validate", err=True)
