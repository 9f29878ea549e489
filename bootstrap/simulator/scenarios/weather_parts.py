"""The parts of a scenario about single calls and time: faults, rate limits, and changes over time."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from bootstrap.simulator.scenarios.strict_model import StrictModel

How = Literal["refused", "cut", "lost", "reset", "hang", "html", "empty", "another", "short", "half", "twice"]
# Whether AWS does what was asked; the other kinds strike before or after it.
_DONE: dict[str, bool] = {"refused": False, "cut": False, "lost": True, "short": True, "half": True, "twice": True}


class Fault(StrictModel):
    """A transient failure of the first `times` matching calls of an account, or of a `share` of them.

    `how`: `refused` answers with code and status; `cut` closes the connection before the call is done, `lost`
    after it is done, so that the client gets no answer. `reset` resets the connection, and `hang` gives no answer
    until the client's read timeout. As broken proxies do, `html` answers 200 with a web page, `empty` 200 without a
    body, `another` with the last answer to another operation of the same protocol; `short` ends the body before the
    length that the header says, `half` sends half of it with a fitting length; `twice` makes the call a second time
    and gives the second answer. `done`: whether AWS does what was asked, for kinds that may strike before it or after
    it (null: drawn for each call). `minutes`: from and until, since the world began.
    """

    service: str = "*"
    operation: str = "*"
    how: How = "refused"
    done: bool | None = None
    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    status: int = 400
    times: int | None = None
    share: float = 1.0
    minutes: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Fault:
        if self.done is not None and self.how in _DONE:
            raise ValueError(f"done: a fault of the kind {self.how} always strikes at the same moment; leave it out")
        return self

    @property
    def fixed(self) -> bool | None:
        """Whether AWS does what was asked; None: drawn for each call."""
        return _DONE.get(self.how, self.done)


class RateLimit(StrictModel):
    """A rate limit: `per_second` calls, `burst` at once; more are refused with code, message and status.

    `shared`: one limit for all accounts.
    """

    service: str = "*"
    operation: str = "*"
    per_second: float
    burst: float = 10
    shared: bool = False
    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    status: int = 400


class Lag(StrictModel):
    """Reads that show what was `seconds` (from, to) ago: what was created is missing, what was deleted is shown.

    A window is drawn for each moment of reading. `share`: of matching reads. Writes are never late.
    """

    service: str = "*"
    operation: str = "*"
    seconds: tuple[float, float]
    share: float = 1.0
    minutes: tuple[float, float] | None = None


class Later(StrictModel):
    """A change over time: from `after_minutes` after the world began these keys hold (same keys as the file)."""

    after_minutes: float
    change: dict[str, Any]


class Expect(StrictModel):
    """The expected end of a rehearsal: its result, and the codes of all causes that it names."""

    result: Literal["ready", "waiting", "failed"] = "ready"
    codes: tuple[str, ...] = Field(default=())
