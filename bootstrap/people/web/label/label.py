"""The labelling page of one team: a name, then one picture after the other, until none is left.

`staff_door` asks for the token if other machines can reach the pages. Names are not checked: anybody who has opened the
page may label under any name.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bootstrap.aws import refusals
from bootstrap.errors.message import joined, msg
from bootstrap.people.labelling.rooms import Room, left
from bootstrap.people.web import app, assets, forms, language, pages
from bootstrap.people.web.address import Address
from bootstrap.people.web.sign_in import staff_door

COOKIE = "worker"
_LONGEST_NAME = 40
_KINDS = {".png": "image/png"}
_CLOSED = staff_door.Closed(
    msg("This page is for one team"), msg("Open it with the whole address that the support staff give you.")
)
_WRONG_NAME = msg("Write 1 to 40 letters, without @.")
_WAS_NOT_SAVED, _WAS_NOT_READ = msg("That was not saved"), msg("Your labels could not be read")
_NOT_SAVED = msg("Go back and try again. If it still fails, show the code to the support staff:")
_STALE = msg("This form came from another page, or belongs to another job. Go back and reload.")


@dataclass(frozen=True, slots=True)
class Table:
    """Who labels what, and at which address."""

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
        self._table, self._room = table, table.room
        self._addresses = {_identity(each): each for each in table.room.task.pictures}

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

    async def _home(self, request: Request) -> Response:
        person = _person(request)
        if not person:
            return self._page(request, "name", said="")
        room = self._room
        # Waits for a vote that is being written to S3.
        given, votes = await to_thread.run_sync(room.given, person.casefold()), room.votes
        if given is None and votes.closed:
            return await self._compared(request)
        if given is None:
            counts, output = votes.counted().items(), room.files.address(room.files.output)
            return self._page(request, "done", counts=counts, left=left(votes), output=output)
        number, identity = self._number(given), _identity(given)
        return self._page(request, "picture", picture=identity, number=number, classes=room.task.classes)

    async def _compared(self, request: Request) -> Response:
        try:
            found = await to_thread.run_sync(self._room.agreement)
        except Exception as error:
            return self._failed(request, error, _WAS_NOT_READ)
        output = self._room.files.address(self._room.files.output)
        compared = found.comparison if found else None
        shown: dict[str, Any] = {"found": compared, "named": self._named, "source": _source, "output": output}
        return self._page(request, "compared", **shown, me=_person(request).casefold())

    async def _picture(self, request: Request) -> Response:
        address = self._addresses.get(request.path_params["picture"])
        if address is None:
            return Response("there is no such picture", 404, media_type="text/plain")
        try:
            parts = await to_thread.run_sync(self._room.files.picture, address)
        except Exception as error:
            return self._failed(request, error)
        kind = _KINDS.get(address[-4:].lower(), "image/jpeg")
        return StreamingResponse(parts, media_type=kind)

    async def _name(self, request: Request) -> Response:
        form = await forms.read(request)
        name = " ".join(form.get("name", "").split())
        if not forms.from_here(request):
            return self._stale(request)
        if not 0 < len(name) <= _LONGEST_NAME or "@" in name or not name.isprintable():
            return self._page(request, "name", 400, said=_WRONG_NAME)
        answer, secure = _to_home(request), self._table.address.secure
        answer.set_cookie(COOKIE, quote(name), secure=secure, httponly=True, samesite="strict")
        return answer

    async def _vote(self, request: Request) -> Response:
        form, person = await forms.read(request), _person(request)
        picture, label = self._addresses.get(form.get("picture", "")), form.get("label", "")
        if not (person and picture and label in self._room.task.classes and forms.from_here(request)):
            return self._stale(request)
        return await self._kept(request, lambda: self._room.vote(person.casefold(), picture, label))

    async def _undo(self, request: Request) -> Response:
        person = _person(request)
        if not (person and forms.from_here(request)):
            return self._stale(request)
        return await self._kept(request, lambda: self._room.undo(person.casefold()))

    async def _compare(self, request: Request) -> Response:
        if not (_person(request) and forms.from_here(request)):
            return self._stale(request)
        return await self._kept(request, self._room.compare)

    async def _leave(self, request: Request) -> Response:
        answer = _to_home(request)
        answer.delete_cookie(COOKIE)
        return answer

    async def _kept(self, request: Request, write: Callable[[], None]) -> Response:
        try:
            await to_thread.run_sync(write)
        except Exception as error:
            return self._failed(request, error)
        return _to_home(request)

    def _failed(self, request: Request, error: Exception, title: str = _WAS_NOT_SAVED) -> Response:
        settled = refusals.failure(error, self._room.files.session.region)
        self._room.say(joined(" ", (settled.code or "", settled.detail)))
        return self._page(request, "said", 502, title=title, said=_NOT_SAVED, code=settled.code)

    def _stale(self, request: Request) -> Response:
        return self._page(request, "said", 403, title=_WAS_NOT_SAVED, said=_STALE, code="")

    def _page(self, request: Request, name: str, status: int = 200, **values: Any) -> Response:
        tongue, person, votes = language.of(request), _person(request), self._room.votes
        own = [each for each in votes.all if each.worker == person.casefold()]
        last = {"number": self._number(own[-1].picture), "label": own[-1].label} if own and not votes.closed else None
        text = pages.render(
            f"label/{name}.html",
            language=tongue,
            event=self._table.event,
            team=self._table.team,
            person=person,
            last=last,
            own=len(own),
            done=len(votes.settled),
            total=len(votes.task.lines),
            workers=votes.task.workers,
            **values,
        )
        return HTMLResponse(text, status)

    def _named(self, picture: str) -> str:
        return msg("Picture {number}", number=self._number(picture))

    def _number(self, picture: str) -> int:
        """Return the picture's number, from 1."""
        return self._room.task.pictures.index(picture) + 1


def _source(picture: str) -> str:
    return f"/picture/{_identity(picture)}"


def _person(request: Request) -> str:
    return unquote(request.cookies.get(COOKIE, ""))[:_LONGEST_NAME]


def _to_home(request: Request) -> RedirectResponse:
    return RedirectResponse(f"/?lang={language.of(request)}", 303)


def _identity(picture: str) -> str:
    """Return an id that stays the same after a restart. The picture's own name could tell what it shows."""
    return hashlib.sha256(picture.encode()).hexdigest()[:16]
