"""Flow definitions and human task UIs. Human loops are not simulated."""

from __future__ import annotations

import hashlib
from typing import Any

from bootstrap.simulator.services.sagemaker.labelling import workteams
from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition, all_of
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def _no_team(arn: str) -> str:
    return f"The specified Workteam '{arn}' does not exist or you do not have access to it."


def _check_people(call: Call) -> None:
    asked = call.params.get("HumanLoopConfig", {})
    if "WorkteamArn" in asked and asked["WorkteamArn"] not in _arns(workteams.all_of(call)):
        raise Refusal("ValidationException", _no_team(asked["WorkteamArn"]))
    if "HumanTaskUiArn" in asked and asked["HumanTaskUiArn"] not in _arns(all_of(call, "HumanTaskUi")):
        raise Refusal("ValidationException", f"The human task UI {asked['HumanTaskUiArn']} does not exist.")


def _arns(things: dict[str, Any]) -> set[str]:
    return {one["arn"] for one in things.values()}


def _template(call: Call, ui: StoredResource) -> dict[str, Any]:
    content = ui["params"]["UiTemplate"]["Content"].encode()
    return {"UiTemplate": {"ContentSha256": hashlib.sha256(content).hexdigest()}}


RESOURCE_TYPES = (
    ResourceType(
        "FlowDefinition", "ListFlowDefinitions", "flow-definition", Transition("Initializing", "Active", (5, 30)), None,
        Transition("Deleting", "", (5, 60), ("Active", "Failed")), check=_check_people,
    ),
    ResourceType(
        "HumanTaskUi", "ListHumanTaskUis", "human-task-ui", Transition("Active", "Active"), None, Transition("", ""),
        more=_template,
    ),
)  # fmt: skip
