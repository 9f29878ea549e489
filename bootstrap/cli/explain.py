"""EB-nnn -> what it means and what to do."""

from __future__ import annotations

import click

from bootstrap.cli import candidates
from bootstrap.cli.localized import Localized


@click.command(cls=Localized)
@click.argument("code", metavar="CODE", shell_complete=candidates.codes)
def command(code: str) -> None:
    """Say more about an error code.

    \b
    Example: event-bootstrap explain EB-231
    """
    from bootstrap.errors import BadInput, Problem, catalogue

    wanted = code.upper() if code.upper().startswith("EB-") else f"EB-{code}"
    known = catalogue()
    if wanted not in known:
        fix = f"codes go from {min(known)} to {max(known)}, with gaps"
        raise BadInput([Problem("EB-400", f"there is no error {code!r}", fix=fix)])
    entry = known[wanted]
    click.echo(f"{wanted}  {entry.title}\n\ncause: {entry.cause}\nfix:   {entry.fix}")
    if entry.more:
        click.echo(f"\n{entry.more}")
