"""Policy documents in IAM's answers: AWS sends them percent-encoded, and botocore has decoded those of moto."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from bootstrap.simulator.wire import protocol
from bootstrap.simulator.world.call import Call, CallHandler


def sent(operation: str, handler: CallHandler) -> CallHandler:
    """Return the operation with every document of its answer encoded, wherever the model has one."""

    def answer(call: Call) -> dict[str, Any]:
        shape = protocol.model("iam").operation_model(operation).output_shape
        encoded: dict[str, Any] = _encoded(handler(call), shape)
        return encoded

    return answer


def _encoded(value: Any, shape: Any) -> Any:
    if shape is None:
        return value
    if isinstance(value, dict) and shape.type_name == "structure":
        return {name: _encoded(item, shape.members.get(name)) for name, item in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [_encoded(item, shape.member) for item in value]
    # By this name botocore knows what to decode.
    return quote(json.dumps(value)) if isinstance(value, dict) and shape.name == "policyDocumentType" else value
