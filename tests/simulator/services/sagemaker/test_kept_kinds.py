"""Kinds that stand until somebody deletes them, and what must go before them."""

from __future__ import annotations

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused


class Owner:
    """Somebody who makes one thing of each kind."""

    def __init__(self, account: OneAccount) -> None:
        self.account, self.client, self.role = account, account.client("sagemaker"), account.role()

    def server(self) -> None:
        self.client.create_mlflow_tracking_server(
            TrackingServerName="one", ArtifactStoreUri="s3://some-bucket/mlflow", RoleArn=self.role
        )

    def features(self) -> None:
        names = [{"FeatureName": name, "FeatureType": "String"} for name in ("id", "time")]
        self.client.create_feature_group(
            FeatureGroupName="one", RecordIdentifierFeatureName="id", EventTimeFeatureName="time",
            FeatureDefinitions=names, OnlineStoreConfig={"EnableOnlineStore": True}, RoleArn=self.role,
        )  # fmt: skip

    def pipeline(self) -> None:
        self.client.create_pipeline(
            PipelineName="one", PipelineDefinition="{}", ClientRequestToken="t" * 32, RoleArn=self.role
        )

    def group(self) -> None:
        self.client.create_model_package_group(ModelPackageGroupName="one")

    def image(self) -> None:
        self.client.create_image(ImageName="one", RoleArn=self.role)


@pytest.fixture
def owner(aws: Simulated) -> Owner:
    return Owner(open_account(aws))


def test_an_mlflow_server_is_slow_to_come_to_stop_and_to_go(owner: Owner) -> None:
    """cleanup.md section 5: it bears cost; states of the API model."""
    client, pages = owner.client, owner.client.list_mlflow_tracking_servers

    def status() -> list[str]:
        return [one["TrackingServerStatus"] for one in pages()["TrackingServerSummaries"]]

    owner.server()
    assert status() == ["Creating"]
    with refused("ValidationException", "is in status Creating"):
        client.delete_mlflow_tracking_server(TrackingServerName="one")
    with refused("ConflictException", "is in status Creating"):
        client.stop_mlflow_tracking_server(TrackingServerName="one")
    owner.account.pass_time(1800)
    assert status() == ["Created"]
    client.stop_mlflow_tracking_server(TrackingServerName="one")
    owner.account.pass_time(600)
    assert status() == ["Stopped"]
    client.delete_mlflow_tracking_server(TrackingServerName="one")
    assert status() == ["Deleting"]
    with refused("ValidationException", "Deleting"):
        client.delete_mlflow_tracking_server(TrackingServerName="one")
    owner.account.pass_time(600)
    assert status() == []
    with refused("ResourceNotFound"):
        client.describe_mlflow_tracking_server(TrackingServerName="one")


def test_a_feature_group_goes_only_when_it_stands(owner: Owner) -> None:
    """cleanup.md section 5."""
    owner.features()
    with refused("ValidationException", "Creating"):
        owner.client.delete_feature_group(FeatureGroupName="one")
    owner.account.pass_time(60)
    assert owner.client.describe_feature_group(FeatureGroupName="one")["FeatureGroupStatus"] == "Created"
    owner.client.delete_feature_group(FeatureGroupName="one")
    (summary,) = owner.client.list_feature_groups()["FeatureGroupSummaries"]
    assert summary["FeatureGroupStatus"] == "Deleting"
    owner.account.pass_time(120)
    assert owner.client.list_feature_groups()["FeatureGroupSummaries"] == []


def test_a_code_repository_goes_at_once(owner: Owner) -> None:
    git = {"RepositoryUrl": "https://example.com/one.git"}
    owner.client.create_code_repository(CodeRepositoryName="one", GitConfig=git)
    assert owner.client.describe_code_repository(CodeRepositoryName="one")["GitConfig"] == git
    with refused("ValidationException", "already exists"):
        owner.client.create_code_repository(CodeRepositoryName="one", GitConfig=git)
    owner.client.delete_code_repository(CodeRepositoryName="one")
    assert owner.client.list_code_repositories()["CodeRepositorySummaryList"] == []


