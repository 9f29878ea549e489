"""Jobs: kinds that end by themselves. Ended jobs stay listed, and cost nothing."""

from __future__ import annotations

from bootstrap.aws.kinds.kind import Kind, sagemaker, states

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
        creates=creates or (f"Create{kind}",),
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
)
