"""The staff's pages are for those who are in; others are sent to the page that asks for a code."""

from __future__ import annotations

from urllib.parse import urlencode

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bootstrap.errors import Troubled
from bootstrap.errors.message import msg
from bootstrap.people.web import forms, language, pages
from bootstrap.people.web.sign_in.staff_door import Closed, taken, without_token
from bootstrap.people.web.sign_in.staff_sign_in import PATH, TOKEN_COOKIE, StaffSignIn

_READS = ("GET", "HEAD")
_AWAY = Closed(
    msg("This page is for the event's staff"),
    msg("It cannot be looked up who you are, as the journal's database does not answer. Try again in a minute."),
)


class StaffOnly:
    """Sets `request.state.person` and `request.state.form`; lets nobody else through."""

    def __init__(self, app: ASGIApp, sign_in: StaffSignIn) -> None:
        self._app, self._sign_in = app, sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope)) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """Return the answer in place of the page; None lets the request through."""
        try:
            found = await to_thread.run_sync(self._sign_in.who, request)
        except Troubled:
            page = pages.render("sign_in/closed.html", language=language.of(request), closed=_AWAY)
            return HTMLResponse(page, 503)
        if found is None:
            return self._ask(request)
        if "token" in request.query_params and request.method == "GET":
            return RedirectResponse(without_token(request), 303)
        if request.method not in _READS and not forms.from_here(request):
            return PlainTextResponse("the form came from another page", 403)
        request.state.person, request.state.form, request.state.leaves = found.person, found.form, bool(found.secret)
        return None

    def _ask(self, request: Request) -> Response:
        if self._sign_in.token_fits(request.query_params.get("token")) and not request.cookies.get(TOKEN_COOKIE):
            return taken(request, request.query_params["token"], TOKEN_COOKIE)
        if request.method not in _READS or request.url.path == "/changes":
            return PlainTextResponse("sign in", 401)
        return RedirectResponse(
            f"{PATH}?{urlencode({'lang': language.of(request), 'next': without_token(request)})}", 303
        )
