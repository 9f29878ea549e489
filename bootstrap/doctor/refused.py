"""What AWS refused somebody in the account in the last hours, by CloudTrail's history, which is some minutes late."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bootstrap.aws.sessions import AccountSession
from bootstrap.doctor import causes
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine
from bootstrap.event.names import OWN_SESSION

# CloudTrail names Application Auto Scaling by either name.
_SOURCES = ("sagemaker.amazonaws.com", "application-autoscaling.amazonaws.com", "autoscaling.amazonaws.com")
_HOURS = 3
_RECENT = 1800.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """The newest one of an operation and a cause, which no success of the same operation followed."""

    operation: str
    words: str
    at: float


@dataclass(frozen=True, slots=True)
class RefusedSeen:
    refusals: Sequence[Refusal]
    now: float


def look(session: AccountSession, patient: Patient) -> RefusedSeen:
    """Three calls at AWS's two a second; the newest 50 events of each source. What this tool called is left out."""
    client, now = session.client("cloudtrail"), session.now()
    since = datetime.fromtimestamp(now - _HOURS * 3600, UTC)
    events: list[Mapping[str, Any]] = []
    for source in _SOURCES:
        asked = [{"AttributeKey": "EventSource", "AttributeValue": source}]
        events += client.lookup_events(LookupAttributes=asked, StartTime=since, MaxResults=50)["Events"]
    return RefusedSeen(list(_last(events)), now)


def _last(events: Sequence[Mapping[str, Any]]) -> Iterator[Refusal]:
    succeeded: set[str] = set()
    told: set[tuple[str, str]] = set()
    for event in sorted(events, key=lambda each: each["EventTime"], reverse=True):
        if event.get("ReadOnly") == "true" or str(event.get("Username", "")).startswith(OWN_SESSION):
            continue
        operation, said = event["EventName"], json.loads(event["CloudTrailEvent"])
        if "errorCode" not in said:
            succeeded.add(operation)
            continue
        words = f"{said['errorCode']}: {causes.short(str(said.get('errorMessage', '')))}"
        key = (operation, causes.cause_of(words).code)
        if operation not in succeeded and key not in told:
            told.add(key)
            yield Refusal(operation, words, event["EventTime"].timestamp())


def findings(patient: Patient, seen: RefusedSeen, all_seen: Seen) -> Iterator[Finding]:
    for each in seen.refusals:
        cause = causes.cause_of(each.words)
        known = cause is not causes.UNKNOWN
        # Whoever learns mistypes: what has no name is worth a line, no alarm.
        severity = Severity.TROUBLE if known and seen.now - each.at <= _RECENT else Severity.NOTE
        ago = int((seen.now - each.at) // 60)
        named = f"{cause.name}: " if known else ""
        words = f"AWS refused {each.operation} {ago} min ago: {named}{each.words}"
        fix = cause.fix(patient, each.words) if known else patient.console.history(each.operation)
        yield Finding(severity, "refused", words, cause.code, cause.means, fix, turn=cause.turn or "the team")
    if not seen.refusals:
        yield fine("refused", f"nothing that AWS refused in the last {_HOURS} hours (CloudTrail is some minutes late)")


EXAMINATION = Examination("refused", look, findings)
