"""The operations that only read; any other operation needs the write permit. Names as in botocore's models."""

from __future__ import annotations

# A prefix like "Get" is no proof: GetFederationToken gives access.
READS: dict[str, frozenset[str]] = {
    "application-autoscaling": frozenset(
        {"DescribeScalableTargets", "DescribeScalingActivities", "DescribeScalingPolicies"}
    ),
    "cloudformation": frozenset(
        {
            "DescribeChangeSet",
            "DescribeStackEvents",
            "DescribeStackResources",
            "DescribeStacks",
            "GetTemplate",
            "ListChangeSets",
            "ListStackResources",
            "ListStacks",
        }
    ),
    "cloudtrail": frozenset({"LookupEvents"}),
    "cloudwatch": frozenset({"DescribeAlarms"}),
    "cognito-idp": frozenset(
        {
            "AdminGetUser",
            "AdminListGroupsForUser",
            "DescribeUserPool",
            "DescribeUserPoolClient",
            "GetGroup",
            "ListGroups",
            "ListUserPools",
            "ListUsers",
            "ListUsersInGroup",
        }
    ),
    "ec2": frozenset({"DescribeRegions"}),
    "ecr": frozenset({"DescribeRepositories"}),
    "events": frozenset({"DescribeRule", "ListEventBuses", "ListRules", "ListTargetsByRule"}),
    "iam": frozenset(
        {
            "GetAccountAuthorizationDetails",
            "GetGroup",
            "GetRole",
            "ListAccessKeys",
            "ListAttachedGroupPolicies",
            "ListAttachedRolePolicies",
            "ListAttachedUserPolicies",
            "ListGroupPolicies",
            "ListGroups",
            "ListGroupsForUser",
            "ListInstanceProfiles",
            "ListMFADevices",
            "ListOpenIDConnectProviders",
            "ListPolicies",
            "ListPolicyVersions",
            "ListRolePolicies",
            "ListRoles",
            "ListSAMLProviders",
            "ListSSHPublicKeys",
            "ListServiceSpecificCredentials",
            "ListSigningCertificates",
            "ListUserPolicies",
            "ListUsers",
        }
    ),
    "lambda": frozenset({"ListFunctions"}),
    "logs": frozenset({"DescribeLogGroups", "DescribeLogStreams", "GetLogEvents"}),
    "organizations": frozenset({"DescribeOrganization"}),
    "s3": frozenset(
        {
            "GetBucketCors",
            "GetBucketLocation",
            "GetBucketPolicy",
            "GetObject",
            "HeadBucket",
            "HeadObject",
            "ListBuckets",
            "ListMultipartUploads",
            "ListObjectVersions",
            "ListObjectsV2",
            "ListParts",
        }
    ),
    "sagemaker": frozenset(
        {
            "DescribeEndpoint",
            "DescribeEndpointConfig",
            "DescribeHyperParameterTuningJob",
            "DescribeLabelingJob",
            "DescribeNotebookInstance",
            "DescribeTrainingJob",
            "DescribeWorkforce",
            "DescribeWorkteam",
            "ListApps",
            "ListAutoMLJobs",
            "ListCodeRepositories",
            "ListCompilationJobs",
            "ListDomains",
            "ListEndpointConfigs",
            "ListEndpoints",
            "ListFeatureGroups",
            "ListFlowDefinitions",
            "ListHumanTaskUis",
            "ListHyperParameterTuningJobs",
            "ListImages",
            "ListInferenceComponents",
            "ListLabelingJobs",
            "ListMlflowTrackingServers",
            "ListModelPackageGroups",
            "ListModelPackages",
            "ListModels",
            "ListMonitoringSchedules",
            "ListNotebookInstanceLifecycleConfigs",
            "ListNotebookInstances",
            "ListPipelineExecutions",
            "ListPipelines",
            "ListProcessingJobs",
            "ListSpaces",
            "ListTrainingJobs",
            "ListTrainingJobsForHyperParameterTuningJob",
            "ListTransformJobs",
            "ListUserProfiles",
            "ListWorkforces",
            "ListWorkteams",
        }
    ),
    "service-quotas": frozenset(
        {
            "GetAWSDefaultServiceQuota",
            "GetRequestedServiceQuotaChange",
            "GetServiceQuota",
            "ListAWSDefaultServiceQuotas",
            "ListRequestedServiceQuotaChangeHistory",
            "ListRequestedServiceQuotaChangeHistoryByQuota",
            "ListServiceQuotas",
        }
    ),
    # Not in botocore's models. Like AssumeRole it gives access but changes nothing.
    "signin": frozenset({"GetSigninToken"}),
    "sns": frozenset({"GetTopicAttributes", "ListSubscriptionsByTopic", "ListTopics"}),
    "ssm": frozenset({"DescribeParameters", "GetParameter", "GetParameters", "GetParametersByPath"}),
    # The account is read by assuming its role, which changes nothing.
    "sts": frozenset({"AssumeRole", "GetCallerIdentity"}),
}


def only_reads(service: str, operation: str) -> bool:
    """Return True if the operation changes nothing in AWS."""
    return operation in READS.get(service, frozenset())
