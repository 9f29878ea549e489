"""scenarios/NAME.yaml -> Scenario: how AWS behaves today."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bootstrap.simulator.scenario_weather import Expect, Fault, Later, Rate

_SHIPPED = Path(__file__).parent / "scenarios"

Seconds = tuple[float, float]
Denial = Literal["permission", "organization"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Access(_Part):
    """Who gets in, and what the way in may do."""

    assume: Literal["allowed", "no-trust", "no-permission", "organization"] = "allowed"
    denied: dict[str, Denial] = Field(default_factory=dict)
    """'service:Operation' (globs) -> who denies it."""
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


class StackFailure(_Part):
    """`stack` and `resource` are globs over stack names and logical ids; times None: always."""

    stack: str = "*"
    resource: str
    reason: str
    during: Literal["create", "update", "rollback", "delete"] = "create"
    times: int | None = 1


class Stacks(_Part):
    create_seconds: Seconds = (180, 360)
    with_notebook_seconds: Seconds = (10, 30)
    """What a stack with a notebook takes apart from its notebook."""
    update_seconds: Seconds = (30, 90)
    delete_seconds: Seconds = (30, 90)
    change_set_seconds: Seconds = (3, 8)
    failures: tuple[StackFailure, ...] = ()


class Iam(_Part):
    role_ready_seconds: Seconds = (5, 12)


class Notebooks(_Part):
    """`failure`: the FailureReason with which the first `failure_times` starts of an account end; None: all."""

    start_seconds: Seconds = (180, 360)
    stop_seconds: Seconds = (60, 150)
    script_seconds: float = 30
    """How long a lifecycle script runs; AWS gives up after 300."""
    failure: str | None = None
    failure_times: int | None = None


class Training(_Part):
    """`no_capacity` holds globs of instance types that AWS has none of: such a job waits in vain, or fails.

    `retired`: globs of types on which AWS trains no more, whatever the quota; whether P3 is one is not known.
    """

    seconds: Seconds = (300, 480)
    stop_seconds: Seconds = (20, 90)
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


class Endpoints(_Part):
    start_seconds: Seconds = (180, 600)
    update_seconds: Seconds = (180, 420)
    delete_seconds: Seconds = (10, 60)


class QuotaOutcome(_Part):
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


class Quotas(_Part):
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


class Workforce(_Part):
    """Which calls a closed Ground Truth refuses, and how, is not known: so it can be chosen."""

    start_seconds: Seconds = (10, 40)
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


class Existing(_Part):
    """What stood in the account before: listing ("Endpoints" for ListEndpoints) -> names."""

    sagemaker: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    managed_rules: tuple[str, ...] = ()
    """Names of EventBridge rules in the account's home region that a service manages: only it may delete them."""


class Mail(_Part):
    confirm_seconds: Seconds | None = None
    """When people click the link of an SNS subscription; None: never by themselves."""


class Cognito(_Part):
    domains_taken: tuple[str, ...] = ()
    """Globs of prefixes that strangers hold."""


class Hub(_Part):
    readable: bool = True
    """The hub buckets' policies let team roles read."""


class Buckets(_Part):
    """S3. `taken`: globs of bucket names that strangers hold already."""

    taken: tuple[str, ...] = ()
    delete_errors: int = 0
    """So many keys of an account are first refused by DeleteObjects, inside an answer of status 200."""


class Scenario(_Part):
    access: Access = Access()
    stacks: Stacks = Stacks()
    iam: Iam = Iam()
    notebooks: Notebooks = Notebooks()
    training: Training = Training()
    endpoints: Endpoints = Endpoints()
    quotas: Quotas = Quotas()
    workforce: Workforce = Workforce()
    existing: Existing = Existing()
    mail: Mail = Mail()
    cognito: Cognito = Cognito()
    hub: Hub = Hub()
    buckets: Buckets = Buckets()
    faults: tuple[Fault, ...] = ()
    rates: tuple[Rate, ...] = ()
    later: tuple[Later, ...] = ()
    teams: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Whose account -> what is different there: same keys as above, of which lists replace those of the file.

    A team's name, an account id, or "2/6": the second of every six rows of the roster.
    """
    expect: Expect | None = None

    def of(self, account_id: str, team: str, row: int = 0) -> Scenario:
        """This scenario with the account's overrides; `row` counts from 1, 0 is no row."""
        made = self
        for key, changes in self.teams.items():
            if key in (team, account_id) or _falls_on(key, row):
                made = made.differing(changes)
        return made

    def over_time(self) -> tuple[tuple[float, Scenario], ...]:
        """(seconds since the world began, how AWS behaves from then on), in order of time."""
        made = [(0.0, self)]
        for change in sorted(self.later, key=lambda each: each.after_minutes):
            made.append((change.after_minutes * 60, made[-1][1].differing(change.change)))
        return tuple(made)

    def differing(self, changes: dict[str, Any]) -> Scenario:
        """This scenario with some keys changed, nested as in the YAML file."""
        plain = self.model_dump(exclude={"teams"}, exclude_unset=True)
        return Scenario.model_validate(_merged(plain, changes))


def _falls_on(key: str, row: int) -> bool:
    place, _, every = key.partition("/")
    if not (place.isdigit() and every.isdigit() and row):
        return False
    return int(every) > 0 and row % int(every) == int(place) % int(every)


def _whole(made: Scenario) -> Scenario:
    """Raises ValueError for what is wrong in a part that holds only for some accounts, or only later."""
    for key, changes in made.teams.items():
        if key.endswith("/0"):
            raise ValueError(f"teams: {key} is no row of a roster")
        _refuse_nested(f"teams.{key}", changes, "teams", "expect")
        differs = made.differing(changes)
        for later in differs.later:
            _refuse_nested(f"teams.{key}.later", later.change, "teams", "later", "expect")
        differs.over_time()
    for later in made.later:
        _refuse_nested("later", later.change, "teams", "later", "expect")
    made.over_time()
    return made


def _refuse_nested(where: str, changes: dict[str, Any], *names: str) -> None:
    if nested := sorted(set(changes) & set(names)):
        raise ValueError(f"{where}: {', '.join(nested)} can only stand at the top of the file")


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    made = dict(base)
    for key, value in over.items():
        old = made.get(key)
        made[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return made


def read(name: str) -> Scenario:
    """A shipped scenario by name, or a YAML file by path; `extends: NAME` in it starts from another.

    Raises ValueError or OSError when it is no scenario.
    """
    return _whole(Scenario.model_validate(_load(name)))


def _load(name: str, led: tuple[str, ...] = ()) -> dict[str, Any]:
    if name in led:
        raise ValueError(f"scenarios extend each other in a circle: {' -> '.join((*led, name))}")
    shipped = _SHIPPED / f"{name}.yaml"
    path = shipped if shipped.exists() else Path(name)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is no YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds no settings by name")
    parent = content.pop("extends", None)
    return _merged(_load(str(parent), (*led, name)), content) if parent else content
