from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bootstrap.simulator.services.sagemaker.training import channels
from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.sagemaker.test_training import HYPER, Lab, packed

IMAGE = "811284229777.dkr.ecr.us-east-1.amazonaws.com/image-classification:1"
JPEG = b"\xff\xd8\xff\xe0picture"
QUOTAS = {"applied": {"ml.m5.large for endpoint usage": 4, "ml.c5.large for endpoint usage": 2}}


class Hosting:
    """A team with a trained model, and what it takes to host it."""

    def __init__(self, account: OneAccount, allow: list[str] | None = None, role: str | None = None) -> None:
        self.account, self.sagemaker = account, account.client("sagemaker")
        self.runtime = account.client("sagemaker-runtime")
        self.bucket, self.role = f"hosted-{account.account_id}", role or account.role(allow=allow)
        self.data = f"s3://{self.bucket}/model.tar.gz"
        s3 = account.client("s3")
        s3.create_bucket(Bucket=self.bucket)
        s3.put_object(Bucket=self.bucket, Key="model.tar.gz", Body=channels.model_archive())

    def model(self, name: str = "model", **change: Any) -> None:
        container = {"Image": IMAGE, "ModelDataUrl": self.data} | change.pop("container", {})
        asked = {"ModelName": name, "ExecutionRoleArn": self.role, "PrimaryContainer": container, **change}
        self.sagemaker.create_model(**asked)

    def config(
        self, name: str = "config", kind: str = "ml.m5.large", count: int = 1, variant: str = "AllTraffic"
    ) -> None:
        asked = {"VariantName": variant, "ModelName": "model", "InstanceType": kind, "InitialInstanceCount": count}
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[asked])

    def start(self, kind: str = "ml.m5.large", count: int = 1, name: str = "endpoint") -> None:
        self.config(name, kind, count)
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)

    def serve(self, kind: str = "ml.m5.large", name: str = "endpoint") -> None:
        """As `start`, and it stands."""
        self.start(kind, name=name)
        self.account.pass_time(601)

    def endpoint(self, name: str = "endpoint") -> dict[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=name)
        return found

    def invoke(self, body: bytes = JPEG, content: str = "image/jpeg", name: str = "endpoint") -> list[float]:
        answer = self.runtime.invoke_endpoint(EndpointName=name, ContentType=content, Body=body)
        found: list[float] = json.loads(answer["Body"].read())
        return found


@pytest.fixture
def hosting(aws: Simulated) -> Hosting:
    made = Hosting(open_account(aws, quotas=QUOTAS))
    made.model()
    return made


def test_an_endpoint_takes_minutes_to_stand_and_is_gone_after_its_deletion(hosting: Hosting) -> None:
    """aws.md section 11: 3 to 10 minutes."""
    hosting.start()
    assert hosting.endpoint()["EndpointStatus"] == "Creating"
    hosting.account.pass_time(179)
    assert hosting.endpoint()["EndpointStatus"] == "Creating"
    hosting.account.pass_time(422)
    found = hosting.endpoint()
    assert found["EndpointStatus"] == "InService"
    assert found["ProductionVariants"][0]["CurrentInstanceCount"] == 1
    hosting.sagemaker.delete_endpoint(EndpointName="endpoint")
    assert hosting.endpoint()["EndpointStatus"] == "Deleting"
    hosting.account.pass_time(61)
    with refused("ValidationException", "Could not find endpoint"):
        hosting.endpoint()
    assert hosting.sagemaker.list_endpoints()["Endpoints"] == []


def test_an_endpoint_on_its_way_is_neither_deleted_nor_updated(hosting: Hosting) -> None:
    """aws.md section 9.3; cleanup.md: Creating and Updating cannot be deleted."""
    hosting.start()
    with refused("ValidationException", "in-progress endpoint"):
        hosting.sagemaker.delete_endpoint(EndpointName="endpoint")
    with refused("ValidationException", "in-progress endpoint"):
        hosting.sagemaker.update_endpoint(EndpointName="endpoint", EndpointConfigName="endpoint")
    hosting.account.pass_time(601)
    hosting.sagemaker.update_endpoint(EndpointName="endpoint", EndpointConfigName="endpoint")
    with refused("ValidationException", "in-progress endpoint"):
        hosting.sagemaker.delete_endpoint(EndpointName="endpoint")


