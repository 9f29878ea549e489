"""The status page, the projector's screen, and the stream of their changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import anyio
from anyio import to_thread
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bootstrap.journal.standing import Standing
from bootstrap.people.web import language
from bootstrap.people.web.hall import screen
from bootstrap.people.web.live import Parts, View
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff import spend
from bootstrap.report import status_page

# Seconds that a stream has to end by itself; uvicorn logs an error for one that it cuts off.
_FAREWELL = 0.5


def routes(site: Site) -> list[Route]:
    live = site.live
    views: dict[str, Callable[[str], View]] = {"status": partial(_status, site), "screen": partial(_screen, site)}

    async def status(request: Request) -> Response:
        tongue = language.of(request)
        since = live.since
        parts = await live.parts(f"status.{tongue}", views["status"](tongue))
        return HTMLResponse(await to_thread.run_sync(status_page.render, live.standing, parts, tongue, since))

    async def projector(request: Request) -> Response:
        tongue = language.of(request)
        since = live.since
        parts = await live.parts(f"screen.{tongue}", views["screen"](tongue))
        return HTMLResponse(await to_thread.run_sync(screen.render, live.standing, parts, tongue, since))

    async def changes(request: Request) -> Response:
        tongue, view = language.of(request), request.query_params.get("view", "")
        if view not in views:
            return PlainTextResponse("view: status or screen", 404)
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        closing = anyio.Event()
        stream = live.changes(f"{view}.{tongue}", views[view](tongue), since, closing)
        return EventSourceResponse(stream, shutdown_event=closing, shutdown_grace_period=_FAREWELL)

    return [Route("/", status), Route("/screen", projector), Route("/changes", changes)]


def _status(site: Site, tongue: str) -> View:
    return partial(_status_parts, site, tongue, {})


def _status_parts(site: Site, tongue: str, kept: status_page.Kept, standing: Standing) -> Parts:
    return {**status_page.parts(standing, tongue, site.now(), kept), **spend.parts(site.spend.latest, tongue)}


def _screen(site: Site, tongue: str) -> View:
    return partial(screen.parts, site.now, tongue)
