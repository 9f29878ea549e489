from __future__ import annotations

import io
import struct
import tarfile
from collections.abc import Sequence
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused

IMAGE = "811284229777.dkr.ecr.us-east-1.amazonaws.com/image-classification:1"
JPEG = b"\xff\xd8\xff\xe0picture"
HYPER = {"num_classes": "2", "num_training_samples": "4", "mini_batch_size": "2", "epochs": "1"}
QUOTAS = {"applied": {"ml.g5.* for training job usage": 2, "ml.m5.* for training job usage": 2}}
MAGIC = 0xCED7230A


def framed(payload: bytes, flag: int = 0) -> bytes:
    return struct.pack("<II", MAGIC, flag << 29 | len(payload)) + payload + b"\0" * (-len(payload) % 4)


def packed(labels: Sequence[float], picture: bytes = JPEG) -> bytes:
    return b"".join(framed(struct.pack("<IfQQ", 0, label, place, 0) + picture) for place, label in enumerate(labels))


class Lab:
    """A team's bucket with data, its role, and a job that would go well."""

    def __init__(self, account: OneAccount, allow: list[str] | None = None) -> None:
        self.account, self.sagemaker, self.s3 = account, account.client("sagemaker"), account.client("s3")
        self.bucket, self.role = f"data-{account.account_id}", account.role(allow=allow)
        self.s3.create_bucket(Bucket=self.bucket)
        self.put("train/train.rec", packed([0, 1, 0, 1]))
        self.put("validation/validation.rec", packed([0, 1]))

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def channel(self, name: str, **more: Any) -> dict[str, Any]:
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{self.bucket}/{name}/"}
        made = {"ChannelName": name, "DataSource": {"S3DataSource": source}, "ContentType": "application/x-recordio"}
        return {**made, **more}

    def start(self, name: str = "job", **change: Any) -> None:
        resources = {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50}
        wanted = {
            "TrainingJobName": name,
            "RoleArn": self.role,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "ResourceConfig": {**resources, **change.pop("resources", {})},
            "InputDataConfig": [self.channel("train"), self.channel("validation")],
            "OutputDataConfig": {"S3OutputPath": f"s3://{self.bucket}/models"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 900},
            "HyperParameters": HYPER,
        }
        self.sagemaker.create_training_job(**{**wanted, **change})

    def job(self, name: str = "job") -> dict[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return found

    def outcome(self, **change: Any) -> tuple[str, str]:
        self.start(**change)
        self.account.pass_time(500)
        return self.job()["TrainingJobStatus"], self.job().get("FailureReason", "")


@pytest.fixture
def lab(aws: Simulated) -> Lab:
    return Lab(open_account(aws, quotas=QUOTAS))


def test_a_good_job_passes_through_every_state_and_writes_its_model(lab: Lab) -> None:
    lab.start()
    seen = []
    for _ in range(50):
        seen.append(lab.job()["SecondaryStatus"])
        lab.account.pass_time(10)
    assert list(dict.fromkeys(seen)) == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    done = lab.job()
    assert 300 <= (done["TrainingEndTime"] - done["CreationTime"]).total_seconds() <= 480
    assert [step["Status"] for step in done["SecondaryStatusTransitions"]] == list(dict.fromkeys(seen))
    metrics = {metric["MetricName"]: metric["Value"] for metric in done["FinalMetricDataList"]}
    assert metrics.keys() == {"train:accuracy", "validation:accuracy"}
    assert 0.6 <= metrics["validation:accuracy"] <= 0.95
    key = done["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{lab.bucket}/")
    assert key == "models/job/output/model.tar.gz"
    model = lab.s3.get_object(Bucket=lab.bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(model)) as archive:
        assert "model-shapes.json" in archive.getnames()


def test_that_the_instances_are_there_is_told_only_in_words(lab: Lab) -> None:
    lab.start()
    said = [lab.job()["SecondaryStatusTransitions"][-1]["StatusMessage"]]
    lab.account.pass_time(90)
    assert lab.job()["SecondaryStatus"] == "Starting"
    said.append(lab.job()["SecondaryStatusTransitions"][-1]["StatusMessage"])
    assert said == ["Launching requested ML instances", "Preparing the instances for training"]


ROW = tuple[dict[str, Any], str]
HYPER_ROWS: list[ROW] = [
    ({"num_training_samples": "5"}, "num_training_samples is 5, but the train channel has 4"),
    ({"num_classes": "3"}, "num_classes is 3"),
    ({"num_classes": None}, "'num_classes' is a required property"),
    ({"num_training_samples": None}, "'num_training_samples' is a required property"),
    ({"epochs": "many"}, "'many' is not valid for 'epochs'"),
    ({"epochs": "1.5"}, "'1.5' is not valid for 'epochs'"),
    ({"optimizer": "best"}, "'best' is not one of"),
    ({"num_layers": "19"}, "'19' is not one of"),
    ({"image_shape": "3,224"}, "'3,224' is not valid for 'image_shape'"),
    ({"colour": "red"}, "'colour' was unexpected"),
    ({"mini_batch_size": "5"}, "mini_batch_size"),
]


@pytest.mark.parametrize(("change", "words"), HYPER_ROWS)
def test_hyper_parameters_that_contradict_themselves_or_the_data_fail_the_job(
    lab: Lab, change: dict[str, str | None], words: str
) -> None:
    """aws.md section 5."""
    given = {key: value for key, value in {**HYPER, **change}.items() if value is not None}
    status, reason = lab.outcome(HyperParameters=given)
    assert status == "Failed"
    assert reason.startswith("ClientError")
    assert words in reason


DATA_ROWS: list[tuple[dict[str, bytes], str]] = [
    ({"train/more.rec": packed([0])}, "exactly one .rec file in the train channel, found 2"),
    ({"train/train.rec": packed([0, 1, 0, 1])[:-2]}, "truncated record"),
    ({"train/train.rec": b"\0" * 64}, "invalid record magic"),
    ({"train/train.rec": packed([0, 1, 0, 1], b"text")}, "no JPEG"),
    ({"train/train.rec": framed(b"short")}, "no image header"),
    ({"train/train.rec": framed(b"x", flag=1)}, "not complete"),
    ({"train/train.rec": framed(b"x", flag=2)}, "out of order"),
    ({"validation/validation.rec": packed([0, 2])}, "label 2 of the validation channel"),
    ({"validation/validation.rec": b""}, "no records"),
]


@pytest.mark.parametrize(("objects", "words"), DATA_ROWS)
def test_data_that_the_algorithm_cannot_read_fails_the_job(lab: Lab, objects: dict[str, bytes], words: str) -> None:
    """aws.md section 5: RecordIO."""
    for key, body in objects.items():
        lab.put(key, body)
    status, reason = lab.outcome()
    assert status == "Failed"
    assert words in reason


def test_a_record_that_was_written_in_pieces_is_one_picture(lab: Lab) -> None:
    head = struct.pack("<IfQQ", 0, 1, 3, 0) + JPEG
    pieces = framed(head, flag=1) + framed(b"mid", flag=2) + framed(b"end", flag=3)
    lab.put("train/train.rec", packed([0, 1, 0]) + pieces)
    assert lab.outcome() == ("Completed", "")


def test_a_missing_channel_or_another_content_type_fails_the_job(lab: Lab) -> None:
    """aws.md section 5."""
    assert "'validation' is a required property" in lab.outcome(InputDataConfig=[lab.channel("train")])[1]
    lab.start("two", InputDataConfig=[lab.channel("train", ContentType="text/csv"), lab.channel("validation")])
    lab.account.pass_time(500)
    assert lab.job("two")["TrainingJobStatus"] == "Failed"


@pytest.mark.parametrize(
    ("allow", "words"),
    [
        (["s3:ListBucket", "s3:PutObject", "ecr:*"], "AccessDenied (403): cannot download"),
        (["s3:ListBucket", "s3:GetObject", "ecr:*"], "Artifact upload failed:AccessDenied"),
        (["s3:*"], "Cannot pull algorithm container"),
    ],
)
def test_a_role_that_may_too_little_fails_the_job(aws: Simulated, allow: list[str], words: str) -> None:
    """aws.md section 5."""
    account = open_account(aws, quotas=QUOTAS)
    status, reason = Lab(account, allow).outcome()
    assert status == "Failed"
    assert words in reason


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"resources": {"InstanceType": "ml.g4dn.xlarge"}}, "ResourceLimitExceeded",
         "The account-level service limit 'ml.g4dn.xlarge for training job usage' is 0 Instances, with current "
         "utilization of 0 Instances and a request delta of 1 Instances. Please use AWS Service Quotas"),
        ({"resources": {"InstanceCount": 5}}, "ResourceLimitExceeded", "ml.g5.2xlarge for training job usage"),
        ({"resources": {"VolumeSizeInGB": 451}}, "ValidationException", "NVMe"),
        ({"resources": {"InstanceType": "ml.g9.huge"}}, "ValidationException", "enum value set"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 900, "MaxPendingTimeInSeconds": 600}}, "ValidationException",
         "greater than or equal to 1800"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 500_000}}, "ResourceLimitExceeded", "Longest run time"),
        ({"TrainingJobName": "a_b"}, "ValidationException", "regular expression"),
        ({"RoleArn": "arn:aws:iam::123456789012:role/x"}, "ValidationException", "Cross-account"),
        ({"AlgorithmSpecification": {
            "TrainingImage": IMAGE.replace("us-east-1", "eu-west-1"), "TrainingInputMode": "File"}},
         "ValidationException", "must be in the region"),
        ({"AlgorithmSpecification": {
            "TrainingImage": IMAGE.replace("811284229777", "811284229778"), "TrainingInputMode": "File"}},
         "ValidationException", "Cannot find repository"),
    ],
)  # fmt: skip
def test_jobs_that_aws_refuses(lab: Lab, change: dict[str, Any], code: str, words: str) -> None:
    """aws.md sections 1.6, 2, 9.5 and 15."""
    with refused(code, words):
        lab.start(**change)
    assert lab.sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