def test_a_pipeline_is_not_deleted_while_it_runs(owner: Owner) -> None:
    """cleanup.md section 5; DeletePipeline of the API model: running executions must be stopped first."""
    client, token = owner.client, {"ClientRequestToken": "t" * 32}
    owner.pipeline()
    arn = client.start_pipeline_execution(PipelineName="one", **token)["PipelineExecutionArn"]
    with refused("ConflictException", arn):
        client.delete_pipeline(PipelineName="one", **token)
    client.stop_pipeline_execution(PipelineExecutionArn=arn, **token)
    with refused("ConflictException", arn):
        client.delete_pipeline(PipelineName="one", **token)
    owner.account.pass_time(120)
    (run,) = client.list_pipeline_executions(PipelineName="one")["PipelineExecutionSummaries"]
    assert run["PipelineExecutionStatus"] == "Stopped"
    with refused("ConflictException", "Stopped"):
        client.stop_pipeline_execution(PipelineExecutionArn=arn, **token)
    client.delete_pipeline(PipelineName="one", **token)
    assert client.list_pipelines()["PipelineSummaries"] == []
    with refused("ResourceNotFound"):
        client.describe_pipeline_execution(PipelineExecutionArn=arn)


def test_a_model_package_group_goes_after_its_packages(owner: Owner) -> None:
    """cleanup.md section 5; that versions are not listed without their group is the API model's."""
    client, group = owner.client, {"ModelPackageGroupName": "one"}
    owner.group()
    made = [client.create_model_package(**group)["ModelPackageArn"] for _ in range(2)]
    assert [arn.rpartition(":")[2] for arn in made] == ["model-package/one/1", "model-package/one/2"]
    assert client.list_model_packages()["ModelPackageSummaryList"] == []
    for asked in (group, {"ModelPackageType": "Versioned"}, {"ModelPackageType": "Both"}):
        found = client.list_model_packages(**asked)["ModelPackageSummaryList"]
        assert [one["ModelPackageArn"] for one in found] == made
    with refused("ConflictException", made[0]):
        client.delete_model_package_group(**group)
    owner.account.pass_time(20)
    for arn in made:
        client.delete_model_package(ModelPackageName=arn)
    owner.account.pass_time(10)
    client.delete_model_package_group(**group)
    owner.account.pass_time(10)
    assert client.list_model_package_groups()["ModelPackageGroupSummaryList"] == []


def test_a_model_package_has_a_name_or_a_group(owner: Owner) -> None:
    client = owner.client
    with refused("ValidationException", "Missing ARN"):
        client.create_model_package()
    with refused("ValidationException", "does not exist"):
        client.create_model_package(ModelPackageGroupName="none")
    client.create_model_package(ModelPackageName="alone")
    (summary,) = client.list_model_packages()["ModelPackageSummaryList"]
    assert summary["ModelPackageName"] == "alone"


def test_an_image_takes_its_versions_along(owner: Owner) -> None:
    """cleanup.md section 5; DeleteImage of the API model."""
    client, base = (
        owner.client,
        {"BaseImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1", "ClientToken": "t" * 32},
    )
    owner.image()
    with refused("ResourceInUse", "CREATING"):
        client.create_image_version(ImageName="one", **base)
    owner.account.pass_time(20)
    for _ in range(2):
        client.create_image_version(ImageName="one", **base)
    owner.account.pass_time(60)
    client.delete_image_version(ImageName="one", Version=1)
    owner.account.pass_time(20)
    (version,) = client.list_image_versions(ImageName="one")["ImageVersions"]
    assert (version["Version"], version["ImageVersionStatus"]) == (2, "CREATED")
    client.delete_image(ImageName="one")
    assert client.list_images()["Images"][0]["ImageStatus"] == "DELETING"
    owner.account.pass_time(20)
    assert client.list_images()["Images"] == []
    with refused("ResourceNotFound"):
        client.describe_image_version(ImageName="one", Version=2)


def test_things_of_another_region_are_only_there(owner: Owner) -> None:
    """cleanup.md section 6: the look elsewhere."""
    owner.group()
    elsewhere = OneAccount(owner.account.aws, owner.account.account_id, "ap-southeast-2").client("sagemaker")
    assert elsewhere.list_model_package_groups()["ModelPackageGroupSummaryList"] == []
    elsewhere.create_mlflow_tracking_server(
        TrackingServerName="away", ArtifactStoreUri="s3://some-bucket/mlflow", RoleArn=owner.role
    )
    owner.account.pass_time(1800)
    assert owner.client.list_mlflow_tracking_servers()["TrackingServerSummaries"] == []
    (server,) = elsewhere.list_mlflow_tracking_servers()["TrackingServerSummaries"]
    assert server["TrackingServerStatus"] == "Created"
