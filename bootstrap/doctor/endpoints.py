"""Endpoints: whether they are in service, and whether autoscaling is registered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bootstrap.doctor import causes
from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Changed, Finding, Severity, Trace, fine, meaning
from bootstrap.doctor.refused import RefusedSeen
from bootstrap.engine.states import State, Verdict
from bootstrap.errors.message import msg
from bootstrap.event.instance_types import is_burstable
from bootstrap.steps import scaling_role

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_MOST = 20
_ROLE = "scaling-role"
_NAMESPACE = "sagemaker"
_DELETED_SECONDS = 3 * 3600.0


@dataclass(frozen=True, slots=True)
class EndpointsSeen:
    """`endpoints`: DescribeEndpoint of each; `types`: "endpoint/NAME/variant/NAME" -> its instance type.

    `failed`: the same -> why AWS did not scale it; `used`: number of instances by type.
    """

    endpoints: Sequence[Mapping[str, Any]]
    types: Mapping[str, str] = field(default_factory=dict)
    targets: frozenset[str] = frozenset()
    failed: Mapping[str, str] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    role: State | None = None


def look(session: AccountSession, patient: Patient) -> EndpointsSeen:
    """List endpoints, then two calls for each (up to twenty, in parallel), and three for scaling and its role."""
    listed = session.client("sagemaker").list_endpoints(SortBy="CreationTime", SortOrder="Descending", MaxResults=_MOST)
    role = patient.check(session, _ROLE) if _ROLE in patient.entries else None
    names = [each["EndpointName"] for each in listed["Endpoints"]]
    if not names:
        return EndpointsSeen((), role=role)
    shown = list(session.each([partial(_describe, session.beside(), name) for name in names], most=_MOST))
    types = {resource: kind for _, kinds in shown for resource, kind in kinds.items()}
    scaling = session.client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace=_NAMESPACE)["ScalableTargets"]
    activities = scaling.describe_scaling_activities(ServiceNamespace=_NAMESPACE, MaxResults=50)["ScalingActivities"]
    return EndpointsSeen(
        [endpoint for endpoint, _ in shown],
        types,
        frozenset(each["ResourceId"] for each in targets),
        _failed(activities),
        _used([endpoint for endpoint, _ in shown], types),
        role,
    )


def _describe(session: AccountSession, name: str) -> tuple[Mapping[str, Any], dict[str, str]]:
    client = session.client("sagemaker")
    shown = client.describe_endpoint(EndpointName=name)
    config = client.describe_endpoint_config(EndpointConfigName=shown["EndpointConfigName"])
    variants = config["ProductionVariants"]
    return shown, {f"endpoint/{name}/variant/{each['VariantName']}": each.get("InstanceType", "") for each in variants}


def _failed(activities: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return AWS's reason by failed resource. Only the newest activity of each counts; AWS lists it first."""
    newest: dict[str, Mapping[str, Any]] = {}
    for each in activities:
        newest.setdefault(each["ResourceId"], each)
    return {
        resource: str(each.get("StatusMessage", ""))
        for resource, each in newest.items()
        if each["StatusCode"] == "Failed"
    }


def _used(endpoints: Sequence[Mapping[str, Any]], types: Mapping[str, str]) -> Counter[str]:
    used: Counter[str] = Counter()
    for endpoint in endpoints:
        for variant in endpoint.get("ProductionVariants", ()):
            kind = types.get(f"endpoint/{endpoint['EndpointName']}/variant/{variant['VariantName']}", "")
            used[kind] += variant.get("CurrentInstanceCount", 0)
    return used


def findings(patient: Patient, seen: EndpointsSeen, all_seen: Seen) -> Iterator[Finding]:
    if seen.role is not None:
        found = judged(patient, _ROLE, seen.role, _ROLE)
        gone = seen.role.verdict is Verdict.TODO
        yield replace(found, trace=Trace(Changed.LINKED_ROLE, scaling_role.ROLE)) if gone else found
    deleted = list(_deleted(seen, all_seen))
    yield from deleted
    if not seen.endpoints and not deleted:
        yield fine("endpoints", msg("no endpoint yet"))
    for endpoint in seen.endpoints:
        name, status = endpoint["EndpointName"], endpoint["EndpointStatus"]
        link = patient.console.sagemaker(f"endpoints/{name}")
        if status == "Failed" or endpoint.get("FailureReason"):
            yield _broken(patient, name, status, endpoint)
        elif status != "InService":
            words = msg("endpoint {name} is {status}", name=name, status=status)
            yield Finding(Severity.NOTE, "endpoints", words, fix=link, turn="AWS")
        else:
            yield from _scaling(patient, name, seen, link)


def _deleted(seen: EndpointsSeen, all_seen: Seen) -> Iterator[Finding]:
    """Yield the endpoints that somebody deleted in the last hours, as CloudTrail shows it: no listing has them."""
    read = all_seen.get("refused")
    if not isinstance(read, RefusedSeen):
        return
    there = {each["EndpointName"] for each in seen.endpoints}
    calls = (each for each in read.trail.calls if each.name == "DeleteEndpoint" and not each.error)
    names = (str(each.params.get("endpointName", "")) for each in calls if each.at >= read.now - _DELETED_SECONDS)
    for name in dict.fromkeys(each for each in names if each and each not in there):
        words = msg("endpoint {name} does not exist any more", name=name)
        yield Finding(Severity.NOTE, "endpoints", words, turn=msg("the team"), trace=Trace(Changed.ENDPOINT, name))


def _broken(patient: Patient, name: str, status: str, endpoint: Mapping[str, Any]) -> Finding:
    reason = causes.short(str(endpoint.get("FailureReason", ""))) or msg("AWS gave no reason")
    cause = causes.cause_of(reason)
    known = cause.code != "EB-351"
    means = cause.means if known else meaning("EB-549")
    fix = cause.fix(patient, reason) if known else patient.console.log(f"/aws/sagemaker/Endpoints/{name}")
    words = msg(
        "endpoint {name} is {status}: {cause}: {reason}", name=name, status=status, cause=cause.words, reason=reason
    )
    return Finding(Severity.TROUBLE, "endpoints", words, "EB-549", means, fix, turn=msg("the team"))


def _scaling(patient: Patient, name: str, seen: EndpointsSeen, link: str) -> Iterator[Finding]:
    for resource, kind in seen.types.items():
        if resource.split("/")[1] != name:
            continue
        if why := seen.failed.get(resource):
            words = msg("endpoint {name} could not be scaled: {reason}", name=name, reason=causes.short(why))
            cause = causes.cause_of(why)
            yield Finding(Severity.TROUBLE, "endpoints", words, cause.code, cause.means, cause.fix(patient, why))
        elif resource in seen.targets:
            words = msg("endpoint {name} is in service on {type}; autoscaling is registered", name=name, type=kind)
            yield fine("endpoints", words)
        elif is_burstable(kind):
            words = msg(
                "endpoint {name} is in service on {type}, a burstable type, which cannot scale", name=name, type=kind
            )
            yield Finding(Severity.TROUBLE, "endpoints", words, "EB-539", meaning("EB-539"), link, turn=msg("the team"))
        else:
            words = msg("endpoint {name} is in service on {type}; autoscaling is not registered", name=name, type=kind)
            yield Finding(
                Severity.NOTE, "endpoints", words, "EB-540", meaning("EB-540"), link, turn=msg("the team"),
                trace=Trace(Changed.SCALING, resource),
            )  # fmt: skip


EXAMINATION = Examination("endpoints", look, findings, needs=("refused",))
