"""SageMaker, without moto: code for what the labs use, tables for other resource types, listings for the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bootstrap.simulator.services.sagemaker import (
    clusters,
    existing,
    images,
    model_packages,
    other_jobs,
    pipelines,
    resource_types,
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
from bootstrap.simulator.world.call import Call, CallHandler

_RESOURCE_TYPES = (
    *clusters.RESOURCE_TYPES,
    *human_review.RESOURCE_TYPES,
    *images.RESOURCE_TYPES,
    *inference_components.RESOURCE_TYPES,
    *model_packages.RESOURCE_TYPES,
    *monitoring.RESOURCE_TYPES,
    *other_jobs.RESOURCE_TYPES,
    *pipelines.RESOURCE_TYPES,
    *stores.RESOURCE_TYPES,
    *studio.RESOURCE_TYPES,
)
_MADE: dict[str, CallHandler] = {
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
    **{name: operation for kind in _RESOURCE_TYPES for name, operation in resource_types.operations(kind).items()},
    **images.OPERATIONS,
    **model_packages.OPERATIONS,
}
OPERATIONS: dict[str, CallHandler] = {
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
    "sagemaker": lambda call: resource_types.view(call, _RESOURCE_TYPES),
    "studio_homes": studio.homes,
    "training_jobs": training.view,
    "tuning_jobs": tuning.view,
    "workforces": workforce.view,
    "workteams": workteams.view,
}
