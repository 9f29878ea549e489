from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.sagemaker.test_workforce import Pool, make_team

JPEG = b"\xff\xd8\xff\xe0picture"
CLASSES = ("suv", "sedan", "van")
CORS = {"CORSRules": [{"AllowedHeaders": [], "AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
LAMBDA = "arn:aws:lambda:us-east-1:432418664414:function:"
READING = ["s3:ListBucket", "s3:GetObject"]


def categories(*labels: str, version: str = "2018-11-28") -> bytes:
    return json.dumps({"document-version": version, "labels": [{"label": one} for one in labels]}).encode()


class Desk:
    """A work team with two workers, a bucket with pictures, and a job that would go well."""

    def __init__(self, account: OneAccount, allow: list[str] | None = None, cors: bool = True) -> None:
        self.account, self.sagemaker, self.s3 = account, account.client("sagemaker"), account.client("s3")
        self.bucket, self.role = f"pictures-{account.account_id}", account.role("labelling", allow=allow)
        self.pool = Pool(account)
        self.sagemaker.create_workforce(WorkforceName="w", CognitoConfig=self.pool.config())
        account.pass_time(41)
        self.team = make_team(account, self.pool)
        for worker in ("ann", "bob", "eve"):
            self.pool.cognito.admin_create_user(UserPoolId=self.pool.id, Username=worker, MessageAction="SUPPRESS")
        for worker in ("ann", "bob"):
            self.pool.cognito.admin_add_user_to_group(UserPoolId=self.pool.id, Username=worker, GroupName="team")
        self.s3.create_bucket(Bucket=self.bucket)
        if cors:
            self.s3.put_bucket_cors(Bucket=self.bucket, CORSConfiguration=CORS)
        self.pictures = [self.uri(f"cars/{place}.jpg") for place in range(3)]
        for place in range(3):
            self.put(f"cars/{place}.jpg", JPEG)
        self.put("manifest.json", b"".join(json.dumps({"source-ref": one}).encode() + b"\n" for one in self.pictures))
        self.put("labels.json", categories(*CLASSES))
        self.put("template.html", b"<crowd-image-classifier></crowd-image-classifier>")

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def start(self, name: str = "cars", task: dict[str, Any] | None = None, **change: Any) -> None:
        usual = {
            "WorkteamArn": self.team,
            "UiConfig": {"UiTemplateS3Uri": self.uri("template.html")},
            "PreHumanTaskLambdaArn": f"{LAMBDA}PRE-ImageMultiClass",
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{LAMBDA}ACS-ImageMultiClass"},
            "TaskTitle": "Cars", "TaskDescription": "Which car is it?", "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 300,
        }  # fmt: skip
        wanted = {
            "LabelingJobName": name,
            "LabelAttributeName": "kind",
            "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": self.uri("manifest.json")}}},
            "OutputConfig": {"S3OutputPath": self.uri("out/")},
            "RoleArn": self.role,
            "LabelCategoryConfigS3Uri": self.uri("labels.json"),
            "HumanTaskConfig": {**usual, **(task or {})},
        }
        self.sagemaker.create_labeling_job(**{**wanted, **change})

    def open(self, name: str = "cars", **change: Any) -> None:
        """A job whose tasks show."""
        self.start(name, **change)
        self.account.pass_time(241)

    def label(self, worker: str = "ann", job: str = "cars", **what: Any) -> Any:
        row = {"account": self.account.account_id, "job": job, "worker": worker}
        return self.account.aws.ask("POST", "label", row | what)

    def job(self, name: str = "cars") -> dict[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_labeling_job(LabelingJobName=name)
        return found

    def files(self, within: str, name: str = "cars") -> dict[str, bytes]:
        """Those of the job under a folder, by name."""
        start = f"out/{name}/"
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=start + within).get("Contents", [])
        keys = [one["Key"] for one in found]
        bodies = [self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys]
        return {key.removeprefix(start): body for key, body in zip(keys, bodies, strict=True)}

    def output(self, name: str = "cars") -> list[dict[str, Any]]:
        uri = self.job(name)["LabelingJobOutput"]["OutputDatasetS3Uri"]
        assert uri == self.uri(f"out/{name}/manifests/output/output.manifest")
        body = self.s3.get_object(Bucket=self.bucket, Key=uri.removeprefix(f"s3://{self.bucket}/"))["Body"].read()
        return [json.loads(line) for line in body.splitlines()]


