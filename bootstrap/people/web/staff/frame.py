"""Frame of all pages of the staff, and the forms that they send back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bootstrap.errors import BadInput, Refused, Troubled
from bootstrap.errors.message import msg
from bootstrap.journal import codes, operators
from bootstrap.people.web import forms, language, pages
from bootstrap.people.web.site import Site
from bootstrap.report.words import duration

DESK, NOTICES, ANSWERS = "/", "/notices", "/answers"
_PAGES = ((DESK, msg("Desk")), (NOTICES, msg("Notices")), (ANSWERS, msg("Answers")), ("/screen", msg("Screen")))
_STALE = msg("This form is too old, or came from another page. Go back and try again.")
_AWAY = msg("Nothing was changed: the journal's database does not answer. Try again in a minute.")

# Bytes: two texts in any script, and the names of many teams.
_LARGEST_FORM = 60_000

T = TypeVar("T")
Handler = Callable[[Request, dict[str, str]], Awaitable[Response]]


def frame(site: Site, request: Request, here: str) -> dict[str, Any]:
    """Return the values of the template staff/frame.html."""
    tongue, schedule, now = language.of(request), site.files.inputs.event.schedule, site.now()
    opens, closes = schedule.opens.timestamp(), schedule.closes.timestamp()
    until = opens if now < opens else closes if now < closes else 0.0
    query = [each for each in request.query_params.multi_items() if each[0] != "lang"]
    other = "en" if tongue == "zh" else "zh"
    return {
        "event": site.files.inputs.event.name,
        "pages": _PAGES,
        "here": here,
        "now": f"{now:.3f}",
        "person": request.state.person,
        "name": operators.name_of(request.state.person),
        "form": request.state.form,
        "leaves": request.state.leaves,
        "until": until,
        "until_word": msg("opens in") if now < opens else msg("closes in"),
        "until_text": duration(until - now),
        "other_href": f"{request.url.path}?{urlencode([*query, ('lang', other)])}",
    }


def html(site: Site, request: Request, template: str, here: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page of the staff. It may block."""
    tongue = language.of(request)
    return HTMLResponse(pages.render(template, language=tongue, frame=frame(site, request, here), **values), status)


def told(site: Site, request: Request, said: str, status: int) -> Response:
    """Return a page that says one thing, with the way back; a script shows the words on its own page."""
    return html(site, request, "staff/told.html", "", status, said=said, failed=status >= 400)


def ours(site: Site, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return the route of a form: only of our own pages; what goes wrong is said, and that nothing was changed."""

    async def answer(request: Request) -> Response:
        form = await forms.read(request, _LARGEST_FORM)
        if not codes.same(form.get("form", ""), request.state.form):
            return told(site, request, _STALE, 403)
        try:
            return await handler(request, form)
        except BadInput as bad:
            return told(site, request, bad.problems[0].what, 422)
        except Troubled:
            return told(site, request, _AWAY, 503)
        except Refused as refused:
            return told(site, request, msg("{code} {why}", code=refused.code, why=refused.detail), 502)

    return answer


async def blocking(call: Callable[..., T], *arguments: Any) -> T:
    """Run a call that waits for a database or AWS in a thread."""
    return await to_thread.run_sync(lambda: call(*arguments))
