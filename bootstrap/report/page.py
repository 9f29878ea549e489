"""A template beside this module, and values -> one HTML page that needs no network.

A page in one language is rendered with `language`; its template has {% trans %} and the filter `shown`. A page in all
languages at once has `msg` and `both`; rendered with the language BOTH, a template for one language says all in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from bootstrap.engine.outcomes import Cause
from bootstrap.errors.message import counted, msg
from bootstrap.errors.printable import printable
from bootstrap.report import shapes, translations, words
from bootstrap.report.translations import LANGUAGES, shown

_FOLDER = Path(__file__).parent
# English, and Chinese second.
BOTH = "both"
# What the attribute lang of HTML says.
TAGS: Mapping[str, str] = {"en": "en", "zh": "zh-CN", BOTH: "en"}
# Each language by its own name, for the link to it.
NAMES: Mapping[str, str] = {"en": "English", "zh": "中文"}


def render(template: str, folder: Path = _FOLDER, /, *, language: str = "en", **values: Any) -> str:
    """Return the page. Every value is escaped; a name that the template wants and is not given is an error.

    Templates of another `folder` may include those beside this module. `language` is one of LANGUAGES, or BOTH; the
    template knows it as `language`.
    """
    return _environment(folder, language).get_template(template).render(**values)


def both(text: str) -> Markup:
    """Return a text in English and, marked as such, in every other language that has a translation of it."""
    return _side_by_side({language: shown(text, language) for language in LANGUAGES})


def beside(text: str) -> Markup:
    """Return what `both` adds to the English text."""
    return both(text)[len(prose(shown(text, "en"))) :]


def explained(code: str | None) -> dict[str, Markup] | None:
    """Return title, cause and fix of a code in all languages; None for a code that has no explanation."""
    known = {language: words.explanation(code, language) for language in LANGUAGES}
    return (
        {
            part: _side_by_side({language: getattr(each, part) for language, each in known.items()})
            for part in ("title", "cause", "fix")
        }
        if known["en"]
        else None
    )


def title_of(code: str | None, language: str) -> str:
    """Return the title of a code in a language or BOTH; "" for a code that has no explanation."""
    if language == BOTH:
        return (explained(code) or {}).get("title", "")
    known = words.explanation(code, language)
    return known.title if known else ""


def _side_by_side(texts: Mapping[str, str]) -> Markup:
    found = prose(texts["en"])
    for language, text in texts.items():
        if text != texts["en"]:
            found += Markup(' <span lang="{}">{}</span>').format(TAGS[language], prose(text))
    return found


def _gettext(text: str) -> Markup:
    return _side_by_side({each: Markup(translations.catalogue(each).gettext(text)) for each in LANGUAGES})  # noqa: S704


def _ngettext(one: str, many: str, number: int) -> Markup:
    said = {each: translations.catalogue(each).ngettext(one, many, number) for each in LANGUAGES}
    return _side_by_side({each: Markup(text) for each, text in said.items()})  # noqa: S704


def prose(text: str) -> Markup:
    """Return a text as HTML; text between backticks becomes code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(each) if place % 2 else each for place, each in enumerate(parts)
    )


def told(text: str, language: str) -> Markup:
    """Return what a step or AWS said in a page's language; what has no translation is marked as English."""
    found = shown(text, language)
    if language == "en" or found != str(text):
        return escape(found)
    return Markup('<span lang="en">{}</span>').format(found)


def of_cause(cause: Cause, language: str | None = None) -> dict[str, Any]:
    """Return what pages show of one thing that keeps teams from being ready. `language`: None for all of them."""
    return {
        "state": cause.state.value,
        "glyph": words.glyph(cause.state),
        "word": words.message(cause.state),
        "code": cause.code or "",
        "known": words.explanation(cause.code, language) if language else explained(cause.code),
        "detail": cause.detail,
        "steps": ", ".join(cause.steps),
        "teams": cause.teams,
        "said": cause.said if len(cause.said) > 1 else (),
        "shown": words.MOST_SAID,
    }


def _printable(value: Any) -> Any:
    """Return what a template shows without marks of writing direction and the like; HTML stays HTML."""
    if isinstance(value, Markup):
        # The same HTML, with characters left out.
        return Markup(printable(value))  # noqa: S704
    return printable(str(value)) if isinstance(value, str) else value


def _urls(drawings: Mapping[str, str]) -> dict[str, Markup]:
    """Return each drawing as an address for a style sheet, in which quotation marks stay as they are."""
    return {name: Markup(shapes.url(drawing)) for name, drawing in drawings.items()}  # noqa: S704


@cache
def _environment(folder: Path, language: str) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(list(dict.fromkeys([folder, _FOLDER]))),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_printable,
    )
    known = translations.catalogue("en" if language == BOTH else language)
    single, plural = (_gettext, _ngettext) if language == BOTH else (known.gettext, known.ngettext)
    made.install_gettext_callables(single, plural, newstyle=True)  # type: ignore[attr-defined]
    others = [each for each in LANGUAGES if each != language]
    made.globals |= {"msg": msg, "counted": counted, "both": both, "beside": beside, "language": language, "tags": TAGS}
    made.globals |= {"other": others[0], "names": NAMES, "mark": shapes.mark, "alike": shapes.ALIKE}
    made.globals |= {"shapes": _urls(shapes.STATES), "icons": _urls(shapes.ICONS)}
    in_one = {"shown": partial(shown, language=language), "told": partial(told, language=language)}
    made.filters |= {"shown": both, "told": both} if language == BOTH else in_one
    made.filters |= {"prose": prose}
    return made
