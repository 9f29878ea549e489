"""The resource types that our templates and simulated participants use; every other type is refused by name."""

from __future__ import annotations

from bootstrap.simulator.services.cloudformation.kinds import (
    cognito,
    functions,
    iam,
    instances,
    notebooks,
    notifications,
    s3,
)
from bootstrap.simulator.services.cloudformation.kinds.kind import ResourceKind

KINDS: dict[str, ResourceKind] = {
    "AWS::Cognito::UserPool": cognito.USER_POOL,
    "AWS::Cognito::UserPoolClient": cognito.CLIENT,
    "AWS::Cognito::UserPoolDomain": cognito.DOMAIN,
    "AWS::Cognito::UserPoolGroup": cognito.GROUP,
    "AWS::EC2::Instance": instances.INSTANCE,
    "AWS::Events::Rule": notifications.RULE,
    "AWS::IAM::ManagedPolicy": iam.MANAGED_POLICY,
    "AWS::IAM::Role": iam.ROLE,
    "AWS::Lambda::Function": functions.FUNCTION,
    "AWS::Logs::LogGroup": functions.LOG_GROUP,
    "AWS::S3::Bucket": s3.BUCKET,
    "AWS::S3::BucketPolicy": s3.BUCKET_POLICY,
    "AWS::SNS::Topic": notifications.TOPIC,
    "AWS::SNS::TopicPolicy": notifications.TOPIC_POLICY,
    "AWS::SageMaker::NotebookInstance": notebooks.NOTEBOOK,
    "AWS::SageMaker::NotebookInstanceLifecycleConfig": notebooks.LIFECYCLE_CONFIG,
}
