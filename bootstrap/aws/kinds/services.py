"""Kinds of the other services: buckets, stacks, alarms, topics, logs, roles."""

from __future__ import annotations

from bootstrap.aws.kinds.kind import Kind, states

_USERS = (
    "automl job",
    "tuning job",
    "training job",
    "processing job",
    "transform job",
    "compilation job",
    "labelling job",
    "notebook",
    "endpoint",
    "studio domain",
    "mlflow server",
    "feature group",
    "pipeline",
    "inference recommendations job",
    "ai benchmark job",
    "ai recommendation job",
    "optimization job",
    "edge packaging job",
    "AgentRFT job",
    "AgentRFTEvaluation job",
    "DataQualityEvaluation job",
    "DataTransformation job",
    "SyntheticDataGeneration job",
    "hyperpod cluster",
    "partner app",
    "training session",
    "inference experiment",
    "mlflow app",
    "project",
)
_IN_PROGRESS = states(
    "CREATE_IN_PROGRESS ROLLBACK_IN_PROGRESS DELETE_IN_PROGRESS UPDATE_IN_PROGRESS "
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_ROLLBACK_IN_PROGRESS "
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS IMPORT_IN_PROGRESS IMPORT_ROLLBACK_IN_PROGRESS"
)
_STANDS = states(
    "CREATE_FAILED CREATE_COMPLETE ROLLBACK_FAILED ROLLBACK_COMPLETE DELETE_FAILED UPDATE_COMPLETE UPDATE_FAILED "
    "UPDATE_ROLLBACK_FAILED UPDATE_ROLLBACK_COMPLETE REVIEW_IN_PROGRESS IMPORT_COMPLETE IMPORT_ROLLBACK_FAILED "
    "IMPORT_ROLLBACK_COMPLETE"
)

SERVICES: tuple[Kind, ...] = (
    # Jobs and endpoints may write to a bucket while they run: it is emptied after they are gone.
    Kind(
        "bucket",
        "s3",
        "list_buckets",
        ("Buckets",),
        ("Name",),
        # ListBuckets: "This date can change when making changes to your bucket, such as editing its bucket policy."
        # docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html
        created="CreationDate",
        lasting=False,
        after=_USERS,
        creates=("CreateBucket",),
    ),
    Kind(
        "stack",
        "cloudformation",
        "describe_stacks",
        ("Stacks",),
        ("StackName",),
        created="CreationTime",
        lasting=True,
        status="StackStatus",
        delete_in=_STANDS,
        wait_in=_IN_PROGRESS,
        done_in=states("DELETE_COMPLETE"),
        after=(*_USERS, "workforce", "bucket"),
        creates=("CreateStack", "CreateChangeSet"),
    ),
    # Without AlarmTypes only metric alarms are listed.
    Kind(
        "alarm",
        "cloudwatch",
        "describe_alarms",
        ("MetricAlarms", "CompositeAlarms"),
        ("AlarmName",),
        {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100},
        batch=100,
        after=("scalable target", "stack"),
        creates=("PutMetricAlarm", "PutCompositeAlarm"),
    ),
    Kind(
        "topic",
        "sns",
        "list_topics",
        ("Topics",),
        ("TopicArn",),
        delete="delete_topic",
        after=("workteam", "stack"),
        creates=("CreateTopic", "Subscribe"),
    ),
    Kind(
        "rule",
        "events",
        "list_rules",
        ("Rules",),
        ("Name",),
        {"Limit": 100},
        after=("stack",),
        creates=("PutRule", "PutTargets"),
    ),
    Kind(
        "event bus",
        "events",
        "list_event_buses",
        ("EventBuses",),
        ("Name",),
        {"Limit": 100},
        created="CreationTime",
        lasting=True,
        after=("stack",),
        creates=("CreateEventBus",),
    ),
    Kind(
        "image repository",
        "ecr",
        "describe_repositories",
        ("repositories",),
        ("repositoryName",),
        created="createdAt",
        lasting=True,
        delete="delete_repository",
        extra={"force": True},
        after=("endpoint", "training job", "stack"),
        stored=True,
        creates=("CreateRepository", "PutImage"),
    ),
    # A stack may need its own functions to delete a part of itself.
    Kind(
        "function",
        "lambda",
        "list_functions",
        ("Functions",),
        ("FunctionName",),
        # The listing has no other date; every change of the code or the configuration moves it.
        created="LastModified",
        lasting=False,
        delete="delete_function",
        after=("stack",),
        creates=("CreateFunction20150331",),
    ),
    # Jobs and functions write log lines until they end, and create a deleted log group again.
    Kind(
        "log group",
        "logs",
        "describe_log_groups",
        ("logGroups",),
        ("logGroupName",),
        {"limit": 50},
        created="creationTime",
        lasting=True,
        delete="delete_log_group",
        after=(*_USERS, "function", "stack"),
        creates=("CreateLogGroup",),
    ),
    Kind(
        "instance profile",
        "iam",
        "list_instance_profiles",
        ("InstanceProfiles",),
        ("InstanceProfileName",),
        {"MaxItems": 1000},
        created="CreateDate",
        lasting=True,
        after=("stack",),
        creates=("CreateInstanceProfile",),
    ),
    # IAM is the same in all regions; the console creates roles for participants, each with its own policy.
    Kind(
        "role",
        "iam",
        "list_roles",
        ("Roles",),
        ("RoleName",),
        {"MaxItems": 1000},
        created="CreateDate",
        lasting=True,
        after=(
            *_USERS,
            *("flow definition", "workteam", "user pool", "rule", "function", "stack", "instance profile"),
            # They cannot be deleted, or go on for ever, without their roles.
            *("EKS cluster", "EMR cluster", "Glue session", "Bedrock customization job", "Service Catalog product"),
        ),
        creates=("CreateRole", "CreateServiceLinkedRole"),
    ),
    Kind(
        "policy",
        "iam",
        "list_policies",
        ("Policies",),
        ("Arn",),
        {"Scope": "Local", "MaxItems": 1000},
        created="CreateDate",
        lasting=True,
        after=("role", "IAM user", "IAM group"),
        creates=("CreatePolicy",),
    ),
)