def test_an_empty_prefix_and_a_role_that_may_not_list_are_refused_alike(lab: Lab) -> None:
    lab.s3.delete_object(Bucket=lab.bucket, Key="train/train.rec")
    with refused("ValidationException", f'No S3 objects found under S3 URL "s3://{lab.bucket}/train/"'):
        lab.start()
    lab.put("train/train.rec", packed([0, 1, 0, 1]))
    with refused("ValidationException", "No S3 objects found"):
        lab.start(RoleArn=lab.account.role("blind", ["s3:GetObject"]))


def test_a_name_is_used_once_and_running_jobs_count_against_the_quota(lab: Lab) -> None:
    lab.start("one")
    with refused("ResourceInUse", "unique"):
        lab.start("one")
    lab.start("two")
    with refused("ResourceLimitExceeded", "is 2 Instances, with current utilization of 2 Instances"):
        lab.start("three")
    lab.account.pass_time(500)
    lab.start("three")


def test_the_total_over_all_types_counts_too(aws: Simulated) -> None:
    """aws.md section 1.6."""
    account = open_account(aws, quotas={"applied": {"ml.g5.* for training job usage": 9}})
    lab = Lab(account)
    with refused("ResourceLimitExceeded", "Number of instances across all training jobs"):
        lab.start(resources={"InstanceCount": 5})


