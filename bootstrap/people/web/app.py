"""All pages in one application.

To add a page: add a module to this folder with `routes(site) -> list[Route]`, and its name to `_STAFF` or `_PUBLIC`
below. Staff pages show account ids and causes; `staff_only` lets the staff in, who sign in by a code each, and sets
`request.state.person` and `request.state.form`, the secret of every form. A public page answers anybody who can reach
the server, and checks access itself. Both get the headers of `headers` (no inline
script or style, no caching); scripts and styles are files in `assets/`. `pages.render` makes the HTML and escapes every
value; its texts are {% trans %} or messages, in the language of `language.of(request)`. Reads of a database or of AWS
run in `anyio.to_thread.run_sync`, so that no page blocks the others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Mount, Route

from bootstrap.people.web import assets
from bootstrap.people.web.address import Address
from bootstrap.people.web.guide import common_pages
from bootstrap.people.web.headers import Headers
from bootstrap.people.web.health import Health
from bootstrap.people.web.join import find, join
from bootstrap.people.web.overload import Drain, Overload
from bootstrap.people.web.proxies import Proxies
from bootstrap.people.web.sign_in.staff_only import StaffOnly
from bootstrap.people.web.sign_in.staff_sign_in import StaffSignIn
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff import status

_PUBLIC: tuple[Callable[[Site], list[Route]], ...] = (
    assets.routes,
    find.routes,
    join.routes,
    common_pages.routes,
)
_STAFF: tuple[Callable[[Site, StaffSignIn], list[Route]], ...] = (status.routes,)


def build(site: Site) -> Starlette:
    """Return the application with all pages of an event."""
    sign_in = StaffSignIn(site)
    public = [*sign_in.routes, *(route for routes in _PUBLIC for route in routes(site))]
    staff = [route for routes in _STAFF for route in routes(site, sign_in)]
    door = Middleware(StaffOnly, sign_in=sign_in)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with site.closing:
            site.closing.callback(site.database.close)
            site.closing.callback(site.webhook.close)
            site.closing.enter_context(site.hands.running())
            async with site.live.running():
                yield

    pages = guarded(site.address, public, staff, door, lifespan)

    async def ready() -> bool:
        return not pages.state.drain.begun and await to_thread.run_sync(site.database.reached)

    pages.add_middleware(Health, ready=ready)
    pages.add_exception_handler(404, find.missing(site))
    return pages


def guarded(
    address: Address,
    public: Sequence[BaseRoute],
    behind: Sequence[BaseRoute],
    door: Middleware,
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]],
) -> Starlette:
    """Return the pages `behind` the door and the `public` ones, with the headers, for the server's own names only.

    Its `state.drain` is begun when the server ends.
    """
    # A different Host header means DNS rebinding.
    host = Middleware(TrustedHostMiddleware, allowed_hosts=address.names, www_redirect=False)
    drain = Drain()
    bounds = [Middleware(Proxies, address=address), Middleware(Overload, drain=drain)]
    found = Starlette(
        routes=[*public, Mount("/", routes=behind, middleware=[door])],
        middleware=[Middleware(Headers), *bounds, host],
        lifespan=lifespan,
    )
    found.state.drain = drain
    return found
