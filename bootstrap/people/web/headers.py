"""The security headers of every answer: no framing, sniffing or referrer; no caching but of files and pictures."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = "Content-Security-Policy"
_CACHE = "Cache-Control"


def policy(*sources: str) -> str:
    """Return a Content-Security-Policy. `sources`: targets of the page's forms beside this server."""
    forms = " ".join(["'self'", *sources])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )


HEADERS = {
    _POLICY: policy(),
    _CACHE: "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Headers:
    """Sets all headers on every answer; it keeps its own Content-Security-Policy, and a file its own caching."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                # Only what never changes at its address may be kept: files, and pictures to label.
                for_good = scope["path"].startswith("/assets/") or "immutable" in found.get(_CACHE, "")
                kept = (_POLICY, _CACHE) if for_good else (_POLICY,)
                found.update(HEADERS | {each: found[each] for each in kept if each in found})
            await send(message)

        await self._app(scope, receive, told)
