"""The parts of a scenario that say how each service behaves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bootstrap.simulator.scenarios.strict_model import StrictModel

Seconds = tuple[float, float]
Denial = Literal["permission", "organization"]


class AccessPart(StrictModel):
    """Access to accounts: who may assume the access role, and what it may do."""

    assume: Literal["allowed", "no-trust", "no-permission", "organization"] = "allowed"
    denied: dict[str, Denial] = Field(default_factory=dict)
    """'service:Operation' (globs) -> what denies it: a missing permission, or an organization policy."""
    closed: dict[str, str] = Field(default_factory=dict)
    """'service:Operation' (globs) -> error code with which AWS refuses a feature that this account does not have."""
    regions_off: tuple[str, ...] = ()
    """Opt-in regions that the account has not enabled."""
    regions_on: tuple[str, ...] = ()
    """Opt-in regions that the account has enabled besides its own."""
    regions_denied: tuple[str, ...] = ()
    """Globs of regions that an organization policy denies; global services are exempt."""
    session_seconds: float | None = None
    """Seconds until AWS treats a role's credentials as expired, whatever their Expiration says."""
    operator_seconds: float | None = None
    """Seconds from the world's start until the operator's own credentials expire."""


class StackFailure(StrictModel):
    """A resource that fails. `stack` and `resource` are globs of stack names and logical ids; `times` None: always."""

    stack: str = "*"
    resource: str
    reason: str
    during: Literal["create", "update", "rollback", "delete", "stack"] = "create"
    """"stack": the stack itself, by its name, rolls back before any resource; only its own event has the reason."""
    times: int | None = 1


class StackFinding(StrictModel):
    """Finds of pre-deployment validation about resources. `stack`, `resource`: as in StackFailure.

    `name`: PROPERTY_VALIDATION and NAME_CONFLICT_VALIDATION stop the operation; any other is a warning of a change set.
    """

    stack: str = "*"
    resource: str
    name: str = "NAME_CONFLICT_VALIDATION"
    reason: str


class StacksPart(StrictModel):
    """CloudFormation: durations (seconds, from and to) and failures."""

    create_seconds: Seconds = (45, 90)
    with_notebook_seconds: Seconds = (10, 30)
    """Seconds that a stack with a notebook takes, not counting the notebook."""
    update_seconds: Seconds = (30, 90)
    delete_seconds: Seconds = (30, 90)
    change_set_seconds: Seconds = (3, 8)
    failures: tuple[StackFailure, ...] = ()
    validates: Literal["stacks", "change-sets", "nothing"] = "stacks"
    """Pre-deployment validation: of CreateStack and change sets (since July 2026), of change sets alone, or none."""
    validation_seconds: Seconds = (3, 9)
    validation_ends: Literal["failed", "rolled-back"] = "failed"
    """The end of a CreateStack that validation stops. Unverified, so it can be chosen."""
    findings: tuple[StackFinding, ...] = ()


class IamPart(StrictModel):
    """IAM: the delay (seconds, from and to) before a new role works."""

    role_ready_seconds: Seconds = (5, 12)


class NotebooksPart(StrictModel):
    """The first `failure_times` starts of an account's notebooks end with FailureReason `failure`; None: all."""

    start_seconds: Seconds = (150, 330)
    stop_seconds: Seconds = (60, 150)
    script_seconds: float = 30
    """Seconds that a lifecycle script runs; AWS stops it after 300."""
    failure: str | None = None
    failure_times: int | None = None
    start_ignored: int = 0
    """The number of an account's StartNotebookInstance calls, from the first on, that AWS answers and ignores."""


class TrainingPart(StrictModel):
    """Training jobs. `no_capacity`: globs of instance types without capacity; a job on one waits, or fails.

    `pool`: glob of instance types -> instances of a type that a region has for the jobs of all accounts together; types
    that no glob matches never run out. `epoch_seconds`: what each epoch above `usual_epochs` adds to a job.

    `retired`: globs of types that AWS no longer offers for training, whatever the quota. Unverified: whether
    P3 is one of them.
    """

    seconds: Seconds = (300, 480)
    stop_seconds: Seconds = (20, 120)
    accuracy: tuple[float, float] = (0.6, 0.95)
    no_capacity: tuple[str, ...] = ()
    no_capacity_ends: Literal["never", "failed"] = "never"
    no_capacity_seconds: Seconds = (240, 480)
    """Seconds until such a job fails, if `no_capacity_ends` is "failed"."""
    no_capacity_status: Literal["Starting", "Pending"] = "Starting"
    """SecondaryStatus of a job that waits for capacity. Both were seen."""
    pool: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    pool_retry_seconds: Seconds = (20, 60)
    """Seconds until AWS tries again to launch a job for which the pool was empty. Unverified."""
    usual_epochs: int = 200
    epoch_seconds: float = 2.0
    failure: str | None = None
    """FailureReason with which the first `failure_times` jobs end instead of Completed; None: all jobs."""
    failure_times: int | None = None
    retired: tuple[str, ...] = ()
    retired_answer: Literal["not-in-region", "unsupported", "not-in-enum"] = "not-in-region"
    """The wording of AWS's refusal of such a type: three were seen."""
    nvme: Literal["refused", "ignored"] = "refused"
    """What AWS does with a VolumeSizeInGB larger than the instance's NVMe disk. Unverified, so it can be chosen."""


