"""For whom and when moto acts in this thread: its ids and dates are the same whichever thread comes first."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from random import Random

_ACCOUNT: ContextVar[str] = ContextVar("account", default="")
_NOW: ContextVar[float | None] = ContextVar("now", default=None)
_TIME: list[Callable[[float | None], float]] = []


def act_for(account_id: str, now: float) -> None:
    """What moto is asked in this thread from now on, this account asks at epoch second `now`."""
    _ACCOUNT.set(account_id)
    _NOW.set(now)


def turn_to(account_id: str) -> None:
    """Only the account is another."""
    _ACCOUNT.set(account_id)


def account_id() -> str:
    return _ACCOUNT.get()


def seed(number: int) -> None:
    """Let moto draw the same ids again for the same number, for each account in the order in which it is asked."""
    from moto.moto_api._internal import mock_random

    streams: dict[str, Random] = {}

    def stream() -> Random:
        account_id = _ACCOUNT.get()
        return streams.get(account_id) or streams.setdefault(account_id, Random(f"{number}:{account_id}"))

    # All of its methods draw by these two.
    mock_random.random = lambda: stream().random()
    mock_random.getrandbits = lambda bits: stream().getrandbits(bits)


def request_id(headers: dict[str, str]) -> str:
    """As moto's, which draws each of its 52 letters by itself."""
    from moto.moto_api._internal import mock_random

    made = f"{mock_random.getrandbits(208):052X}"
    headers["x-amzn-requestid"] = made
    return made


def tell_time(wall: Callable[[float | None], float]) -> None:
    """Let moto's dates be those of `wall(now)`, `wall(None)` where nobody acts; before services are loaded."""
    from moto.core import utils

    if not _TIME:
        utils.utcnow = lambda: datetime.fromtimestamp(_TIME[-1](_NOW.get()), UTC).replace(tzinfo=None)
    _TIME[:] = [wall]
