"""Commands that speak the reader's language: --lang, else what the environment asks for."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bootstrap.report import translations

# click asks for its own words ("Usage:", "Options", ...) by Python's gettext, which looks them up here.
gettext.bindtextdomain(translations.DOMAIN, str(translations.FOLDER))
gettext.textdomain(translations.DOMAIN)


def _chosen(_context: click.Context, _parameter: click.Parameter, language: str | None) -> str:
    chosen = language or translations.of_environment(os.environ)
    translations.use(chosen)
    return chosen


class Localized(click.Command):
    """A command with --lang, whose help is in the reader's language too."""

    def __init__(self, *args: object, **attributes: object) -> None:
        super().__init__(*args, **attributes)  # type: ignore[arg-type]
        if not any(each.name == "language" and "--lang" in each.opts for each in self.params):
            self.params.append(option(expose_value=False))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language of --lang, if it stands before --help, or of the environment."""
        with translated(self):
            super().format_help(ctx, formatter)


def option(expose_value: bool) -> click.Option:
    """Return the option --lang; with `expose_value` the command is given `language`."""
    return click.Option(
        ["--lang", "language"],
        type=click.Choice(translations.LANGUAGES),
        is_eager=True,
        expose_value=expose_value,
        callback=_chosen,
        help="Language of what is shown.  [default: that of the environment, else en]",
    )


@contextmanager
def translated(command: click.Command) -> Iterator[None]:
    """Let help texts of the command, and click's own words, be in the current language inside the block."""
    words = translations.catalogue(translations.current())
    options = [each for each in command.params if isinstance(each, click.Option)]
    kept, helps, before = command.help, [each.help for each in options], os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = translations.current()
    try:
        command.help = kept and words.gettext(kept)
        for each in options:
            each.help = each.help and words.gettext(each.help)
        yield
    finally:
        command.help = kept
        for each, help_text in zip(options, helps, strict=True):
            each.help = help_text
        os.environ.pop("LANGUAGE")
        if before is not None:
            os.environ["LANGUAGE"] = before
