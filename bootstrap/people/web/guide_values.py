"""A team's own values in place of the words in capitals that guides and drawings have for them."""

from __future__ import annotations

import html
import re
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


def of(event: Event, account: TeamAccount) -> Values:
    return {
        "EVENT": event.name,
        "ACCOUNT": account.account_id,
        "REGION": account.region,
        "BUCKET": Names.of(event, account).bucket,
        "TEAM": account.team,
    }


def in_html(text: str, values: Values) -> Markup:
    """Return the text, escaped, with each value in an element `mark`."""
    parts = _WORD.split(text) if values else [text]
    filled = (Markup("<mark>{}</mark>").format(values[each]) if place % 2 else each for place, each in enumerate(parts))
    return Markup("").join(map(escape, filled))


def in_svg(drawing: bytes, values: Values) -> bytes:
    """Return the drawing with the values in its texts; as it is if it is not UTF-8."""
    try:
        parts = _TAG.split(drawing.decode()) if values else []
    except ValueError:
        return drawing
    filled = [
        each if place % 2 else _WORD.sub(lambda word: html.escape(values[word[0]]), each)
        for place, each in enumerate(parts)
    ]
    return "".join(filled).encode() if parts else drawing
