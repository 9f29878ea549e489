"""Health and readiness of this server, for the machines around it: any Host header, and not a word more.

`/healthz`: 200 while the process answers. `/readyz`: 200 if requests should come here; 503 before the database was
reached for the first time, and from the moment the server is told to stop. A database that goes away later does not
count: whoever is in stays in, and all servers would be taken out at the same moment.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bootstrap.people.web.headers import HEADERS

LIVES, READY = "/healthz", "/readyz"


class Health:
    """Answers the two addresses itself, whatever name they were asked by. `ready` tells if requests should come."""

    def __init__(self, app: ASGIApp, ready: Callable[[], Awaitable[bool]]) -> None:
        self._app, self._ready = app, ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in (LIVES, READY):
            await self._app(scope, receive, send)
            return
        good = scope["path"] == LIVES or await self._ready()
        answer = PlainTextResponse("ok" if good else "not now", 200 if good else 503, headers=HEADERS)
        await answer(scope, receive, send)
