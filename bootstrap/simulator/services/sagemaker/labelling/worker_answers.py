"""The files of a labeling job beside its output manifest: what each worker answered, and what became of the answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.sagemaker.training import channels
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.world.call import Call

_Job = dict[str, Any]

# The element of AWS's template for one label a picture.
_ELEMENT = "crowd-image-classifier"
_SPENT = (2.0, 9.0)
# Without automated labeling a job has one iteration.
_ITERATION = "iteration-1"


def answer(call: Call, identity: dict[str, str], chosen: str) -> dict[str, Any]:
    """Return a worker's answer as Ground Truth keeps it. `identity`: `pool` and `sub` of the worker."""
    spent = round(call.draw("labelled", _SPENT), 3)
    drawn = hashlib.sha256(identity["sub"].encode()).hexdigest()[:16]
    return {
        "acceptanceTime": _when(call.now - spent),
        "answerContent": {_ELEMENT: {"label": chosen}},
        "submissionTime": _when(call.now),
        "timeSpentInSeconds": spent,
        "workerId": f"private.{call.region}.{drawn}",
        "workerMetadata": {
            "identityData": {
                "identityProviderType": "Cognito",
                "issuer": f"https://cognito-idp.{call.region}.amazonaws.com/{identity['pool']}",
                "sub": identity["sub"],
            }
        },
    }


def _when(at: float) -> str:
    return moment(at).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(at * 1000) % 1000:03d}Z"


def write_answers(call: Call, job: _Job, places: list[int]) -> None:
    """Write the answers of these pictures, a file for each."""
    for place in places:
        body = json.dumps({"answers": job["answers"][place]})
        _put(call, job, f"worker-response/{_ITERATION}/{place}/{_stamp(call)}.json", body)


def write_consolidated(call: Call, job: _Job, labels: dict[int, dict[str, Any]]) -> None:
    """Write what went into the consolidation and what came out of it.

    `labels`: the label attribute and its metadata by picture index.
    """
    folder = "consolidated-annotation/consolidation"
    _put(call, job, f"{folder}-request/{_ITERATION}/{_stamp(call)}.json", json.dumps(list(_asked(job, labels))))
    told = [{"datasetObjectId": str(place), "consolidatedAnnotation": {"content": labels[place]}} for place in labels]
    _put(call, job, f"{folder}-response/{_ITERATION}/{_stamp(call)}.json", json.dumps(told))


def _asked(job: _Job, labels: dict[int, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for place in labels:
        annotations = [
            {"workerId": one["workerId"], "annotationData": {"content": json.dumps(one["answerContent"])}}
            for one in job["answers"][place]
        ]
        picture = {"s3Uri": job["lines"][place]["source-ref"]}
        yield {"datasetObjectId": str(place), "dataObject": picture, "annotations": annotations}


def _stamp(call: Call) -> str:
    return moment(call.now).strftime("%Y-%m-%d_%H:%M:%S")


def _put(call: Call, job: _Job, name: str, body: str) -> None:
    """Write a file of the job if its role may; one that may not, fails the job when its manifest is written."""
    bucket, key = channels.split(job["output"])
    path = f"{key.removesuffix('manifests/output/output.manifest')}annotations/{name}"
    if iam.may(call, job["params"]["RoleArn"], "s3:PutObject", f"arn:{call.partition}:s3:::{bucket}/{path}"):
        with suppress(ClientError):
            call.aws("s3").put_object(Bucket=bucket, Key=path, Body=body.encode())
