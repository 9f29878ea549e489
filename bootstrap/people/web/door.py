"""Pages that open by a token: once by the address that was printed at the start, then by a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import compare_digest
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bootstrap.people.web import language, pages
from bootstrap.report.page_words import TONGUES

# The prefix has browsers take it from this very host by TLS only.
COOKIE = "__Host-event-bootstrap"


class Door:
    """Lets everybody in without a `token`: at the operator's own machine. `words` say who may come in, and how."""

    def __init__(
        self,
        app: ASGIApp,
        token: str | None,
        words: Mapping[str, Mapping[str, str]] = TONGUES,
        cookie: str = COOKIE,
    ) -> None:
        self._app, self._token, self._words, self._cookie = app, token, words, cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._answer(Request(scope)) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        """What is said in the page's place; None: come in."""
        if self._token is None:
            return None
        if self._fits(request.query_params.get("token")):
            return self._in(request)
        if self._fits(request.cookies.get(self._cookie)):
            return None
        tongue = language.of(request)
        page = pages.render("closed.html", language=tongue, t=self._words[tongue])
        return HTMLResponse(page, status_code=401)

    def _fits(self, given: str | None) -> bool:
        return given is not None and compare_digest(given.encode(), str(self._token).encode())

    def _in(self, request: Request) -> Response:
        """To the same page by an address without the token, which stays in no history."""
        rest = urlencode([each for each in request.query_params.multi_items() if each[0] != "token"])
        # One slash alone: two would lead to another host.
        path = f"/{quote(request.url.path.lstrip('/'))}"
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
        answer.set_cookie(self._cookie, str(self._token), secure=True, httponly=True, samesite="lax", path="/")
        return answer
