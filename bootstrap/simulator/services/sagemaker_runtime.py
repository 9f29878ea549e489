"""InvokeEndpoint: answers with probabilities, as image-classification does."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bootstrap.simulator.services.autoscaling import target_tracking
from bootstrap.simulator.services.cloudwatch import invocations
from bootstrap.simulator.services.sagemaker.endpoints import endpoint_life
from bootstrap.simulator.services.sagemaker.training import answers, training_life
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

_PICTURES = ("image/jpeg", "image/png", "application/x-image")
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
# An endpoint that is updating still serves.
_SERVING = ("InService", "Updating")
_USUAL_CLASSES = 2


def invoke(call: Call) -> dict[str, Any]:
    """Answer InvokeEndpoint."""
    name = call.params["EndpointName"]
    endpoint = endpoint_life.all_of(call).get(name)
    if endpoint is None or endpoint["status"] not in _SERVING:
        # The runtime's model names this error ValidationError, without "Exception".
        raise Refusal("ValidationError", f"Endpoint {name} of account {call.account_id} not found.")
    body = call.params.get("Body", b"")
    variant = endpoint["variants"][0]
    if "ModelDataUrl" not in variant:
        raise Refusal("NotSimulated", "inference components are not invoked")
    refused = _refusal(call.params.get("ContentType"), body)
    invocations.count(call, name, variant["name"], variant["count"], refused is not None)
    if refused is not None:
        raise refused
    target_tracking.invoked(call, name, variant["name"])
    model = variant["ModelDataUrl"]
    shares = answers.shares(call, model, body) or _probabilities(body, _classes(call, model))
    return {
        "Body": json.dumps(shares).encode(),
        "ContentType": "application/json",
        "InvokedProductionVariant": variant["name"],
    }


def _refusal(content_type: str | None, body: bytes) -> Refusal | None:
    """Return the container's refusal of the request, if there is one."""
    if content_type not in _PICTURES:
        return _model_error(415, "unsupported content type")
    return None if body.startswith(_BEGINNINGS) else _model_error(400, "unable to evaluate payload provided")


def _model_error(status: int, said: str) -> Refusal:
    text = f'Received client error ({status}) from primary with message "{said}".'
    return Refusal("ModelError", text, 424)


def _classes(call: Call, model: str) -> int:
    """Return the number of classes of the training job that wrote the model."""
    for job in training_life.all_of(call).values():
        if job["model"] == model:
            return int(job["params"]["HyperParameters"]["num_classes"])
    return _USUAL_CLASSES


def _probabilities(body: bytes, classes: int) -> list[float]:
    drawn = [hashlib.sha256(b"%d:" % place + body).digest() for place in range(classes)]
    weights = [1 + int.from_bytes(one[:4], "big") for one in drawn]
    return [weight / sum(weights) for weight in weights]


OPERATIONS: dict[str, CallHandler] = {"InvokeEndpoint": invoke}
