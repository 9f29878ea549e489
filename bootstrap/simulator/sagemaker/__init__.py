"""SageMaker, entirely our own: notebooks, training jobs, workforces, and listings of the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bootstrap.simulator.call import Call
from bootstrap.simulator.sagemaker import existing, lifecycle, notebooks, tags, training, workforce, workteams

_MADE: dict[str, Callable[[Call], dict[str, Any]]] = {
    **lifecycle.OPERATIONS,
    **notebooks.OPERATIONS,
    **training.OPERATIONS,
    **workforce.OPERATIONS,
    **workteams.OPERATIONS,
    **tags.OPERATIONS,
}
OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {**existing.operations(frozenset(_MADE)), **_MADE}
VIEWS: dict[str, Callable[[Call], Any]] = {
    "notebooks": notebooks.view,
    "training_jobs": training.view,
    "workforces": workforce.view,
    "workteams": workteams.view,
}