@pytest.fixture
def desk(aws: Simulated) -> Desk:
    return Desk(open_account(aws))


@pytest.fixture(scope="module")
def refusing(aws: Simulated) -> Desk:
    """One for all requests that are refused: they leave nothing behind."""
    return Desk(open_account(aws))


def test_a_job_ends_when_every_picture_is_labelled_and_writes_its_manifest(desk: Desk) -> None:
    """aws.md section 4: the states, and the format of the output."""
    desk.start()
    assert desk.job()["LabelingJobStatus"] == "Initializing"
    desk.account.pass_time(241)
    assert desk.job()["LabelingJobStatus"] == "InProgress"
    desk.label(labels={"0": "suv", desk.pictures[2]: "van"})
    counters = desk.job()["LabelCounters"]
    assert (counters["TotalLabeled"], counters["HumanLabeled"], counters["Unlabeled"]) == (2, 2, 1)
    assert desk.label(all="sedan")["labelled"] == 1
    assert desk.job()["LabelingJobStatus"] == "Completed"
    written = desk.output()
    assert [(line["source-ref"], line["kind"]) for line in written] == list(zip(desk.pictures, [0, 1, 2], strict=True))
    about = written[1]["kind-metadata"]
    assert about.pop("creation-date")
    assert about == {
        "class-name": "sedan", "confidence": 0.0, "human-annotated": "yes", "job-name": "labeling-job/cars",
        "type": "groundtruth/image-classification",
    }  # fmt: skip


def test_a_picture_is_done_when_enough_workers_have_seen_it_and_the_majority_counts(desk: Desk) -> None:
    desk.pool.cognito.admin_add_user_to_group(UserPoolId=desk.pool.id, Username="eve", GroupName="team")
    desk.open(task={"NumberOfHumanWorkersPerDataObject": 3})
    desk.label("ann", all="suv")
    desk.label("bob", all="van")
    assert desk.label("ann", all="suv")["labelled"] == 0
    assert desk.job()["LabelCounters"]["Unlabeled"] == 3
    desk.label("eve", all="van")
    assert [line["kind-metadata"]["class-name"] for line in desk.output()] == ["van"] * 3


def test_what_each_worker_said_is_kept_beside_the_manifest(desk: Desk) -> None:
    """SageMaker's guide, "Labeling job output data": the annotations directory, and the metadata of a worker."""
    desk.open(task={"NumberOfHumanWorkersPerDataObject": 2})
    desk.label("ann", all="suv")
    assert desk.files("annotations/") == {}
    desk.label("bob", labels={"0": "suv", "1": "van"})
    assert len(desk.files("annotations/worker-response/iteration-1/")) == 2
    desk.label("bob", all="suv")
    found = desk.files("annotations/worker-response/iteration-1/")
    assert [name.split("/")[3] for name in found] == ["0", "1", "2"]
    answers = [json.loads(body)["answers"] for body in found.values()]
    assert [[one["answerContent"]["crowd-image-classifier"]["label"] for one in each] for each in answers] == [
        ["suv", "suv"], ["suv", "van"], ["suv", "suv"],
    ]  # fmt: skip
    (ann, bob) = answers[1]
    assert ann["workerId"] != bob["workerId"]
    assert (ann["workerId"], bob["workerId"]) == tuple(one["workerId"] for one in answers[0])
    assert ann["acceptanceTime"] < ann["submissionTime"]
    who = desk.pool.cognito.admin_get_user(UserPoolId=desk.pool.id, Username="bob")["UserAttributes"]
    assert bob["workerMetadata"]["identityData"] == {
        "identityProviderType": "Cognito",
        "issuer": f"https://cognito-idp.us-east-1.amazonaws.com/{desk.pool.id}",
        "sub": next(one["Value"] for one in who if one["Name"] == "sub"),
    }
    (asked,), (made,) = (
        [json.loads(one) for one in desk.files(f"annotations/consolidated-annotation/consolidation-{side}/").values()]
        for side in ("request", "response")
    )
    assert [one["datasetObjectId"] for one in asked] == [one["datasetObjectId"] for one in made] == ["0", "1", "2"]
    assert json.loads(asked[1]["annotations"][1]["annotationData"]["content"]) == bob["answerContent"]
    assert made[1]["consolidatedAnnotation"]["content"]["kind-metadata"] == desk.output()[1]["kind-metadata"]


