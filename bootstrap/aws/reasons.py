"""Classifies AWS's error and status messages. No other module matches patterns in their text.

A refused call has a code, which `errors.py` reads. Only the message tells why a job, a stack or a notebook failed, and
which of two causes a code has. The first pattern that matches is used.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

from bootstrap.errors import message_of

R = TypeVar("R", bound=StrEnum)
_Table = tuple[tuple[R, re.Pattern[str]], ...]


class JobReason(StrEnum):
    """Why a training job failed, or was not started."""

    CAPACITY = "capacity"
    NOT_OFFERED = "type"
    LIMIT = "quota"
    AWS = "AWS"
    IMAGE = "image"
    ROLE = "role"
    PARAMETERS = "hyper-parameters"
    DATA = "data"
    UNKNOWN = "unknown"


class StackReason(StrEnum):
    """Why CloudFormation could not create or change a resource."""

    ORGANIZATION = "organization policy"
    ROLE_TOO_NEW = "role cannot be assumed yet"
    DENIED = "denied"
    AWS = "passes by itself"
    EXISTS = "exists already"
    LIMIT = "limit reached"
    NOT_OFFERED = "not offered in the region"
    TEMPLATE = "a property is not as AWS wants it"
    NOT_EMPTY = "what would go is not empty"
    HOOK = "a hook of the account"
    UNKNOWN = "unknown"


class SupportReason(StrEnum):
    """Causes of failures and refusals that the support desk recognises."""

    P3_GONE = "P3 types are gone"
    BURSTABLE = "burstable endpoint"
    SECOND_WORKFORCE = "second workforce"
    VOLUME = "volume too large"
    GROUND_TRUTH_CLOSED = "Ground Truth is closed"
    SCRIPT_TOO_LONG = "lifecycle script took too long"
    PERMISSION = "permission is missing"
    UNKNOWN = "unknown"


class Denier(StrEnum):
    """The policy that denies a call: an organization's, the caller's own, or one that AWS does not name."""

    ORGANIZATION = "organization"
    CALLER = "the caller's own policies"
    UNSAID = "not said"


class WorkforceRefusal(StrEnum):
    """Why a call about a workforce or a work team was refused."""

    CLOSED = "closed to new customers"
    SECOND = "there is a workforce already"
    NOT_THERE = "something it names is not there"
    OTHER = "other"


# A training job's FailureReason. The algorithm reports bad input as "ClientError: ...".
_JOBS: _Table[JobReason] = (
    (JobReason.CAPACITY, re.compile(r"(?i)CapacityError|insufficient.?capacity|unable to provision requested")),
    # Said with the code of a quota, or as a value that the API does not have: so may a type look that AWS retired.
    (
        JobReason.NOT_OFFERED,
        re.compile(
            r"(?i)unsupported instance|not available in this|not (available|supported|offered) in the (aws )?region"
            r"|instanceType' failed to satisfy constraint: Member must satisfy enum"
        ),
    ),
    (JobReason.LIMIT, re.compile(r"(?i)ResourceLimitExceeded|service limit")),
    # An algorithm calls what it cannot read an internal error of its own.
    (JobReason.DATA, re.compile(r"(?i)\(input error\)|unable to (parse record|read input data)")),
    (
        JobReason.AWS,
        re.compile(
            r"(?i)InternalServerError|internal (server )?error|service ?unavailable|throttl|SlowDown"
            r"|rate exceeded|request.?limit.?exceeded"
        ),
    ),
    (
        JobReason.IMAGE,
        re.compile(
            r"(?i)cannot (pull|find) (algorithm|training|the image|repository|requested image)|\bECR\b|ImagePull"
        ),
    ),
    (JobReason.ROLE, re.compile(r"(?i)assume[ _]?(the )?role|access ?denied|not authorized|forbidden|\b403\b")),
    (
        JobReason.PARAMETERS,
        re.compile(r"(?i)hyper-?parameter|algorithm configuration|mini_batch_size|only GPU instances|kernel image"),
    ),
    (
        JobReason.DATA,
        re.compile(
            r"(?i)no s3 objects|download failed|NoSuchKey|input data config|num_(classes|training_samples) is"
            r"|channel|record|label|does ?n[o']t match|invalid image|corrupt"
        ),
    ),
)
# CloudFormation's reasons end in "(..., HandlerErrorCode: AlreadyExists)" for most resource types. What its validation
# before the deployment found is named by the check: DescribeEvents has NAME_CONFLICT_VALIDATION, the status reason
# [AWS::EarlyValidation::ResourceExistenceCheck]. The names of the checks of quotas, recorders and repositories are
# not documented.
_STACKS: _Table[StackReason] = (
    (
        StackReason.EXISTS,
        re.compile(
            r"ResourceExistenceCheck|NAME_CONFLICT_VALIDATION|RECORDER\w*_VALIDATION|EarlyValidation::\w*Recorder"
        ),
    ),
    (StackReason.TEMPLATE, re.compile(r"EarlyValidation::Property|PROPERTY_VALIDATION")),
    (StackReason.LIMIT, re.compile(r"EarlyValidation::\w*Quota|QUOTA\w*_VALIDATION")),
    (
        StackReason.NOT_EMPTY,
        re.compile(r"(EMPTINESS|ECR|REPOSITORY)\w*_VALIDATION|EarlyValidation::\w*(Empt|Repositor)"),
    ),
    (StackReason.HOOK, re.compile(r"(?i)hook\(s\)(?!/validation failed: \[AWS::EarlyValidation)|\bhook failed")),
    (StackReason.ORGANIZATION, re.compile(r"(?i)(service|resource) control policy|organizations policy")),
    (StackReason.ROLE_TOO_NEW, re.compile(r"(?i)could not assume role|cannot be assumed")),
    (
        StackReason.DENIED,
        re.compile(
            r"(?i)not authorized|access ?denied|HandlerErrorCode: (AccessDenied|InvalidCredentials)"
            r"|(does ?n[o']t|did not) have (IAM )?permission"
        ),
    ),
    (
        StackReason.AWS,
        re.compile(
            r"(?i)internal ?(failure|error)|ServiceInternalError|throttl|rate exceeded|service ?unavailable"
            r"|NetworkFailure|NotStabilized|timed? ?out|insufficient.?capacity|HandlerErrorCode: ResourceConflict"
            r"|request.?limit.?exceeded|conflicting (conditional )?operation|OperationAborted"
            r"|Concurrent(Modification|Update)|TooManyUpdates"
        ),
    ),
    (StackReason.EXISTS, re.compile(r"(?i)already ?(exists|owned)|is already taken|domain already associated")),
    (
        StackReason.LIMIT,
        re.compile(r"(?i)limit.?exceeded|exceed\w* .*(limit|quota)|(limit|quota) .*(reached|exceeded)"),
    ),
    (
        StackReason.NOT_OFFERED,
        re.compile(r"(?i)unrecognized resource types?|not (supported|available) in (this|the) region"),
    ),
)
_SUPPORT: _Table[SupportReason] = (
    (
        SupportReason.P3_GONE,
        re.compile(
            r"(?i)ml\.p3\..*(limit|unsupported|not available|not supported)|(limit|unsupported|not available).*ml\.p3\."
            r"|Value 'ml\.p3\.[^']*' at '[^']*instanceType'"
        ),
    ),
    (SupportReason.BURSTABLE, re.compile(r"(?i)burstable")),
    (SupportReason.SECOND_WORKFORCE, re.compile(r"(?i)more than one workforce")),
    (SupportReason.VOLUME, re.compile(r"(?i)VolumeSizeInGB|volume size|NVMe")),
    (SupportReason.GROUND_TRUTH_CLOSED, re.compile(r"(?i)no longer open to new customers")),
    (SupportReason.SCRIPT_TOO_LONG, re.compile(r"(?i)took longer than 5 minutes")),
    (SupportReason.PERMISSION, re.compile(r"(?i)is not authorized to perform")),
)
# CreateStack's status reason, of which two wordings were seen, names no check; a change set's names one of them.
_VALIDATION = re.compile(
    r"(?i)AWS::EarlyValidation::|hook\(s\)/validation failed|validation failure detected"
    r"|validation failed with \d+ error\(s\)"
)
_OWN_POLICIES = ("identity-based policy", "session policy", "permissions boundary")
_OVERTAKEN = re.compile(r"(?i)_in_progress|stack.* does not exist|cannot be executed in its current")
_NOT_THERE = re.compile(r"(?i)not? (exist|found)|n't exist|(cannot|could not) (be )?f(i|ou)nd|no such")
_CLOSED = re.compile(r"(?i)new customers|no longer (open|available|offered|support)")
_LIMIT = re.compile(r"limit '([^']+)'")
# AWS marks an empty change set only by these words.
_NO_CHANGE = ("didn't contain changes", "no updates are to be performed")


def job_reason(words: str) -> JobReason:
    """Return what a training job's FailureReason, or the refusal to start one, means."""
    return _first(_JOBS, words) or JobReason.UNKNOWN


