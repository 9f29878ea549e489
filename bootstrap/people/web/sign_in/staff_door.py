"""Pages that open with a token: at first by the address that was printed at the start, then by a cookie."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import compare_digest
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bootstrap.errors.message import Message
from bootstrap.people.web import language, pages

# With this prefix browsers accept the cookie only from this host, and only over TLS.
COOKIE = "__Host-event-bootstrap"


@dataclass(frozen=True, slots=True)
class Closed:
    """What a page says to somebody without the token: whom it is for, and how to open it."""

    whom: Message
    how: Message


class Door:
    """Asks for the token; lets everybody in where `token` is None: on the operator's own machine."""

    def __init__(
        self,
        app: ASGIApp,
        token: str | None,
        closed: Closed,
        cookie: str = COOKIE,
    ) -> None:
        self._app, self._token, self._closed, self._cookie = app, token, closed, cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._answer(Request(scope)) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        """Return the answer in place of the page; None lets the request through."""
        if self._token is None:
            return None
        if self._fits(request.query_params.get("token")):
            return taken(request, str(self._token), self._cookie)
        if self._fits(request.cookies.get(self._cookie)):
            return None
        page = pages.render("sign_in/closed.html", language=language.of(request), closed=self._closed)
        return HTMLResponse(page, status_code=401)

    def _fits(self, given: str | None) -> bool:
        return given is not None and compare_digest(given.encode(), str(self._token).encode())


def without_token(request: Request) -> str:
    """Return the request's path and query without the token."""
    rest = urlencode([each for each in request.query_params.multi_items() if each[0] != "token"])
    # Exactly one slash: two would name another host.
    path = f"/{quote(request.url.path.lstrip('/'))}"
    return f"{path}?{rest}" if rest else path


def taken(request: Request, token: str, cookie: str) -> Response:
    """Return a redirect to the same page with the token in a cookie, so that no browser history keeps it."""
    answer = RedirectResponse(without_token(request), status_code=303)
    answer.set_cookie(cookie, token, secure=True, httponly=True, samesite="lax", path="/")
    return answer
