"""Kinds of SageMaker outside the labs that hold machines until somebody ends them, and what hangs on them."""

from __future__ import annotations

from bootstrap.aws.kinds.kind import PAGE, Kind, sagemaker, states

_OF_CLUSTER = states(
    "Created CreateFailed CreateRollbackFailed Updated UpdateFailed UpdateRollbackFailed DeleteFailed "
    "DeleteRollbackFailed"
)
_MOVES = states("Creating Updating Deleting")

CLUSTERS: tuple[Kind, ...] = (
    sagemaker(
        "cluster scheduler config",
        "list_cluster_scheduler_configs",
        "ClusterSchedulerConfigSummaries",
        "ClusterSchedulerConfigId",
        status="Status",
        delete="delete_cluster_scheduler_config",
        delete_in=_OF_CLUSTER,
        wait_in=_MOVES,
        done_in=states("Deleted"),
        costs=True,
        creates=("CreateClusterSchedulerConfig",),
    ),
    sagemaker(
        "compute quota",
        "list_compute_quotas",
        "ComputeQuotaSummaries",
        "ComputeQuotaId",
        status="Status",
        delete="delete_compute_quota",
        delete_in=_OF_CLUSTER,
        wait_in=_MOVES,
        done_in=states("Deleted"),
        costs=True,
        creates=("CreateComputeQuota",),
    ),
    # Its role must stay until it is gone: without it the cluster hangs in Deleting.
    sagemaker(
        "hyperpod cluster",
        "list_clusters",
        "ClusterSummaries",
        "ClusterName",
        status="ClusterStatus",
        delete="delete_cluster",
        delete_in=states("InService Failed"),
        wait_in=states("Creating Deleting RollingBack SystemUpdating Updating"),
        after=("cluster scheduler config", "compute quota"),
        costs=True,
        everywhere=True,
        creates=("CreateCluster", "CreateClusterExtension"),
    ),
    Kind(
        "partner app",
        "sagemaker",
        "list_partner_apps",
        ("Summaries",),
        ("Arn",),
        PAGE,
        created="CreationTime",
        lasting=True,
        status="Status",
        delete="delete_partner_app",
        delete_in=states("Available Failed UpdateFailed"),
        wait_in=_MOVES,
        done_in=states("Deleted"),
        costs=True,
        everywhere=True,
        creates=("CreatePartnerApp",),
    ),
    # The listing names it by its ARN only.
    sagemaker(
        "training session",
        "list_training_sessions",
        "TrainingSessionSummaries",
        "TrainingSessionArn",
        status="TrainingSessionStatus",
        delete_in=states("Created Blocked Running Failed Scheduled Stopped Expired DeletionFailed"),
        wait_in=states("Stopping Deleting"),
        costs=True,
        everywhere=True,
        creates=("CreateTrainingSession",),
    ),
    # Paid in advance. AWS has no operation that deletes one.
    Kind(
        "training plan",
        "sagemaker",
        "list_training_plans",
        ("TrainingPlanSummaries",),
        ("TrainingPlanName",),
        PAGE,
        status="Status",
        delete_in=states("Pending Active Scheduled"),
        done_in=states("Expired Failed"),
        costs=True,
        report=True,
        creates=("CreateTrainingPlan",),
    ),
    # A shadow test doubles the variants of an endpoint, for up to 30 days.
    sagemaker(
        "inference experiment",
        "list_inference_experiments",
        "InferenceExperiments",
        "Name",
        status="Status",
        delete_in=states("Created Running Completed Cancelled"),
        wait_in=states("Creating Updating Starting Stopping"),
        costs=True,
        creates=("CreateInferenceExperiment",),
    ),
    sagemaker(
        "inference router",
        "list_inference_routers",
        "InferenceRouters",
        "InferenceRouterName",
        delete="delete_inference_router",
        costs=True,
        creates=("CreateInferenceRouter",),
    ),
    # Its artifacts are in a bucket, which it reads and writes with a role.
    Kind(
        "mlflow app",
        "sagemaker",
        "list_mlflow_apps",
        ("Summaries",),
        ("Arn",),
        PAGE,
        created="CreationTime",
        lasting=True,
        status="Status",
        delete="delete_mlflow_app",
        delete_in=states("Created CreateFailed Updated UpdateFailed DeleteFailed"),
        wait_in=_MOVES,
        done_in=states("Deleted"),
        creates=("CreateMlflowApp",),
    ),
    # It made a product of Service Catalog, and that a stack: deleted the other way round, the product hangs.
    sagemaker(
        "project",
        "list_projects",
        "ProjectSummaryList",
        "ProjectName",
        status="ProjectStatus",
        delete="delete_project",
        delete_in=states("CreateCompleted CreateFailed DeleteFailed UpdateCompleted UpdateFailed"),
        wait_in=states("Pending CreateInProgress DeleteInProgress UpdateInProgress"),
        done_in=states("DeleteCompleted"),
        stored=True,
        creates=("CreateProject",),
    ),
)
