"""Calls that AWS refused in the account in the last hours, from CloudTrail's history, which is some minutes late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bootstrap.doctor import causes
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine
from bootstrap.errors.message import msg
from bootstrap.event.names import OWN_SESSION
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# CloudTrail names Application Auto Scaling by either name.
_SOURCES = ("sagemaker.amazonaws.com", "application-autoscaling.amazonaws.com", "autoscaling.amazonaws.com")
_HOURS = 3
_RECENT = 1800.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """The newest refusal of one operation and cause, without a later success of the operation. `at`: epoch seconds."""

    operation: str
    words: str
    at: float


@dataclass(frozen=True, slots=True)
class RefusedSeen:
    refusals: Sequence[Refusal]
    now: float


def look(session: AccountSession, patient: Patient) -> RefusedSeen:
    """Read the newest 50 events of each source: three calls, of which AWS takes two a second.

    Calls of this tool are left out.
    """
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
        operation, said = event["EventName"], _said(event)
        if said is None:
            continue
        if "errorCode" not in said:
            succeeded.add(operation)
            continue
        words = f"{said['errorCode']}: {causes.short(str(said.get('errorMessage', '')))}"
        key = (operation, causes.cause_of(words).code)
        if operation not in succeeded and key not in told:
            told.add(key)
            yield Refusal(operation, words, event["EventTime"].timestamp())


def _said(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the event's own JSON; None if it cannot be read: participants choose some of its text."""
    try:
        return json_text.mapping(str(event.get("CloudTrailEvent") or "{}"))
    except Unreadable:
        return None


def findings(patient: Patient, seen: RefusedSeen, all_seen: Seen) -> Iterator[Finding]:
    for each in seen.refusals:
        cause = causes.cause_of(each.words)
        known = cause is not causes.UNKNOWN
        # Learners make mistakes: a refusal of unknown cause is a note, not a problem.
        severity = Severity.TROUBLE if known and seen.now - each.at <= _RECENT else Severity.NOTE
        ago = int((seen.now - each.at) // 60)
        told = {"operation": each.operation, "minutes": ago, "reason": each.words}
        if known:
            words = msg("AWS refused {operation} {minutes} min ago: {cause}: {reason}", cause=cause.words, **told)
        else:
            words = msg("AWS refused {operation} {minutes} min ago: {reason}", **told)
        fix = cause.fix(patient, each.words) if known else patient.console.history(each.operation)
        yield Finding(
            severity, "refused", words, cause.code, cause.means, fix, turn=cause.whose_turn or msg("the team")
        )
    if not seen.refusals:
        words = msg(
            "no call was refused in the last {hours} hours (CloudTrail shows calls some minutes late)", hours=_HOURS
        )
        yield fine("refused", words)


EXAMINATION = Examination("refused", look, findings)
