"""All pages in one application.

To add a page: a module of its own in this folder with `routes(site) -> list[Route]`, and its name in `_STAFF` or
`_PUBLIC` below. Pages of staff show account ids and causes: beyond this machine they ask for the operator's token,
which `door` sees to. A public page answers anybody who can reach the server and guards itself. Both have the headers
of `headers` (no inline script or style, nothing kept by the browser); scripts and styles are files in `assets/`.
HTML is made by `bootstrap.report.page.render`, which escapes every value; what reads a database or AWS goes by
`anyio.to_thread.run_sync`, so that no page stops the others. Language: `language.of(request)`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Mount, Route

from bootstrap.people.web import assets, join, status
from bootstrap.people.web.address import Address
from bootstrap.people.web.door import Door
from bootstrap.people.web.headers import Headers
from bootstrap.people.web.site import Site

_PUBLIC: tuple[Callable[[Site], list[Route]], ...] = (assets.routes, join.routes)
_STAFF: tuple[Callable[[Site], list[Route]], ...] = (status.routes,)


def build(site: Site) -> Starlette:
    public = [route for routes in _PUBLIC for route in routes(site)]
    staff = [route for routes in _STAFF for route in routes(site)]
    door = Middleware(Door, token=site.token if site.address.exposed else None)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with site.closing:
            async with site.live.running():
                yield

    return guarded(site.address, public, staff, door, lifespan)


def guarded(
    address: Address,
    public: Sequence[BaseRoute],
    behind: Sequence[BaseRoute],
    door: Middleware,
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]],
) -> Starlette:
    """`behind` the door and `public` pages, all with the headers, for browsers that call the server by its name."""
    # Another name in a browser's mouth is a foreign page that had its own name lead here.
    host = Middleware(TrustedHostMiddleware, allowed_hosts=address.names, www_redirect=False)
    return Starlette(
        routes=[*public, Mount("/", routes=behind, middleware=[door])],
        middleware=[Middleware(Headers), host],
        lifespan=lifespan,
    )
