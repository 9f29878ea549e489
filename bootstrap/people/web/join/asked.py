"""One request at a team's address, as the handlers of its pages get it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.team_codes import Kept
from bootstrap.journal.venue.entries import SignIn
from bootstrap.people.web import client
from bootstrap.people.web.join.team_pages import Page


@dataclass(frozen=True, slots=True)
class Asked:
    """`kept`: the team's valid code; `entry`: set for somebody who entered it; `now` in epoch seconds."""

    request: Request
    page: Page
    kept: Kept | None
    entry: SignIn | None
    form: dict[str, str]
    now: float

    @property
    def account(self) -> TeamAccount:
        return self.page.account

    @property
    def client(self) -> str:
        return client.of(self.request)

    def home(self) -> Response:
        return RedirectResponse(f"{self.page.path}?lang={self.page.language}", 303)


Handler = Callable[[Asked], Awaitable[Response]]
