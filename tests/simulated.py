"""The simulated AWS as a process, for any test: start it, ask it, look behind its back."""

from __future__ import annotations

import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from tests import forked_simulator

HUB = {"account_id": "999999999999", "access_key_id": "AKIAORGANISER", "secret_access_key": "secret"}
START = 1_795_000_000.0
REGION = "ap-northeast-1"
ROLE = "event-bootstrap-access"
_CONFIG = Config(retries={"total_max_attempts": 1, "mode": "standard"}, s3={"addressing_style": "path"})


class Simulated:
    """A running simulator. `accounts` made by `account()` are fresh, so tests do not meet each other."""

    def __init__(self, url: str, control: str) -> None:
        self.url, self.control = url, control
        self._session = boto3.Session(botocore_session=botocore.session.Session())
        self._sts = self.hub("sts")
        self._made = 0

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """A control request; raises RuntimeError with what the simulator says against it."""
        request = urllib.request.Request(
            f"{self.url}/_simulator/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"x-simulator-control": self.control if token is None else token},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise RuntimeError(f"{error.code}: {error.read().decode()}") from error

    def now(self) -> float:
        return float(self.ask("GET", "clock")["now"])

    def advance(self, seconds: float) -> float:
        """Move the clock; the new now."""
        return float(self.ask("POST", "clock", {"now": self.now() + seconds})["now"])

    def state(self, account_id: str) -> Any:
        return self.ask("GET", f"state?account={account_id}")

    def calls(self, account_id: str) -> dict[str, int]:
        """'service:Operation' -> how often."""
        rows = self.ask("GET", f"calls?account={account_id}")["calls"]
        return {f"{row['service']}:{row['operation']}": row["count"] for row in rows}

    def account(self, region: str = REGION, external_id: str | None = None, **differs: Any) -> str:
        """A new account's id; `differs`: parts of the scenario that are different there."""
        self._made += 1
        account_id = f"{100_000_000_000 + self._made}"
        row = {"account_id": account_id, "region": region, "role_name": ROLE, "external_id": external_id}
        self.ask("POST", "account", row | {"differs": differs or None})
        return account_id

    def hub(self, service: str, region: str = REGION) -> Any:
        """A client with the organiser's own keys."""
        keys = {
            "aws_access_key_id": HUB["access_key_id"],
            "aws_secret_access_key": HUB["secret_access_key"],
        }
        return self.raw(service, region, **keys)

    def raw(self, service: str, region: str = REGION, **keys: Any) -> Any:
        return self._session.client(service, region_name=region, endpoint_url=self.url, config=_CONFIG, **keys)

    def client(self, service: str, account_id: str, region: str = REGION) -> Any:
        """A client of the account by its access role; its credentials last for an hour of the clock."""
        role = f"arn:aws:iam::{account_id}:role/{ROLE}"
        made = self._sts.assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
        return self.raw(service, region, **as_keys(made))


def as_keys(credentials: dict[str, Any]) -> dict[str, str]:
    """What AssumeRole answered, as boto3 wants it."""
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


@contextmanager
def running(clock: str = "virtual", **world: Any) -> Iterator[Simulated]:
    """A simulator while the block runs; `world` goes into the world file."""
    made = {"scenario": "ordinary", "seed": 1, "now": START, "hub": HUB, "accounts": []} | world
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "world.json"
        file.write_text(json.dumps(made), encoding="utf-8")
        process = forked_simulator.start(["--world", str(file), "--clock", clock], Path(folder) / "log")
        try:
            up = json.loads(process.stdout.readline())
            yield Simulated(up["url"], up["control"])
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()
