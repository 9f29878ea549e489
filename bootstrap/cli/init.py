"""Write the starter files of an event: roster, event file and access template."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from bootstrap.cli.localized import Localized, say


@click.command(cls=Localized)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def command(folder: Path) -> None:
    """Write commented starter files into FOLDER (default: the current folder).

    accounts.csv and event.yaml are for you to edit. access.yaml is for the owners of the accounts: it creates the
    role that this tool assumes. Editors with YAML support complete and check event.yaml by the schemas in
    .event-bootstrap/schemas. Your own files are never overwritten.

    \b
    Example:
      event-bootstrap init my-event
    """
    from bootstrap.cli.commands import schema
    from bootstrap.errors.message import msg
    from bootstrap.event import starter

    for path in starter.write(folder, schema.files().values()):
        say(msg("wrote {path}", path=path))
    if folder.resolve() != Path.cwd().resolve():
        say(msg("next: {command}", command=f"cd {shlex.quote(str(folder))}"), err=True)
    say(msg("next: edit accounts.csv and event.yaml, then: event-bootstrap validate"), err=True)
