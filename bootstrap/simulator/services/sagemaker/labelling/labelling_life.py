"""A labeling job's status changes, from Initializing to its end, and its simulated workers."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.sagemaker.labelling import worker_answers
from bootstrap.simulator.services.sagemaker.training import channels
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.world.call import Call

LabellingJob = dict[str, Any]

ALIVE = ("Initializing", "InProgress", "Stopping")
_AVAILABLE = 2_592_000
# AWS gives 0.00 to what one worker alone has labelled.
_CONFIDENCE = 0.95


def all_of(call: Call) -> dict[str, LabellingJob]:
    """Return the labeling jobs by name."""
    return call.shelf("sagemaker.labeling-jobs")


def begin(call: Call, name: str, arn: str, lines: list[dict[str, Any]], classes: list[str]) -> None:
    """Create a job; its tasks become available later."""
    output = call.params["OutputConfig"]["S3OutputPath"].rstrip("/")
    all_of(call)[name] = {
        "name": name, "arn": arn, "params": {key: value for key, value in call.params.items() if key != "Tags"},
        "created": call.now, "modified": call.now, "status": "Initializing", "failure": None, "written": False,
        "reference": call.token("labeling-job", 32), "lines": lines, "classes": classes, "expires": None,
        "votes": [{} for _ in lines], "answers": [[] for _ in lines],
        "output": f"{output}/{name}/manifests/output/output.manifest",
    }  # fmt: skip
    seconds = call.draw("labeling", call.scenario.workforce.labeling_start_seconds)
    call.later(call.now + seconds, partial(_show, name))


def stop(call: Call, job: LabellingJob) -> None:
    """Start stopping the job; it is Stopped later."""
    _turn(call, job, "Stopping")
    seconds = call.draw(f"stop:{job['name']}", call.scenario.workforce.labeling_stop_seconds)
    call.later(call.now + seconds, partial(_stopped, job["name"]))


def labelled(job: LabellingJob) -> list[int]:
    """Return the indexes of the pictures that enough workers have labelled."""
    return [place for place, votes in enumerate(job["votes"]) if len(votes) >= _wanted(job)]


def play(call: Call, job: LabellingJob, worker: str, identity: dict[str, str], labels: dict[str, str]) -> int:
    """Label pictures as a worker; "*" labels all that are left. Return the number of labelled pictures.

    `identity`: the worker's user, as `worker_answers.answer` takes it. Raises ValueError if a real worker could not.
    """
    _check_open(call, job)
    for bucket in sorted({channels.split(line["source-ref"])[0] for line in job["lines"]}):
        if not _renders(call, bucket):
            raise ValueError(f"tasks of {job['name']} do not render: bucket {bucket} has no CORS for GET from anywhere")
    unknown = sorted(set(labels.values()) - set(job["classes"]))
    if unknown:
        raise ValueError(f"{unknown[0]} is not one of {job['classes']}")
    answers = _answers(job, worker, labels)
    for place, chosen in answers.items():
        job["votes"][place][worker] = chosen
        job["answers"][place].append(worker_answers.answer(call, identity, chosen))
    job["modified"] = call.now
    worker_answers.write_answers(call, job, [place for place in labelled(job) if place in answers])
    if len(labelled(job)) == len(job["lines"]):
        _end(call, job, "Completed")
    return len(answers)


def _check_open(call: Call, job: LabellingJob) -> None:
    if job["status"] != "InProgress":
        raise ValueError(f"{job['name']} is {job['status']}: there are no tasks")
    if call.now >= job["expires"]:
        raise ValueError(f"the tasks of {job['name']} are no longer available")


def _answers(job: LabellingJob, worker: str, labels: dict[str, str]) -> dict[int, str]:
    """Return the labels by picture index. A worker gets no picture twice, and none that is finished."""
    places = {line["source-ref"]: place for place, line in enumerate(job["lines"])}
    left = [
        place for place, votes in enumerate(job["votes"]) if worker not in votes and len(votes) < _wanted(job)
    ]  # fmt: skip
    made = dict.fromkeys(left, labels["*"]) if "*" in labels else {}
    for named, chosen in labels.items():
        if named == "*":
            continue
        place = int(named) if named.isdigit() else places.get(named, -1)
        if place not in left:
            raise ValueError(f"{worker} has no task for {named} in {job['name']}")
        made[place] = chosen
    return made


def _renders(call: Call, bucket: str) -> bool:
    """Return True if the bucket's CORS allows GET: the worker's browser loads the picture from another origin."""
    try:
        rules = call.aws("s3").get_bucket_cors(Bucket=bucket)["CORSRules"]
    except ClientError:
        return False
    return any("GET" in rule["AllowedMethods"] and "*" in rule["AllowedOrigins"] for rule in rules)


def _show(name: str, call: Call) -> None:
    job = all_of(call)[name]
    if job["status"] == "Initializing":
        _turn(call, job, "InProgress")
        task = job["params"]["HumanTaskConfig"]
        job["expires"] = call.now + task.get("TaskAvailabilityLifetimeInSeconds", _AVAILABLE)


def _stopped(name: str, call: Call) -> None:
    """Stop the job; AWS writes the labels so far into the output bucket."""
    _end(call, all_of(call)[name], "Stopped")


def _turn(call: Call, job: LabellingJob, status: str) -> None:
    job.update(status=status, modified=call.now)


def _end(call: Call, job: LabellingJob, status: str) -> None:
    _turn(call, job, status)
    bucket, key = channels.split(job["output"])
    role, said = job["params"]["RoleArn"], "AccessDenied"
    if iam.may(call, role, "s3:PutObject", f"arn:{call.partition}:s3:::{bucket}/{key}"):
        try:
            labels = {place: _label(call, job, place) for place in labelled(job)}
            worker_answers.write_consolidated(call, job, labels)
            body = "".join(json.dumps({**job["lines"][place], **labels[place]}) + "\n" for place in labels)
            call.aws("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
            job["written"] = True
            return
        except ClientError as exc:
            said = exc.response["Error"]["Code"]
    job["failure"] = f"ClientError: {said}: cannot write {job['output']} as {role}"
    _turn(call, job, "Failed")


def _label(call: Call, job: LabellingJob, place: int) -> dict[str, Any]:
    """Return the label attribute of a picture, and its metadata."""
    attribute, votes = job["params"]["LabelAttributeName"], job["votes"][place]
    # On a tie, the class that was chosen first.
    ((chosen, count),) = Counter(votes.values()).most_common(1)
    about = {
        "class-name": chosen,
        "confidence": 0.0 if _wanted(job) == 1 else round(_CONFIDENCE * count / len(votes), 2),
        "human-annotated": "yes",
        "creation-date": moment(call.now).replace(tzinfo=None).isoformat(timespec="microseconds"),
        "type": "groundtruth/image-classification",
        "job-name": f"labeling-job/{job['name'].lower()}",
    }
    number = job["classes"].index(chosen)
    return {attribute: number, f"{attribute}-metadata": about}


def _wanted(job: LabellingJob) -> int:
    return int(job["params"]["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"])
