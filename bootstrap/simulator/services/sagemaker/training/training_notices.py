"""What a training job publishes: status changes to EventBridge, logs and metrics to CloudWatch."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services import logs
from bootstrap.simulator.services.cloudwatch import cloudwatch
from bootstrap.simulator.services.events import events
from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.sagemaker.training import learning
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.world.call import Call

_GROUP = "/aws/sagemaker/TrainingJobs"
_TIMES = {
    "CreationTime": "created", "LastModifiedTime": "modified", "TrainingStartTime": "started",
    "TrainingEndTime": "ended",
}  # fmt: skip
_USUAL_EPOCHS = 30
# Limit of the epochs that are logged.
_MOST_EPOCHS = 500


def announce(call: Call, job: dict[str, Any]) -> None:
    """Publish the job's status as an event; its times are in milliseconds."""
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


def begun(call: Call, job: dict[str, Any]) -> None:
    """Create the log stream: the container has started."""
    job["stream"] = f"{job['name']}/algo-1-{int(call.now)}"
    _write(call, job, [(call.now, "Docker entrypoint called with argument(s): train")])


def learns(call: Call, job: dict[str, Any], until: float) -> None:
    """Write logs and metrics of the epochs from now to `until`; the last epoch has the final accuracy."""
    count = int(job["params"].get("HyperParameters", {}).get("epochs", _USUAL_EPOCHS))
    told = min(count, _MOST_EPOCHS)
    each = (until - call.now) / told
    points = []
    for place, share in enumerate(learning.curve(told)):
        values = {name: value * share for name, value in metrics(job).items()}
        points.append((call.now + each * (place + 1), place + count - told, values))
    lines = [
        (at, _line(at, "INFO", f"Epoch[{epoch}] {text}"))
        for at, epoch, values in points
        for text in (
            f"Train-accuracy={values['train:accuracy']:.6f}",
            f"Time cost={each:.3f}",
            f"Validation-accuracy={values['validation:accuracy']:.6f}",
        )
    ]
    _write(call, job, lines)
    if iam.may(call, job["params"]["RoleArn"], "cloudwatch:PutMetricData", "*"):
        series = {name: [(at, values[name]) for at, _, values in points] for name in metrics(job)}
        cloudwatch.measure(call, job["name"], series)


def metrics(job: dict[str, Any]) -> dict[str, float]:
    """Return the final metrics; training accuracy is a little above validation accuracy."""
    return {"train:accuracy": min(1.0, job["reached"] + 0.03), "validation:accuracy": job["reached"]}


def over(call: Call, job: dict[str, Any]) -> None:
    """End logs and metrics; log the reason if the job failed."""
    if "stream" not in job:
        return
    logs.cut(call, _GROUP, job["stream"])
    cloudwatch.cut(call, job["name"])
    if job["failure"]:
        reason = job["failure"].replace("ClientError: ", "Customer Error: ", 1)
        _write(call, job, [(call.now, _line(call.now, "ERROR", reason))])


def _write(call: Call, job: dict[str, Any], lines: list[logs.Line]) -> None:
    logs.write(call, job["params"]["RoleArn"], _GROUP, job["stream"], lines)


def _line(at: float, level: str, text: str) -> str:
    return f"[{moment(at):%m/%d/%Y %H:%M:%S} {level} 139654] {text}"