def test_an_update_brings_the_new_configuration_when_it_is_through(hosting: Hosting) -> None:
    hosting.serve()
    hosting.config("other", "ml.c5.large", 2)
    hosting.sagemaker.update_endpoint(EndpointName="endpoint", EndpointConfigName="other")
    found = hosting.endpoint()
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("Updating", "endpoint")
    assert hosting.invoke()
    hosting.account.pass_time(421)
    found = hosting.endpoint()
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", "other")
    assert found["ProductionVariants"][0]["CurrentInstanceCount"] == 2


def test_capacity_is_desired_before_it_is_there(hosting: Hosting) -> None:
    hosting.serve()
    asked = {"VariantName": "AllTraffic", "DesiredInstanceCount": 2}
    resize = hosting.sagemaker.update_endpoint_weights_and_capacities
    resize(EndpointName="endpoint", DesiredWeightsAndCapacities=[asked])
    variant = hosting.endpoint()["ProductionVariants"][0]
    assert (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]) == (1, 2)
    hosting.account.pass_time(421)
    assert hosting.endpoint()["ProductionVariants"][0]["CurrentInstanceCount"] == 2
    with refused("ResourceLimitExceeded", "'Maximum number of instances per endpoint' is 4 Instances"):
        resize(EndpointName="endpoint", DesiredWeightsAndCapacities=[asked | {"DesiredInstanceCount": 5}])
    with refused("ValidationException", "Could not find variant"):
        resize(EndpointName="endpoint", DesiredWeightsAndCapacities=[asked | {"VariantName": "other"}])


def test_the_quota_of_the_type_counts_over_all_endpoints(hosting: Hosting) -> None:
    """aws.md section 0.4: every usable type begins with 0."""
    with refused("ResourceLimitExceeded", "'ml.m5.xlarge for endpoint usage' is 0 Instances"):
        hosting.start("ml.m5.xlarge", name="none")
    hosting.start("ml.c5.large", 2)
    with refused("ResourceLimitExceeded", "current utilization of 2 Instances and a request delta of 1"):
        hosting.start("ml.c5.large", name="second")


def test_all_endpoints_together_have_four_instances(hosting: Hosting) -> None:
    """aws.md section 2: L-7A3DF611 and L-ED8DEE9B."""
    with refused("ResourceLimitExceeded", "'Maximum number of instances per endpoint'"):
        hosting.start(count=5, name="large")
    hosting.start(count=3)
    with refused("ResourceLimitExceeded", "'Number of instances across active endpoints' is 4 Instances"):
        hosting.start("ml.c5.large", 2, name="second")


def test_a_model_needs_its_image_its_data_and_its_role(hosting: Hosting) -> None:
    with refused("ValidationException", "Requested image"):
        hosting.model("wrong", container={"Image": IMAGE.replace("us-east-1", "eu-west-1")})
    with refused("ValidationException", "Could not find model data"):
        hosting.model("wrong", container={"ModelDataUrl": hosting.data + ".old"})
    with refused("ValidationException", "Could not assume role"):
        hosting.model("wrong", ExecutionRoleArn=hosting.account.new_role("new"))
    with refused("ValidationException", "Could not access model data"):
        hosting.model("wrong", ExecutionRoleArn=hosting.account.role("poor", allow=["ecr:*"]))
    with refused("ValidationException", "Cannot create already existing model"):
        hosting.model()


def test_what_is_missing_is_named(hosting: Hosting) -> None:
    with refused("ValidationException", "Could not find endpoint configuration"):
        hosting.sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="config")
    hosting.config()
    hosting.sagemaker.delete_model(ModelName="model")
    with refused("ValidationException", "Could not find model"):
        hosting.sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="config")
    with refused("ValidationException", "Could not find model"):
        hosting.config("second")


