"""The labelling page of one team at a desk. `staff_door` asks for the token if other machines can reach the pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bootstrap.errors.message import msg
from bootstrap.people.labelling.pictures import PictureCache
from bootstrap.people.labelling.rooms import Room
from bootstrap.people.web import app, assets, forms
from bootstrap.people.web.address import Address
from bootstrap.people.web.label.labelling_page import LabellingPage, LabellingPlace
from bootstrap.people.web.sign_in import staff_door

T = TypeVar("T")

_CLOSED = staff_door.Closed(
    msg("This page is for one team"), msg("Open it with the whole address that the support staff give you.")
)


@dataclass(frozen=True, slots=True)
class Table:
    """People, pictures and address of a labelling."""

    event: str
    team: str
    room: Room
    address: Address


def build(table: Table, token: str) -> Starlette:
    # Browsers send a host's cookies to all of its ports: pages of several teams on one machine need their own names.
    cookie = f"{staff_door.COOKIE}-{table.address.port}"
    asks = Middleware(staff_door.Door, token=token if table.address.exposed else None, closed=_CLOSED, cookie=cookie)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield

    return app.guarded(table.address, assets.routes(table), _Pages(table).routes, asks, lifespan)


class _Pages:
    def __init__(self, table: Table) -> None:
        self._room, self._pictures = table.room, PictureCache()
        self._place = LabellingPlace(table.event, table.team, "", table.address.secure)
        self._asking: CapacityLimiter | None = None

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/", self._home),
            Route("/picture/{picture}", self._picture),
            Route("/name", self._name, methods=["POST"]),
            Route("/vote", self._vote, methods=["POST"]),
            Route("/undo", self._undo, methods=["POST"]),
            Route("/compare", self._compare, methods=["POST"]),
            Route("/leave", self._leave, methods=["POST"]),
        ]

    def _page(self, request: Request) -> LabellingPage:
        return LabellingPage(
            request, self._place, self._room, self._pictures, _in_thread, self._one_by_one, self._room.say
        )

    async def _one_by_one(self, work: Callable[[], T]) -> T:
        # A limiter belongs to the loop that made it.
        self._asking = self._asking or CapacityLimiter(1)
        return await to_thread.run_sync(work, limiter=self._asking)

    async def _home(self, request: Request) -> Response:
        return await self._page(request).home()

    async def _picture(self, request: Request) -> Response:
        return await self._page(request).picture(request.path_params["picture"])

    async def _name(self, request: Request) -> Response:
        return self._page(request).name(await forms.read(request))

    async def _vote(self, request: Request) -> Response:
        return await self._page(request).vote(await forms.read(request))

    async def _undo(self, request: Request) -> Response:
        return await self._page(request).undo()

    async def _compare(self, request: Request) -> Response:
        return await self._page(request).compare()

    async def _leave(self, request: Request) -> Response:
        return self._page(request).leave()


async def _in_thread(work: Callable[[], T]) -> T:
    # May wait for a vote that is being written to S3.
    return await to_thread.run_sync(work)
