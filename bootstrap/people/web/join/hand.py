"""Raise a hand on the team's page, add words to it, lower it."""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bootstrap.errors.message import msg
from bootstrap.journal.venue.hands import HandTopic, RaiseOutcome
from bootstrap.people.hands import topics
from bootstrap.people.hands.desk import HandDesk
from bootstrap.people.web.join.asked import Asked

_FULL = msg("Your hand is up, and has as many words as it can hold. Tell the rest to whoever comes to you.")


class TeamHands:
    """The forms of the hand. `note(asked, said)` writes what a team did into the journal."""

    def __init__(self, hands: HandDesk, note: Callable[[Asked, str], None]) -> None:
        self._hands, self._note = hands, note

    async def lift(self, asked: Asked) -> Response:
        """Raise the hand, or add words to the open one; the answer comes once it is written."""
        what, words = asked.form.get("what", ""), asked.form.get("words", "")
        topic = HandTopic(what) if what in set(HandTopic) else HandTopic.OTHER
        account, language = asked.account, asked.page.language
        hand, outcome = await to_thread.run_sync(self._hands.raise_hand, account, topic, words, language)
        if outcome is RaiseOutcome.FULL:
            return HTMLResponse(asked.page.says(_FULL), 409)
        if outcome is RaiseOutcome.RAISED:
            self._note(asked, msg("raised a hand: {what}", what=topics.WORDS[hand.topic]))
        return _back(asked)

    async def lower(self, asked: Asked) -> Response:
        """Take the hand down."""
        if await to_thread.run_sync(self._hands.lower, asked.account.team):
            self._note(asked, msg("lowered its hand"))
        return _back(asked)


def _back(asked: Asked) -> Response:
    return RedirectResponse(f"{asked.page.path}?lang={asked.page.language}#help", 303)
