"""A step's id, `kind` or `kind:name`, and its parts; no other place takes an id apart."""

from __future__ import annotations

from enum import StrEnum

_BETWEEN = ":"


class StepKind(StrEnum):
    """The kinds of steps that an account can have several of, told apart by a name."""

    STACK = "stack"
    REVERT = "revert"
    QUOTAS = "quotas"


def step_id(kind: StepKind, name: str) -> str:
    """Return the id of one step of a kind that has several: "stack:roles"."""
    return f"{kind.value}{_BETWEEN}{name}"


def kind_of(step: str) -> str:
    """Return the kind of a step by its id: "stack" of "stack:roles", "access" of "access"."""
    return step.partition(_BETWEEN)[0]


def name_of(step: str) -> str:
    """Return the name behind the kind: "roles" of "stack:roles"; "" where the kind has one step only."""
    return step.partition(_BETWEEN)[2]
