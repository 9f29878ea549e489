"""Quotas: the applied values, and how much of each is in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Finding, Severity, fine, meaning
from bootstrap.engine.states import State
from bootstrap.errors.message import msg
from bootstrap.event.quotas import CODES
from bootstrap.steps.quotas.standing import QuotaStanding

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

Look = Mapping[str, State]

# A quota's name ends with these words -> the examination that counts what runs against it.
_COUNTED = {"training job usage": "training", "endpoint usage": "endpoints"}


def look(session: AccountSession, patient: Patient) -> Look:
    return {each: patient.check(session, each) for each in patient.steps("quotas")}


def findings(patient: Patient, seen: Look, all_seen: Seen) -> Iterator[Finding]:
    for step, state in seen.items():
        yield judged(patient, step, state, step, _fix(patient, state))
        for row in state.facts.get("quotas", ()):
            yield from _used(patient, step, row, all_seen)


def _fix(patient: Patient, state: State) -> str:
    """Return the console page of the first quota that is not applied."""
    codes = [
        row["code"]
        for row in state.facts.get("quotas", ())
        if row["code"] and QuotaStanding(row["standing"]) is not QuotaStanding.APPLIED
    ]
    return patient.console.quota(codes[0]) if codes else patient.command("quotas {}")


def _used(patient: Patient, step: str, row: Mapping[str, Any], all_seen: Seen) -> Iterator[Finding]:
    examined = next((name for words, name in _COUNTED.items() if row["name"].endswith(words)), None)
    counted = getattr(all_seen.get(examined or ""), "used", None)
    if not row["applied"] or not isinstance(counted, Counter):
        return
    used, applied = counted[row["type"]], row["applied"]
    words = msg("{quota}: {used} of {applied} in use", quota=row["name"], used=used, applied=format(applied, "g"))
    if used < applied:
        yield fine(step, words)
        return
    fix = patient.console.quota(CODES.get(row["name"], row["code"]))
    yield Finding(Severity.NOTE, step, words, "EB-552", meaning("EB-552"), fix, turn=msg("the team"))


EXAMINATION = Examination("quotas", look, findings, needs=("training", "endpoints"))
