"""Mistakes of teams in the middle of the labs, each with another cause for a helper to find; and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.simulator.participants import clients, labs
from bootstrap.simulator.participants.participant import Missed, Participant
from bootstrap.simulator.world.world import World


def _train(who: Participant, instance_type: str) -> None:
    """Start a training job of lab 2; the region may have no instance of its type."""
    labs.train("first-try", who, instance_type)


def _stop_training(who: Participant, _: str) -> None:
    """Stop the jobs that wait for an instance, as a notice of the staff advises."""
    waiting = who.sagemaker.list_training_jobs(StatusEquals="InProgress")["TrainingJobSummaries"]
    for each in waiting:
        who.sagemaker.stop_training_job(TrainingJobName=each["TrainingJobName"])


def _delete_policy(who: Participant, _: str) -> None:
    """Delete what the training role may do, while looking at the role in the console."""
    iam, role = who.aws("iam"), who.role.rpartition("/")[2]
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    if not names:
        raise Missed("a policy of the training role")
    iam.delete_role_policy(RoleName=role, PolicyName=names[0])


def _stop_notebook(who: Participant, _: str) -> None:
    """Stop the notebook at lunch, as AWS advises everybody to."""
    found = who.sagemaker.list_notebook_instances(StatusEquals="InService")["NotebookInstances"]
    if not found:
        raise Missed("a notebook in service")
    oldest = min(found, key=lambda each: str(each["CreationTime"]))
    who.sagemaker.stop_notebook_instance(NotebookInstanceName=oldest["NotebookInstanceName"])


def _delete_cors(who: Participant, _: str) -> None:
    """Delete the bucket's CORS rules, so that the labelling portal shows no picture."""
    who.s3.delete_bucket_cors(Bucket=who.bucket)


def _host_on_burstable(who: Participant, _: str) -> None:
    """Create an endpoint on an instance type that cannot be scaled automatically."""
    labs.host("cheap", who, "ml.t2.medium")


_MISTAKES: dict[str, Callable[[Participant, str], None]] = {
    "train": _train,
    "stop-training": _stop_training,
    "delete-policy": _delete_policy,
    "stop-notebook": _stop_notebook,
    "delete-cors": _delete_cors,
    "host-on-burstable": _host_on_burstable,
}


def make(world: World, args: dict[str, Any]) -> dict[str, Any]:
    """Let the `account`'s people make the `mistake`. Refusals of AWS are returned in the answer.

    `instance_type`: of a training job. Raises ValueError for an unknown mistake.
    """
    mistake, account_id = args["mistake"], str(args["account"])
    if mistake not in _MISTAKES:
        raise ValueError(f"mistake {mistake} is not one of {', '.join(_MISTAKES)}")
    region = world.accounts[account_id].region
    who = Participant(world.url, account_id, region, world.seed)
    with clients.signed_in(world, account_id, region):
        try:
            _MISTAKES[mistake](who, args.get("instance_type", ""))
        except (ClientError, BotoCoreError, Missed, LookupError) as error:
            return {"made": False, "why": f"{type(error).__name__}: {error}"}
    return {"made": True, "why": ""}