def test_a_job_is_stopped_and_keeps_what_it_has(desk: Desk) -> None:
    """botocore's StopLabelingJob: results obtained before are placed in the output bucket."""
    desk.open()
    desk.label(labels={"1": "van"})
    desk.sagemaker.stop_labeling_job(LabelingJobName="cars")
    assert desk.job()["LabelingJobStatus"] == "Stopping"
    desk.account.pass_time(91)
    assert desk.job()["LabelingJobStatus"] == "Stopped"
    assert [line["source-ref"] for line in desk.output()] == [desk.pictures[1]]
    with refused("ValidationException", "Stopped"):
        desk.sagemaker.stop_labeling_job(LabelingJobName="cars")


def test_listings_show_the_job_also_by_work_team(desk: Desk) -> None:
    desk.open()
    (shown,) = desk.sagemaker.list_labeling_jobs(StatusEquals="InProgress")["LabelingJobSummaryList"]
    assert (shown["LabelingJobName"], shown["WorkteamArn"]) == ("cars", desk.team)
    (mine,) = desk.sagemaker.list_labeling_jobs_for_workteam(WorkteamArn=desk.team)["LabelingJobSummaryList"]
    assert mine["LabelCounters"] == {"HumanLabeled": 0, "PendingHuman": 3, "Total": 3}
    assert mine["JobReferenceCode"] == desk.job()["JobReferenceCode"]
    with refused("ResourceNotFound"):
        desk.sagemaker.list_labeling_jobs_for_workteam(WorkteamArn=f"{desk.team}-gone")
    with refused("ResourceNotFound"):
        desk.job("none")


def test_one_job_at_a_time_and_no_name_twice(desk: Desk) -> None:
    """aws.md section 1.5: Maximum number of Ground Truth labeling jobs is 1."""
    desk.start()
    with refused("ResourceInUse", "already exists"):
        desk.start()
    with refused("ResourceLimitExceeded", "'Maximum number of Ground Truth labeling jobs' is 1 "):
        desk.start("more")
    desk.account.pass_time(241)
    desk.label(all="suv")
    desk.start("more")


