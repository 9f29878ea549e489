"""Calls of an examination. The role `support-read` allows these operations and no others."""

from __future__ import annotations

from collections.abc import Mapping

from bootstrap.aws import operations
from bootstrap.aws.operations import OperationRow

_BY_SERVICE: Mapping[str, str] = {
    "application-autoscaling": "DescribeScalableTargets DescribeScalingActivities",
    "cloudformation": "DescribeChangeSet DescribeEvents DescribeStackEvents DescribeStacks ListStacks",
    "cloudtrail": "LookupEvents",
    "cognito-idp": "DescribeUserPoolClient ListUsers ListUsersInGroup",
    "events": "DescribeRule ListTargetsByRule",
    "iam": "GetAccountAuthorizationDetails GetRole",
    "logs": "DescribeLogStreams GetLogEvents",
    "s3": "GetBucketCors GetBucketPolicy HeadObject ListBuckets ListObjectsV2",
    "sagemaker": (
        "DescribeEndpoint DescribeEndpointConfig DescribeHyperParameterTuningJob DescribeLabelingJob "
        "DescribeNotebookInstance DescribeTrainingJob ListEndpoints ListHyperParameterTuningJobs ListLabelingJobs "
        "ListNotebookInstances ListTags ListTrainingJobs ListTrainingJobsForHyperParameterTuningJob ListWorkforces "
        "ListWorkteams"
    ),
    "service-quotas": (
        "GetAWSDefaultServiceQuota GetServiceQuota ListAWSDefaultServiceQuotas ListRequestedServiceQuotaChangeHistory"
    ),
    "sns": "GetTopicAttributes ListSubscriptionsByTopic",
    "ssm": "GetParameters",
    # Any session may call it.
    "sts": "GetCallerIdentity",
}


def _row(service: str, name: str) -> OperationRow:
    found = operations.row(service, name)
    if found is None or not found.reads:
        raise LookupError(f"{service}:{name} is not in the table of operations that read")
    return found


READS: tuple[OperationRow, ...] = tuple(
    _row(service, name) for service, names in _BY_SERVICE.items() for name in names.split()
)
