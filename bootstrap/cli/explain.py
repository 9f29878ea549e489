"""Explain an error code."""

from __future__ import annotations

import click

from bootstrap.cli import candidates, options
from bootstrap.cli.localized import Localized, say


@click.command(cls=Localized)
@click.argument("code", metavar="[CODE]", required=False, shell_complete=candidates.codes)
@options.output
def command(code: str | None, output: str) -> None:
    """Explain an error code: what it means, its cause, and how to fix it. Without CODE: list all codes.

    \b
    Examples:
      event-bootstrap explain EB-231
      event-bootstrap explain 231 -o json
    """
    from bootstrap.cli.commands import explain

    for line in explain.lines(code, as_json=output == "json"):
        say(line)
