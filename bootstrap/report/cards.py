"""Teams' cards -> one printable HTML page, ten to a sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from markupsafe import Markup

from bootstrap.event.settings import Schedule
from bootstrap.report import page

PAPERS: Mapping[str, Mapping[str, float]] = {
    # Millimetres: the sheet, and a card of it.
    "a4": {"width": 210, "height": 297, "card_width": 95, "card_height": 55},
    "letter": {"width": 215.9, "height": 279.4, "card_width": 98, "card_height": 51},
}
_COLUMNS, _ROWS = 2, 5
LANGUAGES = ("en", "zh", "both")
_WORDS = {
    "team": ("Team", "队伍"),
    "account": ("Account", "账户"),
    "region": ("Region", "区域"),
    "join": ("Join at", "加入网址"),
    "code": ("Code", "代码"),
    "portal": ("Labelling", "标注"),
    "hours": ("Hours", "时间"),
    "ask": ("Ask", "求助"),
    "code_at_desk": ("at the support desk", "向支持台领取"),
    "portal_on_page": ("on the join page", "见加入页面"),
    "desk": ("the support desk", "支持台"),
    "how": ("Scan, then type the team's code.", "扫码后输入队伍代码。"),
    "secret": ("Whoever holds this card gets in: keep it.", "持卡即可进入账户,请妥善保管。"),
    "print": (
        "Print at 100 %, without margins or headers, and cut along the marks.",
        "按 100% 打印,不留边距与页眉,沿标记裁切。",
    ),
}
# A name's width in its own letters' heights decides how large it is written; in points.
_SIZES = ((11.0, 14), (28.0, 11))
_SMALLEST = 8


@dataclass(frozen=True, slots=True)
class Card:
    """What one team holds in its hands. `portal` is a host, empty where none is known; `code` only if asked for."""

    team: str
    account_id: str
    region: str
    join: str
    portal: str = ""
    code: str = ""


def render(
    event: str, cards: Sequence[Card], schedule: Schedule, paper: str = "a4", language: str = "both", contact: str = ""
) -> str:
    """The page; `paper` one of PAPERS, `language` one of LANGUAGES, `contact` who to ask."""
    size = PAPERS[paper]
    across, down = _COLUMNS * size["card_width"], _ROWS * size["card_height"]
    sheet = _COLUMNS * _ROWS
    return page.render(
        "cards.html",
        event=event,
        sheets=[[_shown(each) for each in cards[at : at + sheet]] for at in range(0, len(cards), sheet)],
        size=size,
        left=(size["width"] - across) / 2,
        top=(size["height"] - down) / 2,
        columns=[number * size["card_width"] for number in range(_COLUMNS + 1)],
        rows=[number * size["card_height"] for number in range(_ROWS + 1)],
        language=language,
        words=_WORDS,
        hours=hours(schedule),
        contact=contact,
    )


def hours(schedule: Schedule) -> str:
    """2026-12-10 09:00–18:00 (UTC+09:00), as event.yaml says it."""
    opens, closes = schedule.opens, schedule.closes.astimezone(schedule.opens.tzinfo)
    until = f"{closes:%H:%M}" if closes.date() == opens.date() else f"{closes:%Y-%m-%d %H:%M}"
    return f"{opens:%Y-%m-%d %H:%M}–{until} ({schedule.opens.tzname()})"


def grouped(account_id: str) -> str:
    """1111-2222-3333, as AWS writes it for people."""
    return "-".join(account_id[at : at + 4] for at in range(0, len(account_id), 4))


def qr(address: str) -> Markup:
    """An SVG for HTML, error level M, with the quiet zone that scanners need."""
    code = segno.make(address, error="m", micro=False, boost_error=False)
    return Markup(code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))


def _shown(card: Card) -> dict[str, Any]:
    return {
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
    """About how wide the text is, in its letters' height; rather too much than too little."""
    return sum(1.0 if _is_wide(each) else 0.65 for each in text)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WFA" or letter.isupper() or letter in "mw"


def _points(team: str) -> int:
    return next((points for most, points in _SIZES if width(team) <= most), _SMALLEST)
