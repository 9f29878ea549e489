"""CloudTrail's history of an account: who changed what and when, what was refused, and how late it shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons, trail_rows
from bootstrap.doctor.calibration.seen import Noted, Subject
from bootstrap.doctor.calibration.trail_events import TrailEvent, TrailSeen
from bootstrap.errors.message import msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# AWS takes two of these calls a second.
_PAGES = 20
_PAGE = 50
# A newest call that is older than this says nothing: nobody may have changed anything since.
_USUAL_LAG = 600.0
_SERVICES = {
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "autoscaling": "application-autoscaling",
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
}


def read(session: AccountSession) -> TrailSeen:
    """Read the newest changes, at most 1,000. API: LookupEvents."""
    asked = [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
    pages = session.client("cloudtrail").get_paginator("lookup_events").paginate(
        LookupAttributes=asked, PaginationConfig={"PageSize": _PAGE, "MaxItems": _PAGES * _PAGE}
    )  # fmt: skip
    rows = list(islice((row for page in pages for row in page["Events"]), _PAGES * _PAGE))
    events = sorted((_event(each) for each in rows), key=lambda each: each.at)
    whole = len(rows) < _PAGES * _PAGE
    return TrailSeen(tuple(events), 0.0 if whole or not events else events[0].at, session.now())


def _event(row: Mapping[str, Any]) -> TrailEvent:
    said = trail_rows.event(row) or {}
    params = said.get("requestParameters")
    source = str(row.get("EventSource", "")).partition(".")[0]
    return TrailEvent(
        row["EventTime"].timestamp(),
        _SERVICES.get(source, source),
        str(row.get("EventName", "")),
        params if isinstance(params, Mapping) else {},
        str(said.get("errorCode") or ""),
        str(said.get("errorMessage") or ""),
    )


def denied_writes(subject: Subject) -> Iterator[Noted]:
    """Yield the writes that a policy denied. The tool's own reads show denied reads."""
    if subject.trail is None:
        return
    found: dict[str, str] = {}
    for each in subject.trail.events:
        if each.refused and aws_errors.denied(each.error) and not reasons.closed_to_new(each.error):
            by = "organization" if aws_errors.denied_by_organization(each.error) else "permission"
            found[f"{each.service}:{each.operation}"] = by
        elif not each.refused:
            found.pop(f"{each.service}:{each.operation}", None)
    if found:
        yield Noted("access.denied", msg("refusals in CloudTrail's history"), value=found)


def lag(subject: Subject, known: Mapping[str, list[float]]) -> Iterator[Noted]:
    """Yield how late the history is. `known`: operation -> when things were made by it, as their listings say."""
    trail = subject.trail
    if trail is None:
        return
    shown = [each.at for each in trail.events]
    least = 0.0
    for operation, times in known.items():
        there = [each.at for each in trail.of(operation)]
        for at in times:
            if at >= trail.since and not any(abs(at - each) <= 2.0 for each in there):
                least = max(least, trail.read_at - at)
    if not shown:
        if least:
            yield Noted("trail.lag_seconds", msg("at least: made things that CloudTrail does not show yet"),
                       seconds=least, rough=True)  # fmt: skip
        return
    most = trail.read_at - max(shown)
    if 0 < least <= most:
        words = msg("between {least:.0f} and {most:.0f} s: the newest call shown, and the oldest one that is not",
                    least=least, most=most)  # fmt: skip
        yield Noted("trail.lag_seconds", words, seconds=(least + most) / 2, rough=True)
    elif not least and most < _USUAL_LAG:
        yield Noted(
            "trail.lag_seconds", msg("at most: the newest call that CloudTrail shows"), seconds=most, rough=True
        )
