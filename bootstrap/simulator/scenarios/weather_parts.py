"""The parts of a scenario about single calls and time: faults, rate limits, and changes over time."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from bootstrap.simulator.scenarios.strict_model import StrictModel


class Fault(StrictModel):
    """A transient failure of the first `times` matching calls of an account, or of a `share` of them.

    `how`: `refused` answers with code and status; `cut` closes the connection before the call is done, `lost`
    after it is done, so that the client gets no answer. `minutes`: from and until, since the world began.
    """

    service: str = "*"
    operation: str = "*"
    how: Literal["refused", "cut", "lost"] = "refused"
    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    status: int = 400
    times: int | None = None
    share: float = 1.0
    minutes: tuple[float, float] | None = None


class RateLimit(StrictModel):
    """A rate limit: `per_second` calls, `burst` at once; more are throttled. `shared`: one limit for all accounts."""

    service: str = "*"
    operation: str = "*"
    per_second: float
    burst: float = 10
    shared: bool = False
    code: str = "ThrottlingException"


class Later(StrictModel):
    """A change over time: from `after_minutes` after the world began these keys hold (same keys as the file)."""

    after_minutes: float
    change: dict[str, Any]


class Expect(StrictModel):
    """The expected end of a rehearsal: its result, and the codes of all causes that it names."""

    result: Literal["ready", "waiting", "failed"] = "ready"
    codes: tuple[str, ...] = Field(default=())
