"""The parts of a scenario that come and go: faults of single calls, rates, and changes in the course of time."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from bootstrap.simulator.scenarios.strict_model import StrictModel


class Fault(StrictModel):
    """A failure of the weather: it befalls an account's first `times` calls of those that it means, or a `share`.

    `how`: `refused` answers with code and status; `cut` closes the connection before anything is done, `lost`
    after it was done, so that nobody learns of it. `minutes`: only from and until then, since the world began.
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
    """AWS takes `per_second` calls, and `burst` at once; more are throttled. `shared`: by all accounts together."""

    service: str = "*"
    operation: str = "*"
    per_second: float
    burst: float = 10
    shared: bool = False
    code: str = "ThrottlingException"


class Later(StrictModel):
    """From `after_minutes` on, counted from when the world began, AWS behaves otherwise (same keys as the file)."""

    after_minutes: float
    change: dict[str, Any]


class Expect(StrictModel):
    """How a rehearsal with this scenario ends: its result, and the codes of all causes it names."""

    result: Literal["ready", "waiting", "failed"] = "ready"
    codes: tuple[str, ...] = Field(default=())
