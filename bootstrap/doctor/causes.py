"""The likely cause of a failed job or a refused call, found in AWS's error message: name, meaning and fix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bootstrap.aws import reasons
from bootstrap.aws.reasons import JobReason, SupportReason
from bootstrap.doctor.examination import Patient
from bootstrap.doctor.finding import meaning
from bootstrap.errors import clean
from bootstrap.errors.message import Message
from bootstrap.errors.message import marked as _
from bootstrap.event.quotas import CODES

_LONGEST = 300
Fix = Callable[[Patient, str], str]


@dataclass(frozen=True, slots=True)
class KnownCause:
    """`name` is what people read; `turn`: who has to act, "" for the operator.

    `of_jobs`: what it means for any job, where `explain` speaks of the smoke job alone.
    """

    code: str
    name: str
    fix: Fix
    turn: str = ""
    of_jobs: str = ""

    @property
    def words(self) -> Message:
        return Message(self.name)

    @property
    def whose_turn(self) -> str:
        return Message(self.turn) if self.turn else ""

    @property
    def means(self) -> str:
        return Message(self.of_jobs) if self.of_jobs else meaning(self.code)


def _quota(patient: Patient, words: str) -> str:
    """Return the console page of the quota that AWS names; a command if the tool does not know that quota."""
    code = CODES.get(reasons.named_limit(words) or "")
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


_TEAM, _AWS = _("the team"), "AWS"


_NAMED: Mapping[SupportReason, KnownCause] = {
    SupportReason.P3_GONE: KnownCause("EB-545", _("AWS no longer trains on ml.p3"), _training_form, _TEAM),
    SupportReason.BURSTABLE: KnownCause("EB-539", _("an endpoint on a burstable type cannot scale"), _endpoints, _TEAM),
    SupportReason.SECOND_WORKFORCE: KnownCause("EB-543", _("the account has a workforce already"), _workforce, _TEAM),
    SupportReason.VOLUME: KnownCause(
        "EB-544", _("the volume is too large for the instance type"), _training_form, _TEAM
    ),
    SupportReason.GROUND_TRUTH_CLOSED: KnownCause(
        "EB-313", _("Ground Truth is closed to this account"), _ground_truth, _AWS
    ),
    SupportReason.SCRIPT_TOO_LONG: KnownCause("EB-536", _("the lifecycle script ran for more than 5 minutes"), _repair),
    SupportReason.PERMISSION: KnownCause("EB-553", _("a permission is missing"), _participant_role, _TEAM),
}
# The smoke job's causes, as they are named for any job, notebook or endpoint.
_OF_JOBS: Mapping[JobReason, KnownCause] = {
    JobReason.CAPACITY: KnownCause(
        "EB-340",
        _("AWS has no capacity"),
        _capacity,
        _AWS,
        _("AWS has no free instances. Use another type or try later; a larger quota does not help"),
    ),
    JobReason.NOT_OFFERED: KnownCause(
        "EB-341",
        _("AWS does not offer the instance type"),
        _training_form,
        _TEAM,
        _("AWS does not offer this type in the region, or not for this kind of job. Use another type"),
    ),
    JobReason.LIMIT: KnownCause(
        "EB-341",
        _("a quota is too small"),
        _quota,
        of_jobs=_("AWS starts no more instances than the quota allows, even if more are free"),
    ),
    JobReason.ROLE: KnownCause(
        "EB-342",
        _("role error"),
        _training_role,
        of_jobs=_("the role does not exist, or may not read or write what the job names"),
    ),
    JobReason.IMAGE: KnownCause(
        "EB-343",
        _("the algorithm's image cannot be pulled"),
        _training_role,
        of_jobs=_("the image address belongs to another region, or the role may not pull the image"),
    ),
    JobReason.DATA: KnownCause(
        "EB-344",
        _("data error"),
        _data,
        _TEAM,
        _("a channel is empty, in the wrong format or in several files, or the number of pictures or classes is wrong"),
    ),
    JobReason.PARAMETERS: KnownCause(
        "EB-345",
        _("hyperparameter error"),
        _training_form,
        _TEAM,
        _("the algorithm rejects a value, or runs on GPU types only"),
    ),
    JobReason.AWS: KnownCause(
        "EB-349", _("AWS internal error"), _training_form, _TEAM, _("an error inside AWS: start the same job again")
    ),
}
UNKNOWN = KnownCause("EB-351", _("unknown cause"), _training_form, _TEAM, _("AWS's message is all that is known"))


# The cause of a job that waits for instances.
NO_CAPACITY = _OF_JOBS[JobReason.CAPACITY]


def cause_of(words: str) -> KnownCause:
    """Return the known cause that matches AWS's message; UNKNOWN if none does."""
    return _NAMED.get(reasons.support_reason(words)) or _OF_JOBS.get(reasons.job_reason(words), UNKNOWN)


def short(words: str) -> str:
    """Return AWS's words without secrets, cut at 300 characters."""
    text = clean(words)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
