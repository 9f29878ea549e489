"""Examine one account: what is wrong, what it means and what fixes it. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bootstrap.doctor.examination import Patient
from bootstrap.doctor.examining import EXAMINATIONS, Examining, Progressed, Tell, untold
from bootstrap.doctor.finding import Diagnosis, Finding, Severity

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

__all__ = ["EXAMINATIONS", "Diagnosis", "Examining", "Finding", "Patient", "Progressed", "Severity", "examine"]


def examine(session: AccountSession, patient: Patient, tell: Tell = untold) -> Diagnosis:
    """Examine one account and return what was found; `tell` hears of each examination as it ends. Reads only.

    Raises Interrupted.
    """
    return Examining(session, patient, tell).run()
