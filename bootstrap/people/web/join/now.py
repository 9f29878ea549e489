"""Changes on a team's page while it is open: parts of HTML by the id of the element that each replaces.

They are made from what the server last saw, for each team and language once per change, however many phones ask.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anyio import to_thread
from markupsafe import Markup
from starlette.responses import Response

from bootstrap.errors import Troubled
from bootstrap.journal import operators
from bootstrap.journal.venue.notices import TeamNotice
from bootstrap.people.hands import team_words, topics
from bootstrap.people.hands.desk import LONGEST_WORDS, HandDesk
from bootstrap.people.hands.queue import HandQueue, QueuedHand
from bootstrap.people.survey import SurveyDesk
from bootstrap.people.web import pages
from bootstrap.people.web.join.asked import Asked
from bootstrap.people.web.join.team_pages import Page


@dataclass(frozen=True, slots=True)
class _Made:
    """Parts as they were made. `of`: all that they were made from."""

    of: tuple[Any, ...]
    parts: Mapping[str, Markup]
    body: bytes
    tag: str


class Now:
    """The parts of every team's page. `hands` and `survey`: the event's."""

    def __init__(self, hands: HandDesk, survey: SurveyDesk) -> None:
        self._hands, self._survey = hands, survey
        self._made: dict[tuple[str, str], _Made] = {}

    def parts(self, page: Page) -> Mapping[str, Markup]:
        """Return the parts for the page itself, with the team's own hand as it is now. May block: the database."""
        queue = self._hands.latest or self._hands.queue()
        seen = queue.of_team(page.account.team)
        try:
            if self._hands.hand_of(page.account.team) != (seen and seen.hand):
                queue = self._hands.queue()
        except Troubled:
            # The database is away: the page shows what was seen last.
            return self._of(page, queue).parts
        return self._of(page, queue).parts

    async def answer(self, asked: Asked) -> Response:
        """Return the parts as JSON; 304 if the browser has them."""
        seen = self._hands.latest
        queue = await to_thread.run_sync(self._hands.queue) if seen is None else seen
        made = await to_thread.run_sync(self._of, asked.page, queue)
        headers = {"ETag": made.tag}
        if asked.request.headers.get("if-none-match") == made.tag:
            return Response(status_code=304, headers=headers)
        return Response(made.body, media_type="application/json", headers=headers)

    def _of(self, page: Page, queue: HandQueue) -> _Made:
        mine, notices = queue.of_team(page.account.team), queue.notices_of(page.account.team)
        # It may ask the database, once in some seconds.
        asking = self._survey.is_open()
        of = (mine and (mine.hand, mine.place), notices, asking)
        key = (page.path, page.language)
        made = self._made.get(key)
        if made is None or made.of != of:
            survey = _render(page, "survey_link", asking=asking)
            parts = {"hand": _hand(page, mine), "notices": _notices(page, notices), "survey": survey}
            body = json.dumps({"parts": parts}, ensure_ascii=False).encode()
            made = self._made[key] = _Made(of, parts, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        return made


def _hand(page: Page, mine: QueuedHand | None) -> Markup:
    if mine is None:
        words = {key.value: word for key, word in topics.WORDS.items()}
        return _render(page, "hand", up=False, topics=words, longest=LONGEST_WORDS)
    region = page.account.region
    told = team_words.examining() if mine.finding is None else team_words.for_team(mine.finding, region)
    return _render(
        page,
        "hand",
        up=True,
        place=mine.place,
        comes=operators.bare(mine.hand.taken_by) or bool(mine.hand.taken_by),
        raised=int(mine.hand.raised),
        at=_clock(page, mine.hand.raised),
        topic=topics.WORDS[mine.hand.topic],
        words=mine.hand.words.splitlines(),
        told=told,
        longest=LONGEST_WORDS,
    )


def _notices(page: Page, notices: tuple[TeamNotice, ...]) -> Markup:
    found = []
    for each in notices:
        text, language = each.text(page.language)
        other = language != page.language
        found.append({"at": _clock(page, each.at), "text": text, "language": language, "other": other})
    return _render(page, "notices", notices=found)


def _clock(page: Page, at: float) -> str:
    return datetime.fromtimestamp(at, page.event.schedule.opens.tzinfo).strftime("%H:%M")


def _render(page: Page, name: str, **values: Any) -> Markup:
    # Rendered by a template that escapes every value.
    return Markup(pages.render(f"join/{name}.html", language=page.language, path=page.path, **values).strip())  # noqa: S704
