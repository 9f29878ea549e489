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
    # Millimetres of a sheet, of a card, of its margin above and below, and of the QR code with its quiet zone.
    "a4": {"width": 210, "height": 297, "card_width": 90, "card_height": 54, "margin": 3.6, "code": 27},
    "letter": {"width": 215.9, "height": 279.4, "card_width": 90, "card_height": 50, "margin": 2.4, "code": 26},
}
_NAMES = {"a4": "A4", "letter": "Letter"}
_COLUMNS, _ROWS = 2, 5
# Modules of white around a QR code; the height of a card, in millimetres, from which a code may be larger.
_QUIET, _ROOMY = 4, 54
BOTH = "both"
LANGUAGES = (*translations.LANGUAGES, BOTH)
_WORDS = {
    "account": msg("Account"),
    "region": msg("Region"),
    "code": msg("Team code"),
    "portal": msg("Labelling"),
    "begins": msg("Begin with"),
    "ask": msg("Ask"),
    "code_at_desk": msg("at the support desk"),
    "desk": msg("the support desk"),
    "how": msg("Scan to join"),
    "secret": msg("Whoever holds this card gets in: keep it."),
    "print": msg("Print at 100 %, without margins or headers, and cut along the marks."),
}
# The widest name, in heights of a letter, that is printed in so many points: on one line, then on two.
_SIZES = ((6.0, 25), (6.8, 22), (9.0, 16), (14.0, 13), (20.0, 11), (26.0, 9))
_SMALLEST = 8
# The largest name, in points, of a card with more lines than usual.
_CROWDED = 16
# Two lines of a card, in heights of a letter.
_WIDEST_ASK = 60
# Millimetres: from a card's edge to a mark outside, and its length; half a cross between cards.
_AWAY, _LONG, _CROSS = 3.5, 6.0, 1.5


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
    event: str, cards: Sequence[Card], schedule: Schedule, paper: str = "a4", language: str = "both",
    ask: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Return the page. `paper`: one of PAPERS; `language`: one of LANGUAGES; `ask`: whom teams ask, by language."""
    size, sheet = PAPERS[paper], _COLUMNS * _ROWS
    left = (size["width"] - _COLUMNS * size["card_width"]) / 2
    top = (size["height"] - _ROWS * size["card_height"]) / 2
    sheets = [cards[at : at + sheet] for at in range(0, len(cards), sheet)]
    return page.render(
        "cards.html",
        event=event,
        sheets=[
            {
                "cards": [_shown(each, language, size) for each in found],
                "marks": _marks(size, left, top, found),
                "note": _note(number * sheet, len(found), len(cards), paper, language),
            }
            for number, found in enumerate(sheets)
        ],
        size=size,
        left=left,
        top=top,
        words={key: _said(text, language) for key, text in _WORDS.items()},
        tag=TAGS.get(language, "en"),
        hours=hours(schedule),
        ask=_asked(ask or {}, language),
    )


def _note(before: int, here: int, all_of_them: int, paper: str, language: str) -> Markup:
    """Return what stands below the cards of a sheet, outside of them."""
    said = msg("cards {first} to {last} of {all}; {paper}, 100 %, do not scale",
               first=before + 1, last=before + here, all=all_of_them, paper=_NAMES[paper])  # fmt: skip
    return _said(said, language)


def _asked(ask: Mapping[str, str], language: str) -> Markup:
    """Return whom to ask. In both languages where they fit into two lines, else in English; else at the desk."""
    texts = dict.fromkeys(
        filter(None, [ask.get("en", ""), ask.get("zh", "")] if language == BOTH else [ask.get(language, "")])
    )
    if sum(width(each) for each in texts) > _WIDEST_ASK:
        texts = dict.fromkeys(each for each in list(texts)[:1] if width(each) <= _WIDEST_ASK)
    said = [
        Markup('<span lang="{}">{}</span>').format(TAGS["zh" if each == ask.get("zh") else "en"], each)
        for each in texts
    ]
    return Markup(" ").join(said) if said else _said(_WORDS["desk"], language)


def _marks(size: Mapping[str, float], left: float, top: float, found: Sequence[Card]) -> str:
    """Return the crop marks as a path in millimetres: lines outside of the cards, and a cross at each corner."""
    rows = -(-len(found) // _COLUMNS)
    across = [left + number * size["card_width"] for number in range(_COLUMNS + 1)]
    down = [top + number * size["card_height"] for number in range(rows + 1)]
    ends = [(down[0] - _AWAY - _LONG, _LONG), (down[-1] + _AWAY, _LONG)]
    lines = [f"M{x:.2f} {y:.2f}v{long}" for x in across for y, long in ends]
    sides = [(across[0] - _AWAY - _LONG, _LONG), (across[-1] + _AWAY, _LONG)]
    lines += [f"M{x:.2f} {y:.2f}h{long}" for y in down for x, long in sides]
    crosses = [
        f"M{x - _CROSS:.2f} {y:.2f}h{2 * _CROSS}M{x:.2f} {y - _CROSS:.2f}v{2 * _CROSS}" for x in across for y in down
    ]
    return "".join([*lines, *crosses])


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
    return _drawn(_code(address))


def _code(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False, boost_error=False)


def _drawn(code: segno.QRCode) -> Markup:
    return Markup(code.svg_inline(border=_QUIET, omitsize=True, dark="#000", light="#fff"))


def _sizes(code: segno.QRCode, card: Card, size: Mapping[str, float]) -> tuple[float, float]:
    """Return the code's size with its quiet zone, and how much of that zone lies over blank paper, in millimetres.

    A card with few lines has room for a code that is larger by its quiet zone.
    """
    modules = code.symbol_size(border=0)[0]
    if card.portal or card.code or size["card_height"] < _ROOMY:
        return size["code"], 0.0
    return size["code"] * (modules + 2 * _QUIET) / modules, size["code"] * _QUIET / modules


def _shown(card: Card, language: str, size: Mapping[str, float]) -> dict[str, Any]:
    code = _code(card.join)
    whole, over = _sizes(code, card, size)
    host, slash, team = card.join.rpartition("/")
    begins = " / ".join(dict.fromkeys(card.begins.values())) if language == BOTH else card.begins.get(language, "")
    return {
        "begins": begins,
        "team": card.team,
        "points": min(_points(card.team), _CROWDED) if card.portal or card.code else _points(card.team),
        "account": grouped(card.account_id),
        "region": card.region,
        "join": (host, slash + team),
        "size": f"{whole:.2f}",
        "over": f"{over:.2f}",
        "larger": over > 0,
        "portal": card.portal,
        "code": card.code,
        "qr": _drawn(code),
    }


def width(text: str) -> float:
    """Return about how wide the text is, in heights of a letter; too much rather than too little."""
    return sum(1.0 if _is_wide(each) else 0.65 for each in text)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WFA" or letter.isupper() or letter in "mw"


def _points(team: str) -> int:
    return next((points for most, points in _SIZES if width(team) <= most), _SMALLEST)
