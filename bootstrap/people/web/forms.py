"""Forms that browsers send."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

_LARGEST = 4000


async def read(request: Request, largest: int = _LARGEST) -> dict[str, str]:
    """Return the fields; empty for a form of more than `largest` bytes, or that is not URL-encoded.

    Starlette's needs a package more.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > largest:
            return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        return {}


def from_here(request: Request) -> bool:
    """Return True if a page of this server sent the form, by headers that other pages cannot set.

    True as well if the browser names no origin: old browsers, and pages that send no referrer.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "null")
    return origin == "null" or origin.partition("://")[2] == request.headers.get("host")
