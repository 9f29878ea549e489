"""The staff's desk, the projector's screen, and the stream of their changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

import anyio
from anyio import to_thread
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bootstrap.errors import Troubled
from bootstrap.journal.standing import Standing
from bootstrap.journal.venue.hands import Hands, RaisedHand
from bootstrap.people.web import language
from bootstrap.people.web.hall import screen
from bootstrap.people.web.live import Parts, View
from bootstrap.people.web.sign_in.staff_sign_in import StaffSignIn
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff import desk_board, desk_parts
from bootstrap.people.web.staff.answers_page import AnswersPage
from bootstrap.people.web.staff.desk_board import DeskBoard
from bootstrap.people.web.staff.frame import html
from bootstrap.people.web.staff.hand_actions import HandActions
from bootstrap.people.web.staff.notice_pages import NoticePages
from bootstrap.people.web.staff.team_page import TeamPage
from bootstrap.report import status_page

# Seconds that a stream has to end by itself; uvicorn logs an error for one that it cuts off.
_FAREWELL = 0.5


def routes(site: Site, sign_in: StaffSignIn) -> list[Route]:
    journal = site.journal()
    site.closing.callback(journal.close)
    own = [*HandActions(site, journal).routes, *NoticePages(site, journal).routes, *AnswersPage(site, journal).routes,
           *TeamPage(site, journal).routes, *screen.routes(site)]  # fmt: skip
    return [*StaffPages(site, sign_in).routes, *own]


class StaffPages:
    """The pages that follow what happens."""

    def __init__(self, site: Site, sign_in: StaffSignIn) -> None:
        self._site, self._sign_in = site, sign_in
        self._board = DeskBoard(site)
        self._hands = Hands(site.database, site.files.inputs.event.name)
        self._ended: list[RaisedHand] = []
        site.live.watch(self._board.changed)
        self._views: dict[str, Callable[[str], View]] = {
            "desk": lambda tongue: partial(self._desk_parts, tongue, {}),
            "screen": partial(screen.view, site),
        }

    @property
    def routes(self) -> list[Route]:
        return [Route("/", self._desk), Route("/screen", self._screen), Route("/changes", self._changes)]

    async def _desk(self, request: Request) -> Response:
        site, tongue = self._site, language.of(request)
        since = site.live.since
        parts = await site.live.parts(f"desk.{tongue}", self._views["desk"](tongue))
        late = site.files.inputs.event.venue.late_minutes * 60

        def made() -> Response:
            values = status_page.around(site.live.standing, parts)
            return html(site, request, "staff/desk.html", "/", since=since, order=parts["data-order"], late=late,
                        **values)  # fmt: skip

        return await to_thread.run_sync(made)

    async def _screen(self, request: Request) -> Response:
        live, tongue = self._site.live, language.of(request)
        since = live.since
        parts = await live.parts(f"screen.{tongue}", self._views["screen"](tongue))
        return HTMLResponse(await to_thread.run_sync(screen.render, self._site, parts, tongue, since))

    async def _changes(self, request: Request) -> Response:
        tongue, view = language.of(request), request.query_params.get("view", "")
        if view not in self._views:
            return PlainTextResponse("view: desk or screen", 404)
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        closing = anyio.Event()
        stream = self._site.live.changes(f"{view}.{tongue}", self._views[view](tongue), since, closing)
        return EventSourceResponse(
            self._while_in(request, stream), shutdown_event=closing, shutdown_grace_period=_FAREWELL
        )

    async def _while_in(
        self, request: Request, stream: AsyncIterator[ServerSentEvent]
    ) -> AsyncIterator[ServerSentEvent]:
        """Yield changes as long as the person who asked is in: somebody who was removed gets no more."""
        async for event in stream:
            try:
                if await to_thread.run_sync(self._sign_in.who, request) is None:
                    return
            except Troubled:
                return
            yield event

    def _desk_parts(self, tongue: str, kept: status_page.Kept, standing: Standing) -> Parts:
        return desk_parts.parts(self._site, self._board, self._ended_today(), tongue, kept, standing)

    def _ended_today(self) -> list[RaisedHand]:
        try:
            found = self._hands.ended()
        except Troubled:
            return self._ended
        self._ended = desk_board.today(found, self._site.files.inputs, self._site.now())
        return self._ended
