"""Messages and pages in the reader's language: English, or what the catalogue of `locale/` has of another one.

`make messages` brings the catalogue up to date with the program. AWS's own words are in no catalogue: they stay quoted.
"""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from bootstrap.errors import message
from bootstrap.errors.message import Message
from bootstrap.errors.printable import printable

DOMAIN = "event-bootstrap"
FOLDER = Path(__file__).parent / "locale"
LANGUAGES = ("en", "zh")
_LETTERS = {"en": "a", "zh": "中文"}
# The first that is set counts, as for every program that uses gettext; ours comes before them.
_VARIABLES = ("EVENT_BOOTSTRAP_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
# Of the whole process: events are shown by the threads that visit accounts, which have contexts of their own.
_TERMINAL = {"language": "en"}


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the translations into a language; every text stays as it is in one that has none."""
    if language == "en":
        return _English()
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)


class _English(gettext.NullTranslations):
    """English is the catalogue's own language. `message.source` is used, so that a test can put nonsense there."""

    def gettext(self, message_id: str) -> str:
        return message.source(message_id)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return message.source(one if n == 1 else many)


def use(language: str) -> None:
    """Show what follows on the terminal, from every thread, in this language."""
    _TERMINAL["language"] = language


def current() -> str:
    """Return the language of the terminal: "en" or "zh"."""
    return _TERMINAL["language"]


def of_environment(variables: Mapping[str, str]) -> str:
    """Return the language that the environment asks for: by EVENT_BOOTSTRAP_LANG, or by the locale."""
    asked = next((variables[name] for name in _VARIABLES if variables.get(name)), "")
    # LANGUAGE is a list; "zh_CN.UTF-8" and "zh-Hans" are Chinese.
    wanted = (each.replace("-", "_").split("_")[0].split(".")[0].lower() for each in asked.split(":"))
    return next((each for each in wanted if each in LANGUAGES), "en")


def of_terminal(asked: str | None = None) -> str:
    """Return the language asked for, or that of the environment; "en" if the encoding of stdout or stderr lacks it."""
    language = asked or of_environment(os.environ)
    for stream in (sys.stdout, sys.stderr):
        try:
            _LETTERS[language].encode(getattr(stream, "encoding", None) or "utf-8")
        except (UnicodeEncodeError, LookupError):
            return "en"
    return language


def shown(text: str, language: str | None = None) -> str:
    """Return a message in the language (None: the terminal's); a text that is no message as it is, but printable."""
    return printable(_shown(text, language or current()))


def _shown(text: str, language: str) -> str:
    if not isinstance(text, Message) or language == "en":
        return str(text)
    if text.parts:
        # gettext answers "" with the catalogue's header.
        between = catalogue(language).gettext(text.id) if text.id else ""
        return between.join(_shown(each, language) for each in text.parts)
    known, count = catalogue(language), text.args.get("count")
    plural = text.plural and isinstance(count, int)
    template = known.ngettext(text.id, text.plural, count or 0) if plural else known.gettext(text.id)
    args = {name: _shown(value, language) if isinstance(value, str) else value for name, value in text.args.items()}
    # A translation with other placeholders than the English text is a bug; a test compares them.
    with suppress(KeyError, IndexError, ValueError):
        return message.filled(template, args)
    return str(text)
