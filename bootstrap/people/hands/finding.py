"""The doctor's answer to a raised hand: a diagnosis, cut down to what staff act on, kept as JSON in the journal.

Its cause is a key made of typed fields, so that the same cause in several teams is seen; no text is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bootstrap.doctor.finding import Diagnosis, Finding, FixKind, Severity, fix_kind
from bootstrap.errors import clean
from bootstrap.errors.message import as_json, from_json
from bootstrap.journal.venue.hands import HandTopic

_MOST = 12
# The examinations that a team's question is about: what they found comes first among equals.
_ABOUT: Mapping[HandTopic, frozenset[str]] = {
    HandTopic.CONSOLE: frozenset({"access", "rights", "roles", "refused", "elsewhere"}),
    HandTopic.LABELLING: frozenset({"labelling", "workforce", "people", "bucket", "data"}),
    HandTopic.NOTEBOOK: frozenset({"notebook"}),
    HandTopic.TRAINING: frozenset({"training", "data", "quotas"}),
    HandTopic.ENDPOINT: frozenset({"endpoints", "scaling-role"}),
    HandTopic.TUNING: frozenset({"tuning", "training", "quotas"}),
    HandTopic.OTHER: frozenset(),
}
# Causes of a whole region: teams in another one have another cause. EB-340 no capacity, EB-341 not offered there.
_OF_A_REGION = frozenset({"EB-340", "EB-341"})


class HandResult(StrEnum):
    """`found`: the doctor sees a cause; `well`: it sees none; `unseen`: it could not look at everything, or at all."""

    FOUND = "found"
    WELL = "well"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """One finding for staff, with the fields of `doctor.finding.Finding`. Texts are messages; `kind`: of the fix."""

    severity: Severity
    about: str
    code: str
    seen: str
    means: str
    fix: str
    turn: str
    kind: FixKind = FixKind.NONE


@dataclass(frozen=True, slots=True)
class HandFinding:
    """The doctor's answer. `findings`: the one that most likely stops the team first; nothing that is fine.

    `code`, `cause`: of the first finding if it is a problem, else "". `cause` is equal in teams with the same problem.
    """

    result: HandResult
    code: str = ""
    cause: str = ""
    findings: tuple[ToldFinding, ...] = ()

    @property
    def first(self) -> ToldFinding | None:
        return self.findings[0] if self.findings else None


def of_diagnosis(diagnosis: Diagnosis, topic: HandTopic) -> HandFinding:
    """Return what staff and team are told of the diagnosis, for a hand about this topic."""
    about = _ABOUT[topic]
    told = [each for each in diagnosis.findings if each.severity is not Severity.FINE]
    told.sort(key=lambda each: _rank(each, about))
    findings = tuple(_told(each) for each in told[:_MOST])
    first = told[0] if told else None
    if first is not None and _stops(first, about):
        code = first.code or ""
        return HandFinding(HandResult.FOUND, code, cause_of(code, first.about, diagnosis.region), findings)
    unseen = any(each.severity is Severity.UNSEEN for each in told)
    return HandFinding(HandResult.UNSEEN if unseen else HandResult.WELL, findings=findings)


def not_examined(why: str, code: str = "") -> HandFinding:
    """Return the answer where the doctor could not look at all."""
    return HandFinding(
        HandResult.UNSEEN, findings=(ToldFinding(Severity.UNSEEN, "doctor", code, clean(why), "", "", ""),)
    )


def cause_of(code: str, about: str, region: str) -> str:
    """Return the key of a cause, such as "EB-340 training us-west-2"; "" without a code."""
    if not code:
        return ""
    return " ".join([code, about, region] if code in _OF_A_REGION else [code, about])[:64]


def document(finding: HandFinding) -> dict[str, Any]:
    """Return the answer as values of JSON, as the journal keeps it."""
    return {
        "result": finding.result.value,
        "code": finding.code,
        "cause": finding.cause,
        "findings": [
            {
                "severity": each.severity.value, "about": each.about, "code": each.code, "seen": as_json(each.seen),
                "means": as_json(each.means), "fix": as_json(each.fix), "turn": as_json(each.turn),
                "kind": each.kind.value,
            }
            for each in finding.findings
        ],
    }  # fmt: skip


def of_document(found: Mapping[str, Any]) -> HandFinding | None:
    """Return the answer that `document` converted; None for {}: not examined yet. Others' texts read as not seen."""
    if not found:
        return None
    try:
        return HandFinding(
            HandResult(found["result"]),
            str(found["code"]),
            str(found["cause"]),
            tuple(_of_values(each) for each in found["findings"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        # A newer version may write other words here; the hand itself must stay in the queue.
        return HandFinding(HandResult.UNSEEN)


def _of_values(found: Mapping[str, Any]) -> ToldFinding:
    seen, means, fix, turn = (from_json(found[name]) for name in ("seen", "means", "fix", "turn"))
    severity, about, code = Severity(found["severity"]), str(found["about"]), str(found["code"])
    return ToldFinding(severity, about, code, seen, means, fix, turn, FixKind(found["kind"]))


def _told(found: Finding) -> ToldFinding:
    seen, means, fix, turn = (clean(each) for each in (found.seen, found.means, found.fix, found.turn))
    return ToldFinding(found.severity, found.about, found.code or "", seen, means, fix, turn, fix_kind(found.fix))


def _rank(found: Finding, about: frozenset[str]) -> tuple[bool, bool, int]:
    """Order: what stops the team, of that what it asks about, then by severity. Unseen comes after notes."""
    order: Sequence[Severity] = (Severity.TROUBLE, Severity.NOTE, Severity.UNSEEN)
    return not _stops(found, about), found.about not in about, order.index(found.severity)


def _stops(found: Finding, about: frozenset[str]) -> bool:
    """Return True for a problem, and for a note with a code on what the team asks about."""
    return found.severity is Severity.TROUBLE or (
        found.severity is Severity.NOTE and bool(found.code) and found.about in about
    )
