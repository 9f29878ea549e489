"""Show the version."""

from __future__ import annotations

from importlib.metadata import version

import click

from bootstrap.cli.localized import Localized


@click.command(cls=Localized)
def command() -> None:
    """Show the version and exit, as --version does.

    \b
    Example:
      event-bootstrap version
    """
    click.echo(f"event-bootstrap {version('event-bootstrap')}")
