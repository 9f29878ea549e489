"""Proxies in front of the server: which are trusted, and who is behind them.

Anybody can write a header. What `X-Forwarded-For` says counts only as far as trusted proxies wrote it: read from the
right, the first address that is no trusted proxy is the client.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bootstrap.people.web.address import Address, IpAddress, IpNetwork, ip_of

# Hops that are looked at: no chain of proxies is longer.
_MOST = 20


class Proxies:
    """Puts the client's address and the browser's scheme in place of the proxy's, if a trusted proxy names them.

    A server without TLS that others can reach answers trusted proxies only, and through them only what came over TLS.
    """

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app, self._address = app, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refused = self._seen(scope)
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _seen(self, scope: Scope) -> Response | None:
        """Change the scope; return the answer to somebody who must not come this way."""
        peer, trusted = _parsed(scope["client"][0]) if scope.get("client") else None, self._address.trusted
        if peer is None or not _in(peer, trusted):
            if self._address.only_proxies:
                return PlainTextResponse("open this site by its own address", 403)
            return None
        headers = Headers(scope=scope)
        scope["client"] = (str(client_of(peer, headers.getlist("x-forwarded-for"), trusted)), 0)
        said = headers.getlist("x-forwarded-proto")
        scheme = said[-1].rpartition(",")[2].strip().lower() if said else scope["scheme"]
        if scheme in ("http", "https"):
            scope["scheme"] = scheme
        if said and scheme == "http" and self._address.secure:
            query = scope["query_string"].decode("latin-1")
            rest = f"/{quote(scope['path'].lstrip('/'))}{'?' if query else ''}{query}"
            return RedirectResponse(f"{self._address.url}{rest}", 308)
        return None


def client_of(peer: IpAddress, forwarded: Iterable[str], trusted: Sequence[IpNetwork]) -> IpAddress:
    """Return the rightmost address that is no trusted proxy. `peer` is one; `forwarded`: values of X-Forwarded-For.

    What cannot be read ends the chain: then the client is the proxy that passed it on.
    """
    found = peer
    for hop in reversed(",".join(forwarded).split(",")[-_MOST:]):
        address = _parsed(hop.strip())
        if address is None:
            return found
        found = address
        if not _in(address, trusted):
            return found
    return found


def _in(address: IpAddress, networks: Sequence[IpNetwork]) -> bool:
    return any(address in each for each in networks)


def _parsed(text: str) -> IpAddress | None:
    """Return the address of 192.0.2.1, 192.0.2.1:443, 2001:db8::1, [2001:db8::1] or [2001:db8::1]:443."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return ip_of(text)
