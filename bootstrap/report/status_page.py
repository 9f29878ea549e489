"""The standing of an event -> an HTML page, whole or part by part."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bootstrap.engine.states import Outcome
from bootstrap.errors.message import Message, msg
from bootstrap.event import private_file
from bootstrap.journal.standing import Stale, Standing, Word
from bootstrap.report import overview, page, status_matrix, words
from bootstrap.report.overview import Overview
from bootstrap.report.status_matrix import MatrixAsk
from bootstrap.report.translations import shown
from bootstrap.report.words import clock_time, day_and_time, listed, utc

_DAY = 86400.0
_NOTICES = {
    Stale.JOURNAL: msg("The journal cannot be read; this is the last known status"),
    Stale.FILES: msg("event.yaml or accounts.csv cannot be read; the teams are those of the last valid files"),
}
# The legend's order: health, what goes on, trouble, what was left out.
_SIGNS = (Outcome.READY, Outcome.CHANGED, Outcome.WORKING, Outcome.WAITING, Outcome.BLOCKED, Outcome.FAILED,
          Outcome.PLANNED, Outcome.SKIPPED)  # fmt: skip


def write(path: Path, standing: Standing, language: str, spares: frozenset[str] = frozenset()) -> None:
    """Write one file that needs no network. Raises OSError. `spares`: account ids of the spare accounts."""
    ask = MatrixAsk(language, spares)
    private_file.write(path, render(standing, parts(standing, language, time.time(), ask=ask), language))


def render(standing: Standing, found: Mapping[str, str], language: str) -> str:
    """Return the page around its parts, which stands alone."""
    return page.render(
        "status/page.html",
        **around(standing, found),
        event=standing.about.event,
        version=standing.about.version,
        made=day_and_time(time.time()),
        language=language,
    )


def around(standing: Standing, found: Mapping[str, str]) -> dict[str, Any]:
    """Return what the template of a page with the table wants: its parts, and the table's rows, columns and legend."""
    first, more, spares = ([Markup(found[each]) for each in ids.split()] for ids in found["data-order"].split("|"))
    return {
        "parts": {part: Markup(text) for part, text in found.items()} | {"title": found["title"]},
        "rows": {"first": first, "more": more, "spares": spares},
        "steps": [(step, *status_matrix.head(step)) for step in status_matrix.steps(standing)],
        "signs": [(state.value, words.message(state)) for state in _SIGNS],
        # A few rows are folded away until somebody asks for all.
        "whole": False,
    }


# The id of a row -> the values it was made of, and its HTML.
Kept = dict[str, tuple[object, str]]


def parts(
    standing: Standing, language: str, now: float, kept: Kept | None = None, ask: MatrixAsk | None = None
) -> dict[str, str]:
    """Return each part of the page by the id of its element. `now`, in epoch seconds, tells how long a run is silent.

    Rows in `kept` that would be the same are not rendered again, and `kept` is brought up to date. The part data-order
    is the order of the rows, for a script.
    """
    ask = ask or MatrixAsk(language)
    whole, columns = overview.of_standing(standing, now), status_matrix.steps(standing)
    causes = [*whole.needs, *whole.waits]
    order = status_matrix.order(standing, ask)

    def part(template: str, **values: Any) -> str:
        return page.render(f"status/{template}.html", language=language, moment=moment, **values)

    found = {
        "title": title(whole, language),
        "said": title(whole, language),
        "notice": notice(standing, language),
        "tally": part("tally", total=len(whole.teams), counts=counts(whole)),
        "going": part("going", going=[(each, each.silent(now)) for each in whole.runs]),
        "causes": part(
            "causes",
            causes=[page.of_cause(each, language) for each in causes if each.required],
            optional_causes=[page.of_cause(each, language) for each in causes if not each.required],
        ),
        "data-order": order.text,
        "more": part("more", more=len(order.more), spares=_spares(standing, ask)),
    }
    kept = {} if kept is None else kept
    for account in standing.summary.accounts:
        identity = status_matrix.row_id(account)
        raised = account.account_id in ask.raised
        made_of = (account, standing.of(account), columns, raised)
        if identity not in kept or kept[identity][0] != made_of:
            kept[identity] = (made_of, part("team", row=status_matrix.row(standing, account, columns, ask)))
        found[identity] = kept[identity][1]
    return found


def title(found: Overview, language: str) -> str:
    """Return "1 failed, 5 ready - cars-2026"."""
    said = (msg("{number} {state}", number=number, state=message(state)) for state, number in found.counts.items())
    return f"{listed(said, language)} - {found.event}"


def message(state: Word) -> Message:
    """Return a state's word on pages, where a result stands without its account."""
    return status_matrix.message(state)


def notice(standing: Standing, language: str) -> str:
    """Return a note that the page is out of date, if it is."""
    said = shown(_NOTICES[standing.stale], language) if standing.stale else ""
    return Markup('<div id="notice">{}</div>').format(Markup('<p class="note">{}</p>').format(said) if said else "")


def counts(found: Overview) -> list[dict[str, Any]]:
    """Return the number of accounts in each state; what needs attention comes first."""
    return [
        {"name": state.value, "word": message(state), "number": number, "glyph": words.glyph(state)}
        for state, number in found.counts.items()
    ]


def _spares(standing: Standing, ask: MatrixAsk) -> list[tuple[str, Message, int]]:
    """Return how many of the spare accounts are in each state."""
    states = [standing.word(each) for each in standing.summary.accounts if each.account_id in ask.spares]
    return [(state.value, message(state), states.count(state)) for state in dict.fromkeys(states)]


def moment(at: float) -> Markup:
    """Return the time of day, with the date if it is more than a day ago; a script adds how long ago."""
    text = clock_time(at) if abs(time.time() - at) < _DAY else day_and_time(at)
    return Markup('<time datetime="{}">{}</time>').format(utc(at), text)