class EndpointsPart(StrictModel):
    """Endpoints: durations in seconds, from and to."""

    start_seconds: Seconds = (180, 600)
    update_seconds: Seconds = (180, 420)
    delete_seconds: Seconds = (10, 60)
    alarm_lag_seconds: float = 60
    """Seconds from the end of a minute until the alarms of scaling policies know what was measured in it."""
    idle_scales_in: bool = False
    """True if an endpoint without calls scales in. AWS says that it does not; a user saw it after 25 minutes."""


class QuotaOutcome(StrictModel):
    """Outcome of quota requests: applies if the quota's name matches the glob and the value is at most `up_to`."""

    name: str = "*"
    up_to: float | None = None
    outcome: Literal["granted", "partial", "denied", "not-approved", "case-closed", "invalid-request", "never"] = (
        "granted"
    )
    seconds: Seconds = (600, 780)
    case: bool = False
    """Whether AWS opens a support case before it decides."""
    value: float = 1
    """Value that a partial grant gives."""
    visible_seconds: Seconds = (0, 60)
    """Seconds from APPROVED until the applied value changes."""


QuotaError = Literal[
    "DEPENDENCY_ACCESS_DENIED_ERROR", "DEPENDENCY_THROTTLING_ERROR", "DEPENDENCY_SERVICE_ERROR",
    "SERVICE_QUOTA_NOT_AVAILABLE_ERROR",
]  # fmt: skip


class QuotasPart(StrictModel):
    """Quotas. `absent`: globs of quota names that no listing shows; `applied`: glob -> value from the start.

    A quota can be both, as old ones are: no listing shows it, but SageMaker still enforces it.
    The first entry of `outcomes` that matches a request decides.
    """

    absent: tuple[str, ...] = ()
    unreadable: dict[str, QuotaError] = Field(default_factory=dict)
    """Glob of quota names -> the ErrorCode with which AWS shows them without an applied value."""
    applied: dict[str, float] = Field(default_factory=dict)
    outcomes: tuple[QuotaOutcome, ...] = (
        QuotaOutcome(up_to=20),
        QuotaOutcome(case=True, seconds=(86_400, 259_200)),
    )


class WorkforcePart(StrictModel):
    """Workforces. Which calls AWS refuses once Ground Truth is closed is unverified, so it can be chosen."""

    start_seconds: Seconds = (5, 25)
    delete_seconds: Seconds = (10, 60)
    labeling_start_seconds: Seconds = (60, 240)
    labeling_stop_seconds: Seconds = (20, 90)
    delete_workteam_fails: int = 0
    """The number of DeleteWorkteam calls that answer Success: false before one succeeds."""
    ground_truth_closed: bool = False
    closed_operations: tuple[str, ...] = ("CreateWorkforce", "CreateLabelingJob")
    """Globs."""
    oidc: bool = False
    """Whether the account already has a workforce that signs in by OIDC."""
    failure: str | None = None
    """FailureReason with which a new workforce fails instead of becoming Active."""
    closed_code: str = "AccessDeniedException"
    closed_message: str = (
        "Amazon SageMaker Ground Truth is no longer open to new customers. "
        "Existing customers can continue to use the service as normal."
    )


class ExistingPart(StrictModel):
    """Resources that exist before the event: listing ("Endpoints" for ListEndpoints) -> names."""

    sagemaker: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    managed_rules: tuple[str, ...] = ()
    """Names of EventBridge rules in the home region that a service manages; only it may delete them."""


class MailPart(StrictModel):
    """Mail: when people confirm subscriptions."""

    confirm_seconds: Seconds | None = None
    """Seconds until people click the link of an SNS subscription; None: they never do."""


class CognitoPart(StrictModel):
    """Cognito."""

    domains_taken: tuple[str, ...] = ()
    """Globs of domain prefixes that other AWS customers hold."""


class HubPart(StrictModel):
    """The hub account."""

    readable: bool = True
    """Whether the policies of the hub's buckets let team roles read."""


MemberState = Literal["PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"]


class OrganizationPart(StrictModel):
    """The organization of the accounts. With "member" the operator may not ask about it."""

    standing: Literal["member", "management", "delegated", "none"] = "member"
    """Position of the account that asks; "none": the account is in no organization."""
    others: dict[MemberState, int] = Field(default_factory=dict)
    """State -> number of further accounts in it."""
    page: int = Field(default=20, ge=1)
    """The most that one answer lists."""
    old_status: bool = False
    """True if accounts also have `Status`, which AWS retires in favour of `State`."""


class TrailPart(StrictModel):
    """CloudTrail."""

    lag_seconds: float = 600
    """Seconds until CloudTrail's event history shows a call."""


class BucketsPart(StrictModel):
    """S3. `taken`: globs of bucket names that other AWS customers hold."""

    taken: tuple[str, ...] = ()
    delete_errors: int = 0
    """The number of an account's keys that DeleteObjects refuses once, inside an answer with status 200."""
    filler: dict[str, int] = Field(default_factory=dict)
    """Glob of bucket names -> number of old versions and delete markers that the bucket has from the start."""
    policy_seconds: Seconds = (2, 10)
    """Seconds until a policy that is put or deleted counts."""
