"""Processing, transform, AutoML and compilation jobs: what a participant leaves running and a sweep stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.sagemaker.test_endpoints import Hosting

CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
PLACE = {"S3Uri": "s3://some-bucket/in/", "S3DataType": "S3Prefix"}


@dataclass
class Job:
    """The words of one kind: operations are VERB_noun, members STEMName and STEMStatus."""

    noun: str
    stem: str
    many: str
    listed: str
    params: Callable[[str], dict[str, Any]]
    version: str = ""
    states: tuple[str, str, str, str] = ("InProgress", "Stopping", "Stopped", "Completed")


JOBS = [
    Job("processing_job", "ProcessingJob", "processing_jobs", "ProcessingJobSummaries", lambda role: {
        "ProcessingResources": {"ClusterConfig": CLUSTER}, "AppSpecification": {"ImageUri": "image"}, "RoleArn": role,
    }),
    Job("auto_ml_job", "AutoMLJob", "auto_ml_jobs", "AutoMLJobSummaries", lambda role: {
        "AutoMLJobInputDataConfig": [{"ChannelType": "training", "DataSource": {"S3DataSource": PLACE}}],
        "OutputDataConfig": {"S3OutputPath": "s3://some-bucket/out/"}, "RoleArn": role,
        "AutoMLProblemTypeConfig": {"ImageClassificationJobConfig": {}},
    }, "_v2"),
    Job("auto_ml_job", "AutoMLJob", "auto_ml_jobs", "AutoMLJobSummaries", lambda role: {
        "InputDataConfig": [{"DataSource": {"S3DataSource": PLACE}, "TargetAttributeName": "y"}],
        "OutputDataConfig": {"S3OutputPath": "s3://some-bucket/out/"}, "RoleArn": role,
    }),
    Job("compilation_job", "CompilationJob", "compilation_jobs", "CompilationJobSummaries", lambda role: {
        "RoleArn": role, "StoppingCondition": {"MaxRuntimeInSeconds": 900},
        "OutputConfig": {"S3OutputLocation": "s3://some-bucket/out/", "TargetDevice": "ml_c5"},
        "InputConfig": {
            "S3Uri": "s3://some-bucket/model.tar.gz", "DataInputConfig": "{}", "Framework": "PYTORCH",
        },
    }, "", ("INPROGRESS", "STOPPING", "STOPPED", "COMPLETED")),
]  # fmt: skip
WITH_DELETION = [job for job in JOBS if job.noun in ("processing_job", "compilation_job")]


class Made:
    """One job of a kind, in an account of its own."""

    def __init__(self, aws: Simulated, job: Job, account: OneAccount | None = None) -> None:
        self.job, self.account = job, account or open_account(aws)
        self.client, self.role = self.account.client("sagemaker"), self.account.role()
        self.create()

    def create(self, **change: Any) -> None:
        wanted = {f"{self.job.stem}Name": "one", **self.job.params(self.role), **change}
        getattr(self.client, f"create_{self.job.noun}{self.job.version}")(**wanted)

    def do(self, verb: str) -> None:
        getattr(self.client, f"{verb}_{self.job.noun}")(**{f"{self.job.stem}Name": "one"})

    def status(self) -> str:
        """As it is described, which is as it is listed."""
        name = {f"{self.job.stem}Name": "one"}
        described = getattr(self.client, f"describe_{self.job.noun}{self.job.version}")(**name)
        (listed,) = self.listed()
        assert described.items() >= {**name, f"{self.job.stem}Status": listed[f"{self.job.stem}Status"]}.items()
        return str(listed[f"{self.job.stem}Status"])

    def listed(self, **filters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = getattr(self.client, f"list_{self.job.many}")(**filters)[self.job.listed]
        return found


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.noun + job.version)
def test_a_job_that_is_stopped_passes_through_stopping(aws: Simulated, job: Job) -> None:
    """cleanup.md section 3: Stopping is not yet free; a second stop is refused."""
    made, (running, stopping, stopped, _) = Made(aws, job), job.states
    assert made.status() == running
    assert made.listed()[0]["CreationTime"]
    made.do("stop")
    assert made.status() == stopping
    with refused("ValidationException", f"is in status {stopping}"):
        made.do("stop")
    made.account.pass_time(120)
    assert made.status() == stopped
    made.account.pass_time(20_000)
    assert made.status() == stopped
    assert made.listed(StatusEquals=running) == []
    assert len(made.listed(StatusEquals=stopped, NameContains="on")) == 1


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.noun + job.version)
def test_a_job_left_alone_comes_to_its_end_and_can_no_longer_be_stopped(aws: Simulated, job: Job) -> None:
    made = Made(aws, job)
    made.account.pass_time(20_000)
    assert made.status() == job.states[3]
    with refused("ValidationException", "is in status"):
        made.do("stop")


@pytest.mark.parametrize("job", WITH_DELETION, ids=lambda job: job.noun)
def test_only_a_job_that_has_ended_is_deleted(aws: Simulated, job: Job) -> None:
    """cleanup.md; DeleteProcessingJob and DeleteCompilationJob of the API model: only in a terminal state."""
    made = Made(aws, job)
    # What a compilation job answers is not documented: its model declares no error for it.
    code = "ResourceInUse" if job.noun == "processing_job" else "ValidationException"
    with refused(code, "is in status"):
        made.do("delete")
    made.do("stop")
    with refused(code, "is in status"):
        made.do("delete")
    made.account.pass_time(120)
    made.do("delete")
    assert made.listed() == []
    # A processing job's is known of Describe, which declares ResourceNotFound too; of a deletion nobody has shown any.
    with refused("ValidationException" if job.noun == "processing_job" else "ResourceNotFound", "Could not find"):
        made.do("delete")
    made.create()
    assert made.status() == job.states[0]


def test_transform_and_automl_jobs_cannot_be_deleted_by_anybody(aws: Simulated) -> None:
    """cleanup.md section 3: their terminal state is clean."""
    client = open_account(aws).client("sagemaker")
    assert not {"DeleteTransformJob", "DeleteAutoMLJob"} & set(client.meta.service_model.operation_names)


def test_a_name_is_used_once_in_each_region(aws: Simulated) -> None:
    here = Made(aws, JOBS[0])
    with refused("ResourceInUse", "already exists"):
        here.create()
    there = OneAccount(aws, here.account.account_id, "eu-west-1").client("sagemaker")
    assert there.list_processing_jobs()["ProcessingJobSummaries"] == []
    there.create_processing_job(ProcessingJobName="one", **JOBS[0].params(here.role))
    (elsewhere,) = there.list_processing_jobs()["ProcessingJobSummaries"]
    assert ":eu-west-1:" in elsewhere["ProcessingJobArn"]


TRANSFORM = {
    "TransformJobName": "one",
    "ModelName": "model",
    "TransformInput": {"DataSource": {"S3DataSource": PLACE}},
    "TransformOutput": {"S3OutputPath": "s3://some-bucket/out/"},
    "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
}


def test_a_transform_job_needs_its_model_and_is_stopped_like_the_others(aws: Simulated) -> None:
    hosting = Hosting(open_account(aws))
    client = hosting.sagemaker
    with refused("ValidationException", "Could not find model"):
        client.create_transform_job(**TRANSFORM)
    hosting.model()
    client.create_transform_job(**TRANSFORM)
    client.stop_transform_job(TransformJobName="one")
    seen = []
    for _ in range(2):
        (job,) = client.list_transform_jobs()["TransformJobSummaries"]
        assert client.describe_transform_job(TransformJobName="one")["TransformJobStatus"] == job["TransformJobStatus"]
        seen.append(job["TransformJobStatus"])
        hosting.account.pass_time(120)
    assert seen == ["Stopping", "Stopped"]
    # What it ran is deleted at any time.
    client.delete_model(ModelName="model")


def test_a_role_that_sagemaker_cannot_assume_starts_nothing(aws: Simulated) -> None:
    account = open_account(aws)
    with refused("ValidationException", "Could not assume role"):
        account.client("sagemaker").create_processing_job(
            ProcessingJobName="one", **JOBS[0].params(f"arn:aws:iam::{account.account_id}:role/none")
        )
