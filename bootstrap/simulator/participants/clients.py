"""boto3 clients over HTTP: one for each service and region, shared by all participants."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.world import draw
from bootstrap.simulator.world.keys import Principal
from bootstrap.simulator.world.world import World

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CONSOLE = "participant/console"
_SIGNED_IN: ContextVar[ReadOnlyCredentials] = ContextVar("signed_in")
# A retry would wait in real time, while the simulated clock stands still.
_CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    s3={"addressing_style": "path"},
    read_timeout=60,
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
_MAKING = threading.Lock()


class _WhoeverIsSignedIn(Credentials):
    """Credentials of this thread's participant. Creating a client for each account would take longer than its calls."""

    def __init__(self) -> None:
        super().__init__("", "")

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the credentials of this thread's participant."""
        return _SIGNED_IN.get()


@contextmanager
def signed_in(world: World, account_id: str, region: str, session: str = CONSOLE) -> Iterator[None]:
    """Sign this thread's calls as a session of a role ("ROLE/SESSION") that may do everything in the account."""
    key = "ASIA" + draw.token(16, world.seed, account_id, session, alphabet=_ALPHABET)
    secret = draw.token(40, world.seed, account_id, f"secret of {session}")
    arn = f"arn:{regions.partition_of(region)}:sts::{account_id}:assumed-role/{session}"
    world.keys.add(key, Principal(account_id, arn, secret))
    was = _SIGNED_IN.set(ReadOnlyCredentials(key, secret, None))
    try:
        yield
    finally:
        _SIGNED_IN.reset(was)


def client(url: str, service: str, region: str) -> Any:
    """Return the shared client of service and region; it signs as the participant of `signed_in`."""
    with _MAKING:
        return _made(url, service, region)


@cache
def _made(url: str, service: str, region: str) -> Any:
    return _session().client(service, region_name=region, endpoint_url=url, config=_CONFIG)


@cache
def _session() -> Any:
    made = botocore.session.Session()
    made.register_component("data_loader", regions.loader())
    # `set_credentials` would wrap the keys in its own class of credentials.
    made._credentials = _WhoeverIsSignedIn()  # type: ignore[attr-defined]
    return boto3.Session(botocore_session=made)
