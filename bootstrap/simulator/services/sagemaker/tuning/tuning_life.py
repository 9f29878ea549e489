"""A tuning job's status changes, and the training jobs that it starts."""

from __future__ import annotations

from functools import partial
from typing import Any

from bootstrap.simulator.services.events import events
from bootstrap.simulator.services.sagemaker import tags
from bootstrap.simulator.services.sagemaker.training import training_life, training_rules
from bootstrap.simulator.services.sagemaker.tuning import tuning_counts, tuning_rules, tuning_space
from bootstrap.simulator.services.sagemaker.tuning.tuning_counts import TuningJob
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

# Seconds until the tuner notices that it can start a job.
_LOOK_SECONDS = (5, 30)
_ALL_FAILED = "All training jobs failed. Please take a look at the training jobs failures to get more details."


def all_of(call: Call) -> dict[str, TuningJob]:
    """Return the tuning jobs by name in lower case: names are not case-sensitive."""
    return call.shelf("sagemaker.tuning-jobs")


def begin(call: Call, name: str, arn: str) -> None:
    """Create a tuning job; it starts training jobs later."""
    config, definitions = call.params["HyperParameterTuningJobConfig"], tuning_rules.definitions(call.params)
    tuning: TuningJob = {
        "name": name, "arn": arn, "config": config, "definitions": definitions, "created": call.now,
        "modified": call.now, "status": "", "ended": None, "failure": None, "children": {},
        "tags": call.params.get("Tags", []), "objective": tuning_rules.objective(config, definitions[0]),
        "several": "TrainingJobDefinitions" in call.params,
    }  # fmt: skip
    all_of(call)[name.lower()] = tuning
    _turn(call, tuning, "InProgress")
    _look_soon(tuning, call)


def defined(tuning: TuningJob) -> dict[str, Any]:
    """Return the definitions in the form in which they were given."""
    if tuning["several"]:
        return {"TrainingJobDefinitions": tuning["definitions"]}
    return {"TrainingJobDefinition": tuning["definitions"][0]}


def stop(call: Call, tuning: TuningJob) -> None:
    """Start stopping the tuning job and its training jobs."""
    _turn(call, tuning, "Stopping")
    for job in children(call, tuning):
        if job["status"] == "InProgress":
            training_life.halt(call, job)
    _look_soon(tuning, call)


def children(call: Call, tuning: TuningJob) -> list[training_life.TrainingJob]:
    """Return the tuning job's training jobs that were not deleted."""
    jobs = training_life.all_of(call)
    return [jobs[name] for name in tuning["children"] if name in jobs]


def _look_soon(tuning: TuningJob, call: Call) -> None:
    call.later(call.now + call.draw("tuning", _LOOK_SECONDS), partial(_look, tuning))


def _look(tuning: TuningJob, call: Call) -> None:
    """Start as many training jobs as allowed, or end the tuning job if none is left."""
    if tuning["status"] not in training_life.ALIVE:
        return
    allowed = tuning["config"]["ResourceLimits"]
    alive = sum(job["status"] in training_life.ALIVE for job in children(call, tuning))
    left = allowed["MaxNumberOfTrainingJobs"] - len(tuning["children"])
    if tuning["status"] == "InProgress" and left:
        for _ in range(min(left, allowed["MaxParallelTrainingJobs"] - alive)):
            _start(call, tuning)
    elif not alive:
        _end(call, tuning)


def _start(call: Call, tuning: TuningJob) -> None:
    # Several definitions take turns.
    definition = tuning["definitions"][len(tuning["children"]) % len(tuning["definitions"])]
    name = f"{tuning['name']}-{len(tuning['children']) + 1:03d}-{call.token('tuning', 8)}"
    arn = call.arn("sagemaker", f"training-job/{name.lower()}")
    tuned = tuning_space.drawn(call, tuning_rules.ranges(tuning["config"], definition))
    aim = {"_tuning_objective_metric": tuning_rules.objective(tuning["config"], definition)["MetricName"]}
    given = {**definition.get("StaticHyperParameters", {}), **tuned, **aim}
    params = {**tuning_rules.training(definition), "HyperParameters": given, "TuningJobArn": tuning["arn"]}
    tuning["children"][name] = tuned
    tuning["modified"] = call.now
    tags.begin(call, arn, tuning["tags"])
    training_life.follow(call, name, partial(_look_soon, tuning))
    try:
        training_rules.check(call, params)
    except Refusal as refusal:
        training_life.begin_failed(call, name, arn, params, f"{refusal.code}: {refusal.message}")
    else:
        training_life.begin(call, name, arn, params)


def _end(call: Call, tuning: TuningJob) -> None:
    tuning["ended"] = call.now
    jobs = children(call, tuning)
    if tuning["status"] == "Stopping":
        _turn(call, tuning, "Stopped")
    elif jobs and all(job["status"] == "Failed" for job in jobs):
        tuning["failure"] = _ALL_FAILED
        _turn(call, tuning, "Failed")
    else:
        _turn(call, tuning, "Completed")


def _turn(call: Call, tuning: TuningJob, status: str) -> None:
    tuning.update(status=status, modified=call.now)
    detail = {
        "HyperParameterTuningJobName": tuning["name"],
        "HyperParameterTuningJobArn": tuning["arn"],
        "HyperParameterTuningJobConfig": tuning["config"],
        **defined(tuning),
        "HyperParameterTuningJobStatus": status,
        "CreationTime": int(tuning["created"] * 1000),
        "LastModifiedTime": int(call.now * 1000),
        **tuning_counts.counters(tuning, children(call, tuning)),
        **({"FailureReason": tuning["failure"]} if tuning["failure"] else {}),
        "Tags": tags.of(call, tuning["arn"]),
    }
    events.announce(call, "SageMaker HyperParameter Tuning Job State Change", detail, tuning["arn"])