def stack_reason(words: str) -> StackReason:
    """Return what a reason of CloudFormation, or a refusal of its API, means."""
    return _first(_STACKS, words) or StackReason.UNKNOWN


def support_reason(words: str) -> SupportReason:
    """Return what a failure or refusal of any kind means to the support desk."""
    return _first(_SUPPORT, words) or SupportReason.UNKNOWN


def type_refusal(words: str) -> str:
    """Return in which of three wordings AWS refuses an instance type: a value of `training.retired_answer`."""
    said = words.lower()
    if "enum value set" in said:
        return "not-in-enum"
    return "unsupported" if "unsupported" in said else "not-in-region"


def named_limit(words: str) -> str | None:
    """Return the name of the quota that AWS says is reached: "... limit 'ml.g5.xlarge for training job usage' ..."."""
    found = _LIMIT.search(words)
    return found[1] if found else None


def denier(error: BaseException) -> Denier:
    """Return whose policy denies the call, as far as IAM's message says it."""
    return denier_in(message_of(error))


def denier_in(message: str) -> Denier:
    """Return the same for a message that is no exception: DeleteObjects answers one for each key."""
    said = message.lower()
    if "service control policy" in said or "resource control policy" in said:
        return Denier.ORGANIZATION
    return Denier.CALLER if any(each in said for each in _OWN_POLICIES) else Denier.UNSAID


