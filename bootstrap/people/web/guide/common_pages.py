"""The pages that all labs share, for everybody and before the event: they need no code and no account."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bootstrap.event import lab_pages, shipped
from bootstrap.people.web import language, page_head, pages
from bootstrap.people.web.guide import guide_page, guides, pictures
from bootstrap.people.web.guide.guide_page import Guide, Surroundings
from bootstrap.people.web.join.team_guides import common_link, common_picture
from bootstrap.people.web.site import Site

PATH = "/labs"


def routes(site: Site) -> list[Route]:
    def folder() -> Path:
        return site.files.inputs.event.folder

    def shown(name: str, status: int, tongue: str, **values: object) -> Response:
        head = page_head.values(site.files.inputs.event, tongue, site.now())
        return HTMLResponse(pages.render(f"guide/labs_{name}.html", language=tongue, **head, **values), status)

    async def index(request: Request) -> Response:
        tongue = language.of(request)
        found = await to_thread.run_sync(guides.titles, folder(), tongue)
        return shown("index", 200, tongue, pages=found, here=PATH)

    async def page(request: Request) -> Response:
        tongue, name = language.of(request), request.path_params["page"]
        found = await to_thread.run_sync(_page, folder(), name, tongue)
        if found is None:
            return shown(
                "index", 404, tongue, pages=await to_thread.run_sync(guides.titles, folder(), tongue), here=PATH
            )
        return shown("page", 200, tongue, guide=found, here=f"{PATH}/{name}")

    async def picture(request: Request) -> Response:
        return await pictures.answer(partial(guides.picture, folder(), None, request.path_params["name"]), {})

    return [Route(PATH, index), Route(f"{PATH}/pictures/{{name}}", picture), Route(f"{PATH}/{{page}}", page)]


def _page(folder: Path, name: str, tongue: str) -> Guide | None:
    file = guides.common(folder, tongue).get(name)
    if file is None:
        return None
    # A guide of a lab has no public page: the link is left out.
    link = partial(common_link, PATH, folder, tongue)
    around = Surroundings(
        f"{shipped.COMMON_PAGES[name]}.md", {}, link, partial(common_picture, PATH, folder), guide_page.nothing
    )
    return guide_page.render(lab_pages.text(file), around)
