"""Pipelines and their executions. Steps are not simulated."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker import resource_types
from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition, all_of
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.world.call import Call

_RUNNING = ("Executing", "Stopping")


def _executions(call: Call, pipeline: StoredResource) -> list[tuple[str, StoredResource]]:
    name = pipeline["params"]["PipelineName"]
    made = all_of(call, "PipelineExecution").items()
    return [(key, one) for key, one in made if one["params"]["PipelineName"] == name]


def _held(call: Call, pipeline: StoredResource) -> str:
    running = [one["arn"] for _, one in _executions(call, pipeline) if one["status"] in _RUNNING]
    return f"The pipeline has running executions, which must be stopped first: {', '.join(running)}" if running else ""


def _forget_executions(call: Call, pipeline: StoredResource) -> None:
    for key, _ in _executions(call, pipeline):
        del all_of(call, "PipelineExecution")[key]


def _check_pipeline(call: Call) -> None:
    resource_types.found(call, _PIPELINE)


def _number(call: Call) -> dict[str, Any]:
    name = resource_types.found(call, _PIPELINE)["params"]["PipelineName"]
    return {"PipelineName": name, "PipelineExecutionId": f"{name}/execution/{call.token('execution', 12)}"}


def _about(call: Call, execution: StoredResource) -> dict[str, Any]:
    pipeline = call.arn("sagemaker", f"pipeline/{execution['params']['PipelineName'].lower()}")
    return {"PipelineArn": pipeline, "StartTime": moment(execution["created"])}


_PIPELINE = ResourceType(
    "Pipeline", "ListPipelines", "pipeline", Transition("Active", "Active"), None, Transition("", ""),
    held=_held, gone=_forget_executions,
)  # fmt: skip
RESOURCE_TYPES = (
    _PIPELINE,
    ResourceType(
        "PipelineExecution", "ListPipelineExecutions", "pipeline", Transition("Executing", "Succeeded", (900, 1800)),
        Transition("Stopping", "Stopped", (20, 120), ("Executing",)), verb="Start", ids=("PipelineExecutionId",),
        filters={"PipelineName": "PipelineName"}, check=_check_pipeline, issue=_number, more=_about,
    ),
)  # fmt: skip
