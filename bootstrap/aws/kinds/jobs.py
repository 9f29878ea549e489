"""Jobs: kinds that end by themselves. Ended jobs stay listed, and cost nothing."""

from __future__ import annotations

from bootstrap.aws.kinds.kind import PAGE, Kind, sagemaker, states

_ENDED = states("Completed Failed Stopped")


def _job(
    name: str,
    operation: str,
    results: str,
    kind: str,
    method: str,
    stop_in: str = "InProgress",
    wait_in: str = "Stopping",
    done_in: frozenset[str] = _ENDED,
    after: tuple[str, ...] = (),
    creates: tuple[str, ...] = (),
) -> Kind:
    return sagemaker(
        name,
        operation,
        results,
        f"{kind}Name",
        status=f"{kind}Status",
        stop=f"stop_{method}",
        stop_in=states(stop_in),
        wait_in=states(wait_in),
        done_in=done_in,
        after=after,
        costs=True,
        everywhere=True,
        creates=creates or (f"Create{kind}",),
    )


def _customization(category: str) -> Kind:
    """Return the jobs of CreateJob, which are listed by category."""
    return Kind(
        f"{category} job",
        "sagemaker",
        "list_jobs",
        ("JobSummaries",),
        ("JobName",),
        {**PAGE, "JobCategory": category},
        created="CreationTime",
        lasting=True,
        status="JobStatus",
        stop="stop_job",
        stop_in=states("InProgress"),
        wait_in=states("Stopping Deleting"),
        done_in=_ENDED | {"DeleteFailed"},
        keys={"JobName": "JobName", "JobCategory": "JobCategory"},
        costs=True,
        creates=("CreateJob",),
    )


# A kind that starts jobs of another kind is stopped first: otherwise it starts the next job for each one stopped.
JOBS: tuple[Kind, ...] = (
    _job(
        "automl job",
        "list_auto_ml_jobs",
        "AutoMLJobSummaries",
        "AutoMLJob",
        "auto_ml_job",
        creates=("CreateAutoMLJob", "CreateAutoMLJobV2"),
    ),
    _job(
        "tuning job",
        "list_hyper_parameter_tuning_jobs",
        "HyperParameterTuningJobSummaries",
        "HyperParameterTuningJob",
        "hyper_parameter_tuning_job",
        wait_in="Stopping Deleting",
        done_in=_ENDED | {"DeleteFailed"},
        after=("automl job",),
    ),
    _job(
        "training job",
        "list_training_jobs",
        "TrainingJobSummaries",
        "TrainingJob",
        "training_job",
        wait_in="Stopping Deleting",
        after=("automl job", "tuning job"),
    ),
    _job(
        "processing job",
        "list_processing_jobs",
        "ProcessingJobSummaries",
        "ProcessingJob",
        "processing_job",
        after=("automl job", "monitoring schedule"),
    ),
    _job(
        "transform job",
        "list_transform_jobs",
        "TransformJobSummaries",
        "TransformJob",
        "transform_job",
        after=("automl job",),
    ),
    _job(
        "compilation job",
        "list_compilation_jobs",
        "CompilationJobSummaries",
        "CompilationJob",
        "compilation_job",
        stop_in="STARTING INPROGRESS",
        wait_in="STOPPING",
        done_in=states("COMPLETED FAILED STOPPED"),
    ),
    _job(
        "labelling job",
        "list_labeling_jobs",
        "LabelingJobSummaryList",
        "LabelingJob",
        "labeling_job",
        stop_in="Initializing InProgress",
    ),
    sagemaker(
        "inference recommendations job",
        "list_inference_recommendations_jobs",
        "InferenceRecommendationsJobs",
        "JobName",
        status="Status",
        stop="stop_inference_recommendations_job",
        stop_in=states("PENDING IN_PROGRESS"),
        wait_in=states("STOPPING DELETING"),
        done_in=states("COMPLETED FAILED STOPPED DELETED"),
        costs=True,
        everywhere=True,
        creates=("CreateInferenceRecommendationsJob",),
    ),
    _job("ai benchmark job", "list_ai_benchmark_jobs", "AIBenchmarkJobs", "AIBenchmarkJob", "ai_benchmark_job"),
    _job(
        "ai recommendation job",
        "list_ai_recommendation_jobs",
        "AIRecommendationJobs",
        "AIRecommendationJob",
        "ai_recommendation_job",
    ),
    _job(
        "optimization job",
        "list_optimization_jobs",
        "OptimizationJobSummaries",
        "OptimizationJob",
        "optimization_job",
        stop_in="STARTING INPROGRESS",
        wait_in="STOPPING",
        done_in=states("COMPLETED FAILED STOPPED"),
    ),
    _job(
        "edge packaging job",
        "list_edge_packaging_jobs",
        "EdgePackagingJobSummaries",
        "EdgePackagingJob",
        "edge_packaging_job",
        stop_in="STARTING INPROGRESS",
        wait_in="STOPPING",
        done_in=states("COMPLETED FAILED STOPPED"),
    ),
    *map(
        _customization,
        ("AgentRFT", "AgentRFTEvaluation", "DataQualityEvaluation", "DataTransformation", "SyntheticDataGeneration"),
    ),
)
