"""Scripts and styles, served as files: the pages' policy allows none inline.

A page names them by `asset("tokens.css")`, an address with the digest of what is in the file. Browsers keep such a file
for good, so that over a slow network it is loaded once. Files are sent compressed. Pages are not: a secret in them and
what a stranger can put into them must not be compressed together.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bootstrap.report import page

_WEB = Path(__file__).parent
_FOLDER = _WEB / "assets"
# Styles that are templates of other folders.
_STYLES = {"status.css": "status/status.css", "tokens.css": "tokens.css"}
_ADDRESS = re.compile(r"(?P<stem>[a-z_-]+)(\.(?P<digest>[0-9a-f]{10}))?\.(?P<kind>css|js)")
_TYPES = {"css": "text/css", "js": "text/javascript"}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A script or style. `digest` is that of its text."""

    text: bytes
    packed: bytes
    digest: str


def routes(_of: object) -> list[Route]:
    _files()
    return [Route("/assets/{name}", _answer)]


def address(name: str) -> str:
    """Return the address of a script or style, which changes when its text does. Raises KeyError for an unknown one."""
    stem, _, kind = name.rpartition(".")
    return f"/assets/{stem}.{_files()[name].digest}.{kind}"


def _answer(request: Request) -> Response:
    asked = _ADDRESS.fullmatch(request.path_params["name"])
    found = _files().get(f"{asked['stem']}.{asked['kind']}") if asked else None
    if asked is None or found is None:
        return Response("there is no such file", 404, media_type="text/plain")
    tag = f'"{found.digest}"'
    # A digest that is not this one: the page comes from another version of the program.
    kept = _FOR_GOOD if asked["digest"] == found.digest else "no-cache"
    headers = {"Cache-Control": kept, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(found.packed if packed else found.text, headers=headers, media_type=_TYPES[asked["kind"]])


@cache
def _files() -> Mapping[str, Asset]:
    """Return each file by its name; all are read and rendered once."""
    texts = {each.name: page.render(f"assets/{each.name}", _WEB) for each in _FOLDER.glob("*.css")}
    texts |= {name: page.render(template, _WEB) for name, template in _STYLES.items()}
    texts |= {each.name: each.read_text(encoding="utf-8") for each in _FOLDER.glob("*.js")}
    return {name: _asset(text.encode()) for name, text in texts.items()}


def _asset(text: bytes) -> Asset:
    return Asset(text, gzip.compress(text, 9, mtime=0), hashlib.sha256(text).hexdigest()[:10])
