"""What an account can hold, as far as an event is concerned: how each kind of thing is listed, and what names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bootstrap import aws_errors, opt_in
from bootstrap.errors import raw

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_PAGE: Mapping[str, Any] = MappingProxyType({"MaxResults": 100})
# A kind of which there is more is listed this far: the rest is told by its date of creation.
MOST_NAMES = 2000
_LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """`operation` is the client's method, `results` the keys of its lists, `ids` the keys that name one thing."""

    name: str
    service: str
    operation: str
    results: tuple[str, ...]
    ids: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


def _sagemaker(name: str, operation: str, results: str, id_key: str) -> Kind:
    return Kind(name, "sagemaker", operation, (results,), (id_key,), _PAGE)


KINDS: tuple[Kind, ...] = (
    _sagemaker(
        "tuning job",
        "list_hyper_parameter_tuning_jobs",
        "HyperParameterTuningJobSummaries",
        "HyperParameterTuningJobName",
    ),
    _sagemaker("training job", "list_training_jobs", "TrainingJobSummaries", "TrainingJobName"),
    _sagemaker("processing job", "list_processing_jobs", "ProcessingJobSummaries", "ProcessingJobName"),
    _sagemaker("transform job", "list_transform_jobs", "TransformJobSummaries", "TransformJobName"),
    _sagemaker("automl job", "list_auto_ml_jobs", "AutoMLJobSummaries", "AutoMLJobName"),
    _sagemaker("compilation job", "list_compilation_jobs", "CompilationJobSummaries", "CompilationJobName"),
    _sagemaker("labelling job", "list_labeling_jobs", "LabelingJobSummaryList", "LabelingJobName"),
    _sagemaker("endpoint", "list_endpoints", "Endpoints", "EndpointName"),
    _sagemaker("endpoint config", "list_endpoint_configs", "EndpointConfigs", "EndpointConfigName"),
    _sagemaker("model", "list_models", "Models", "ModelName"),
    _sagemaker(
        "monitoring schedule", "list_monitoring_schedules", "MonitoringScheduleSummaries", "MonitoringScheduleName"
    ),
    _sagemaker("inference component", "list_inference_components", "InferenceComponents", "InferenceComponentName"),
    _sagemaker("notebook", "list_notebook_instances", "NotebookInstances", "NotebookInstanceName"),
    _sagemaker(
        "notebook lifecycle config",
        "list_notebook_instance_lifecycle_configs",
        "NotebookInstanceLifecycleConfigs",
        "NotebookInstanceLifecycleConfigName",
    ),
    _sagemaker("code repository", "list_code_repositories", "CodeRepositorySummaryList", "CodeRepositoryName"),
    _sagemaker("flow definition", "list_flow_definitions", "FlowDefinitionSummaries", "FlowDefinitionName"),
    _sagemaker("human task ui", "list_human_task_uis", "HumanTaskUiSummaries", "HumanTaskUiName"),
    _sagemaker("workteam", "list_workteams", "Workteams", "WorkteamName"),
    _sagemaker("workforce", "list_workforces", "Workforces", "WorkforceName"),
    _sagemaker("studio domain", "list_domains", "Domains", "DomainId"),
    _sagemaker("feature group", "list_feature_groups", "FeatureGroupSummaries", "FeatureGroupName"),
    _sagemaker("pipeline", "list_pipelines", "PipelineSummaries", "PipelineName"),
    _sagemaker(
        "model package group", "list_model_package_groups", "ModelPackageGroupSummaryList", "ModelPackageGroupName"
    ),
    _sagemaker("mlflow server", "list_mlflow_tracking_servers", "TrackingServerSummaries", "TrackingServerName"),
    _sagemaker("studio image", "list_images", "Images", "ImageName"),
    Kind(
        "scalable target",
        "application-autoscaling",
        "describe_scalable_targets",
        ("ScalableTargets",),
        ("ResourceId", "ScalableDimension"),
        {"ServiceNamespace": "sagemaker"},
    ),
    # 60 is the most that Cognito allows, and it must be given.
    Kind("user pool", "cognito-idp", "list_user_pools", ("UserPools",), ("Id",), {"MaxResults": 60}),
    Kind("stack", "cloudformation", "describe_stacks", ("Stacks",), ("StackName",)),
    Kind("bucket", "s3", "list_buckets", ("Buckets",), ("Name",)),
    # Without AlarmTypes only metric alarms are listed.
    Kind(
        "alarm",
        "cloudwatch",
        "describe_alarms",
        ("MetricAlarms", "CompositeAlarms"),
        ("AlarmName",),
        {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100},
    ),
    Kind("topic", "sns", "list_topics", ("Topics",), ("TopicArn",)),
    Kind("rule", "events", "list_rules", ("Rules",), ("Name",), {"Limit": 100}),
    Kind("log group", "logs", "describe_log_groups", ("logGroups",), ("logGroupName",), {"limit": 50}),
    Kind("image repository", "ecr", "describe_repositories", ("repositories",), ("repositoryName",)),
    Kind("function", "lambda", "list_functions", ("Functions",), ("FunctionName",)),
    # IAM is one for all regions; participants make roles in the console, each with a policy of its own.
    Kind("role", "iam", "list_roles", ("Roles",), ("RoleName",), {"MaxItems": 1000}),
    Kind("policy", "iam", "list_policies", ("Policies",), ("Arn",), {"Scope": "Local", "MaxItems": 1000}),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """The names found, sorted; `gap` says why there may be more: "not offered: ...", "not looked at: ...", "cut"."""

    names: tuple[str, ...]
    gap: str = ""


def listed(kind: Kind, client: Any, region: str) -> Listing:
    """Every thing of a kind, one call a page. What may pass (throttling, expired credentials) is raised.

    | AWS's answer                                | listing                    |
    |---------------------------------------------|----------------------------|
    | pages                                       | the names                  |
    | more than MOST_NAMES                        | the first ones, cut        |
    | a denial, by role or organization           | not looked at, raw answer  |
    | no endpoint, and none known in the region   | not offered                |
    | any other refusal                           | not offered, raw answer    |
    """
    names: set[str] = set()
    try:
        for page in client.get_paginator(kind.operation).paginate(**kind.params):
            names |= {_name(kind, each) for key in kind.results for each in page.get(key) or ()}
            if len(names) >= MOST_NAMES:
                return Listing(tuple(sorted(names)), "cut")
    except Exception as error:
        return Listing((), _gap(kind, error, region))
    return Listing(tuple(sorted(names)))


def _name(kind: Kind, thing: Mapping[str, Any]) -> str:
    return " ".join(str(thing[key]) for key in kind.ids)


def _gap(kind: Kind, error: Exception, region: str) -> str:
    """Why a listing gave nothing; raises the error again if another try may give something."""
    if aws_errors.unreachable(error) and not opt_in.has_service(region, kind.service):
        return "not offered: no endpoint in this region"
    answered = hasattr(error, "response")
    if not answered or aws_errors.transient(error) or aws_errors.expired(error):
        raise error
    # A service that is closed to new customers may refuse even a listing, with what code is not documented.
    words = "not looked at" if aws_errors.denied(error) else "not offered"
    return f"{words}: {raw(error)}"[:_LONGEST_ANSWER]