def test_a_team_with_a_job_in_progress_stays(desk: Desk) -> None:
    """aws.md section 3.1: labeling jobs stopped, then work teams."""
    desk.open()
    with refused("ValidationException", "labeling job cars"):
        desk.sagemaker.delete_workteam(WorkteamName="team")
    desk.sagemaker.stop_labeling_job(LabelingJobName="cars")
    desk.account.pass_time(91)
    assert desk.sagemaker.delete_workteam(WorkteamName="team")["Success"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"LabelAttributeName": "kind-metadata"}, "must not end with '-metadata'"),
        ({"LabelCategoryConfigS3Uri": "s3://nowhere/labels.json"}, "does not exist"),
        ({"InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://nowhere/m"}}}}, "does not exist"),
        ({"task": {"UiConfig": {"UiTemplateS3Uri": "s3://nowhere/template"}}}, "does not exist"),
        ({"task": {"WorkteamArn": "arn:aws:sagemaker:us-east-1:1:workteam/x"}}, "workteamArn"),
        ({"task": {"WorkteamArn": "arn:aws:sagemaker:us-east-1:111111111111:workteam/private-crowd/x"}}, "work team"),
        ({"task": {"NumberOfHumanWorkersPerDataObject": 10}}, "less than or equal to 9"),
        ({"task": {"TaskTimeLimitInSeconds": 29}}, "greater than or equal to 30"),
        ({"task": {"TaskTimeLimitInSeconds": 28_801}}, "28800"),
        ({"task": {"PreHumanTaskLambdaArn": f"{LAMBDA}ACS-ImageMultiClass"}}, "ACS-ImageMultiClass"),
        ({"task": {"PreHumanTaskLambdaArn": f"{LAMBDA}PRE-ImageMultiClass".replace("us-east-1", "us-west-2")}},
         "does not exist in us-east-1"),
        ({"task": {"PreHumanTaskLambdaArn": f"{LAMBDA}PRE-ImageMultiClass".replace("4324", "0810")}}, "not one of"),
        ({"task": {"AnnotationConsolidationConfig": {}}}, "annotationConsolidationLambdaArn"),
        ({"RoleArn": "arn:aws:iam::111111111111:role/x"}, "Cross-account"),
    ],
)  # fmt: skip
def test_requests_that_are_refused(refusing: Desk, change: dict[str, Any], words: str) -> None:
    """aws.md section 4: what a job must have."""
    with refused("ValidationException", words):
        refusing.start(**change)
    assert refusing.sagemaker.list_labeling_jobs()["LabelingJobSummaryList"] == []


@pytest.mark.parametrize(
    ("key", "body", "words"),
    [
        ("manifest.json", b"", "is empty"),
        ("manifest.json", b"cars/0.jpg\n", "line 1"),
        ("manifest.json", b'{"source": "s3://b/c.jpg"}\n', "source-ref"),
        ("manifest.json", b'["source-ref"]\n', "source-ref"),
        ("manifest.json", b'{"source-ref": "s3://nowhere/c.jpg"}\n', "does not exist"),
        ("manifest.json", b'{"source-ref": "s3://nowhere/c.txt"}\n', "jpg, jpeg or png"),
        ("manifest.json", b'{"source-ref": "' + b"x" * 100_000 + b'"}\n', "longer than 100000"),
        ("labels.json", b"suv, van", "not valid"),
        ("labels.json", categories("suv"), "at least two"),
        ("labels.json", categories("suv", "suv"), "not unique"),
        ("labels.json", categories("suv", "van", version="2020-01-01"), "document-version"),
    ],
)
def test_files_that_no_job_can_work_with(refusing: Desk, key: str, body: bytes, words: str) -> None:
    """aws.md section 4: manifest and label categories."""
    bad = refusing.uri(f"bad/{key}")
    refusing.put(f"bad/{key}", body)
    manifest = {"InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": bad}}}}
    with refused("ValidationException", words):
        refusing.start(**(manifest if key == "manifest.json" else {"LabelCategoryConfigS3Uri": bad}))


def test_a_line_ends_at_a_line_feed_only(desk: Desk) -> None:
    """aws.md section 4: the manifest."""
    rows = [json.dumps({"source-ref": one, "note": "a\u2028b\x85c"}, ensure_ascii=False) for one in desk.pictures]
    desk.put("manifest.json", "\r\n".join(rows).encode() + b"\n")
    desk.open()
    assert desk.job()["LabelCounters"]["Unlabeled"] == 3


