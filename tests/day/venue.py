"""The venue on this machine: forty prepared accounts, a journal in PostgreSQL, and servers that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

from bootstrap.journal.journal import Journal
from bootstrap.journal.team_codes import TeamCodes
from bootstrap.rehearsal import simulated as rehearsal
from tests import postgresql, runs
from tests.postgresql import Server
from tests.runs import Rehearsed

HOST = "day.example.com"
_MAIN = "import sys; from bootstrap.cli import main; sys.argv[0] = 'event-bootstrap'; main()"


@dataclass
class Venue:
    """`journal`: the database's URL; `codes`: by team. `environment`: of programs that use the simulated AWS."""

    folder: Path
    world: Rehearsed
    database: Server
    journal: str
    codes: dict[str, str]
    environment: dict[str, str]

    @property
    def teams(self) -> list[str]:
        return [each.team for each in self.world.inputs.accounts]


@contextmanager
def prepared(folder: Path, teams: int) -> Iterator[Venue]:
    """Prepare the accounts in virtual time; then the simulated AWS follows the real clock, and the event is on."""
    opens = (datetime.now(UTC) - timedelta(minutes=30)).replace(microsecond=0)
    hours = {name: str(opens + timedelta(hours=hour)) for name, hour in (("opens", 0), ("closes", 8), ("expires", 72))}
    at = runs.folder(folder, teams, schedule=hours)
    with postgresql.running(_tools()) as server, runs.rehearsed(at) as world:
        journal = server.database()
        with closing(Journal(journal, folder)) as kept:
            world.provision(keep=False, journal=kept)
        with closing(TeamCodes(journal, world.inputs.event.name)) as known:
            expires = world.inputs.event.schedule.expires
            codes, _ = known.hand_out([each.team for each in world.inputs.accounts], expires, time.time(), "day")
        environment = {**os.environ, **rehearsal.environment(world.simulated), "PYTHONPATH": str(runs.SHIPPED)}
        with _in_real_time(world):
            yield Venue(at, world, server, journal, codes, environment)


def _tools() -> Path:
    found = postgresql.binaries()
    if found is None:
        sys.exit("PostgreSQL is not installed: .ci/servers installs it")
    return found


@contextmanager
def _in_real_time(world: Rehearsed) -> Iterator[None]:
    """Move the simulated AWS's clock with the real one, each second, until the block ends."""
    ended = threading.Event()

    def follow() -> None:
        while not ended.wait(1.0):
            world.simulated.move(time.time())

    world.simulated.move(time.time())
    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@dataclass
class Instance:
    """A running `serve`."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a machine that loses its power."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as a service is ended; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    @property
    def memory(self) -> int:
        """Resident memory in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def serve(venue: Venue, port: int) -> Instance:
    """Start a server behind the proxy, and wait until it is ready."""
    log = venue.folder / f"serve-{port}-{time.monotonic_ns()}.log"
    command = [
        sys.executable, "-c", _MAIN, "serve", "--event", str(venue.folder / "event.yaml"),
        "--accounts", str(venue.folder / "accounts.csv"), "--port", str(port), "--name", HOST, "--proxy", "127.0.0.1",
    ]  # fmt: skip
    environment = {**venue.environment, "EVENT_BOOTSTRAP_JOURNAL": venue.journal}
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment, cwd=venue.folder)
    made = Instance(port, process, log)
    until = time.monotonic() + 60
    while not _ready(port):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
    return made


def _ready(port: int) -> bool:
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/readyz"), timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
