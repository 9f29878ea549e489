"""Numbers of training jobs that ran at once, and that the day needs -> lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bootstrap.engine.at_once import JobSpan, at_once
from bootstrap.engine.outcomes import Summary
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event.peak import Peak

_PEAK = "event-bootstrap provision --step smoke --again --peak"


def spans(summary: Summary, regions: Mapping[str, str]) -> Iterator[JobSpan]:
    """Yield the jobs of a run's smoke and peak steps that held an instance. `regions`: by account id."""
    for account in summary.accounts:
        for name in ("smoke", "peak"):
            facts = account.steps[name].facts if name in account.steps else {}
            for each in (facts, *_several(facts)):
                if isinstance(each.get("began"), float) and isinstance(each.get("ended"), float):
                    yield JobSpan(regions[account.account_id], str(each["instance_type"]), each["began"], each["ended"])


def _several(facts: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found = facts.get("jobs", ())
    return found if isinstance(found, list | tuple) else ()


def lines(found: Sequence[JobSpan], peaks: Sequence[Peak], tried: bool) -> Iterator[Message]:
    """Yield how many ran at once by AWS's own times, and the need of each region. `tried`: the run was for that."""
    if not found:
        return
    yield msg("training jobs at once, by AWS's own times:")
    overlaps = at_once(found)
    for each in overlaps:
        yield counted(
            "  {region}, {type}: {most} of {count} job at the same time, {began} to {ended} UTC",
            "  {region}, {type}: {most} of {count} jobs at the same time, {began} to {ended} UTC",
            each.jobs, region=each.region, type=each.instance_type, most=each.most,
            began=_clock(each.began), ended=_clock(each.ended),
        )  # fmt: skip
    short = False
    for need in peaks:
        yield need_of(need)
        short |= sum(each.most for each in overlaps if each.region == need.region) < need.jobs
    if short and not tried:
        yield msg("  a job proves that it ran then, not that all will run at once: {command} tries that", command=_PEAK)


def need_of(peak: Peak) -> Message:
    """Return how many jobs at once the day needs in a region."""
    return msg(
        "  {region}: the day needs up to {jobs} at once, {minutes} minutes after the opening; {unplanned} if all teams "
        "train at once (estimated from schedule.waves, and minutes and starts in lab.yaml)",
        region=peak.region, jobs=peak.jobs, minutes=f"{peak.minute:.0f}", unplanned=peak.unplanned,
    )  # fmt: skip


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S")