def test_other_regions_have_no_task_functions(aws: Simulated) -> None:
    """aws.md section 4: Ground Truth's functions are in 12 regions only."""
    desk = Desk(open_account(aws), allow=None)
    stockholm = OneAccount(desk.account.aws, desk.account.account_id, "eu-north-1")
    desk.account, desk.sagemaker = stockholm, stockholm.client("sagemaker")
    pool = Pool(stockholm, prefix="north")
    desk.sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    stockholm.pass_time(41)
    desk.team = make_team(stockholm, pool)
    with refused("ValidationException", "not available in the region eu-north-1"):
        desk.start()


@pytest.mark.parametrize(("allow", "words"), [(["s3:ListBucket"], "s3:GetObject"), (["s3:GetObject"], "s3:ListBucket")])
def test_a_role_that_may_not_read_is_refused(aws: Simulated, allow: list[str], words: str) -> None:
    """aws.md section 4: what the role needs."""
    with refused("ValidationException", words):
        Desk(open_account(aws), allow).start()


def test_a_role_that_may_not_write_fails_the_job(aws: Simulated) -> None:
    desk = Desk(open_account(aws), READING)
    desk.open()
    assert desk.label(all="suv")["status"] == "Failed"
    assert "AccessDenied" in desk.job()["FailureReason"]
    assert "LabelingJobOutput" not in desk.job()


def test_without_cors_no_task_renders(aws: Simulated) -> None:
    """aws.md section 4: CORS is required when the job is made by the API."""
    desk = Desk(open_account(aws), cors=False)
    desk.open()
    with pytest.raises(RuntimeError, match="no CORS"):
        desk.label(all="suv")
    desk.s3.put_bucket_cors(Bucket=desk.bucket, CORSConfiguration=CORS)
    assert desk.label(all="suv")["status"] == "Completed"


def test_what_no_worker_can_do(desk: Desk) -> None:
    desk.start(task={"TaskAvailabilityLifetimeInSeconds": 3600})
    with pytest.raises(RuntimeError, match="is Initializing"):
        desk.label(all="suv")
    desk.account.pass_time(241)
    rows: list[tuple[str, dict[str, Any], str]] = [
        ("eve", {"all": "suv"}, "eve is not a worker"),
        ("zoe", {"all": "suv"}, "zoe is not a worker"),
        ("ann", {"all": "bus"}, "bus is not one of"),
        ("ann", {"labels": {"3": "suv"}}, "no task for 3"),
        ("ann", {"labels": {"s3://other/0.jpg": "suv"}}, "no task for s3"),
        ("ann", {"job": "other", "all": "suv"}, "no labeling job other"),
    ]
    for worker, what, words in rows:
        with pytest.raises(RuntimeError, match=words):
            desk.label(worker, **what)
    desk.label("ann", labels={"0": "suv"})
    with pytest.raises(RuntimeError, match="ann has no task for 0"):
        desk.label("ann", labels={"0": "van"})
    desk.account.pass_time(3600)
    with pytest.raises(RuntimeError, match="no longer available"):
        desk.label(all="suv")


def test_a_closed_ground_truth_refuses_the_job(aws: Simulated) -> None:
    """aws.md sections 0.1 and 3.0."""
    closed = {"ground_truth_closed": True, "closed_operations": ["CreateLabelingJob"]}
    with refused("AccessDeniedException", "no longer open to new customers"):
        Desk(open_account(aws, workforce=closed)).start()


@pytest.mark.parametrize(
    "change",
    [
        {"StoppingConditions": {"MaxHumanLabeledObjectCount": 1}},
        {"task": {"PreHumanTaskLambdaArn": f"{LAMBDA}PRE-BoundingBox"}},
        {"InputConfig": {"DataSource": {"SnsDataSource": {"SnsTopicArn": "arn:aws:sns:us-east-1:111111111111:t"}}}},
    ],
)
def test_other_kinds_of_jobs_are_refused_by_name(refusing: Desk, change: dict[str, Any]) -> None:
    with refused("NotSimulated"):
        refusing.start(**change)
