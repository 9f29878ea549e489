"""A step's id and its parts."""

from __future__ import annotations

from bootstrap.steps.step_id import StepKind, kind_of, name_of, step_id


def test_an_id_falls_into_its_parts() -> None:
    made = step_id(StepKind.STACK, "roles")
    assert made == "stack:roles"
    assert (kind_of(made), name_of(made)) == (StepKind.STACK, "roles")


def test_a_kind_with_one_step_has_no_name() -> None:
    assert (kind_of("access"), name_of("access")) == ("access", "")
