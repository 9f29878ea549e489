"""SageMaker, entirely our own: notebooks, training jobs, workforces, labeling jobs, and listings of the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bootstrap.simulator.call import Call
from bootstrap.simulator.sagemaker import (
    endpoint_configs,
    endpoints,
    existing,
    labelling,
    lifecycle,
    models,
    notebooks,
    tags,
    training,
    tuning,
    workforce,
    workteams,
)

_MADE: dict[str, Callable[[Call], dict[str, Any]]] = {
    **endpoint_configs.OPERATIONS,
    **endpoints.OPERATIONS,
    **labelling.OPERATIONS,
    **lifecycle.OPERATIONS,
    **models.OPERATIONS,
    **notebooks.OPERATIONS,
    **training.OPERATIONS,
    **tuning.OPERATIONS,
    **workforce.OPERATIONS,
    **workteams.OPERATIONS,
    **tags.OPERATIONS,
}
OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
    **existing.operations(frozenset(_MADE)),
    **{name: tags.checked(one) if name.startswith("Create") else one for name, one in _MADE.items()},
}
VIEWS: dict[str, Callable[[Call], Any]] = {
    "endpoints": endpoints.view,
    "labeling_jobs": labelling.view,
    "notebooks": notebooks.view,
    "training_jobs": training.view,
    "tuning_jobs": tuning.view,
    "workforces": workforce.view,
    "workteams": workteams.view,
}
