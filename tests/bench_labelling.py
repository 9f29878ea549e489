"""Cost of labelling of all teams at once, over SQLite and over PostgreSQL; run by `make bench`. Asserts nothing.

A server process of its own, a simulated AWS in another, and people who vote by HTTP from this one: 40 teams of 10, a
vote every 5 seconds each, with the picture that follows. TEAMS, PEOPLE and SECONDS change that.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table

from bootstrap.cli.commands import handouts
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.rehearsal import simulated
from tests import postgresql, runs
from tests.interruptible import begun
from tests.people.handouts.test_handouts import codes
from tests.runs import Rehearsed

TEAMS, PEOPLE, SECONDS = (int(os.environ.get(name) or usual) for name, usual in
                          (("TEAMS", "40"), ("PEOPLE", "10"), ("SECONDS", "60")))  # fmt: skip
# Seconds between two votes of a person.
PACE = 5.0
# Seconds in which all of a team but the first come.
COME = 20.0
# So many votes must be there for all people and seconds: as many people as can label each picture.
WORKERS = 9
_STEPS = ("access", "marker", "stack:buckets", "stack:roles", "materials")
_CLASSES = ("hatchback", "pickup", "sedan", "suv")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Seen:
    """Latencies in seconds, and answers that were none."""

    votes: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    pictures: list[float] = field(default_factory=list)
    failed: int = 0
    again: int = 0


class Browser:
    """A connection that is kept, and the cookies."""

    def __init__(self, port: int, host: str = "") -> None:
        self.port, self.host, self.cookies = port, host or f"127.0.0.1:{port}", dict[str, str]()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, accept: str = "text/html", **form: str) -> tuple[int, bytes]:
        """Send a request, as browsers do: once more on a new connection if the server has closed the idle one."""
        try:
            return await self._ask(method, path, accept, form)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            self._writer = None
            await asyncio.sleep(random.random() / 10)
            return await self._ask(method, path, accept, form)

    async def _ask(self, method: str, path: str, accept: str, form: dict[str, str]) -> tuple[int, bytes]:
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self._reader is not None
        body = urlencode(form).encode()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nhost: {self.host}\r\naccept: {accept}\r\ncookie: {cookies}\r\n"
        if method == "POST":
            head += f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n"
        self._writer.write(f"{head}\r\n".encode() + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = [each.partition(": ") for each in lines[1:] if each]
        for name, _, value in fields:
            if name.lower() == "set-cookie":
                key, _, given = value.partition(";")[0].partition("=")
                self.cookies[key] = given
        length = next((int(value) for name, _, value in fields if name.lower() == "content-length"), 0)
        return int(lines[0].split()[1]), await self._reader.readexactly(length)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class Person:
    def __init__(self, port: int, team: str, number: int, seen: Seen, host: str = "") -> None:
        self.browser, self.home, self.seen = Browser(port, host), f"/join/{team}/labelling", seen
        self.team, self.name, self.picture, self.form = team, f"person {number}", "", ""
        self.loaded: set[str] = set()

    async def come(self, code: str, later: float = 0.0) -> str:
        """Enter the code and a name, and load the page, within so many seconds from now."""
        await asyncio.sleep(random.random() * later)
        await self.sure("POST", f"/join/{self.team}", code=code)
        page = await self.page()
        if "workers" in page:
            before = re.findall(r'name="before" value="([^"]*)"', page)[0]
            await self.sure("POST", f"{self.home}/begin", form=self.form, workers=str(WORKERS), before=before)
            page = await self.page()
            assert "Your name" in page, page
        await self.sure("POST", f"{self.home}/name", form=self.form, name=self.name)
        page = await self.page()
        assert self.picture, page
        return page

    async def sure(self, method: str, path: str, **form: str) -> None:
        """Send a form again until it is answered by a redirect, as people do who are asked to try again."""
        while (await self.browser.ask(method, path, **form))[0] != 303:
            self.seen.again += 1
            await asyncio.sleep(0.5 + random.random())

    async def page(self) -> str:
        began = time.monotonic()
        status, body = await self.browser.ask("GET", self.home)
        self.seen.pages.append(time.monotonic() - began)
        self.seen.failed += status != 200
        text = body.decode()
        self.form = (re.findall(r'name="form" value="([^"]+)"', text) or [self.form])[0]
        self.picture = (re.findall(r'name="picture" value="(\w+)"', text) or [""])[0]
        await self.look()
        return text

    async def look(self) -> None:
        """Load the picture, unless the browser has it."""
        if self.picture and self.picture not in self.loaded:
            began = time.monotonic()
            status, _ = await self.browser.ask("GET", f"{self.home}/picture/{self.picture}")
            self.seen.pictures.append(time.monotonic() - began)
            self.seen.failed += status != 200
            self.loaded.add(self.picture)

    async def vote(self) -> None:
        began = time.monotonic()
        status, body = await self.browser.ask(
            "POST", f"{self.home}/vote", "application/json",
            form=self.form, picture=self.picture, label=random.choice(_CLASSES),
        )  # fmt: skip
        self.seen.votes.append(time.monotonic() - began)
        self.seen.failed += status != 200
        self.picture = json.loads(body).get("seat", {}).get("picture", "") if status == 200 else self.picture
        await self.look()

    async def label(self, until: float) -> None:
        """Vote at the person's pace, whatever the server's; nobody waits for the others."""
        at = time.monotonic() + random.random() * PACE
        while at < until and self.picture:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            await self.vote()
            at += PACE


@dataclass(frozen=True)
class Process:
    pid: int

    @property
    def cpu(self) -> float:
        """CPU seconds so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def memory(self) -> float:
        """MB at present."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def serving(at: Path, env: dict[str, str]) -> Iterator[tuple[int, Process]]:
    """A server process: its port, and what it uses."""
    process = begun(at, env, "serve", "--port", "0")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert ":" in line, f"{line} {process.communicate(timeout=5)}"
        yield int(re.findall(r":(\d+)/", line)[0]), Process(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


async def labelled(port: int, server: Process, of_teams: dict[str, str]) -> dict[str, Any]:
    come, seen = Seen(), Seen()
    teams = [[Person(port, team, number, come) for number in range(PEOPLE)] for team in of_teams]
    began = time.monotonic()
    # The first of each team begins the job.
    await asyncio.gather(*(team[0].come(of_teams[team[0].team], COME / 4) for team in teams))
    await asyncio.gather(*(each.come(of_teams[each.team], COME) for team in teams for each in team[1:]))
    arrived, people = time.monotonic() - began, [each for team in teams for each in team]
    for each in people:
        each.seen = seen
    cpu, memory, began = server.cpu, server.memory, time.monotonic()
    until = began + SECONDS
    halves = asyncio.create_task(_later(SECONDS / 2, lambda: server.memory))
    await asyncio.gather(*(each.label(until) for each in people))
    seconds, cpu = time.monotonic() - began, server.cpu - cpu
    for each in people:
        each.browser.close()
    return {
        "arrived": arrived,
        "page": _of(come.pages, 99),
        "votes": len(seen.votes),
        "rate": len(seen.votes) / seconds,
        "p50": _of(seen.votes, 50),
        "p99": _of(seen.votes, 99),
        "most": max(seen.votes) * 1000,
        "pictures": _of(seen.pictures, 99),
        "failed": seen.failed + come.failed,
        "again": come.again,
        "cpu": cpu * 1000 / max(1, len(seen.votes)),
        "core": 100 * cpu / seconds,
        "memory": memory,
        "half": await halves,
        "end": server.memory,
        "load": os.getloadavg()[0],
    }


async def _later(seconds: float, look: Any) -> Any:
    await asyncio.sleep(seconds)
    return look()


def _of(seconds: list[float], part: int) -> float:
    """The percentile in milliseconds."""
    return 1000 * statistics.quantiles(seconds, n=100)[part - 1] if len(seconds) > 1 else 0.0


_ROWS = {
    "arrived": (f"seconds until all had come, which they did within {COME * 5 / 4:.0f}", ""),
    "page": ("... p99 of a page then, ms", ""),
    "votes": ("votes", ""),
    "rate": ("votes a second", "80"),
    "p50": ("p50 of a vote, ms", ""),
    "p99": ("p99 of a vote, ms", "1,000"),
    "most": ("slowest vote, ms", ""),
    "pictures": ("p99 of a picture, ms", "1,000"),
    "failed": ("pages, votes and pictures that were not answered by 200", "0"),
    "again": ("forms of those who came that had to be sent again", ""),
    "cpu": ("CPU of the server a vote with its picture, ms", "25"),
    "core": ("CPU of the server, % of a core", ""),
    "memory": ("memory when all had come, MB", ""),
    "half": ("... after half of the time", "the same"),
    "end": ("... at the end", "the same"),
    "load": ("load of the machine (1 min), all programs", ""),
}


def prepared(ran: Rehearsed, journal: str) -> dict[str, str]:
    """Make the codes in a journal; return them by team."""
    teams = [each.team for each in ran.inputs.accounts]
    handouts.make(runs.choice(ran.at, *teams, journal=journal), HandoutOptions("http://127.0.0.1", new_codes=True))
    return codes(ran.at)


def main() -> None:
    table = Table(f"{TEAMS} teams of {PEOPLE}, {SECONDS} s", "SQLite", "PostgreSQL", "aim")
    found = []
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ran = stack.enter_context(runs.rehearsed(runs.folder(home / "event", TEAMS)))
        ran.provision(*(each.team for each in ran.inputs.accounts), only=_STEPS, keep=False)
        journals = [str(home / "journal.sqlite")]
        if tools := postgresql.binaries():
            journals.append(stack.enter_context(postgresql.running(tools)).database())
        for journal in journals:
            of_teams = prepared(ran, journal)
            env = simulated.environment(ran.simulated) | {"EVENT_BOOTSTRAP_JOURNAL": journal}
            with serving(ran.at, env) as (port, server):
                found.append(asyncio.run(labelled(port, server, of_teams)))
    for key, (words, aim) in _ROWS.items():
        table.add_row(words, *[f"{each[key]:,.1f}" for each in found], aim)
    console = Console(width=110)
    console.print(table)
    console.print(f"{os.cpu_count()} cores")


if __name__ == "__main__":
    main()
