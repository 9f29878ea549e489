"""ECR: moto answers nearly every operation."""

from __future__ import annotations

import json
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def put_image(call: Call) -> dict[str, Any]:
    """Answer PutImage. moto has no refusal for a repository that is not there."""
    from moto.ecr.models import ecr_backends

    name = call.params["repositoryName"]
    if name not in ecr_backends[call.account_id][call.region].repositories:
        registry = call.params.get("registryId", call.account_id)
        text = f"The repository with name '{name}' does not exist in the registry with id '{registry}'"
        raise Refusal("RepositoryNotFoundException", text)
    try:
        json.loads(call.params["imageManifest"])
    except ValueError as error:
        text = "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"
        raise Refusal("InvalidParameterException", text) from error
    return call.moto()


OPERATIONS = {"PutImage": put_image}


def view(call: Call) -> list[str]:
    """View for the control address: the repositories."""
    from moto.ecr.models import ecr_backends

    return sorted(ecr_backends[call.account_id][call.region].repositories)


VIEWS = {"repositories": view}
