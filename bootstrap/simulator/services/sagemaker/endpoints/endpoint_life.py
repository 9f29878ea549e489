"""An endpoint's status changes, from Creating to deletion."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from bootstrap.simulator.services.events import events
from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.sagemaker import instances, tags
from bootstrap.simulator.services.sagemaker.endpoints import models
from bootstrap.simulator.services.sagemaker.training import channels
from bootstrap.simulator.world.call import Call

Endpoint = dict[str, Any]
Variant = dict[str, Any]

_WORDS = re.compile(r"(?<=[a-z])[A-Z]")
_ARM = re.compile(r"\d+g[a-z]*")


def all_of(call: Call) -> dict[str, Endpoint]:
    """Return the endpoints by name."""
    return call.shelf("sagemaker.endpoints")


def variants_of(call: Call, config: dict[str, Any]) -> list[Variant]:
    """Return the variants of a configuration. Raises Refusal if a model does not exist."""
    return [
        {
            "name": asked["VariantName"],
            "type": asked["InstanceType"],
            "count": asked["InitialInstanceCount"],
            "weight": asked["InitialVariantWeight"],
            **_runs(call, config, asked),
        }
        for asked in config["params"]["ProductionVariants"]
    ]


def _runs(call: Call, config: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    if "ModelName" not in asked:
        return {"role": config["params"]["ExecutionRoleArn"]}
    params = models.found(call, asked["ModelName"])["params"]
    return {"role": params["ExecutionRoleArn"], **params["PrimaryContainer"]}


def begin(call: Call, name: str, arn: str, config: str, variants: list[Variant]) -> None:
    """Create an endpoint; it is InService later."""
    endpoint = all_of(call)[name] = {
        "name": name, "arn": arn, "config": config, "status": "", "created": call.now, "modified": call.now,
        "failure": None, "variants": [], "wanted": variants,
    }  # fmt: skip
    _turn(call, endpoint, "Creating")
    seconds = call.draw(f"endpoint:{name}", call.scenario.endpoints.start_seconds)
    call.later(call.now + seconds, partial(_started, name))


def update(call: Call, endpoint: Endpoint, config: str, variants: list[Variant]) -> None:
    """Start an update; the old instances serve until the new ones are ready."""
    endpoint["wanted"] = variants
    _turn(call, endpoint, "Updating")
    seconds = call.draw(f"endpoint:{endpoint['name']}", call.scenario.endpoints.update_seconds)
    call.later(call.now + seconds, partial(_updated, endpoint["name"], config))


def end(call: Call, endpoint: Endpoint) -> None:
    """Delete the endpoint; it is gone later."""
    _turn(call, endpoint, "Deleting")
    seconds = call.draw(f"endpoint:{endpoint['name']}", call.scenario.endpoints.delete_seconds)
    call.later(call.now + seconds, partial(_gone, endpoint["name"]))


def _started(name: str, call: Call) -> None:
    endpoint = all_of(call)[name]
    endpoint["failure"] = _problem(call, endpoint["wanted"])
    if not endpoint["failure"]:
        endpoint["variants"] = endpoint["wanted"]
    _turn(call, endpoint, "Failed" if endpoint["failure"] else "InService")


def _updated(name: str, config: str, call: Call) -> None:
    """End an update; if the new instances fail to start, the old ones continue to serve."""
    endpoint = all_of(call)[name]
    endpoint["failure"] = _problem(call, endpoint["wanted"])
    if endpoint["failure"]:
        endpoint["wanted"] = endpoint["variants"]
    else:
        endpoint.update(config=config, variants=endpoint["wanted"])
    _turn(call, endpoint, "InService")


def _gone(name: str, call: Call) -> None:
    tags.forget(call, all_of(call).pop(name)["arn"])


def _turn(call: Call, endpoint: Endpoint, status: str) -> None:
    endpoint.update(status=status, modified=call.now)
    detail = {
        "EndpointName": endpoint["name"],
        "EndpointArn": endpoint["arn"],
        "EndpointConfigName": endpoint["config"],
        "ProductionVariants": [
            {"VariantName": one["name"], "DesiredWeight": one["weight"], "DesiredInstanceCount": one["count"]}
            for one in endpoint["wanted"]
        ],
        # Events write IN_SERVICE where DescribeEndpoint writes InService.
        "EndpointStatus": _WORDS.sub(r"_\g<0>", status).upper(),
        "CreationTime": int(endpoint["created"] * 1000),
        "LastModifiedTime": int(call.now * 1000),
        **({"FailureReason": endpoint["failure"]} if endpoint["failure"] else {}),
        "Tags": tags.of(call, endpoint["arn"]),
    }
    events.announce(call, "SageMaker Endpoint State Change", detail, endpoint["arn"])


def _problem(call: Call, variants: list[Variant]) -> str | None:
    for variant in variants:
        if "ModelDataUrl" not in variant:
            continue
        uri, role = variant["ModelDataUrl"], variant["role"]
        if not iam.works(call, role) or not models.in_s3(call, uri):
            return f"Failed to download model data from {uri} with the role {role}."
        if not channels.unpacks(call, uri):
            return (
                f'Failed to extract model data archive from URL "{uri}". Please ensure that the object located at the '
                "URL is a valid tar.gz archive."
            )
        if _ARM.fullmatch(instances.family(variant["type"])[1:]):
            # The algorithm's image is for x86 only.
            return (
                f"The primary container for production variant {variant['name']} did not pass the ping health check. "
                "Please check CloudWatch logs for this endpoint."
            )
    return None
