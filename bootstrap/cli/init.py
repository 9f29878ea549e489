"""Writes the two files that a person edits."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def command(folder: Path) -> None:
    """Write a commented accounts.csv and event.yaml to start from, into FOLDER (default: here).

    \b
    Files that are there already are never overwritten.
    Example: event-bootstrap init my-event
    """
    from bootstrap import starter

    for path in starter.write(folder):
        click.echo(f"wrote {path}")
    click.echo("next: edit both files, then: event-bootstrap validate", err=True)
