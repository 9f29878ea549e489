"""The security headers of every answer: no caching, framing, content sniffing or referrer."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = "Content-Security-Policy"
_OWN = (_POLICY, "Cache-Control")


def policy(*sources: str) -> str:
    """Return a Content-Security-Policy. `sources`: targets of the page's forms beside this server."""
    forms = " ".join(["'self'", *sources])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )


HEADERS = {
    _POLICY: policy(),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Headers:
    """Sets all headers on every answer; an answer keeps its own Content-Security-Policy and Cache-Control."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                own = {name: found[name] for name in _OWN if name in found}
                found.update(HEADERS | own)
            await send(message)

        await self._app(scope, receive, told)