def lacks_permission(error: BaseException) -> bool:
    """Return True if IAM refuses the call for a missing permission."""
    return "not authorized to perform" in message_of(error)


def of_another_time(error: BaseException) -> bool:
    """Return True if a signature is refused for its time, not for its key."""
    said = message_of(error).lower()
    return "expired" in said or "not yet current" in said


def workforce_refusal(error: BaseException, may_be_closed: bool) -> WorkforceRefusal:
    """Return why a workforce or work team was refused. `may_be_closed`: AWS refuses this call in
    accounts for which Ground Truth is closed."""
    said = message_of(error)
    if may_be_closed and _CLOSED.search(said):
        return WorkforceRefusal.CLOSED
    if "more than one workforce" in said:
        return WorkforceRefusal.SECOND
    return WorkforceRefusal.NOT_THERE if _NOT_THERE.search(said) else WorkforceRefusal.OTHER


def not_there(error: BaseException) -> bool:
    """Return True if the refusal says that what it is about is not there."""
    return _NOT_THERE.search(message_of(error)) is not None


def closed_to_new(error: BaseException) -> bool:
    """Return True if AWS refuses a feature that it no longer offers to new customers."""
    return _CLOSED.search(message_of(error)) is not None


def pool_is_gone(error: BaseException) -> bool:
    """Return True if a ResourceNotFoundException of Cognito is about the user pool, not about a group in it."""
    return "user pool" in message_of(error).lower()


def stack_was_overtaken(error: BaseException) -> bool:
    """Return True if another run changed the stack meanwhile: it is being changed, or is gone."""
    return _OVERTAKEN.search(message_of(error)) is not None


def changes_nothing(reason: str) -> bool:
    """Return True if a change set failed because it is empty."""
    return any(each in reason.lower() for each in _NO_CHANGE)


def found_by_validation(reason: str) -> bool:
    """Return True if CloudFormation's validation before a deployment failed. DescribeEvents says what it found."""
    return _VALIDATION.search(reason) is not None


def is_consequence(reason: str) -> bool:
    """Return True if a resource failed only because another one did: CloudFormation cancels the others."""
    return "cancelled" in reason.lower()


def notebook_is_gone(error: BaseException) -> bool:
    """Return True if the notebook instance does not exist: SageMaker's ValidationException says "RecordNotFound"."""
    return "RecordNotFound" in message_of(error)


def name_is_taken(error: BaseException) -> bool:
    """Return True if a service-linked role exists: IAM's InvalidInput says "... has been taken in this account"."""
    return "taken" in message_of(error)


def job_has_ended(error: BaseException) -> bool:
    """Return True if a job cannot be stopped because it ended: "... because the training job is in status Failed."."""
    return "in status" in message_of(error)


def has_instances(status_message: str) -> bool:
    """Return True if a starting job has its instances. Only its status message tells that."""
    return "preparing the instances" in status_message.lower()


def waits_for_capacity(status_message: str) -> bool:
    """Return True if a job that has not begun waits for AWS to have instances for it, also if it has only just begun
    to: every job shows "waiting for capacity" for some seconds."""
    said = status_message.lower()
    return "insufficient capacity" in said or "waiting for capacity" in said


def lacks_capacity(status_message: str) -> bool:
    """Return True if AWS has tried to launch instances for a job and had none."""
    return "insufficient capacity" in status_message.lower()


def _first(table: _Table[R], words: str) -> R | None:
    return next((reason for reason, pattern in table if pattern.search(words)), None)
