"""The pages of one team, as a browser at a time of one's choice meets them."""

from __future__ import annotations

import re
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import uvicorn
from httpx2 import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands.choice import journal_of
from bootstrap.cli.commands.follow import Follower
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.engine.clock import VirtualClock
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.labelling.team_bucket import TeamBuckets
from bootstrap.people.web import assets
from bootstrap.people.web.address import Address
from bootstrap.people.web.guide import common_pages
from bootstrap.people.web.headers import Headers
from bootstrap.people.web.join.join import Join
from bootstrap.people.web.join.team_access import TeamAccess
from bootstrap.people.web.live import Live
from bootstrap.people.web.site import Site
from tests import runs
from tests.people.handouts.test_handouts import codes
from tests.runs import Rehearsed

NAME = "ev.example.com"
BASE = f"https://{NAME}"
HOME = "/join/team-1"
BEYOND = Address("10.0.0.5", 443, NAME, Path("chain.pem"), Path("key.pem"))


@dataclass
class Desk:
    """The pages, as at `now`. `seconds`: turned on, what they remember of the database grows old."""

    ran: Rehearsed
    address: Address = BEYOND
    now: float = 0.0
    seconds: float = 0.0
    client: TestClient = field(init=False)
    site: Site = field(init=False)

    @contextmanager
    def open(self) -> Iterator[Desk]:
        """With no wrong code counted before, since this desk may be open at an earlier time."""
        with sqlite3.connect(self.ran.at / ".event-bootstrap" / "journal.sqlite") as connection:
            connection.execute("delete from limits")
        connection.close()
        with TestClient(self._app(), base_url=self.address.url, follow_redirects=False) as self.client:
            yield self

    @contextmanager
    def listening(self) -> Iterator[str]:
        """For real browsers: the address."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = uvicorn.Server(uvicorn.Config(self._app(), log_level="warning"))
            thread = threading.Thread(target=server.run, args=([listener],))
            thread.start()
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}{HOME}"
            finally:
                server.should_exit = True
                thread.join()

    def _app(self) -> Starlette:
        choice = runs.choice(self.ran.at)
        follower = Follower(choice)
        database = VenueDatabase(choice.journal_path, lambda: self.seconds)
        site = Site(
            follower, choice.journal_path, lambda: journal_of(choice), self.address, Live(follower), database,
            now=lambda: self.now,
        )  # fmt: skip
        self.site = site
        join = Join(site, self.access(), self.buckets())
        self.now = self.now or self.ran.time[0]

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            with site.closing:
                site.closing.callback(database.close)
                async with site.live.running():
                    yield

        return Starlette(
            routes=[*assets.routes(site), *join.routes, *common_pages.routes(site)],
            middleware=[Middleware(Headers)],
            lifespan=lifespan,
        )

    def access(self) -> TeamAccess:
        place = virtual_place(self.ran.inputs.event, self.ran.simulated, self.ran.time[0], "run", "test")
        assert isinstance(place.clock, VirtualClock)
        return TeamAccess(Sessions(replace(place.access, write=False), place.clock, Limiter()))

    def buckets(self) -> TeamBuckets:
        """In which the labelling pages write; for a desk without a simulator none that answers."""
        if not self.ran.simulated:
            return TeamBuckets(cast(Sessions, None), self.ran.inputs.event)
        place = virtual_place(self.ran.inputs.event, self.ran.simulated, self.ran.time[0], "run", "test")
        return TeamBuckets(Sessions(replace(place.access, write=True), place.clock, Limiter()), self.ran.inputs.event)

    @property
    def code(self) -> str:
        return codes(self.ran.at)["team-1"]

    def enter(self, code: str | None = None, home: str = HOME, **headers: str) -> Response:
        return self.client.post(home, data={"code": self.code if code is None else code}, headers=headers)

    def page(self, language: str = "en") -> str:
        return self.client.get(f"{HOME}?lang={language}").text

    def post(self, what: str, /, **fields: str) -> Response:
        """By a form of the team's page."""
        found = re.search(r'name="form" value="([^"]+)"', self.page())
        return self.client.post(f"{HOME}/{what}", data={"form": found[1] if found else "", **fields})

    def acts(self) -> list[tuple[str, str, str]]:
        """What the journal has of the join page: actor, detail, outcome; the latest last."""
        with sqlite3.connect(self.ran.at / ".event-bootstrap" / "journal.sqlite") as connection:
            rows = "select actor, detail, outcome from actions where command = 'join' order by number"
            found = connection.execute(rows).fetchall()
        connection.close()
        return [tuple(each) for each in found]

    def journal(self) -> bytes:
        return b"".join(each.read_bytes() for each in (self.ran.at / ".event-bootstrap").glob("journal*"))
