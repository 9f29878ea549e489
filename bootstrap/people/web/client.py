"""Client of a request: the address of the browser, as `proxies` has found it behind the proxies that are trusted."""

from __future__ import annotations

import ipaddress

from starlette.requests import HTTPConnection

from bootstrap.people.web.address import ip_of

# An IPv6 connection has 2**64 addresses of its own.
_IPV6_PREFIX = 64
UNKNOWN = "unknown"


def of(request: HTTPConnection) -> str:
    """Return the client's address; the only function that reads it from a request."""
    return request.client.host if request.client else UNKNOWN


def network(address: str) -> str:
    """Return the address, of IPv6 its network: what one client can choose from counts as one."""
    found = ip_of(address)
    if found is None or found.version == 4:
        return str(found or address)
    return str(ipaddress.ip_network((int(found), _IPV6_PREFIX), strict=False))
