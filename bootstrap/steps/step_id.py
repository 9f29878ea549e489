"""Builds and parses step ids, `kind` or `kind:name`. No other module parses one."""

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
    """Return the part after the kind: "roles" of "stack:roles"; "" if there is none."""
    return step.partition(_BETWEEN)[2]
