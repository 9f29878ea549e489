"""Who asks: the address of the browser, as `proxies` has found it behind the proxies that are trusted."""

from __future__ import annotations

import ipaddress

from starlette.requests import HTTPConnection

# An IPv6 connection has 2**64 addresses of its own.
_IPV6_PREFIX = 64
UNKNOWN = "unknown"


def of(request: HTTPConnection) -> str:
    """Return the client's address; the only function that reads it from a request."""
    return request.client.host if request.client else UNKNOWN


def network(address: str) -> str:
    """Return the address, of IPv6 its network: what one client can choose from counts as one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), _IPV6_PREFIX), strict=False))
