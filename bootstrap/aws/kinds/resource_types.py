"""CloudFormation's resource types: of which kind each is, and which thing of a listing a stack's resource is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bootstrap.aws.kinds.kind import Kind
from bootstrap.aws.kinds.listing import Thing

# Resource type -> kind. CloudFormation User Guide, "Resource type reference".
TYPES: Mapping[str, str] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "scalable target",
    "AWS::CloudFormation::Stack": "stack",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::CompositeAlarm": "alarm",
    "AWS::Cognito::UserPool": "user pool",
    "AWS::ECR::Repository": "image repository",
    "AWS::Events::EventBus": "event bus",
    "AWS::Events::Rule": "rule",
    "AWS::IAM::Group": "IAM group",
    "AWS::IAM::InstanceProfile": "instance profile",
    "AWS::IAM::ManagedPolicy": "policy",
    "AWS::IAM::OIDCProvider": "OIDC provider",
    "AWS::IAM::Role": "role",
    "AWS::IAM::SAMLProvider": "SAML provider",
    "AWS::IAM::ServiceLinkedRole": "role",
    "AWS::IAM::User": "IAM user",
    "AWS::Lambda::Function": "function",
    "AWS::Logs::LogGroup": "log group",
    "AWS::S3::Bucket": "bucket",
    "AWS::SNS::Topic": "topic",
    "AWS::SageMaker::App": "studio app",
    "AWS::SageMaker::AppImageConfig": "app image config",
    "AWS::SageMaker::Cluster": "hyperpod cluster",
    "AWS::SageMaker::CodeRepository": "code repository",
    "AWS::SageMaker::Domain": "studio domain",
    "AWS::SageMaker::Endpoint": "endpoint",
    "AWS::SageMaker::EndpointConfig": "endpoint config",
    "AWS::SageMaker::FeatureGroup": "feature group",
    "AWS::SageMaker::Image": "studio image",
    "AWS::SageMaker::InferenceComponent": "inference component",
    "AWS::SageMaker::InferenceExperiment": "inference experiment",
    "AWS::SageMaker::MlflowTrackingServer": "mlflow server",
    "AWS::SageMaker::Model": "model",
    "AWS::SageMaker::ModelPackage": "model package",
    "AWS::SageMaker::ModelPackageGroup": "model package group",
    "AWS::SageMaker::MonitoringSchedule": "monitoring schedule",
    "AWS::SageMaker::NotebookInstance": "notebook",
    "AWS::SageMaker::NotebookInstanceLifecycleConfig": "notebook lifecycle config",
    "AWS::SageMaker::PartnerApp": "partner app",
    "AWS::SageMaker::Pipeline": "pipeline",
    "AWS::SageMaker::ProcessingJob": "processing job",
    "AWS::SageMaker::Project": "project",
    "AWS::SageMaker::Space": "studio space",
    "AWS::SageMaker::UserProfile": "studio user profile",
    "AWS::SageMaker::Workteam": "workteam",
}
# Types that are a part of another resource -> that resource's type: they end with it.
PARTS: Mapping[str, str] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::Cognito::UserPoolClient": "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolDomain": "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolGroup": "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolUser": "AWS::Cognito::UserPool",
    "AWS::IAM::AccessKey": "AWS::IAM::User",
    "AWS::IAM::GroupPolicy": "AWS::IAM::Group",
    "AWS::IAM::RolePolicy": "AWS::IAM::Role",
    "AWS::IAM::UserPolicy": "AWS::IAM::User",
    "AWS::Lambda::Permission": "AWS::Lambda::Function",
    "AWS::Lambda::Version": "AWS::Lambda::Function",
    "AWS::Logs::LogStream": "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter": "AWS::Logs::LogGroup",
    "AWS::S3::BucketPolicy": "AWS::S3::Bucket",
    "AWS::SNS::Subscription": "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy": "AWS::SNS::Topic",
}
# Types of which nothing exists outside the stack.
NOTHING_REAL = frozenset(
    {"AWS::CDK::Metadata", "AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle"}
)
# Shown keys that hold the thing's own ARN or id, and no other's.
_OWN_IDS = ("Arn", "arn", "Id", "id")
_OTHERS_IDS = ("RoleArn", "roleArn", "KmsKeyId", "VpcId", "kmsKeyId")


def is_resource(thing: Thing, physical_id: str) -> bool:
    """Return True if a stack's resource of this physical id, and of the thing's kind, is this thing.

    CloudFormation shows a name, an ARN, or several ids joined by "|"; each listing has its own choice of them.
    """
    if not physical_id:
        return False
    if physical_id in _known_by(thing):
        return True
    if physical_id.startswith("arn:"):
        return thing.name in _ends(physical_id)
    parts = physical_id.split("|")
    ids = [str(thing.shown[key]) for key in thing.kind.ids if thing.shown.get(key) is not None]
    # A rule of another event bus: "bus|rule". A scalable target: "resource|dimension|namespace".
    return len(parts) > 1 and bool(ids) and set(ids) <= set(parts)


def names_of(kind: Kind, physical_id: str) -> Iterator[str]:
    """Yield the names that a listing of the kind may give to a stack's resource of this physical id."""
    yield physical_id
    if physical_id.startswith("arn:"):
        yield from _ends(physical_id)
    parts = physical_id.split("|")
    if len(parts) > 1:
        yield from parts if len(kind.ids) == 1 else (" ".join(parts[: len(kind.ids)]),)


def _known_by(thing: Thing) -> Iterator[str]:
    yield thing.name
    for key, value in thing.shown.items():
        if isinstance(value, str) and key.endswith(_OWN_IDS) and key not in _OTHERS_IDS:
            yield value


def _ends(arn: str) -> Iterator[str]:
    """Yield what may be the name in an ARN: its resource, and what follows each "/" or ":" in it."""
    resource = arn.split(":", 5)[-1]
    yield resource
    for place, letter in enumerate(resource):
        if letter in "/:":
            yield resource[place + 1 :]
