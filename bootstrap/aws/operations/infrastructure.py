"""Operations of CloudFormation, Systems Manager, EC2, ECR, Lambda, Service Quotas and Application Auto Scaling."""

from __future__ import annotations

from bootstrap.aws.operations.operation import OperationRow, reads, writes

_PLACEBO = "cloud-custodian tests/data/placebo: in each of its {} recorded answers"
_EMPTY = _PLACEBO + ", {} is empty"
_SCALING = "application-autoscaling"

INFRASTRUCTURE: tuple[OperationRow, ...] = (
    reads(
        "cloudformation",
        "DescribeChangeSet",
        *("ChangeSetName", "Status"),
        source="localstack tests/aws/services/cloudformation/api/test_changesets.snapshot.json",
    ),
    reads("cloudformation", "DescribeEvents", "OperationEvents"),
    reads("cloudformation", "DescribeStackEvents", "StackEvents", source=_PLACEBO.format(24)),
    # A stack without resources, in review, has an empty list.
    reads(
        "cloudformation",
        "DescribeStackResources",
        "StackResources",
        source="API reference of DescribeStackResources, example",
    ),
    reads("cloudformation", "DescribeStacks", "Stacks"),
    reads(
        "cloudformation",
        "ListStackResources",
        "StackResourceSummaries",
        source="CloudFormation User Guide, listing the resources of a stack",
    ),
    reads("cloudformation", "ListStacks", "StackSummaries"),
    writes("cloudformation", "ContinueUpdateRollback"),
    writes("cloudformation", "CreateChangeSet"),
    writes("cloudformation", "CreateStack"),
    writes("cloudformation", "DeleteChangeSet"),
    writes("cloudformation", "DeleteStack"),
    writes("cloudformation", "ExecuteChangeSet"),
    writes("cloudformation", "UpdateTerminationProtection"),
    reads(
        "ssm",
        "GetParameter",
        "Parameter",
        source="localstack tests/aws/services/ssm/test_ssm.snapshot.json; a missing one is an error, ParameterNotFound",
    ),
    reads(
        "ssm",
        "GetParameters",
        *("Parameters", "InvalidParameters"),
        source="localstack tests/aws/services/ssm/test_ssm.snapshot.json, test_parameters_with_path",
    ),
    reads(
        "ssm", "GetParametersByPath", "Parameters", source="github.com/aws/aws-sdk-js-v3/issues/5928: [] for no match"
    ),
    writes("ssm", "AddTagsToResource"),
    writes("ssm", "DeleteParameter"),
    writes("ssm", "DeleteParameters"),
    writes("ssm", "PutParameter"),
    reads("ec2", "DescribeRegions", "Regions", source="an account has at least one enabled region"),
    reads(
        "ecr",
        "DescribeRepositories",
        "repositories",
        source=_EMPTY.format(21, "test_ecr_no_policy/DescribeRepositories_1"),
    ),
    writes("ecr", "DeleteRepository"),
    reads(
        "lambda",
        "ListFunctions",
        "Functions",
        source=_EMPTY.format(39, "test_account_missing_region_resource/ListFunctions_1"),
    ),
    writes("lambda", "DeleteFunction"),
    reads("service-quotas", "GetAWSDefaultServiceQuota", "Quota", source="a missing one is NoSuchResourceException"),
    reads("service-quotas", "GetServiceQuota", "Quota", source="a missing one is NoSuchResourceException"),
    reads("service-quotas", "ListAWSDefaultServiceQuotas", "Quotas"),
    reads("service-quotas", "ListRequestedServiceQuotaChangeHistory", "RequestedQuotas"),
    writes("service-quotas", "CreateSupportCase"),
    writes("service-quotas", "RequestServiceQuotaIncrease"),
    reads(_SCALING, "DescribeScalableTargets", "ScalableTargets"),
    reads(_SCALING, "DescribeScalingActivities", "ScalingActivities"),
    reads(_SCALING, "DescribeScalingPolicies", "ScalingPolicies"),
    writes(_SCALING, "DeregisterScalableTarget"),
)
