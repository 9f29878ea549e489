"""Lab 1 without Ground Truth: the page of `event-bootstrap label`, and the team's people who label there."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from bootstrap.errors import Refused
from bootstrap.errors.message import msg
from bootstrap.people.labelling.rooms import RoomOptions, opened
from bootstrap.people.web import serving
from bootstrap.people.web.address import Address
from bootstrap.people.web.label import label as pages
from bootstrap.rehearsal.labs.team import Team

_PICTURE = re.compile(r'name="picture" value="(\w+)"')


def label(team: Team, said: list[str]) -> None:
    """Label all pictures, by as many people as the team has; `said` collects what the organiser's terminal shows.

    Raises Refused (EB-612), and what `rooms.opened` raises.
    """
    listener, address = serving.listening(Address(port=0))
    with listener:
        room = opened(team.session, team.event, RoomOptions(), said.append)
        table = pages.Table(team.event.name, team.account.team, room, address)
        with serving.in_background(pages.build(table, ""), listener, address):
            people = [_Person(address.port, number) for number in range(max(1, len(team.account.emails)))]
            # Each labels one picture in turn, until nobody gets another.
            while [each for each in people if each.label(room.task.classes)]:
                pass
            people[0].end()


@dataclass(slots=True)
class _Person:
    """A person with a browser."""

    port: int
    number: int
    labelled: int = 0
    cookie: str = ""

    def label(self, classes: tuple[str, ...]) -> bool:
        """Label the next picture; return False if there is none left."""
        if not self.cookie:
            self._send("POST", "/name", 303, name=f"person {self.number + 1}")
        picture = _PICTURE.search(self._send("GET", "/", 200))
        if picture is None:
            return False
        self._send("GET", f"/picture/{picture[1]}", 200)
        chosen = classes[(self.number + self.labelled) % len(classes)]
        self._send("POST", "/vote", 303, picture=picture[1], label=chosen)
        self.labelled += 1
        return True

    def end(self) -> None:
        """End the labelling for all: the truth is shown, and no label can change."""
        self._send("POST", "/compare", 303)

    def _send(self, method: str, path: str, expected: int, **form: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"cookie": self.cookie, "content-type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        if answer.status != expected:
            told = {"method": method, "path": path, "status": answer.status}
            raise Refused("EB-612", msg("the labelling page answered {method} {path} with status {status}", **told))
        self.cookie = (answer.getheader("set-cookie") or self.cookie).partition(";")[0]
        return text
