"""End what runs on SageMaker's machines and whose operations take more than the listing shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bootstrap.aws.kinds import Thing

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_EXPERIMENT_RUNS = frozenset({"Created", "Running"})
_SESSION_ENDED = frozenset({"Failed", "Stopped", "Expired", "DeletionFailed"})


def end_inference_experiment(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """Stop an experiment; later, when it has ended, delete its record. Its variants stay for the endpoint's deletion.

    Writes to AWS. API: DescribeInferenceExperiment, StopInferenceExperiment, DeleteInferenceExperiment.
    """
    client, experiment = session.client("sagemaker"), things[0]
    if experiment.status not in _EXPERIMENT_RUNS:
        client.delete_inference_experiment(Name=experiment.name)
        return False
    shown: Any = client.describe_inference_experiment(Name=experiment.name)
    actions = {each["VariantName"]: "Retain" for each in shown["ModelVariants"]}
    client.stop_inference_experiment(Name=experiment.name, ModelVariantActions=actions, DesiredState="Cancelled")
    return False


def end_training_session(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """Stop a session; later, when it has ended, delete it. Both take its name; the listing has only its ARN.

    Writes to AWS. API: StopTrainingSession, DeleteTrainingSession.
    """
    client, thing = session.client("sagemaker"), things[0]
    name = thing.name.rpartition("/")[2]
    if thing.status in _SESSION_ENDED:
        client.delete_training_session(TrainingSessionName=name)
    else:
        client.stop_training_session(TrainingSessionName=name)
    return False
