"""What outside the labs holds machines: clusters, apps, sessions, experiments, projects, and jobs for models.

They read and write nothing. Unverified: how long they take, and what AWS says when it refuses.
"""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition, all_of
from bootstrap.simulator.world.call import Call

_OVER = ("Completed", "Failed", "Stopped")
_RUN = Transition("InProgress", "Completed", (3600, 7200))
_STOP = Transition("Stopping", "Stopped", (20, 120), ("InProgress",))
_PACK = Transition("INPROGRESS", "COMPLETED", (3600, 7200))
_END = Transition("STOPPING", "STOPPED", (20, 120), ("STARTING", "INPROGRESS"))
_STANDS = ("Created", "CreateFailed", "Updated", "UpdateFailed", "DeleteFailed")


def _id(stem: str) -> Any:
    return lambda call: {f"{stem}Id": call.token(stem, 12)}


def _arn(path: str) -> Any:
    """The ARN as a parameter of its own, by which these are named."""
    return lambda call: {"Arn": call.arn("sagemaker", f"{path}/app-{call.token(path, 12).upper()}")}


def _named_arn(call: Call, thing: StoredResource) -> dict[str, Any]:
    return {"Arn": thing["params"]["Arn"]}


def _of_cluster(call: Call, cluster: StoredResource) -> str:
    for noun in ("ClusterSchedulerConfig", "ComputeQuota"):
        if any(one["params"]["ClusterArn"] == cluster["arn"] for one in all_of(call, noun).values()):
            return f"The cluster still has a {noun}."
    return ""


def _variants(call: Call, experiment: StoredResource) -> dict[str, Any]:
    shown = [{**one, "Status": "InService"} for one in experiment["params"]["ModelVariants"]]
    return {"ModelVariants": shown}


RESOURCE_TYPES = (
    ResourceType(
        "Cluster",
        "ListClusters",
        "cluster",
        Transition("Creating", "InService", (300, 900)),
        None,
        Transition("Deleting", "", (120, 600), ("InService", "Failed")),
        held=_of_cluster,
    ),
    ResourceType(
        "ClusterSchedulerConfig",
        "ListClusterSchedulerConfigs",
        "cluster-scheduler-config",
        Transition("Creating", "Created", (5, 20)),
        None,
        Transition("Deleting", "", (5, 20), _STANDS),
        status="Status",
        ids=("ClusterSchedulerConfigId",),
        issue=_id("ClusterSchedulerConfig"),
    ),
    ResourceType(
        "ComputeQuota",
        "ListComputeQuotas",
        "compute-quota",
        Transition("Creating", "Created", (5, 20)),
        None,
        Transition("Deleting", "", (5, 20), _STANDS),
        status="Status",
        ids=("ComputeQuotaId",),
        issue=_id("ComputeQuota"),
    ),
    ResourceType(
        "PartnerApp",
        "ListPartnerApps",
        "partner-app",
        Transition("Creating", "Available", (300, 900)),
        None,
        Transition("Deleting", "", (60, 300), ("Available", "Failed", "UpdateFailed")),
        status="Status",
        ids=("Arn",),
        issue=_arn("partner-app"),
        more=_named_arn,
    ),
    ResourceType(
        "MlflowApp",
        "ListMlflowApps",
        "mlflow-app",
        Transition("Creating", "Created", (60, 180)),
        None,
        Transition("Deleting", "", (30, 120), _STANDS),
        status="Status",
        ids=("Arn",),
        issue=_arn("mlflow-app"),
        more=_named_arn,
    ),
    ResourceType(
        "TrainingSession",
        "ListTrainingSessions",
        "training-session",
        Transition("Created", "Running", (60, 180)),
        Transition("Stopping", "Stopped", (20, 120), ("Created", "Blocked", "Running", "Scheduled")),
        Transition("Deleting", "", (10, 60), ("Stopped", "Failed", "Expired", "DeletionFailed")),
    ),
    ResourceType(
        "InferenceExperiment",
        "ListInferenceExperiments",
        "inference-experiment",
        Transition("Creating", "Running", (60, 300)),
        Transition("Stopping", "Cancelled", (60, 300), ("Created", "Running")),
        Transition("", "", allowed=("Completed", "Cancelled")),
        status="Status",
        ids=("Name",),
        more=_variants,
    ),
    ResourceType(
        "InferenceRouter",
        "ListInferenceRouters",
        "inference-router",
        Transition("Active", "Active"),
        None,
        Transition("", ""),
    ),
    ResourceType(
        "Project",
        "ListProjects",
        "project",
        Transition("CreateInProgress", "CreateCompleted", (60, 180)),
        None,
        Transition("DeleteInProgress", "DeleteCompleted", (60, 180), ("CreateCompleted", "CreateFailed")),
        issue=_id("Project"),
    ),
    ResourceType(
        "AppImageConfig",
        "ListAppImageConfigs",
        "app-image-config",
        Transition("Active", "Active"),
        None,
        Transition("", ""),
    ),
    ResourceType(
        "InferenceRecommendationsJob",
        "ListInferenceRecommendationsJobs",
        "inference-recommendations-job",
        Transition("IN_PROGRESS", "COMPLETED", (3600, 7200)),
        Transition("STOPPING", "STOPPED", (20, 120), ("PENDING", "IN_PROGRESS")),
        stem="Job",
        status="Status",
        more=lambda call, job: {"JobDescription": job["params"].get("JobDescription", "")},
    ),
    ResourceType("AIBenchmarkJob", "ListAIBenchmarkJobs", "ai-benchmark-job", _RUN, _STOP),
    ResourceType("AIRecommendationJob", "ListAIRecommendationJobs", "ai-recommendation-job", _RUN, _STOP),
    ResourceType("OptimizationJob", "ListOptimizationJobs", "optimization-job", _PACK, _END),
    ResourceType("EdgePackagingJob", "ListEdgePackagingJobs", "edge-packaging-job", _PACK, _END),
    ResourceType(
        "Job",
        "ListJobs",
        "job",
        _RUN,
        _STOP,
        Transition("", "", allowed=_OVER),
        ids=("JobCategory", "JobName"),
        filters={"JobCategory": "JobCategory"},
    ),
)