def test_models_and_configurations_are_listed_described_and_deleted(hosting: Hosting) -> None:
    hosting.config()
    sagemaker = hosting.sagemaker
    assert [one["ModelName"] for one in sagemaker.list_models()["Models"]] == ["model"]
    assert [one["EndpointConfigName"] for one in sagemaker.list_endpoint_configs()["EndpointConfigs"]] == ["config"]
    assert sagemaker.describe_model(ModelName="model")["PrimaryContainer"]["ModelDataUrl"] == hosting.data
    config = sagemaker.describe_endpoint_config(EndpointConfigName="config")
    assert config["ProductionVariants"][0]["InitialVariantWeight"] == 1
    sagemaker.delete_endpoint_config(EndpointConfigName="config")
    sagemaker.delete_model(ModelName="model")
    with refused("ValidationException", "Could not find endpoint configuration"):
        sagemaker.delete_endpoint_config(EndpointConfigName="config")
    with refused("ValidationException", "Could not find model"):
        sagemaker.delete_model(ModelName="model")


def test_what_was_there_before_stays_in_the_listings(aws: Simulated) -> None:
    before = {"Endpoints": ["old-endpoint"], "Models": ["old-model"], "EndpointConfigs": ["old-config"]}
    hosting = Hosting(open_account(aws, quotas=QUOTAS, existing={"sagemaker": before}))
    hosting.model()
    hosting.start()
    sagemaker = hosting.sagemaker
    assert {one["EndpointName"] for one in sagemaker.list_endpoints()["Endpoints"]} == {"old-endpoint", "endpoint"}
    assert {one["ModelName"] for one in sagemaker.list_models()["Models"]} == {"old-model", "model"}
    configs = sagemaker.list_endpoint_configs()["EndpointConfigs"]
    assert {one["EndpointConfigName"] for one in configs} == {"old-config", "endpoint"}


def test_the_image_does_not_run_on_arm(hosting: Hosting) -> None:
    """aws.md section 2: the x86 algorithm image cannot run on ml.m6g.large."""
    hosting.serve("ml.m6g.large")
    found = hosting.endpoint()
    assert (found["EndpointStatus"], "ping health check" in found["FailureReason"]) == ("Failed", True)
    hosting.sagemaker.delete_endpoint(EndpointName="endpoint")


def test_the_same_picture_always_gets_the_same_probabilities(hosting: Hosting) -> None:
    hosting.serve()
    shares = hosting.invoke()
    assert (len(shares), round(sum(shares), 9)) == (2, 1)
    assert hosting.invoke(content="application/x-image") == shares
    assert hosting.invoke(JPEG + b"2") != shares


def test_what_is_no_archive_fails_the_endpoint(hosting: Hosting) -> None:
    """aws.md section 2; aws/deep-learning-containers PR 569 shows the words."""
    hosting.account.client("s3").put_object(Bucket=hosting.bucket, Key="model.tar.gz", Body=b"no archive")
    hosting.serve()
    found = hosting.endpoint()
    assert found["EndpointStatus"] == "Failed"
    words = "Please ensure that the object located at the URL is a valid tar.gz archive."
    assert found["FailureReason"] == f'Failed to extract model data archive from URL "{hosting.data}". {words}'


def test_an_endpoint_is_right_as_often_as_its_job_was(aws: Simulated) -> None:
    """Of the pictures that the job validated with, as many as it said."""
    account = open_account(aws, quotas={"applied": QUOTAS["applied"] | {"ml.g5.* for training job usage": 1}})
    lab, pictures = Lab(account), [JPEG + bytes([place]) for place in range(50)]
    labels = [place % 2 for place in range(50)]
    records = [packed([label], picture) for label, picture in zip(labels, pictures, strict=True)]
    lab.put("validation/validation.rec", b"".join(records))
    assert lab.outcome() == ("Completed", "")
    reached = {each["MetricName"]: each["Value"] for each in lab.job()["FinalMetricDataList"]}["validation:accuracy"]
    hosting = Hosting(account, role=lab.role)
    hosting.data = lab.job()["ModelArtifacts"]["S3ModelArtifacts"]
    hosting.model()
    hosting.serve()
    answers = [hosting.invoke(each) for each in pictures]
    assert all(round(sum(each), 9) == 1 for each in answers)
    said = [each.index(max(each)) for each in answers]
    share = sum(one == label for one, label in zip(said, labels, strict=True)) / len(labels)
    assert abs(share - reached) <= 0.5 / len(labels) + 1e-9
    assert [hosting.invoke(each) for each in pictures[:3]] == answers[:3]


