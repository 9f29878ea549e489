"""Examine one account: what is wrong, what it means and what fixes it. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bootstrap.aws import refusals
from bootstrap.doctor import (
    access,
    bucket,
    drift,
    elsewhere,
    endpoints,
    labelling,
    notebook,
    notices,
    quotas,
    refused,
    rights,
    stacks,
    training,
    tuning,
    workforce,
)
from bootstrap.doctor.examination import Examination, Patient, Unseen
from bootstrap.doctor.finding import Diagnosis, Finding, Severity, in_order, meaning
from bootstrap.errors import Interrupted
from bootstrap.errors.message import msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

__all__ = ["EXAMINATIONS", "Diagnosis", "Finding", "Patient", "Severity", "examine"]

EXAMINATIONS: tuple[Examination, ...] = (
    rights.EXAMINATION,
    quotas.EXAMINATION,
    stacks.EXAMINATION,
    drift.EXAMINATION,
    bucket.EXAMINATION,
    workforce.EXAMINATION,
    notebook.EXAMINATION,
    training.EXAMINATION,
    tuning.EXAMINATION,
    labelling.EXAMINATION,
    endpoints.EXAMINATION,
    notices.EXAMINATION,
    elsewhere.EXAMINATION,
    refused.EXAMINATION,
)


def examine(session: AccountSession, patient: Patient) -> Diagnosis:
    """Examine one account and return what was found. Reads only.

    Whether the account can be reached is examined first, then everything else in parallel, each in its own session.
    """
    begun, before = session.now(), session.calls.total()
    reached = _look(session, patient, access.EXAMINATION)
    seen: dict[str, Any] = {"access": reached}
    if isinstance(reached, access.AccessSeen) and reached.reached:
        tasks = [partial(_look, session.beside(), patient, each) for each in EXAMINATIONS]
        names = [each.name for each in EXAMINATIONS]
        seen |= dict(zip(names, session.each(tasks, most=len(tasks)), strict=True))
    found: list[Finding] = []
    for each in (access.EXAMINATION, *EXAMINATIONS):
        found += _findings(patient, each, seen)
    return Diagnosis(
        patient.account.team,
        patient.account.account_id,
        patient.account.region,
        patient.event.name,
        begun,
        in_order(found),
        tuple(seen),
        session.now() - begun,
        session.calls.total() - before,
    )


def _look(session: AccountSession, patient: Patient, examination: Examination) -> Any:
    """Return what one examination read, or why it could not. An error in one does not stop the others."""
    try:
        return examination.look(session, patient)
    except Interrupted:
        raise
    except Exception as error:
        settled = refusals.failure(error, session.region)
        return Unseen(settled.detail, settled.code)


def _findings(patient: Patient, examination: Examination, seen: Mapping[str, Any]) -> list[Finding]:
    name = examination.name
    if name not in seen:
        return [Finding(Severity.UNSEEN, name, msg("not examined: the account cannot be reached"))]
    found = seen[name]
    if isinstance(found, Unseen):
        words = msg("not examined: {reason}", reason=found.why)
        return [Finding(Severity.UNSEEN, name, words, found.code, meaning(found.code), patient.command("plan {}"))]
    return list(examination.findings(patient, found, seen))
