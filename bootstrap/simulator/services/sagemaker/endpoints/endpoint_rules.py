"""The checks of the operations on endpoints."""

from __future__ import annotations

from collections import Counter

from bootstrap.simulator.services.autoscaling import targets
from bootstrap.simulator.services.quotas.catalogue import PER_ENDPOINT, TOTAL_ENDPOINTS, usage_of
from bootstrap.simulator.services.sagemaker import limits, resource_types
from bootstrap.simulator.services.sagemaker.endpoints.endpoint_life import Endpoint, Variant, all_of
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call


def found(call: Call, name: str) -> Endpoint:
    """Return an endpoint. Raises Refusal: AWS sends a ValidationException, though the model declares no error."""
    arn = call.arn("sagemaker", f"endpoint/{name.lower()}")
    return held(all_of(call), name, Refusal("ValidationException", f'Could not find endpoint "{arn}".'))


def settled(endpoint: Endpoint, verb: str, allowed: tuple[str, ...]) -> None:
    """Raise Refusal if the endpoint's status is not `allowed`."""
    if endpoint["status"] in allowed:
        return
    if endpoint["status"] == "Failed":
        raise Refusal("ValidationException", f'Cannot {verb} failed endpoint "{endpoint["arn"]}".')
    raise Refusal("ValidationException", f'Cannot {verb} in-progress endpoint "{endpoint["arn"]}".')


def check_free(call: Call, endpoint: Endpoint) -> None:
    """Raise Refusal if the endpoint still has inference components or monitoring schedules."""
    if _about(call, "InferenceComponent", endpoint):
        raise Refusal(
            "ValidationException",
            "Cannot delete endpoint with inference component associated. Please delete inference component and try it "
            "again.",
        )
    for schedule in _about(call, "MonitoringSchedule", endpoint):
        text = f'Cannot delete endpoint "{endpoint["arn"]}" with monitoring schedule "{schedule["arn"]}".'
        raise Refusal("ValidationException", text)


def _about(call: Call, noun: str, endpoint: Endpoint) -> list[resource_types.StoredResource]:
    return [
        one
        for one in resource_types.all_of(call, noun).values()
        if one["params"].get("EndpointName") == endpoint["name"]
    ]


def check_limits(call: Call, name: str, variants: list[Variant]) -> None:
    """Raise Refusal if a quota is exceeded; the endpoint's own instances are not counted twice."""
    wanted, own, others = _instances(variants), Counter[str](), Counter[str]()
    for endpoint in all_of(call).values():
        if endpoint["status"] != "Failed":
            running = own if endpoint["name"] == name else others
            running.update(_instances(endpoint["wanted"]))
    limits.check(call, PER_ENDPOINT, 0, wanted.total())
    for kind, count in wanted.items():
        if count > own[kind]:
            quota = usage_of(kind, "endpoint")
            limits.check(call, quota, own[kind] + others[kind], count - own[kind])
    if wanted.total() > own.total():
        limits.check(call, TOTAL_ENDPOINTS, own.total() + others.total(), wanted.total() - own.total())


def _instances(variants: list[Variant]) -> Counter[str]:
    made = Counter[str]()
    for variant in variants:
        made[variant["type"]] += variant["count"]
    return made


def check_registered(call: Call, endpoint: Endpoint, variants: list[Variant]) -> None:
    """Raise Refusal if the instance type of a variant with a scaling target would change."""
    old = {variant["name"]: variant["type"] for variant in endpoint["variants"]}
    new = {variant["name"]: variant["type"] for variant in variants}
    bound = [
        name
        for name, kind in old.items()
        if new.get(name) != kind and targets.registered(call, f"endpoint/{endpoint['name']}/variant/{name}")
    ]
    if bound:
        raise Refusal(
            "ValidationException",
            f'The variant(s) "[{", ".join(bound)}]" must be deregistered as scalable targets with AWS Auto Scaling '
            "before they can be removed or have their instance type updated.",
        )
