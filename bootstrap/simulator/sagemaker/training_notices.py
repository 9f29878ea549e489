"""What others are told of a training job: EventBridge."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator import events
from bootstrap.simulator.call import Call

_TIMES = {
    "CreationTime": "created", "LastModifiedTime": "modified", "TrainingStartTime": "started",
    "TrainingEndTime": "ended",
}  # fmt: skip


def announce(call: Call, job: dict[str, Any]) -> None:
    """Its times are milliseconds."""
    detail = {
        "TrainingJobName": job["name"],
        "TrainingJobArn": job["arn"],
        "TrainingJobStatus": job["status"],
        "SecondaryStatus": job["secondary"],
        **({"FailureReason": job["failure"]} if job["failure"] else {}),
        **job["params"],
        **{told: int(job[kept] * 1000) for told, kept in _TIMES.items() if job[kept] is not None},
    }
    events.announce(call, "SageMaker Training Job State Change", detail, job["arn"])
