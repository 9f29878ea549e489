"""What a browser sends with a form."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

_LARGEST = 4000


async def read(request: Request) -> dict[str, str]:
    """The fields; empty for what is no plain form, or a large one. Starlette's own reader wants a package for that."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        return {}


def from_here(request: Request) -> bool:
    """Whether a page of this server sent the form, by what the browser says; no other page can say so.

    Where browsers name no origin (an old one, and pages that tell no referrer), there is nothing to go by.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")
