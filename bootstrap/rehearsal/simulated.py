"""Start the simulated AWS as a separate process on 127.0.0.1, and move its clock."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from bootstrap.engine.states import StepEvent
from bootstrap.errors import BadInput, Problem, Troubled
from bootstrap.errors.message import Message, msg
from bootstrap.event.event import Event
from bootstrap.event.roster.roster import TeamAccount

# No account of a roster: in AWS's own examples ids begin with 1 to 9, never with 0000.
HUB_ACCOUNT = "000011112222"
OPERATOR_KEYS = ("AKIASIMULATED0000000", "simulated/secret/key/of/the/operator/0000")
_DAYS_BEFORE = 3
_SCENARIOS = "ordinary, today, bad-day, quota-drought, short-of-gpus, throttled"
_INSTALL = "pip install -r requirements/rehearsal.txt"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class Trouble(StrEnum):
    """Why the simulator cannot start, as its first line says it."""

    PACKAGE = "package"
    WORLD = "world"
    PORT = "port"


class Process(Protocol):
    """A simulator's process, as subprocess.Popen is one."""

    @property
    def stdout(self) -> IO[bytes] | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


# Options of `python -m bootstrap.simulator`, and the file for what it says on stderr.
Starter = Callable[[Sequence[str], Path], Process]


@dataclass(slots=True)
class Simulated:
    """A running simulator. `control`: the token of its control address, which no AWS client knows."""

    url: str
    control: str
    process: Process
    log: Path = Path(os.devnull)
    _connection: http.client.HTTPConnection | None = None

    def move(self, now: float) -> None:
        """Set the simulator's clock (epoch seconds), forward only."""
        self._ask("POST", "/_simulator/clock", {"now": now})

    def now(self) -> float:
        """Return the simulator's clock (epoch seconds). Scripts of the labs move it while they wait."""
        return float(self._ask("GET", "/_simulator/clock")["now"])

    def state(self, account_id: str, region: str = "") -> Any:
        """Return the resources of one account and region ("": its own), read from the simulator itself."""
        there = f"&region={region}" if region else ""
        return self._ask("GET", f"/_simulator/state?account={account_id}{there}")

    def calls(self) -> Any:
        """Return the answered API calls, counted by account, service and operation."""
        return self._ask("GET", "/_simulator/calls")

    def expected(self) -> tuple[str, tuple[str, ...]] | None:
        """Return the end that the scenario's file expects: the result, and the codes of its causes."""
        said = self._ask("GET", "/_simulator/expect")["expect"]
        return (said["result"], tuple(said["codes"])) if said else None

    def outlast(self) -> None:
        """Wait until Ctrl-C. Raises KeyboardInterrupt, or Troubled (EB-410) if the simulator ends by itself."""
        self.process.wait()
        what, fix = msg("the simulated AWS has ended"), msg("Start it again; everything created in it is lost")
        raise Troubled([Problem("EB-410", what, cause=_last_words(self.log), fix=fix)])

    def portless(self, event: StepEvent) -> StepEvent:
        """Return the event without the simulator's port: it differs from one rehearsal to the next."""
        address = urlsplit(self.url)
        spoken, instead = address.netloc, str(address.hostname)
        cause = event.cause and _replaced(event.cause, spoken, instead)
        return replace(event, detail=_replaced(event.detail, spoken, instead), cause=cause)

    def participate(self, part: str, account_id: str, **how: Any) -> Any:
        """Let an account's participants do one part of their day: "before" the event, when it "opens", at "noon", ...

        They act as people who do not know the tool.
        """
        return self._ask("POST", "/_simulator/participants", {"part": part, "account": account_id, **how})

    def mistake(self, account_id: str, mistake: str, instance_type: str = "") -> str:
        """Let an account's participants make a mistake in a lab; return why AWS refused it, "" if it did not."""
        said = {"account": account_id, "mistake": mistake, "instance_type": instance_type}
        return str(self._ask("POST", "/_simulator/mistake", said)["why"])

    def differ(self, account_id: str, **changes: Any) -> None:
        """Change AWS's behaviour in the account from now on. `changes`: keys of a scenario's file."""
        self._ask("POST", "/_simulator/differ", {"account": account_id, "differs": changes})

    def confirm(self, account_id: str, address: str | None = None) -> int:
        """Click the confirmation links in the mails of the account, or of one address; return how many."""
        return int(self._ask("POST", "/_simulator/confirm", {"account": account_id, "address": address})["confirmed"])

    def label(self, account_id: str, job: str, worker: str, labels: Mapping[str, str]) -> None:
        """Label pictures in the portal as a worker. `labels`: a picture's place in the job's manifest -> a class."""
        said = {"account": account_id, "job": job, "worker": worker, "labels": dict(labels)}
        self._ask("POST", "/_simulator/label", said)

    def close(self) -> None:
        """Close the connection to the control address; the simulator keeps running."""
        if self._connection:
            self._connection.close()
        if self.process.stdout:
            self.process.stdout.close()

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        if self._connection is None:
            address = urlsplit(self.url)
            self._connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
        headers = {"x-simulator-control": self.control, "content-type": "application/json"}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the simulator refused {method} {path}: {answer.status} {text[:200]!r}")
        return json.loads(text or b"null")


def owner_keys(account_id: str) -> tuple[str, str]:
    """Return the access key of an account's owner, who may do everything there without assuming a role."""
    return f"AKIASIMU{account_id}", f"simulated/secret/key/of/the/owner/{account_id}"


