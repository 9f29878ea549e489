"""Calls that AWS refused in the account in the last hours, from CloudTrail's history, which is some minutes late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bootstrap.doctor import causes, trail
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine
from bootstrap.doctor.trail import TrailCall, TrailRead
from bootstrap.errors.message import msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# CloudTrail names Application Auto Scaling by either name.
_SOURCES = frozenset({"sagemaker.amazonaws.com", "application-autoscaling.amazonaws.com", "autoscaling.amazonaws.com"})
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
    """`trail`: what was read of the history; others look up there who changed what."""

    refusals: Sequence[Refusal]
    now: float
    trail: TrailRead


def look(session: AccountSession, patient: Patient) -> RefusedSeen:
    """Read the newest calls of the account that are no reads: up to four pages, of which AWS gives two a second.

    Calls of this tool are left out.
    """
    now = session.now()
    read = trail.newest(session, now - _HOURS * 3600)
    return RefusedSeen(list(_last(read.calls, now - _HOURS * 3600)), now, read)


def _last(calls: Sequence[TrailCall], since: float) -> Iterator[Refusal]:
    """Yield the refusals since then. `calls`: the newest first."""
    succeeded: set[str] = set()
    told: set[tuple[str, str]] = set()
    for call in calls:
        if call.at < since or call.source not in _SOURCES or call.own:
            continue
        if not call.error:
            succeeded.add(call.name)
            continue
        words = f"{call.error}: {causes.short(call.error_message)}"
        key = (call.name, causes.cause_of(words).code)
        if call.name not in succeeded and key not in told:
            told.add(key)
            yield Refusal(call.name, words, call.at)


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
