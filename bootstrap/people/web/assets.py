"""Scripts and styles, served as files: the pages' policy allows none inline."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bootstrap.people.web import pages

_FOLDER = Path(__file__).parent / "assets"
# Styles that are templates.
_STYLES = {"status.css": "status/status.css", "tokens.css": "tokens.css"} | {
    f"{name}.css": f"assets/{name}.css" for name in ("agreement", "guide", "join", "label", "screen")
}


def routes(_of: object) -> list[Route]:
    found = {name: pages.render(template) for name, template in _STYLES.items()}
    found |= {each.name: each.read_text(encoding="utf-8") for each in _FOLDER.glob("*.js")}

    def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in found:
            return Response("there is no such file", 404, media_type="text/plain")
        return Response(found[name], media_type="text/css" if name.endswith(".css") else "text/javascript")

    return [Route("/assets/{name}", asset)]