def test_its_mistakes_are_those_that_a_person_would_make(aws: Simulated) -> None:
    """Most take a picture for the one class that looks like its own, and the model is less sure of them."""
    quotas = {"applied": QUOTAS["applied"] | {"ml.g5.* for training job usage": 1}}
    account = open_account(aws, quotas=quotas, training={"accuracy": [0.5, 0.5]})
    lab, pictures = Lab(account), [JPEG + bytes([place]) for place in range(80)]
    lab.put("train/train.rec", packed([0, 1, 2, 3]))
    lab.put("validation/validation.rec", b"".join(packed([place % 4], one) for place, one in enumerate(pictures)))
    assert lab.outcome(HyperParameters=HYPER | {"num_classes": "4"}) == ("Completed", "")
    hosting = Hosting(account, role=lab.role)
    hosting.data = lab.job()["ModelArtifacts"]["S3ModelArtifacts"]
    hosting.model()
    hosting.serve()
    answers = [hosting.invoke(each) for each in pictures]
    told = [(place % 4, each.index(max(each)), max(each)) for place, each in enumerate(answers)]
    wrong = [(label, said) for label, said, _ in told if label != said]
    assert len(wrong) == 40
    assert 0.6 < sum({label, said} in ({0, 2}, {1, 3}) for label, said in wrong) / len(wrong) < 1
    assert max(sure for label, said, sure in told if label != said) <= 0.8
    assert max(sure for label, said, sure in told if label == said) > 0.9


def test_calls_of_an_endpoint_are_counted_by_cloudwatch(hosting: Hosting) -> None:
    hosting.serve()
    for _ in range(3):
        hosting.invoke()
    with refused("ModelError"):
        hosting.invoke(b"no picture")
    cloudwatch = hosting.account.client("cloudwatch")
    now = datetime.fromtimestamp(hosting.account.aws.now(), UTC)
    names = [{"Name": "EndpointName", "Value": "endpoint"}, {"Name": "VariantName", "Value": "AllTraffic"}]
    asked = {
        "Namespace": "AWS/SageMaker", "Dimensions": names, "StartTime": now - timedelta(minutes=20),
        "EndTime": now + timedelta(minutes=20), "Period": 3600,
    }  # fmt: skip

    def points(name: str, statistic: str) -> list[dict[str, Any]]:
        found = cloudwatch.get_metric_statistics(MetricName=name, Statistics=[statistic], **asked)
        return list(found["Datapoints"])

    counts = ("Invocations", "Invocation4XXErrors", "Invocation5XXErrors")
    assert [points(name, "Sum")[0]["Sum"] for name in counts] == [4, 1, 0]
    [latency] = points("ModelLatency", "Average")
    assert (latency["Unit"], latency["Average"] > 1000) == ("Microseconds", True)
    listed = cloudwatch.list_metrics(Namespace="AWS/SageMaker", MetricName="Invocations")["Metrics"]
    assert [each["Dimensions"] for each in listed] == [names]


def test_only_pictures_sent_to_an_endpoint_in_service_are_answered(hosting: Hosting) -> None:
    hosting.start()
    for name in ("endpoint", "other"):
        with refused("ValidationError", f"Endpoint {name} of account {hosting.account.account_id} not found."):
            hosting.invoke(name=name)
    hosting.account.pass_time(601)
    with refused("ModelError", "(415)"):
        hosting.invoke(content="text/csv")
    with refused("ModelError", "(400)"):
        hosting.invoke(b"no picture")
