"""Which steps an account gets, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from bootstrap.errors import BadInput
from bootstrap.steps.plan import PlanEntry, in_order, narrow, refuse_unknown
from bootstrap.steps.wishes import Narrow


@dataclass(frozen=True)
class Named:
    id: str
    patience: float = 1.0

    def check(self, session: Any) -> Any:
        raise AssertionError

    def apply(self, session: Any) -> Any:
        raise AssertionError


def entry(step: str, *needs: str) -> PlanEntry:
    return PlanEntry(Named(step), needs, frozenset())


PLAN = in_order(
    [
        entry("access"),
        entry("smoke", "quotas:training", "materials"),
        entry("marker", "access"),
        entry("baseline", "marker"),
        entry("quotas:training", "baseline"),
        entry("stack:buckets", "baseline"),
        entry("materials", "stack:buckets"),
        entry("quotas:endpoint", "baseline"),
    ]
)


def shape(entries: tuple[PlanEntry, ...]) -> dict[str, tuple[str, ...]]:
    return {each.step.id: each.needs for each in entries}


def test_needs_come_before_what_needs_them_and_the_order_is_kept_otherwise() -> None:
    order = list(shape(PLAN))
    for each in PLAN:
        assert all(order.index(need) < order.index(each.step.id) for need in each.needs)
    assert order.index("quotas:training") < order.index("quotas:endpoint")


def test_a_need_that_no_lab_wants_is_dropped() -> None:
    assert shape(in_order([entry("access"), entry("stack:notebooks", "access", "materials")]))["stack:notebooks"] == (
        "access",
    )


def test_steps_that_need_each_other_are_named() -> None:
    with pytest.raises(BadInput, match=r"a -> b -> a"):
        in_order([entry("a", "b"), entry("b", "a")])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Narrow(("smoke",), bare=True), {"access": (), "smoke": ("access",)}),
        (
            Narrow(("smoke",)),
            {"access": (), "marker": ("access",), "baseline": ("marker",), "smoke": ("baseline",)},
        ),
        (
            Narrow(("quotas",), bare=True),
            {"access": (), "quotas:training": ("access",), "quotas:endpoint": ("access",)},
        ),
        (Narrow(("quotas:endpoint",), bare=True), {"access": (), "quotas:endpoint": ("access",)}),
        (
            Narrow(start="stack", bare=True),
            {
                "access": (),
                "stack:buckets": ("access",),
                "materials": ("stack:buckets",),
                "smoke": ("materials", "access"),
            },
        ),
    ],
    ids=str,
)
def test_a_part_of_the_plan_keeps_its_order_and_always_checks_access(
    wanted: Narrow, expected: dict[str, tuple[str, ...]]
) -> None:
    found = shape(narrow(PLAN, wanted))
    assert {step: set(needs) for step, needs in found.items()} == {step: set(needs) for step, needs in expected.items()}


def test_unknown_steps_are_refused_all_at_once_with_those_that_exist() -> None:
    with pytest.raises(BadInput) as refused:
        refuse_unknown([PLAN], Narrow(("smok", "smoke"), start="stacks"))
    assert [each.code for each in refused.value.problems] == ["EB-402", "EB-402"]
    assert "stack:buckets" in refused.value.problems[0].fix


def test_a_step_that_one_account_does_not_have_is_no_mistake_and_touches_nothing_there() -> None:
    without = in_order([entry("access"), entry("marker", "access"), entry("baseline", "marker")])
    wanted = Narrow(("smoke",))
    refuse_unknown([PLAN, without], wanted)
    assert list(shape(narrow(without, wanted))) == ["access"]
