"""Commands whose help and errors are in the language of --lang, else in that of the environment.

Each has the options that every command has (--directory, --debug, --lang), and takes the shared options that stand
before its name.
"""

from __future__ import annotations

import gettext
import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from bootstrap.cli import environment
from bootstrap.cli.wide_help import WideHelp
from bootstrap.errors.message import msg
from bootstrap.report import translations

# click asks for its own words ("Usage:", "Options", ...) by Python's gettext, which looks them up here.
gettext.bindtextdomain(translations.DOMAIN, str(translations.FOLDER))
gettext.textdomain(translations.DOMAIN)
_HELP = "Show this message and exit."
_BEFORE = "bootstrap.cli.before"


class Context(click.Context):
    """click's context, with help that counts columns."""

    formatter_class = WideHelp


class Localized(click.Command):
    """A command with --lang; its help and its usage errors are in the reader's language."""

    context_class = Context

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.extend(everywhere())

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse the arguments, after the options that stand before the command. --lang counts wherever it stands."""
        args = [*(parent.meta.get(_BEFORE, []) if parent else []), *args]
        translations.use(translations.of_terminal(typed_language(args)))
        with clicks_words(), environment.named():
            made = super().make_context(info_name, args, parent, **extra)
        for variable, option in () if made.resilient_parsing else environment.ignored(self):
            say(msg("note: {variable} is not read: {option} must be typed", variable=variable, option=option), err=True)
        return made

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the reader's language."""
        with translated(self, ctx):
            super().format_help(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the options that a word can be completed to, each with its help in the reader's language."""
        with translated(self, ctx):
            return super().shell_complete(ctx, incomplete)


def say(text: str, err: bool = False) -> None:
    """Print a line in the reader's language, on stdout or, with `err`, on stderr."""
    click.echo(translations.shown(text), err=err)


def loading() -> None:
    """Say on a terminal that the command has begun: loading what calls AWS takes a second or two."""
    if sys.stderr.isatty():
        say(msg("reading event.yaml and accounts.csv"), err=True)


def typed_language(args: Sequence[str]) -> str | None:
    """Return the language of --lang; click refuses an unknown one."""
    for word, following in zip(args, [*args[1:], ""], strict=False):
        name, _, value = word.partition("=")
        if name == "--lang" and (value or following) in translations.LANGUAGES:
            return value or following
    return None


def everywhere() -> list[click.Option]:
    """Return new options that every command has."""
    return [
        click.Option(
            ["-C", "--directory"],
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            metavar="DIR",
            expose_value=False,
            is_eager=True,
            callback=_enter,
            help="Run as if started in this folder.",
        ),
        click.Option(
            ["-v", "--debug"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_watch_calls,
            help="Write a line on stderr for each call to AWS: when, account, operation, status, seconds, request id.",
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(translations.LANGUAGES),
            expose_value=False,
            help="Language of the output.  [default: the language of the environment, or en]",
        ),
    ]


def before_command(options: Sequence[click.Option]) -> list[click.Option]:
    """Return the options changed so that they may stand before the command, which then takes them as its own."""
    for each in options:
        each.expose_value, each.default, each.show_default, each.callback = False, None, False, _keep
    return list(options)


def _keep(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value is not None and value is not False:
        words = [option.opts[-1]] if value is True else [option.opts[-1], str(value)]
        context.meta.setdefault(_BEFORE, []).extend(words)


def _enter(_: click.Context, __: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        os.chdir(folder)


def _watch_calls(_: click.Context, __: click.Parameter, debug: bool) -> None:
    if debug:
        from bootstrap.cli import call_lines

        call_lines.begin()


@contextmanager
def clicks_words() -> Iterator[None]:
    """Make click show its own texts in the current language: gettext reads LANGUAGE at each call."""
    before = os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = translations.current()
    try:
        yield
    finally:
        os.environ.pop("LANGUAGE")
        if before is not None:
            os.environ["LANGUAGE"] = before


@contextmanager
def translated(command: click.Command, ctx: click.Context) -> Iterator[None]:
    """Show the command's help, and click's own texts, in the current language inside the block."""
    words = translations.catalogue(translations.current())
    options = [each for each in command.params if isinstance(each, click.Option)]
    if (own := command.get_help_option(ctx)) is not None:
        # click creates this option once, in the language of that moment.
        own.help = _HELP
        options.append(own)
    kept, helps = command.help, [each.help for each in options]
    try:
        command.help = kept and words.gettext(inspect.cleandoc(kept))
        for each in options:
            each.help = each.help and words.gettext(each.help)
        with clicks_words():
            yield
    finally:
        command.help = kept
        for each, help_text in zip(options, helps, strict=True):
            each.help = help_text
