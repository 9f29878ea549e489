"""AWS's words, of a failed job or a refused call -> the likely cause by name, what it means, what fixes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.doctor.examination import Patient
from bootstrap.doctor.finding import meaning
from bootstrap.errors import clean
from bootstrap.event.quotas import CODES
from bootstrap.steps.smoke import verdict as smoke_verdict
from bootstrap.steps.smoke.verdict import SmokeSituation

_LONGEST = 300
Fix = Callable[[Patient, str], str]


@dataclass(frozen=True, slots=True)
class KnownCause:
    """`name` is what people call it; `turn`: whose turn it is, where that is not the operator's.

    `of_jobs`: what it means, where `explain` speaks of the smoke job alone.
    """

    code: str
    name: str
    fix: Fix
    turn: str = ""
    of_jobs: str = ""

    @property
    def means(self) -> str:
        return self.of_jobs or meaning(self.code)


def _quota(patient: Patient, words: str) -> str:
    """The console's page of the very quota that AWS names; requests by the tool if it is not one of the event's."""
    named = re.search(r"limit '([^']+)'", words)
    code = CODES.get(named[1]) if named else None
    return patient.console.quota(code) if code else patient.command("quotas {} --request")


def _capacity(patient: Patient, words: str) -> str:
    return patient.command("provision {} --step smoke --again")


def _participant_role(patient: Patient, words: str) -> str:
    return patient.console.role(patient.names.participant_role)


def _workforce(patient: Patient, words: str) -> str:
    return patient.console.sagemaker("labeling-workforces")


def _ground_truth(patient: Patient, words: str) -> str:
    return patient.command("provision {} --step workforce")


def _training_role(patient: Patient, words: str) -> str:
    return patient.console.role(patient.names.training_role)


def _training_form(patient: Patient, words: str) -> str:
    return patient.console.sagemaker("jobs/create")


def _data(patient: Patient, words: str) -> str:
    return patient.console.bucket(patient.names.bucket)


def _repair(patient: Patient, words: str) -> str:
    return patient.repaired


def _endpoints(patient: Patient, words: str) -> str:
    return patient.console.sagemaker("endpointConfig/create")


_TEAM, _AWS = "the team", "AWS"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# The first that matches: what is told apart by a word or two of AWS's.
_NAMED: tuple[tuple[re.Pattern[str], KnownCause], ...] = (
    (
        _words(
            r"ml\.p3\..*(limit|unsupported|not available|not supported)|(limit|unsupported|not available).*ml\.p3\."
        ),
        KnownCause("EB-545", "P3 is gone", _training_form, _TEAM),
    ),
    (_words("burstable"), KnownCause("EB-539", "a burstable endpoint cannot scale", _endpoints, _TEAM)),
    (_words("more than one workforce"), KnownCause("EB-543", "a second workforce", _workforce, _TEAM)),
    (
        _words("VolumeSizeInGB|volume size|NVMe"),
        KnownCause("EB-544", "the volume is too large for the instance type", _training_form, _TEAM),
    ),
    (
        _words("no longer open to new customers"),
        KnownCause("EB-313", "Ground Truth is closed to this account", _ground_truth, _AWS),
    ),
    (
        _words("took longer than 5 minutes"),
        KnownCause("EB-536", "the lifecycle script ran for over 5 minutes", _repair),
    ),
    (_words("is not authorized to perform"), KnownCause("EB-553", "a permission is missing", _participant_role, _TEAM)),
)
# What the smoke job's own causes are called when another job, notebook or endpoint has them.
_BY_SITUATION: dict[SmokeSituation, KnownCause] = {
    SmokeSituation.NO_CAPACITY: KnownCause(
        "EB-340",
        "AWS has no capacity",
        _capacity,
        _AWS,
        "the quota is there, the machines are not: another type or a later hour helps, a larger quota does not",
    ),
    SmokeSituation.NO_QUOTA: KnownCause(
        "EB-341",
        "a quota is too small",
        _quota,
        of_jobs="AWS starts no more than the quota allows, whatever capacity it has",
    ),
    SmokeSituation.ROLE: KnownCause(
        "EB-342",
        "the role is at fault",
        _training_role,
        of_jobs="the role is missing, or may not read or write what the job names",
    ),
    SmokeSituation.IMAGE: KnownCause(
        "EB-343",
        "the algorithm's image cannot be pulled",
        _training_role,
        of_jobs="its address is another region's, or the role may not pull it",
    ),
    SmokeSituation.DATA: KnownCause(
        "EB-344",
        "the data is at fault",
        _data,
        _TEAM,
        "a channel is empty or of another form, holds more than one file, or numbers of pictures or classes differ",
    ),
    SmokeSituation.PARAMETERS: KnownCause(
        "EB-345",
        "the hyper-parameters are at fault",
        _training_form,
        _TEAM,
        "the algorithm refuses what it was given, or runs on GPU types only",
    ),
    SmokeSituation.AWS: KnownCause(
        "EB-349", "AWS failed inside", _training_form, _TEAM, "an error of AWS's own: the same once more"
    ),
}
UNKNOWN = KnownCause("EB-351", "for another reason", _training_form, _TEAM, "AWS's own words say all that is known")


def cause_of(words: str) -> KnownCause:
    for pattern, cause in _NAMED:
        if pattern.search(words):
            return cause
    return _BY_SITUATION.get(smoke_verdict.cause_of(words).end, UNKNOWN)


def short(words: str) -> str:
    """AWS's words, without secrets, not too many."""
    text = clean(words)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
