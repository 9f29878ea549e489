"""Raise a hand on the team's page, add words to it, lower it."""

from __future__ import annotations

import math
from collections.abc import Callable

from anyio import to_thread
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bootstrap.errors.message import Message, marked, msg
from bootstrap.journal.venue.hands import HandTopic, RaiseOutcome
from bootstrap.journal.venue.limits import EVERYBODY, Limits, Pausing
from bootstrap.people.hands import topics
from bootstrap.people.hands.desk import HandDesk
from bootstrap.people.web.join.asked import Asked

# A team may send so many forms in ten minutes; then one in twenty seconds.
_FREELY, _FORGOTTEN, _PAUSE = 15, 600.0, 20.0
_OFTEN = Pausing(lambda times: 0.0 if times < _FREELY else _PAUSE, _FORGOTTEN)
_TOO_OFTEN = marked("That was very often. What your team sent before is kept. Wait {seconds} s before you send more.")
_FULL = msg("Your hand is up, and has as many words as it can hold. Tell the rest to whoever comes to you.")


class TeamHands:
    """The forms of the hand. `note(asked, said)` writes what a team did into the journal."""

    def __init__(self, hands: HandDesk, limits: Limits, note: Callable[[Asked, str], None]) -> None:
        self._hands, self._limits, self._note = hands, limits, note

    async def lift(self, asked: Asked) -> Response:
        """Raise the hand, or add words to the open one; the answer comes once it is written."""
        what, words = asked.form.get("what", ""), asked.form.get("words", "")
        topic = HandTopic(what) if what in set(HandTopic) else HandTopic.OTHER
        account, language = asked.account, asked.page.language
        wait = await to_thread.run_sync(self._limits.count, "hand", account.team, {EVERYBODY: _OFTEN}, asked.now)
        if wait:
            seconds = math.ceil(wait)
            said = asked.page.says(Message(_TOO_OFTEN, {"seconds": seconds}))
            return HTMLResponse(said, 429, headers={"Retry-After": str(seconds)})
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
