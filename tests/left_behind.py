"""What stands in an account by kind, read from the simulator's state behind everybody's back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.runs import Rehearsed

Names = frozenset[str]

_ORGANIZATIONS = re.compile(r"StackSet-org-.*|stacksets-exec-.*|org-.*|.*:org-.*|/org/.*")

_ENDED = {"Completed", "Failed", "Stopped", "COMPLETED", "FAILED", "STOPPED"}
_GONE = {"Deleted", "DeleteCompleted", "DELETE_COMPLETE"}
_CATEGORIES = (
    "AgentRFT",
    "AgentRFTEvaluation",
    "DataQualityEvaluation",
    "DataTransformation",
    "SyntheticDataGeneration",
)
# Kinds that the tool only reports, by listing.
_REPORTED = {
    "EC2 instance": "ec2:DescribeInstances",
    "EC2 address": "ec2:DescribeAddresses",
    "EFS file system": "efs:DescribeFileSystems",
    "secret": "secretsmanager:ListSecrets",
}
# Kind -> listing and what names one of it, of those kinds that are shown by listing.
_LISTED = {
    "ai benchmark job": ("AIBenchmarkJobs", "AIBenchmarkJobName"),
    "ai recommendation job": ("AIRecommendationJobs", "AIRecommendationJobName"),
    "app image config": ("AppImageConfigs", "AppImageConfigName"),
    "automl job": ("AutoMLJobs", "AutoMLJobName"),
    "cluster scheduler config": ("ClusterSchedulerConfigs", "ClusterSchedulerConfigId"),
    "code repository": ("CodeRepositories", "CodeRepositoryName"),
    "compilation job": ("CompilationJobs", "CompilationJobName"),
    "compute quota": ("ComputeQuotas", "ComputeQuotaId"),
    "edge packaging job": ("EdgePackagingJobs", "EdgePackagingJobName"),
    "feature group": ("FeatureGroups", "FeatureGroupName"),
    "flow definition": ("FlowDefinitions", "FlowDefinitionName"),
    "human task ui": ("HumanTaskUis", "HumanTaskUiName"),
    "hyperpod cluster": ("Clusters", "ClusterName"),
    "inference experiment": ("InferenceExperiments", "Name"),
    "inference recommendations job": ("InferenceRecommendationsJobs", "JobName"),
    "inference router": ("InferenceRouters", "InferenceRouterName"),
    "inference component": ("InferenceComponents", "InferenceComponentName"),
    "mlflow app": ("MlflowApps", "Arn"),
    "mlflow server": ("MlflowTrackingServers", "TrackingServerName"),
    "model package": ("ModelPackages", "arn"),
    "model package group": ("ModelPackageGroups", "ModelPackageGroupName"),
    "monitoring schedule": ("MonitoringSchedules", "MonitoringScheduleName"),
    "optimization job": ("OptimizationJobs", "OptimizationJobName"),
    "partner app": ("PartnerApps", "Arn"),
    "pipeline": ("Pipelines", "PipelineName"),
    "processing job": ("ProcessingJobs", "ProcessingJobName"),
    "project": ("Projects", "ProjectName"),
    "studio app": ("Apps", "AppName"),
    "studio domain": ("Domains", "DomainId"),
    "studio image": ("Images", "ImageName"),
    "studio space": ("Spaces", "SpaceName"),
    "studio user profile": ("UserProfiles", "UserProfileName"),
    "training session": ("TrainingSessions", "TrainingSessionName"),
    "transform job": ("TransformJobs", "TransformJobName"),
}
# The same of those that are shown by themselves.
_SHOWN = {
    "endpoint": "endpoints",
    "notebook": "notebooks",
    "stack": "stacks",
    "training job": "training_jobs",
    "tuning job": "tuning_jobs",
    "user pool": "user_pools",
    "workforce": "workforces",
    "workteam": "workteams",
}
_NAMED: dict[str, Callable[[Any], Iterable[str]]] = {
    "alarm": lambda state: state["alarms"],
    "bucket": lambda state: state["buckets"],
    "endpoint config": lambda state: state["endpoint_configs"],
    "event bus": lambda state: state["event_buses"].keys() - {"default"},
    "function": lambda state: state["functions"],
    "instance profile": lambda state: state["instance_profiles"],
    "labelling job": lambda state: [
        each["LabelingJobName"] for each in state["labeling_jobs"] if each["LabelingJobStatus"] not in _ENDED
    ],
    "image repository": lambda state: state["repositories"],
    "log group": lambda state: state["log_groups"],
    "model": lambda state: state["models"],
    "notebook lifecycle config": lambda state: state["lifecycle_configs"],
    "policy": lambda state: state["policies"],
    "role": lambda state: state["roles"],
    "rule": lambda state: state["event_buses"]["default"],
    "scalable target": lambda state: [each["ResourceId"] for each in state["scalable_targets"]],
    "topic": lambda state: state["topics"],
    "IAM group": lambda state: state["iam_groups"],
    "IAM user": lambda state: state["iam_users"],
    "OIDC provider": lambda state: state["oidc_providers"],
    "SAML provider": lambda state: state["saml_providers"],
    # No kinds of the tool's.
    "access key": lambda state: [key for keys in state["iam_users"].values() for key in keys],
    "home file system": lambda state: [each["file_system"] for each in state["studio_homes"]],
    "parameter": lambda state: state["parameters"],
    "subscription": lambda state: [each["address"] for each in state["subscriptions"]],
}


def by_kind(state: Any) -> dict[str, Names]:
    """Of one account and region; jobs that have ended, and what is only still listed, are not left behind."""
    found = {kind: _alive(kind, state[view], "name") for kind, view in _SHOWN.items()}
    found |= {kind: _alive(kind, state["sagemaker"][view], name) for kind, (view, name) in _LISTED.items()}
    jobs = state["sagemaker"]["Jobs"]
    for each in _CATEGORIES:
        kind = f"{each} job"
        found[kind] = _alive(kind, [job for job in jobs if job["JobCategory"] == each], "JobName")
    found |= {kind: frozenset(names(state)) for kind, names in _NAMED.items()}
    found |= {kind: frozenset(state["others"][listing]) for kind, listing in _REPORTED.items()}
    return {kind: names for kind, names in found.items() if names}


def _alive(kind: str, things: Iterable[Any], name: str) -> Names:
    over = _GONE | (_ENDED if kind.endswith(" job") else set())
    return frozenset(str(each[name]) for each in things if each.get("status") not in over)


def organizations(stands: dict[str, Names]) -> dict[str, Names]:
    """What the organization rolled out (bootstrap/simulator/participants/organization.py)."""
    found = {
        kind: frozenset(name for name in names if _ORGANIZATIONS.fullmatch(name)) for kind, names in stands.items()
    }
    return {kind: names for kind, names in found.items() if names}


def stands(running: Rehearsed, number: int = 0, region: str = "") -> dict[str, Names]:
    """In the account of the roster's n-th row, in its own region or another."""
    return by_kind(running.simulated.state(running.inputs.accounts[number].account_id, region))
