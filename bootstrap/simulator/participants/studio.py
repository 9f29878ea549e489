"""SageMaker features outside the labs: Studio, pipelines, feature groups, the model registry, images, MLflow."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import Missed, Participant

_TOKEN = "t" * 32


def _domain(who: Participant) -> None:
    who.sagemaker.create_domain(
        DomainName=who.name("studio"), AuthMode="IAM", DefaultUserSettings={"ExecutionRole": who.role}
    )


def _in_domain(who: Participant) -> dict[str, Any]:
    for each in who.sagemaker.list_domains()["Domains"]:
        if each["DomainName"] == who.name("studio"):
            return {"DomainId": each["DomainId"]}
    raise Missed("the studio domain")


def _space(who: Participant) -> None:
    domain = _in_domain(who)
    who.sagemaker.create_user_profile(**domain, UserProfileName="ann")
    who.sagemaker.create_space(
        **domain, SpaceName="room", OwnershipSettings={"OwnerUserProfileName": "ann"},
        SpaceSharingSettings={"SharingType": "Private"},
    )  # fmt: skip


def _app(who: Participant) -> None:
    """Create an app late, so that it is Pending when the event ends."""
    who.sagemaker.create_app(**_in_domain(who), SpaceName="room", AppType="JupyterLab", AppName="default")


def _pipeline(who: Participant) -> None:
    name = who.name("pipeline")
    who.sagemaker.create_pipeline(
        PipelineName=name, PipelineDefinition="{}", ClientRequestToken=_TOKEN, RoleArn=who.role
    )
    who.sagemaker.start_pipeline_execution(PipelineName=name, ClientRequestToken=_TOKEN)


def _features(who: Participant) -> None:
    who.sagemaker.create_feature_group(
        FeatureGroupName=who.name("features"), RecordIdentifierFeatureName="id", EventTimeFeatureName="time",
        FeatureDefinitions=[{"FeatureName": each, "FeatureType": "String"} for each in ("id", "time")],
        OnlineStoreConfig={"EnableOnlineStore": True}, RoleArn=who.role,
    )  # fmt: skip


def _packages(who: Participant) -> None:
    group = {"ModelPackageGroupName": who.name("cars")}
    who.sagemaker.create_model_package_group(**group)
    for _ in range(2):
        who.sagemaker.create_model_package(**group)


def _image(who: Participant) -> None:
    who.sagemaker.create_image(ImageName=who.name("image"), RoleArn=who.role)


def _versions(who: Participant) -> None:
    for number in ("1", "2"):
        who.sagemaker.create_image_version(
            ImageName=who.name("image"), BaseImage=who.algorithm(), ClientToken=number * 32
        )


def _mlflow(who: Participant) -> None:
    who.sagemaker.create_mlflow_tracking_server(
        TrackingServerName=who.name("mlflow"), ArtifactStoreUri=who.uri("mlflow"), RoleArn=who.role
    )


LEFTOVERS = (
    Leftover(
        ("studio domain", "studio user profile", "studio space", "studio app"),
        opens=_domain,
        noon=_space,
        closes=_app,
    ),
    Leftover(("pipeline",), closes=_pipeline),
    Leftover(("feature group",), noon=_features),
    Leftover(("model package group", "model package"), noon=_packages),
    Leftover(("studio image",), opens=_image, noon=_versions),
    Leftover(("mlflow server",), noon=_mlflow),
)
