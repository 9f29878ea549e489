"""Teams' cards -> one printable HTML page, ten cards to a sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import segno
from markupsafe import Markup, escape

from bootstrap.errors.message import msg
from bootstrap.event.settings import Schedule
from bootstrap.report import page, translations
from bootstrap.report.page import TAGS
from bootstrap.report.translations import shown

PAPERS: Mapping[str, Mapping[str, float]] = {
    # Millimetres of a sheet and of a card.
    "a4": {"width": 210, "height": 297, "card_width": 95, "card_height": 55},
    "letter": {"width": 215.9, "height": 279.4, "card_width": 98, "card_height": 51},
}
_COLUMNS, _ROWS = 2, 5
BOTH = "both"
LANGUAGES = (*translations.LANGUAGES, BOTH)
_WORDS = {
    "account": msg("Account"),
    "region": msg("Region"),
    "join": msg("Join at"),
    "code": msg("Code"),
    "portal": msg("Labelling"),
    "hours": msg("Hours"),
    "begins": msg("Begin with"),
    "ask": msg("Ask"),
    "code_at_desk": msg("at the support desk"),
    "portal_on_page": msg("on the join page"),
    "desk": msg("the support desk"),
    "how": msg("Scan, then type the team's code."),
    "secret": msg("Whoever holds this card gets in: keep it."),
    "print": msg("Print at 100 %, without margins or headers, and cut along the marks."),
}
# The widest name, in heights of a letter, that is printed in so many points.
_SIZES = ((11.0, 14), (28.0, 11))
_SMALLEST = 8


@dataclass(frozen=True, slots=True)
class Card:
    """One team's card. `portal` is a host, empty where none is known; `code` is empty unless it is to be printed.

    `begins`: by language, the title of the lab with which the team's wave begins; empty without waves.
    """

    team: str
    account_id: str
    region: str
    join: str
    portal: str = ""
    code: str = ""
    begins: Mapping[str, str] = field(default_factory=dict)


def render(
    event: str, cards: Sequence[Card], schedule: Schedule, paper: str = "a4", language: str = "both", contact: str = ""
) -> str:
    """Return the page. `paper`: one of PAPERS; `language`: one of LANGUAGES; `contact`: whom teams ask for help."""
    size = PAPERS[paper]
    across, down = _COLUMNS * size["card_width"], _ROWS * size["card_height"]
    sheet = _COLUMNS * _ROWS
    return page.render(
        "cards.html",
        event=event,
        sheets=[[_shown(each, language) for each in cards[at : at + sheet]] for at in range(0, len(cards), sheet)],
        size=size,
        left=(size["width"] - across) / 2,
        top=(size["height"] - down) / 2,
        columns=[number * size["card_width"] for number in range(_COLUMNS + 1)],
        rows=[number * size["card_height"] for number in range(_ROWS + 1)],
        words={key: _said(text, language) for key, text in _WORDS.items()},
        tag=TAGS.get(language, "en"),
        hours=hours(schedule),
        contact=contact,
    )


def _said(text: str, language: str) -> Markup:
    if language == BOTH:
        return page.both(text)
    found = escape(shown(text, language))
    return found if language == "en" else Markup('<span lang="{}">{}</span>').format(TAGS[language], found)


def hours(schedule: Schedule) -> str:
    """Return 2026-12-10 09:00–18:00 (UTC+09:00), in the time zone of event.yaml."""
    opens, closes = schedule.opens, schedule.closes.astimezone(schedule.opens.tzinfo)
    until = f"{closes:%H:%M}" if closes.date() == opens.date() else f"{closes:%Y-%m-%d %H:%M}"
    return f"{opens:%Y-%m-%d %H:%M}–{until} ({schedule.opens.tzname()})"


def grouped(account_id: str) -> str:
    """1111-2222-3333, as AWS writes it for people."""
    return "-".join(account_id[at : at + 4] for at in range(0, len(account_id), 4))


def qr(address: str) -> Markup:
    """Return an SVG for HTML, error level M, with the margin that scanners need."""
    code = segno.make(address, error="m", micro=False, boost_error=False)
    return Markup(code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))


def _shown(card: Card, language: str) -> dict[str, Any]:
    begins = " / ".join(dict.fromkeys(card.begins.values())) if language == BOTH else card.begins.get(language, "")
    return {
        "begins": begins,
        "team": card.team,
        "points": _points(card.team),
        "account": grouped(card.account_id),
        "region": card.region,
        "join": card.join,
        "portal": card.portal,
        "code": card.code,
        "qr": qr(card.join),
    }


def width(text: str) -> float:
    """Return about how wide the text is, in heights of a letter; too much rather than too little."""
    return sum(1.0 if _is_wide(each) else 0.65 for each in text)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WFA" or letter.isupper() or letter in "mw"


def _points(team: str) -> int:
    return next((points for most, points in _SIZES if width(team) <= most), _SMALLEST)