def test_a_job_that_is_stopped_before_it_has_instances_keeps_its_secondary_status(lab: Lab) -> None:
    lab.start()
    lab.sagemaker.stop_training_job(TrainingJobName="job")
    assert (lab.job()["TrainingJobStatus"], lab.job()["SecondaryStatus"]) == ("Stopping", "Starting")
    lab.account.pass_time(200)
    assert lab.job()["SecondaryStatus"] == "Stopped"


def test_a_stopped_job_writes_no_model(lab: Lab) -> None:
    lab.start()
    lab.account.pass_time(60)
    lab.sagemaker.stop_training_job(TrainingJobName="job")
    assert lab.job()["TrainingJobStatus"] == "Stopping"
    with refused("ValidationException", "Stopping"):
        lab.sagemaker.stop_training_job(TrainingJobName="job")
    lab.account.pass_time(600)
    assert lab.job()["TrainingJobStatus"] == "Stopped"
    assert "Contents" not in lab.s3.list_objects_v2(Bucket=lab.bucket, Prefix="models/")


def test_a_job_is_stopped_at_its_longest_runtime_and_keeps_what_it_has(lab: Lab) -> None:
    lab.start(StoppingCondition={"MaxRuntimeInSeconds": 100})
    lab.account.pass_time(500)
    assert (lab.job()["TrainingJobStatus"], lab.job()["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert lab.s3.list_objects_v2(Bucket=lab.bucket, Prefix="models/")["KeyCount"] == 1


def test_without_capacity_a_job_waits_until_it_is_stopped_or_its_pending_time_is_over(aws: Simulated) -> None:
    """aws.md section 1.6."""
    account = open_account(aws, quotas=QUOTAS, training={"no_capacity": ["ml.g5.*"]})
    lab = Lab(account)
    lab.start("one")
    lab.start("two", StoppingCondition={"MaxRuntimeInSeconds": 900, "MaxPendingTimeInSeconds": 1800})
    account.pass_time(1000)
    one = lab.job("one")
    assert (one["TrainingJobStatus"], one["SecondaryStatus"]) == ("InProgress", "Starting")
    assert "Insufficient capacity" in one["SecondaryStatusTransitions"][-1]["StatusMessage"]
    lab.sagemaker.stop_training_job(TrainingJobName="one")
    account.pass_time(1000)
    assert lab.job("one")["TrainingJobStatus"] == "Stopped"
    assert lab.job("two")["FailureReason"].startswith("CapacityError: Unable to provision")


def test_without_capacity_a_job_may_fail_by_itself(aws: Simulated) -> None:
    training = {"no_capacity": ["ml.g5.2xlarge"], "no_capacity_ends": "failed"}
    account = open_account(aws, quotas=QUOTAS, training=training)
    assert Lab(account).outcome()[1].startswith("CapacityError")


def test_the_scenario_may_fail_every_job(aws: Simulated) -> None:
    account = open_account(aws, quotas=QUOTAS, training={"failure": "InternalServerError: try again"})
    assert Lab(account).outcome() == ("Failed", "InternalServerError: try again")


def test_the_listing_sorts_filters_and_pages(lab: Lab) -> None:
    for name in ("b-one", "a-two"):
        lab.start(name)
        lab.account.pass_time(500)
    lab.start("c-one")
    pages = lab.sagemaker.get_paginator("list_training_jobs")

    def names(**filters: Any) -> list[str]:
        found = pages.paginate(PaginationConfig={"PageSize": 2}, **filters)
        return [job["TrainingJobName"] for page in found for job in page["TrainingJobSummaries"]]

    assert names() == ["b-one", "a-two", "c-one"]
    assert names(SortBy="CreationTime", SortOrder="Descending") == ["c-one", "a-two", "b-one"]
    assert names(SortBy="Name") == ["a-two", "b-one", "c-one"]
    assert names(NameContains="one", StatusEquals="Completed") == ["b-one"]


def test_no_job_is_described_that_was_never_made(lab: Lab) -> None:
    with refused("ValidationException", "Requested resource not found"):
        lab.job("nothing")


def test_only_a_job_that_has_ended_is_deleted_and_its_name_is_free_again(lab: Lab) -> None:
    """aws.md section 9.3; DeleteTrainingJob of the API: InProgress and Stopping are refused."""
    lab.start(HyperParameters={})
    with refused("ResourceInUse", "InProgress"):
        lab.sagemaker.delete_training_job(TrainingJobName="job")
    lab.sagemaker.stop_training_job(TrainingJobName="job")
    with refused("ResourceInUse", "Stopping"):
        lab.sagemaker.delete_training_job(TrainingJobName="job")
    lab.account.pass_time(120)
    lab.sagemaker.delete_training_job(TrainingJobName="job")
    with refused("ValidationException", "Requested resource not found"):
        lab.sagemaker.delete_training_job(TrainingJobName="job")
    lab.start()
    # What was arranged for the first job of the name does not befall the second.
    lab.account.pass_time(500)
    assert lab.job()["TrainingJobStatus"] == "Completed"


def test_a_warm_pool_holds_its_job_and_needs_a_quota(aws: Simulated) -> None:
    """cleanup.md section 3: only jobs without an Available warm pool are deleted."""
    keep: dict[str, Any] = {"resources": {"KeepAlivePeriodInSeconds": 600}}
    with refused("ResourceLimitExceeded", "'ml.g5.2xlarge for training warm pool usage' is 0 Instances"):
        Lab(open_account(aws, quotas=QUOTAS)).start(**keep)
    applied = {**QUOTAS["applied"], "ml.g5.2xlarge for training warm pool usage": 1}
    lab = Lab(open_account(aws, quotas={"applied": applied}))
    seen = []
    for name in ("ended", "left"):
        lab.start(name, **keep)
        seen.append(lab.job(name)["WarmPoolStatus"]["Status"])
        with refused("ResourceLimitExceeded", "training warm pool"):
            lab.start("more", **keep)
        lab.account.pass_time(500)
        assert [one["TrainingJobName"] for one in available(lab)] == [name]
        with refused("ResourceInUse", "warm pool"):
            lab.sagemaker.delete_training_job(TrainingJobName=name)
        if name == "ended":
            end = {"KeepAlivePeriodInSeconds": 0}
            lab.sagemaker.update_training_job(TrainingJobName=name, ResourceConfig=end)
        else:
            lab.account.pass_time(600)
        assert available(lab) == []
        seen.append(lab.job(name)["WarmPoolStatus"]["Status"])
        lab.sagemaker.delete_training_job(TrainingJobName=name)
    assert seen == ["InUse", "Terminated"] * 2


def available(lab: Lab) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lab.sagemaker.list_training_jobs(WarmPoolStatusEquals="Available")[
        "TrainingJobSummaries"
    ]
    return found


@pytest.mark.parametrize("nvme", ["refused", "ignored"])
def test_a_volume_above_the_nvme_is_refused_or_ignored(aws: Simulated, nvme: str) -> None:
    """aws.md sections 0.3, 2 and 14: what AWS does is not known; the disk is as large as it is either way."""
    lab = Lab(open_account(aws, quotas=QUOTAS, training={"nvme": nvme}))
    if nvme == "refused":
        with refused("ValidationException", "NVMe"):
            lab.start(resources={"VolumeSizeInGB": 451})
    else:
        assert lab.outcome(resources={"VolumeSizeInGB": 451}) == ("Completed", "")
