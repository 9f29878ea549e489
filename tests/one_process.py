"""The simulated AWS in the tests' own process, without sockets: for many runs of which only the end counts.

What goes over the wire is the same: botocore signs and parses, and the simulator checks and answers. A process has one
world, so each comes in a process of its own (`tests.forked_worlds`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError

from bootstrap.aws import models
from bootstrap.cli.commands.choice import read
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.simulator.dispatch import registry
from bootstrap.simulator.http import control, router
from bootstrap.simulator.http.spoiling import Broken
from bootstrap.simulator.in_process import acting, clients, regions
from bootstrap.simulator.participants import clients as participants
from bootstrap.simulator.wire.protocol import HttpAnswer
from bootstrap.simulator.wire.request import HttpRequest
from bootstrap.simulator.world.opening import open_world
from bootstrap.simulator.world.world import World, WorldFile
from tests import few_regions, quick_botocore
from tests.runs import Rehearsed, choice

_URL = "http://127.0.0.1:9"
_TOKEN = "here"


def load() -> None:
    """Load what a world needs, before anything of moto is loaded."""
    clients.share_loader()
    vars(models)["loader"] = regions.loader
    few_regions.take()
    quick_botocore.take()
    acting.tell_time(lambda at: 0.0)
    registry.load()


class Wire:
    """botocore's way to the world: it takes the place of a client's `http_session`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, request: Any) -> AWSResponse:
        made = router.answer(self._world, _asked(request))
        if not isinstance(made, Broken):
            return _response(request, made, made[2])
        if made.how == "silent":
            # As the server of a virtual clock does; `bootstrap.rehearsal.waiting` lets the time pass.
            return _response(request, (504, {"X-Simulated-Silence": "1"}, b""), b"")
        if made.how == "short" and made.answer:
            return _response(request, made.answer, made.answer[2][: len(made.answer[2]) // 2])
        error = ConnectionResetError() if made.how == "reset" else ConnectionError("closed")
        raise ConnectionClosedError(error=error, request=request, endpoint_url=request.url)

    def close(self) -> None:
        pass

    def connect(self, client: Any) -> None:
        """Make a client's calls end here."""
        client._endpoint.http_session = self


def _asked(request: Any) -> HttpRequest:
    address = urlsplit(request.url)
    body = request.body.read() if hasattr(request.body, "read") else request.body or b""
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    headers.setdefault("host", address.netloc)
    return HttpRequest(
        request.method, address.path or "/", address.query, headers, body.encode() if isinstance(body, str) else body
    )


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _response(request: Any, answer: HttpAnswer, sent: bytes) -> AWSResponse:
    status, headers, body = answer
    kept = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    if status in (204, 304):
        sent = b""
    elif request.method == "HEAD":
        kept["Content-Length"] = next((headers[name] for name in headers.keys() - kept.keys()), str(len(body)))
        sent = b""
    else:
        kept["Content-Length"] = str(len(body))
    made = quick_botocore.Headers()
    for name, value in kept.items():
        made[name] = value
    return AWSResponse(request.url, status, made, _Raw(sent))


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        while some := self.read(65_536):
            yield some


class _Ended:
    """In place of the simulator's process."""

    stdout = None

    def wait(self, timeout: float | None = None) -> int:
        return 0

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class Here(rehearsal.Simulated):
    """The control addresses of a world in this process."""

    def __init__(self, world: World) -> None:
        super().__init__(_URL, _TOKEN, _Ended())
        self.world = world

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        address = urlsplit(path)
        asked = HttpRequest(
            method, address.path, address.query, {"x-simulator-control": _TOKEN}, json.dumps(body or {}).encode()
        )
        status, _, text = control.answer(self.world, _TOKEN, asked)
        if status != 200:
            raise RuntimeError(f"the simulator refused {method} {path}: {status} {text[:200]!r}")
        return json.loads(text)


@contextmanager
def rehearsed_here(at: Path, scenario: str = "ordinary", seed: int = 1) -> Iterator[Rehearsed]:
    """As `tests.runs.rehearsed`, in this process."""
    inputs = read(choice(at))
    start = rehearsal.start_of(inputs.event)
    made_of = rehearsal.world(inputs.event, inputs.accounts, scenario, seed, start)
    world = open_world(WorldFile.model_validate(made_of), "virtual")
    world.url = _URL
    wire, make = Wire(world), participants._made

    def made(url: str, service: str, region: str) -> Any:
        client = make(url, service, region)
        wire.connect(client)
        return client

    participants._made = made  # type: ignore[assignment]
    try:
        yield Rehearsed(at, inputs, Here(world), [start], wire.connect)
    finally:
        participants._made = make
