"""Answers with the pictures of guides. An SVG may be a document with scripts: it gets a policy under which none run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from anyio import to_thread
from starlette.responses import Response

from bootstrap.event import lab_pages
from bootstrap.people.web.guide import guide_values, guides
from bootstrap.people.web.guide.guide_values import Values

# A drawing that somebody opens by its own address is a page without origin, scripts and requests.
_SEALED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"


async def answer(find: Callable[[], Path | None] | None, values: Values) -> Response:
    """Return the picture that `find` finds, a drawing with the team's values; 404 without one."""
    found = await to_thread.run_sync(_content, find, values) if find else None
    if found is None:
        return Response("there is no such picture", 404, media_type="text/plain")
    content, kind = found
    return Response(content, media_type=kind, headers={"Content-Security-Policy": _SEALED})


def sized(found: Path | None, folder: str) -> tuple[str, int, int] | None:
    """Return address, width and height of a picture whose address begins with `folder`."""
    return (f"{folder}{quote(found.name)}", *guides.size(found)) if found else None


def _content(find: Callable[[], Path | None], values: Values) -> tuple[bytes, str] | None:
    try:
        found = find()
        if found is None:
            return None
        with found.open("rb") as file:
            content = file.read(lab_pages.LARGEST)
    except OSError:
        return None
    kind = lab_pages.KINDS[found.suffix.lower()]
    return guide_values.in_svg(content, values) if kind == lab_pages.KINDS[".svg"] else content, kind