def world(
    event: Event, accounts: Sequence[TeamAccount], scenario: str, seed: int, now: float | None, bare: bool = False
) -> dict[str, Any]:
    """Return the simulator's world: the accounts of the roster and no others.

    Each has an owner and, unless `bare`, its access role.
    """
    return {
        "scenario": scenario,
        "seed": seed,
        "now": now,
        "hub": {
            "account_id": HUB_ACCOUNT,
            "access_key_id": OPERATOR_KEYS[0],
            "secret_access_key": OPERATOR_KEYS[1],
        },
        "hub_buckets": [event.dataset.hub_bucket] if event.dataset.hub_bucket else [],
        "accounts": [
            {
                "account_id": each.account_id,
                "region": each.region,
                "team": each.team,
                "role_name": (each.role_arn or f"role/{event.access.role_name}").rsplit("/", 1)[-1],
                "external_id": None if bare else each.external_id,
                "bare": bare,
                **_owner(each),
            }
            for each in accounts
        ],
    }


def _owner(account: TeamAccount) -> dict[str, str]:
    key, secret = owner_keys(account.account_id)
    return {"access_key_id": key, "secret_access_key": secret}


def start_of(event: Event) -> float:
    """Return when a rehearsal begins (epoch seconds): three days before the event opens, so that it is repeatable."""
    return (event.schedule.opens - timedelta(days=_DAYS_BEFORE)).timestamp()


def get_ready() -> None:
    """Import the modules that a run with views and journal needs."""
    from bootstrap.engine import results  # noqa: F401
    from bootstrap.journal import journal  # noqa: F401


@contextmanager
def simulated(
    world: dict[str, Any],
    clock: str = "virtual",
    port: int = 0,
    speed: float = 1.0,
    meanwhile: Callable[[], None] = lambda: None,
    start: Starter | None = None,
) -> Iterator[Simulated]:
    """Run a simulator during the block. `meanwhile` is called while it starts (one second); `start`: how to start it.

    Raises BadInput (EB-404 to EB-407) if it cannot start.
    """
    with tempfile.TemporaryDirectory() as folder:
        file, log = Path(folder) / "world.json", Path(folder) / "log"
        file.write_text(json.dumps(world))
        # If a rehearsal is killed its simulator must end too.
        asked = {"world": file, "while-parent": os.getpid(), "port": port, "clock": clock, "speed": speed}
        options = [word for name, value in asked.items() for word in (f"--{name}", str(value))]
        process = (start or started)(options, log)
        try:
            meanwhile()
            with closing(_greeted(process, log)) as running:
                yield running
        finally:
            _end(process)


def started(options: Sequence[str], log: Path) -> Process:
    """Start a simulator process with these options; what it says on stderr goes to `log`."""
    with log.open("wb") as errors:
        command = [sys.executable, "-m", "bootstrap.simulator", *options]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=_env())


def _end(process: Process) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _env() -> dict[str, str]:
    """Return the environment without variables that could lead the simulator to the real AWS."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BOTO_", "MOTO_"))}


def _greeted(process: Process, log: Path) -> Simulated:
    line = process.stdout.readline() if process.stdout else b""
    try:
        said = json.loads(line)
    except ValueError:
        raise BadInput([Problem("EB-405", msg("the simulated AWS did not start"), cause=_last_words(log))]) from None
    if "trouble" in said:
        raise BadInput([_not_started(Trouble(said["trouble"]), said["cause"])])
    return Simulated(said["url"], said["control"], process, log)


def _last_words(log: Path) -> str:
    said = log.read_text(errors="replace").strip().splitlines()
    return said[-1] if said else msg("it ended without a message")


def _replaced(text: str, old: str, new: str) -> str:
    if not isinstance(text, Message):
        return text.replace(old, new)
    if old not in text:
        return text
    args = {name: _replaced(value, old, new) if isinstance(value, str) else value for name, value in text.args.items()}
    return Message(text.id, args, text.plural, tuple(_replaced(each, old, new) for each in text.parts))


def _not_started(trouble: Trouble, cause: str) -> Problem:
    match trouble:
        case Trouble.PACKAGE:
            fix = msg("in the folder that you installed from: {command}", command=_INSTALL)
            return Problem("EB-404", msg("the simulated AWS is not installed"), cause=cause, fix=fix)
        case Trouble.PORT:
            fix = msg("Name another port with --port, or take any free one with --port 0")
            return Problem("EB-406", msg("the simulated AWS cannot listen on the port"), cause=cause, fix=fix)
        case Trouble.WORLD:
            fix = msg("Correct the file, or name a shipped scenario: {scenarios}", scenarios=_SCENARIOS)
            return Problem("EB-407", msg("the scenario cannot be read"), cause=cause, fix=fix)


def environment(simulated: Simulated) -> dict[str, str]:
    """Return the variables that make any AWS program use the simulator, with its operator's keys."""
    return place(simulated) | {"AWS_ACCESS_KEY_ID": OPERATOR_KEYS[0], "AWS_SECRET_ACCESS_KEY": OPERATOR_KEYS[1]}


def place(simulated: Simulated) -> dict[str, str]:
    """Return the variables that make any AWS program use the simulator; credentials are not among them."""
    return _past_proxies() | {
        "AWS_ENDPOINT_URL": simulated.url,
        # A program without keys would try to read those of an EC2 instance.
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _past_proxies() -> dict[str, str]:
    """Return NO_PROXY variables: a proxy would look for 127.0.0.1 on its own machine. Programs read either spelling."""
    if not any(os.environ.get(name) for proxy in _PROXIES for name in (proxy, proxy.upper())):
        return {}
    kept = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    value = f"{kept},127.0.0.1" if kept else "127.0.0.1"
    return {"NO_PROXY": value, "no_proxy": value}
