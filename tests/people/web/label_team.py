"""A prepared account, the labelling page over its bucket, and the people who label there."""

from __future__ import annotations

import io
import json
import re
import runpy
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
import uvicorn
from httpx2 import Response
from starlette.testclient import TestClient

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.event.names import Names
from bootstrap.people.labelling import rooms
from bootstrap.people.labelling.rooms import Room, RoomOptions
from bootstrap.people.web import serving
from bootstrap.people.web.address import Address
from bootstrap.people.web.label import label as pages
from bootstrap.steps.dataset import comparison
from tests import runs
from tests.runs import Rehearsed

HERE = Address("127.0.0.1", 4601)
CLASSES = ["hatchback", "pickup", "sedan", "suv"]


class Team:
    """A prepared account, and jobs of names of their own, so that tests do not meet."""

    def __init__(self, ran: Rehearsed) -> None:
        self.ran, self.account, self.said = ran, ran.inputs.accounts[0], list[str]()
        self.bucket = Names.of(ran.inputs.event, self.account).bucket
        self._lost = False
        place = virtual_place(ran.inputs.event, ran.simulated, ran.time[0], "run", "test")
        access = replace(place.access, held=lambda _: not self._lost)
        self._sessions = Sessions(access, place.clock, Limiter())

    def session(self, number: int = 0) -> AccountSession:
        return self._sessions.open(self.ran.inputs.accounts[number])

    def room(self, job: str, workers: int = 1, manifest: str = "labelling/team.manifest", **how: Any) -> Room:
        wanted = RoomOptions(job, manifest, workers)
        return rooms.opened(self.session(**how), self.ran.inputs.event, wanted, self.said.append)

    @contextmanager
    def page(
        self, job: str, address: Address = HERE, workers: int = 1, lost: bool = False, pictures: int = 0
    ) -> Iterator[TestClient]:
        """`pictures`: so many, of a manifest of their own; 0: all."""
        self._lost = False
        key = f"labelling/{pictures}.manifest" if pictures else "labelling/team.manifest"
        if pictures:
            numbers = range(1, pictures + 1)
            self.put(key, "\n".join(line(self, f"labelling/car-{number:02d}.jpg") for number in numbers))
        app = pages.build(pages.Table("cars", "team-1", self.room(job, workers, key), address), "secret-token")
        self._lost = lost
        with TestClient(app, base_url=address.url) as client:
            yield client

    def read(self, key: str) -> str:
        found = self.ran.simulated.state(self.account.account_id)["buckets"][self.bucket]
        assert key in found, sorted(found)
        body = self.session().client("s3").get_object(Bucket=self.bucket, Key=key)["Body"]
        with body:
            return str(body.read().decode())

    def output(self, job: str) -> list[dict[str, Any]]:
        text = self.read(f"labelled/{job}/manifests/output/output.manifest")
        return [json.loads(line) for line in text.splitlines()]

    def put(self, key: str, text: str | bytes) -> None:
        session = self.session()
        session.client("sts").get_caller_identity()
        session.client("s3").put_object(
            Bucket=self.bucket, Key=key, Body=text.encode() if isinstance(text, str) else text
        )


def name(client: TestClient, who: str) -> Response:
    return client.post("/name", data={"name": who})


def picture(page: str) -> str:
    found = re.search(r'name="picture" value="(\w+)"', page)
    assert found is not None, page
    return found[1]


def vote(client: TestClient, page: str, said: str) -> str:
    answer = client.post("/vote", data={"picture": picture(page), "label": said})
    assert answer.status_code == 200, answer.text
    return answer.text


def line(team: Team, key: str) -> str:
    return json.dumps({"source-ref": f"s3://{team.bucket}/{key}", "by": "hand"})


def script(team: Team, monkeypatch: pytest.MonkeyPatch, at: Path, *words: str) -> str:
    """What the lab's script prints about the same bucket."""
    (at / "labs").mkdir()
    for file in (runs.SHIPPED / "labs" / "ground-truth" / "compare.py", Path(str(comparison.__file__))):
        shutil.copy(file, at / "labs")
    (at / "event.json").write_text(json.dumps({"bucket": team.bucket, "region": "eu-west-1"}), encoding="utf-8")
    out = io.StringIO()
    monkeypatch.setattr(boto3, "client", lambda *_, **__: team.session().client("s3"))
    monkeypatch.setattr(sys, "argv", ["compare.py", *words])
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setitem(sys.modules, "comparison", comparison)
    runpy.run_path(str(at / "labs" / "compare.py"), run_name="__main__")
    return out.getvalue()


@contextmanager
def listening(team: Team, job: str) -> Iterator[str]:
    """For real browsers: the address."""
    listener, address = serving.listening(replace(HERE, port=0))
    team.put("labelling/short.manifest", "\n".join(line(team, f"labelling/car-0{number}.jpg") for number in (1, 2, 3)))
    table = pages.Table("cars", "team-1", team.room(job, manifest="labelling/short.manifest"), address)
    server = uvicorn.Server(uvicorn.Config(pages.build(table, ""), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield address.url
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
