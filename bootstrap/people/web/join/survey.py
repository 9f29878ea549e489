"""The survey on the team's page: a form, once a browser."""

from __future__ import annotations

import secrets

from anyio import to_thread
from starlette.responses import HTMLResponse, Response

from bootstrap.errors.message import msg
from bootstrap.journal.venue.limits import EVERYBODY, Limits, Pausing
from bootstrap.people import survey
from bootstrap.people.survey import QUESTIONS, SurveyDesk
from bootstrap.people.web.join.asked import Asked

COOKIE = "survey"
_CLOSED = msg("The survey is not open.")
_NOTHING = msg("Nothing was chosen. Answer at least one question.")
# Answers of one team in an hour: its people, with some to spare.
_MOST = 40
_OFTEN = Pausing(lambda times: 0.0 if times < _MOST else 600.0)
_TOO_MANY = msg("Your team has sent very many answers. The ones before are kept.")
_LASTS = 30 * 86400


class TeamSurvey:
    """The survey's page and its form. `secure`: cookies go over TLS only."""

    def __init__(self, desk: SurveyDesk, limits: Limits, secure: bool) -> None:
        self._desk, self._limits, self._secure = desk, limits, secure

    async def page(self, asked: Asked) -> Response:
        """Show the form, or thanks to a browser that has answered."""
        if not await to_thread.run_sync(self._desk.is_open):
            return HTMLResponse(asked.page.says(_CLOSED), 404)
        browser = asked.request.cookies.get(COOKIE, "")
        done = await to_thread.run_sync(self._desk.answered, browser)
        answer = HTMLResponse(self._shown(asked, done))
        if not browser:
            # Of its own: the one that signs the team in would tell when its owner came.
            answer.set_cookie(
                COOKIE, secrets.token_urlsafe(24), max_age=_LASTS, path=asked.page.path, secure=self._secure,
                httponly=True, samesite="strict",
            )  # fmt: skip
        return answer

    async def answer(self, asked: Asked) -> Response:
        """Write the answers, then say thanks."""
        if not await to_thread.run_sync(self._desk.is_open):
            return HTMLResponse(asked.page.says(_CLOSED), 404)
        browser, form = asked.request.cookies.get(COOKIE, ""), asked.form
        given = {key: form.get(key, "") for key in QUESTIONS}
        words = form.get("words", "").strip()
        if not browser or not (words or any(given.values())):
            return HTMLResponse(self._shown(asked, False, _NOTHING), 400)
        if await to_thread.run_sync(self._limits.count, "survey", asked.account.team, {EVERYBODY: _OFTEN}, asked.now):
            return HTMLResponse(asked.page.says(_TOO_MANY), 429)
        language = asked.page.language
        await to_thread.run_sync(self._desk.save, browser, asked.account.team, given, words, language)
        return HTMLResponse(self._shown(asked, True))

    def _shown(self, asked: Asked, done: bool, said: str = "") -> str:
        form = asked.entry.form if asked.entry else ""
        longest = survey.LONGEST_WORDS
        return asked.page.survey(form=form, questions=QUESTIONS, done=done, said=said, longest=longest)
