"""Explain an error code."""

from __future__ import annotations

import click

from bootstrap.cli import candidates
from bootstrap.cli.localized import Localized, say


@click.command(cls=Localized)
@click.argument("code", metavar="CODE", shell_complete=candidates.codes)
def command(code: str) -> None:
    """Explain an error code: what it means, its cause, and how to fix it.

    \b
    Example:
      event-bootstrap explain EB-231
    """
    from bootstrap.errors import BadInput, Problem, catalogue
    from bootstrap.errors.message import msg
    from bootstrap.report import translations

    wanted = code.upper() if code.upper().startswith("EB-") else f"EB-{code}"
    known = catalogue()
    if wanted not in known:
        fix = msg("Use a code from {first} to {last}; some numbers are not used", first=min(known), last=max(known))
        raise BadInput([Problem("EB-400", msg("there is no error code `{code}`", code=code), fix=fix)])
    entry, words = known[wanted], translations.catalogue(translations.current())
    click.echo(f"{wanted}  {words.gettext(entry.title)}\n")
    say(msg("cause: {cause}", cause=words.gettext(entry.cause)))
    say(msg("fix:   {fix}", fix=words.gettext(entry.fix)))
    if entry.more:
        click.echo(f"\n{words.gettext(entry.more)}")
