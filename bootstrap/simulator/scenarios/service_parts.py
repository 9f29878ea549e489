"""The parts of a scenario that say how each service behaves."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bootstrap.simulator.scenarios.strict_model import StrictModel

Seconds = tuple[float, float]
Denial = Literal["permission", "organization"]


class AccessPart(StrictModel):
    """Who gets in, and what the way in may do."""

    assume: Literal["allowed", "no-trust", "no-permission", "organization"] = "allowed"
    denied: dict[str, Denial] = Field(default_factory=dict)
    """'service:Operation' (globs) -> who denies it."""
    closed: dict[str, str] = Field(default_factory=dict)
    """'service:Operation' (globs) -> the code with which AWS refuses what it does not offer this account."""
    regions_off: tuple[str, ...] = ()
    """Opt-in regions that the account has not enabled."""
    regions_on: tuple[str, ...] = ()
    """Opt-in regions that the account has enabled besides its own."""
    regions_denied: tuple[str, ...] = ()
    """Globs of regions that an organization policy denies; global services are exempt."""
    session_seconds: float | None = None
    """AWS takes a role's credentials for expired after so long, whatever their Expiration says."""
    operator_seconds: float | None = None
    """When the operator's own credentials expire, since the world began."""


class StackFailure(StrictModel):
    """`stack` and `resource` are globs over stack names and logical ids; times None: always."""

    stack: str = "*"
    resource: str
    reason: str
    during: Literal["create", "update", "rollback", "delete"] = "create"
    times: int | None = 1


class StacksPart(StrictModel):
    create_seconds: Seconds = (180, 360)
    with_notebook_seconds: Seconds = (10, 30)
    """What a stack with a notebook takes apart from its notebook."""
    update_seconds: Seconds = (30, 90)
    delete_seconds: Seconds = (30, 90)
    change_set_seconds: Seconds = (3, 8)
    failures: tuple[StackFailure, ...] = ()


class IamPart(StrictModel):
    role_ready_seconds: Seconds = (5, 12)


class NotebooksPart(StrictModel):
    """`failure`: the FailureReason with which the first `failure_times` starts of an account end; None: all."""

    start_seconds: Seconds = (180, 360)
    stop_seconds: Seconds = (60, 150)
    script_seconds: float = 30
    """How long a lifecycle script runs; AWS gives up after 300."""
    failure: str | None = None
    failure_times: int | None = None


class TrainingPart(StrictModel):
    """`no_capacity` holds globs of instance types that AWS has none of: such a job waits in vain, or fails.

    `retired`: globs of types on which AWS trains no more, whatever the quota; whether P3 is one is not known.
    """

    seconds: Seconds = (300, 480)
    stop_seconds: Seconds = (20, 120)
    accuracy: tuple[float, float] = (0.6, 0.95)
    no_capacity: tuple[str, ...] = ()
    no_capacity_ends: Literal["never", "failed"] = "never"
    no_capacity_seconds: Seconds = (240, 480)
    """When a job without capacity fails, if it does."""
    failure: str | None = None
    """A FailureReason that jobs end with instead of Completed: the first `failure_times`; None: all."""
    failure_times: int | None = None
    retired: tuple[str, ...] = ()
    nvme: Literal["refused", "ignored"] = "refused"
    """What AWS does with a VolumeSizeInGB above the instance's NVMe is not known: so it can be chosen."""


class EndpointsPart(StrictModel):
    start_seconds: Seconds = (180, 600)
    update_seconds: Seconds = (180, 420)
    delete_seconds: Seconds = (10, 60)


class QuotaOutcome(StrictModel):
    """What becomes of a request for a quota whose name fits the glob, and a value up to `up_to`."""

    name: str = "*"
    up_to: float | None = None
    outcome: Literal["granted", "partial", "denied", "not-approved", "case-closed", "invalid-request", "never"] = (
        "granted"
    )
    seconds: Seconds = (120, 360)
    case: bool = False
    """A support case is opened on the way."""
    value: float = 1
    """What a partial grant gives."""
    visible_seconds: Seconds = (0, 60)
    """From APPROVED until the applied value shows it."""


class QuotasPart(StrictModel):
    """`absent`: globs of quota names in neither listing; `applied`: glob -> value from the start.

    A quota that is absent and applied is an old one: no listing shows it, and SageMaker still goes by it.
    The first of `outcomes` that fits decides.
    """

    absent: tuple[str, ...] = ()
    applied: dict[str, float] = Field(default_factory=dict)
    outcomes: tuple[QuotaOutcome, ...] = (
        QuotaOutcome(up_to=20),
        QuotaOutcome(case=True, seconds=(86_400, 259_200)),
    )


class WorkforcePart(StrictModel):
    """Which calls a closed Ground Truth refuses, and how, is not known: so it can be chosen."""

    start_seconds: Seconds = (10, 40)
    delete_seconds: Seconds = (30, 240)
    labeling_start_seconds: Seconds = (60, 240)
    labeling_stop_seconds: Seconds = (20, 90)
    delete_workteam_fails: int = 0
    """So many first DeleteWorkteam calls answer Success: false."""
    ground_truth_closed: bool = False
    closed_operations: tuple[str, ...] = ("CreateWorkforce", "CreateLabelingJob")
    """Globs."""
    oidc: bool = False
    """A workforce that signs people in by OIDC stands in the account already."""
    failure: str | None = None
    """The FailureReason with which a new workforce ends instead of Active."""
    closed_code: str = "AccessDeniedException"
    closed_message: str = (
        "Amazon SageMaker Ground Truth is no longer open to new customers. "
        "Existing customers can continue to use the service as normal."
    )


class ExistingPart(StrictModel):
    """What stood in the account before: listing ("Endpoints" for ListEndpoints) -> names."""

    sagemaker: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    managed_rules: tuple[str, ...] = ()
    """Names of EventBridge rules in the account's home region that a service manages: only it may delete them."""


class MailPart(StrictModel):
    confirm_seconds: Seconds | None = None
    """When people click the link of an SNS subscription; None: never by themselves."""


class CognitoPart(StrictModel):
    domains_taken: tuple[str, ...] = ()
    """Globs of prefixes that strangers hold."""


class HubPart(StrictModel):
    readable: bool = True
    """The hub buckets' policies let team roles read."""


class TrailPart(StrictModel):
    lag_seconds: float = 600
    """Until CloudTrail's event history shows what somebody did."""


class BucketsPart(StrictModel):
    """S3. `taken`: globs of bucket names that strangers hold already."""

    taken: tuple[str, ...] = ()
    delete_errors: int = 0
    """So many keys of an account are first refused by DeleteObjects, inside an answer of status 200."""
    filler: dict[str, int] = Field(default_factory=dict)
    """Glob of bucket names -> so many old versions and delete markers lie in the bucket from the start."""
