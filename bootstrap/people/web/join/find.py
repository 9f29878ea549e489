"""The way to a team's page by the team's name, for the address on the hall's screen; and the page for no page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bootstrap.people.handouts import join_address
from bootstrap.people.web import language, page_head, pages
from bootstrap.people.web.site import Site

_PATH = join_address.JOIN.rstrip("/")
_LONGEST = 100


def routes(site: Site) -> list[Route]:
    async def find(request: Request) -> Response:
        tongue, team = language.of(request), request.query_params.get("team", "").strip()[:_LONGEST]
        if team:
            # That there is no such team is said there.
            return RedirectResponse(f"{join_address.JOIN}{join_address.slug(team)}?lang={tongue}", 303)
        return HTMLResponse(_render(site, tongue, "find", here=_PATH))

    return [Route(_PATH, find)]


def missing(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return the answer to an address that is no page's."""

    async def answer(request: Request, _error: Exception) -> Response:
        return HTMLResponse(_render(site, language.of(request), "missing", here=""), 404)

    return answer


def _render(site: Site, tongue: str, name: str, **values: str) -> str:
    head = page_head.values(site.files.inputs.event, tongue, site.now())
    return pages.render(f"join/{name}.html", language=tongue, **head, **values)
