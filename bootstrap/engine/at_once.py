"""Training jobs that ran at the same time, from AWS's own times of the jobs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobSpan:
    """A job on an instance type in a region, from TrainingStartTime to TrainingEndTime, in epoch seconds."""

    region: str
    instance_type: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class AtOnce:
    """The most jobs of a type and region that ran at the same time, of `jobs`; from `began` to `ended` (epoch s)."""

    region: str
    instance_type: str
    jobs: int
    most: int
    began: float
    ended: float


def at_once(spans: Iterable[JobSpan]) -> tuple[AtOnce, ...]:
    """Return the overlap of each region and type, the largest first. A job that began when another ended overlaps none.

    Its moment is the first at which most ran.
    """
    by_pool: dict[tuple[str, str], list[JobSpan]] = {}
    for each in spans:
        by_pool.setdefault((each.region, each.instance_type), []).append(each)
    found = [_most(*pool, spans) for pool, spans in by_pool.items()]
    return tuple(sorted(found, key=lambda each: (-each.most, each.region, each.instance_type)))


def _most(region: str, instance_type: str, spans: list[JobSpan]) -> AtOnce:
    def running(moment: float) -> list[JobSpan]:
        return [each for each in spans if each.began <= moment < each.ended or each.began == moment]

    began = max(sorted(each.began for each in spans), key=lambda moment: len(running(moment)))
    together = running(began)
    return AtOnce(region, instance_type, len(spans), len(together), began, min(each.ended for each in together))
