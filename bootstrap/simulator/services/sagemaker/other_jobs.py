"""Jobs that no lab uses: processing, transform, AutoML, compilation.

They read and write nothing. Unverified: how long they take.
"""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker.endpoints import models
from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition
from bootstrap.simulator.world.call import Call

_RUN = Transition("InProgress", "Completed", (1800, 3600))
_STOP = Transition("Stopping", "Stopped", (20, 120), ("InProgress",))
_OVER = ("Completed", "Failed", "Stopped")
# Secondary status of an AutoML job that is InProgress.
_SECONDARY = {"InProgress": "AnalyzingData"}


def _check_model(call: Call) -> None:
    models.found(call, call.params["ModelName"])


def _secondary(call: Call, thing: StoredResource) -> dict[str, Any]:
    return {"AutoMLJobSecondaryStatus": _SECONDARY.get(thing["status"], thing["status"])}


def _compiled(call: Call, thing: StoredResource) -> dict[str, Any]:
    output = thing["params"]["OutputConfig"]
    artifacts = {"S3ModelArtifacts": output["S3OutputLocation"]}
    return {"CompilationTargetDevice": output.get("TargetDevice"), "FailureReason": "", "ModelArtifacts": artifacts}


RESOURCE_TYPES = (
    ResourceType(
        "ProcessingJob", "ListProcessingJobs", "processing-job", _RUN, _STOP, Transition("", "", allowed=_OVER),
        ended="ProcessingEndTime",
    ),
    ResourceType(
        "TransformJob", "ListTransformJobs", "transform-job", _RUN, _STOP,
        ended="TransformEndTime", check=_check_model,
    ),
    ResourceType(
        "AutoMLJob", "ListAutoMLJobs", "automl-job", Transition("InProgress", "Completed", (7200, 14_400)), _STOP,
        ended="EndTime", suffixes=("", "V2"), more=_secondary,
    ),
    ResourceType(
        "CompilationJob", "ListCompilationJobs", "compilation-job", Transition("INPROGRESS", "COMPLETED", (300, 600)),
        Transition("STOPPING", "STOPPED", (20, 120), ("STARTING", "INPROGRESS")),
        Transition("", "", allowed=("COMPLETED", "FAILED", "STOPPED")),
        ended="CompilationEndTime", more=_compiled,
    ),
)  # fmt: skip
