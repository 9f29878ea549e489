"""The machines on which a thing runs, and since when AWS bills them. Most of it is read once for each thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.kinds import Thing
from bootstrap.errors import code_of

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

Shown = Mapping[str, Any]
Count = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Machines:
    """`count`: instance type and number of each; None if that is unknown; () if it is not billed by the hour.

    `since`: epoch seconds; None if nothing is billed yet. `seconds`: those that AWS bills for a job that has ended.
    """

    count: Count | None
    since: float | None
    seconds: float = 0.0

    @property
    def words(self) -> str:
        """Return "2 x ml.g5.xlarge"; "" if it is unknown."""
        return ", ".join(f"{number} x {each}" for each, number in self.count or ())


class KnownMachines:
    """Memory of an account's things, so that a look at what has not changed costs no call for each of them."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str, float | None], Machines] = {}
        self._configs: dict[tuple[str, str], Shown] = {}

    def of(self, session: AccountSession, thing: Thing) -> Machines | None:
        """Return the machines of a thing that runs; None if it is gone by now, or not billed in its state."""
        if thing.kind.name == "endpoint":
            return self._of_endpoint(session, thing)
        if thing.kind.name in _JOBS:
            return self._job(session, thing)
        if thing.kind.name == "notebook":
            # It is billed while it is in service; a start changes LastModifiedTime.
            began = _moment(thing.shown.get("LastModifiedTime"))
            return Machines(_one(thing.shown.get("InstanceType")), began) if thing.status == "InService" else None
        if thing.kind.name == "studio app":
            kind = (thing.shown.get("ResourceSpec") or {}).get("InstanceType")
            # AWS: "system" is a shared instance that costs nothing.
            return None if kind == "system" else Machines(_one(kind), thing.created)
        return Machines(_one(thing.shown.get("InstanceType")), thing.created)

    def ended(self, session: AccountSession, thing: Thing) -> Machines | None:
        """Return the machines of a training job that has ended, with the seconds that AWS bills."""
        key = (thing.name, thing.status, thing.created)
        if key not in self._jobs:
            shown = _described(lambda: session.client("sagemaker").describe_training_job(TrainingJobName=thing.name))
            count, began = _of_training(shown or {}), _moment((shown or {}).get("TrainingStartTime"))
            # With managed spot training fewer seconds are billed than it trained.
            billed = float((shown or {}).get("BillableTimeInSeconds") or 0.0)
            self._jobs[key] = Machines(count, began, billed)
        return self._jobs[key]

    def _job(self, session: AccountSession, thing: Thing) -> Machines:
        key = (thing.name, thing.status, thing.created)
        known = self._jobs.get(key)
        # Nothing is billed while it waits for its instances: it has no start yet.
        if known is None or (known.since is None and known.count):
            known = self._jobs[key] = _JOBS[thing.kind.name](session, thing)
        return known

    def _of_endpoint(self, session: AccountSession, thing: Thing) -> Machines | None:
        client = session.client("sagemaker")
        shown = _described(lambda: client.describe_endpoint(EndpointName=thing.name))
        if shown is None or shown.get("EndpointStatus") in ("Failed", "Deleting"):
            return None
        config = str(shown.get("EndpointConfigName"))
        # A configuration cannot be changed; a new one may have the name of one that was deleted.
        key = (config, str(shown.get("LastModifiedTime")))
        if key not in self._configs:
            read = _described(lambda: client.describe_endpoint_config(EndpointConfigName=config))
            self._configs = {**{other: each for other, each in self._configs.items() if other[0] != config},
                             key: read or {}}  # fmt: skip
        return Machines(_of_variants(shown, self._configs[key]), thing.created)


def _of_variants(shown: Shown, config: Shown) -> Count | None:
    """Return the instances of an endpoint's variants: as many as are there now, else as many as it asked for."""
    names = ("ProductionVariants", "ShadowProductionVariants")
    now = {each.get("VariantName"): each for name in names for each in shown.get(name) or ()}
    asked: Sequence[Shown] = [each for name in names for each in config.get(name) or ()]
    if not asked:
        return None
    found = []
    for variant in asked:
        if variant.get("ServerlessConfig"):
            continue
        there = now.get(variant.get("VariantName"), {})
        number = there.get("CurrentInstanceCount", variant.get("InitialInstanceCount"))
        if not variant.get("InstanceType") or number is None:
            return None
        found.append((str(variant["InstanceType"]), int(number)))
    return tuple(found)


def _training(session: AccountSession, thing: Thing) -> Machines:
    shown = _described(lambda: session.client("sagemaker").describe_training_job(TrainingJobName=thing.name)) or {}
    return Machines(_of_training(shown), _moment(shown.get("TrainingStartTime")) if shown else thing.created)


def _of_training(shown: Shown) -> Count | None:
    asked = shown.get("ResourceConfig") or {}
    groups = asked.get("InstanceGroups") or ([asked] if asked.get("InstanceType") else [])
    return tuple((str(each["InstanceType"]), int(each.get("InstanceCount", 1))) for each in groups) or None


def _processing(session: AccountSession, thing: Thing) -> Machines:
    name = thing.name
    shown = _described(lambda: session.client("sagemaker").describe_processing_job(ProcessingJobName=name)) or {}
    asked = (shown.get("ProcessingResources") or {}).get("ClusterConfig") or {}
    return Machines(_several(asked), _moment(shown.get("ProcessingStartTime")) if shown else thing.created)


def _transform(session: AccountSession, thing: Thing) -> Machines:
    shown = _described(lambda: session.client("sagemaker").describe_transform_job(TransformJobName=thing.name)) or {}
    asked = shown.get("TransformResources") or {}
    return Machines(_several(asked), _moment(shown.get("TransformStartTime")) if shown else thing.created)


_JOBS: Mapping[str, Callable[[AccountSession, Thing], Machines]] = {
    "training job": _training,
    "processing job": _processing,
    "transform job": _transform,
}


def _several(asked: Shown) -> Count | None:
    return ((str(asked["InstanceType"]), int(asked.get("InstanceCount", 1))),) if asked.get("InstanceType") else None


def _one(instance_type: Any) -> Count | None:
    return ((str(instance_type), 1),) if instance_type else None


def _described(describe: Callable[[], Any]) -> Shown | None:
    """Return AWS's answer; None if the thing is gone; {} if the access role, which may be older, must not read it."""
    try:
        return describe()  # type: ignore[no-any-return]
    except ClientError as error:
        if aws_errors.denied(error):
            return {}
        # SageMaker names no code of its own for what is not there.
        if code_of(error) in ("ValidationException", "ResourceNotFound"):
            return None
        raise


def _moment(value: Any) -> float | None:
    return value.timestamp() if isinstance(value, datetime) else None
