"""SageMaker, entirely our own: what the labs use one by one, other kinds by rows, and listings of the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bootstrap.simulator.services.sagemaker import (
    existing,
    images,
    model_packages,
    other_jobs,
    pipelines,
    rows,
    stores,
    studio,
    tags,
)
from bootstrap.simulator.services.sagemaker.endpoints import (
    endpoint_configs,
    endpoints,
    inference_components,
    models,
    monitoring,
)
from bootstrap.simulator.services.sagemaker.labelling import human_review, labelling, workforce, workteams
from bootstrap.simulator.services.sagemaker.notebooks import lifecycle, notebooks
from bootstrap.simulator.services.sagemaker.training import training
from bootstrap.simulator.services.sagemaker.tuning import tuning
from bootstrap.simulator.world.call import Call

_ROWS = (
    *human_review.ROWS,
    *images.ROWS,
    *inference_components.ROWS,
    *model_packages.ROWS,
    *monitoring.ROWS,
    *other_jobs.ROWS,
    *pipelines.ROWS,
    *stores.ROWS,
    *studio.ROWS,
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
    **{name: operation for row in _ROWS for name, operation in rows.operations(row).items()},
    **images.OPERATIONS,
    **model_packages.OPERATIONS,
}
OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
    **existing.operations(frozenset(_MADE)),
    **{name: tags.checked(one) if name.startswith("Create") else one for name, one in _MADE.items()},
}
VIEWS: dict[str, Callable[[Call], Any]] = {
    "endpoint_configs": endpoint_configs.view,
    "endpoints": endpoints.view,
    "labeling_jobs": labelling.view,
    "lifecycle_configs": lifecycle.view,
    "models": models.view,
    "notebooks": notebooks.view,
    "sagemaker": lambda call: rows.view(call, _ROWS),
    "studio_homes": studio.homes,
    "training_jobs": training.view,
    "tuning_jobs": tuning.view,
    "workforces": workforce.view,
    "workteams": workteams.view,
}
