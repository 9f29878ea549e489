"""The status page, the projector's screen, and the stream of their changes."""

from __future__ import annotations

import time
from functools import partial

import anyio
from anyio import to_thread
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bootstrap.journal.standing import Standing
from bootstrap.people.web import language, screen
from bootstrap.people.web.live import Parts, View
from bootstrap.people.web.site import Site
from bootstrap.report import status_page

# Seconds that a stream has to end by itself; uvicorn logs an error for one that it cuts off.
_FAREWELL = 0.5


def routes(site: Site) -> list[Route]:
    live = site.live

    async def status(request: Request) -> Response:
        tongue = language.of(request)
        since = live.since
        parts = await live.parts(f"status.{tongue}", _VIEWS["status"](tongue))
        return HTMLResponse(await to_thread.run_sync(status_page.render, live.standing, parts, tongue, since))

    async def projector(request: Request) -> Response:
        tongue = language.of(request)
        since = live.since
        parts = await live.parts(f"screen.{tongue}", _VIEWS["screen"](tongue))
        return HTMLResponse(await to_thread.run_sync(screen.render, live.standing, parts, tongue, since))

    async def changes(request: Request) -> Response:
        tongue, view = language.of(request), request.query_params.get("view", "")
        if view not in _VIEWS:
            return PlainTextResponse("view: status or screen", 404)
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        closing = anyio.Event()
        stream = live.changes(f"{view}.{tongue}", _VIEWS[view](tongue), since, closing)
        return EventSourceResponse(stream, shutdown_event=closing, shutdown_grace_period=_FAREWELL)

    return [Route("/", status), Route("/screen", projector), Route("/changes", changes)]


def _status(tongue: str) -> View:
    return partial(_status_parts, tongue, {})


def _status_parts(tongue: str, kept: status_page.Kept, standing: Standing) -> Parts:
    return status_page.parts(standing, tongue, time.time(), kept)


def _screen(tongue: str) -> View:
    return partial(screen.parts, tongue)


_VIEWS = {"status": _status, "screen": _screen}
