"""The command `explain`: one code, or all of them by area."""

from __future__ import annotations

from collections.abc import Iterator

from bootstrap.errors import BadInput, Explanation, Problem, areas, catalogue
from bootstrap.errors.message import msg
from bootstrap.event.suggest import did_you_mean
from bootstrap.report import translations
from bootstrap.report.code_documents import CodesDocument
from bootstrap.report.documents import dumps

_PREFIX = "EB-"


def lines(code: str | None, as_json: bool) -> Iterator[str]:
    """Yield what is printed of one code, or without `code` of all. Raises BadInput (EB-400) for an unknown one."""
    found = None if code is None else _known(code)
    if as_json:
        yield dumps(_document(found))
    elif found is not None:
        yield from _explained(found, catalogue()[found])
    else:
        yield from _listed()


def _known(typed: str) -> str:
    upper, known = typed.upper(), catalogue()
    wanted = upper if upper.startswith(_PREFIX) else f"{_PREFIX}{upper.removeprefix('EB')}"
    if wanted in known:
        return wanted
    what = did_you_mean(msg("there is no error code `{code}`", code=typed), wanted, known)
    fix = msg("Use a code from {first} to {last}; {command} lists them", first=min(known), last=max(known),
              command="event-bootstrap explain")  # fmt: skip
    raise BadInput([Problem("EB-400", what, fix=fix)])


def _explained(code: str, entry: Explanation) -> Iterator[str]:
    words = translations.catalogue(translations.current())
    yield f"{code}  {words.gettext(entry.title)}\n"
    yield msg("cause: {cause}", cause=words.gettext(entry.cause))
    yield msg("fix:   {fix}", fix=words.gettext(entry.fix))
    if entry.more:
        yield f"\n{words.gettext(entry.more)}"


def _listed() -> Iterator[str]:
    words = translations.catalogue(translations.current())
    for number, (title, entries) in enumerate(areas()):
        yield f"\n{words.gettext(title)}" if number else words.gettext(title)
        for code, entry in sorted(entries.items()):
            yield f"  {code}  {words.gettext(entry.title)}"


def _document(wanted: str | None) -> CodesDocument:
    return {
        "type": "codes",
        "codes": [
            {"code": code, "area": title, "title": each.title, "cause": each.cause, "fix": each.fix, "more": each.more}
            for title, entries in areas()
            for code, each in sorted(entries.items())
            if wanted in (None, code)
        ],
    }
