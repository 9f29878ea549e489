"""The parts of the document that `calibrate --output json` writes."""

from __future__ import annotations

from typing import Any, Literal

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict


class CalibrationGapDocument(TypedDict):
    """A part of an account that could not be read, and AWS's answer."""

    reading: str
    why: str
    code: str | None


class CalibrationAccountDocument(TypedDict):
    """An account that was read. `reached`: AWS let the tool in."""

    team: str
    account_id: str
    region: str
    reached: bool
    gaps: list[CalibrationGapDocument]


class CalibrationKeyDocument(TypedDict):
    """A key of a scenario. `count` to `most`: of durations, in seconds; `teams`: by team, where it differs."""

    key: str
    standing: Literal["measured", "rough", "unknown", "unseen", "beyond"]
    """rough: within bounds; unknown: looked for, and not told; unseen: nothing was there; beyond: not to be read."""
    assumed: Any
    measured: Any
    count: int | None
    least: float | None
    median: float | None
    most: float | None
    rests_on: str
    teams: dict[str, Any]


class LatencyDocument(TypedDict):
    """The latency of the calls to a service, in seconds."""

    service: str
    calls: int
    median: float
    most: float


class AnswerDifferenceDocument(TypedDict):
    """A difference of AWS's answers from botocore's model, or from the simulated AWS."""

    kind: str
    service: str
    operation: str
    path: str
    counts: str
