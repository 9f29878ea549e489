"""The account and time under which this thread calls moto, so that moto's ids and dates do not depend on threads."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from random import Random

_ACCOUNT: ContextVar[str] = ContextVar("account", default="")
_NOW: ContextVar[float | None] = ContextVar("now", default=None)
_TIME: list[Callable[[float | None], float]] = []


def act_for(account_id: str, now: float) -> None:
    """Set the account and the time (epoch seconds) of this thread's calls to moto from now on."""
    _ACCOUNT.set(account_id)
    _NOW.set(now)


def turn_to(account_id: str) -> None:
    """Set the account of this thread's calls to moto from now on; the time stays."""
    _ACCOUNT.set(account_id)


def account_id() -> str:
    """Return the account of this thread's calls to moto."""
    return _ACCOUNT.get()


def seed(number: int) -> None:
    """Make moto's random ids repeatable: the same seed gives each account the same sequence of ids."""
    from moto.moto_api._internal import mock_random

    streams: dict[str, Random] = {}

    def stream() -> Random:
        account_id = _ACCOUNT.get()
        return streams.get(account_id) or streams.setdefault(account_id, Random(f"{number}:{account_id}"))

    # All methods of moto's generator use these two.
    mock_random.random = lambda: stream().random()
    mock_random.getrandbits = lambda bits: stream().getrandbits(bits)


def request_id(headers: dict[str, str]) -> str:
    """Set and return a request id. Replaces moto's own function, which draws each of 52 letters one by one."""
    from moto.moto_api._internal import mock_random

    made = f"{mock_random.getrandbits(208):052X}"
    headers["x-amzn-requestid"] = made
    return made


def tell_time(wall: Callable[[float | None], float]) -> None:
    """Make moto take its dates from `wall(now)`; `now` is None outside a call. Call it before services are loaded."""
    from moto.core import utils

    if not _TIME:
        utils.utcnow = lambda: datetime.fromtimestamp(_TIME[-1](_NOW.get()), UTC).replace(tzinfo=None)
    _TIME[:] = [wall]
