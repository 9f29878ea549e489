"""A team's own values in place of the words in capitals that guides and drawings have for them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import TypeAlias

from markupsafe import Markup, escape

from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount

# Word -> value; empty where the team is not known.
Values: TypeAlias = Mapping[str, str]
_WORD = re.compile(r"(?<![A-Za-z0-9_])(EVENT|ACCOUNT|REGION|BUCKET|TEAM)(?![A-Za-z0-9_])")
_TAG = re.compile(r"(<[^>]*>)")
# A line of a drawing that says how many units it may be wide, and how wide a letter of the labs' drawings is at most: a
# Latin one, a Chinese one.
_LINE = re.compile(r'data-room="([0-9.]+)">([^<]*)<')
_LETTER, _WIDE = 7.06, 11.7


def of(event: Event, account: TeamAccount) -> Values:
    return {
        "EVENT": event.name,
        "ACCOUNT": account.account_id,
        "REGION": account.region,
        "BUCKET": Names.of(event, account).bucket,
        "TEAM": account.team,
    }


def words(text: str) -> frozenset[str]:
    """Return the words in the text that stand for a team's values."""
    return frozenset(_WORD.findall(text))


def in_html(text: str, values: Values) -> Markup:
    """Return the text, escaped, with each value in an element `mark`."""
    parts = _WORD.split(text) if values else [text]
    filled = (Markup("<mark>{}</mark>").format(values[each]) if place % 2 else each for place, each in enumerate(parts))
    return Markup("").join(map(escape, filled))


def in_svg(drawing: bytes, values: Values) -> bytes:
    """Return the drawing with the values in its texts, long ones narrowed; as it is if it is not UTF-8."""
    try:
        parts = _TAG.split(drawing.decode()) if values else []
    except ValueError:
        return drawing
    filled = [
        each if place % 2 else _WORD.sub(lambda word: html.escape(values[word[0]]), each)
        for place, each in enumerate(parts)
    ]
    return _LINE.sub(_narrowed, "".join(filled)).encode() if parts else drawing


def _narrowed(line: re.Match[str]) -> str:
    """The line, drawn together where its values are longer than the drawing has room for."""
    room, said = line.groups()
    wide = (unicodedata.east_asian_width(each) in "WF" for each in html.unescape(said))
    fits = sum(_WIDE if each else _LETTER for each in wide) <= float(room)
    narrow = "" if fits else f' textLength="{room}" lengthAdjust="spacingAndGlyphs"'
    return f'data-room="{room}"{narrow}>{said}<'
