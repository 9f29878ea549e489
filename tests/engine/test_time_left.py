"""How long still: the critical path, what was measured, what AWS decides, and no jumps."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bootstrap.engine.outcomes import PlannedStep, StepResult
from bootstrap.engine.states import Outcome
from bootstrap.engine.time_left import Pace, Steady, TimeLeft, of_account, queued, remaining, together

NOW = 1_000_000.0
# a -> b -> d and a -> c -> d: the longer way counts, not the sum.
STEPS = (
    PlannedStep("a", typical=10.0),
    PlannedStep("b", needs=("a",), typical=100.0),
    PlannedStep("c", needs=("a",), typical=40.0),
    PlannedStep("quotas:x", needs=("a",), typical=None),
    PlannedStep("d", needs=("b", "c"), typical=20.0),
    PlannedStep("e", needs=("quotas:x",), typical=300.0),
)


def done(seconds: float, state: Outcome = Outcome.CHANGED) -> StepResult:
    return StepResult(state, "", at=NOW, began=NOW - seconds, settled=True)


def begun(seconds: float, state: Outcome = Outcome.WORKING) -> StepResult:
    return StepResult(state, "", at=NOW - seconds, began=NOW - seconds)


@pytest.mark.parametrize(
    ("seen", "left"),
    [
        # A quota that nobody has asked about yet takes no time of its own.
        ({}, 310.0),
        ({"a": done(10), "quotas:x": done(0), "e": done(300)}, 120.0),
        ({"a": done(10), "b": begun(60), "quotas:x": done(0), "e": done(300)}, 60.0),
        ({"a": done(10), "b": begun(60), "c": begun(0), "quotas:x": done(0), "e": done(300)}, 60.0),
        ({"a": done(10), "b": done(100), "c": done(40), "d": begun(5), "quotas:x": done(0), "e": done(300)}, 15.0),
        ({step.id: done(1) for step in STEPS}, None),
        # What is skipped has settled: it is not waited for.
        ({"a": done(1, Outcome.FAILED), **{step.id: done(0, Outcome.SKIPPED) for step in STEPS[1:]}}, None),
    ],
)
def test_the_longest_way_through_what_is_open_counts(seen: dict[str, StepResult], left: float | None) -> None:
    found = of_account(STEPS, seen, NOW, Pace())
    assert found == TimeLeft(None if left is None else NOW + left)


def test_what_aws_decides_is_not_guessed_and_what_comes_after_it_is_told_apart() -> None:
    seen = {"a": done(10), "b": done(100), "c": done(40), "d": begun(5), "quotas:x": begun(840, Outcome.WAITING)}
    found = of_account(STEPS, seen, NOW, Pace())
    assert found == TimeLeft(NOW + 15.0, ("quotas:x",), NOW - 840.0, 1, 300.0)
    alone = of_account(STEPS, {**seen, "d": done(20)}, NOW, Pace())
    assert (alone.until, alone.undecided, alone.known) == (None, ("quotas:x",), True)


def test_what_was_measured_corrects_what_is_typical_step_by_step() -> None:
    pace, step = Pace(), PlannedStep("b", typical=100.0)
    told = [pace.expected(step, makes=True)]
    for _ in range(20):
        pace.take("b", done(40))
        told.append(pace.expected(step, makes=True))
    assert told[0] == 100.0
    assert told == sorted(told, reverse=True)
    assert told[1] == pytest.approx(80.0)
    assert 40.0 < told[-1] < 50.0
    # A failure tells nothing of how long it takes.
    pace.take("b", done(4000, Outcome.FAILED))
    assert pace.expected(step, makes=True) == told[-1]


def test_an_account_in_which_all_is_there_is_quick_and_one_that_is_made_is_not() -> None:
    pace, step = Pace(), PlannedStep("b", typical=100.0)
    for _ in range(18):
        pace.take("b", done(0, Outcome.READY))
    assert pace.expected(step, makes=False) == 10.0
    assert pace.expected(step, makes=True) == 100.0


def test_what_is_late_is_never_over_and_never_negative() -> None:
    left = [remaining(100.0, float(spent)) for spent in range(0, 2000, 10)]
    assert min(left) > 0
    assert max(abs(one - other) for one, other in pairwise(left)) <= 10.0
    assert left[0] == 100.0
    assert left[-1] == pytest.approx(0.2 * 1990)
    assert TimeLeft(NOW - 50).seconds(NOW) == 1.0


def test_the_last_account_ends_the_run() -> None:
    parts = [TimeLeft(NOW + 10), TimeLeft(None, ("q",), NOW - 5, 1, 30.0), TimeLeft(NOW + 90, ("q",), NOW - 7, 1)]
    assert together(parts) == TimeLeft(NOW + 90, ("q",), NOW - 7, 2, 30.0)
    assert not together([]).known


def test_accounts_that_have_not_begun_come_at_the_pace_of_the_others() -> None:
    path = TimeLeft(NOW + 60)
    assert queued(path, 40, 0, 0.0) == path
    assert queued(path, 40, 20, 30.0) == TimeLeft(NOW + 60 + 60)


def test_an_estimate_that_changes_is_followed_without_a_jump() -> None:
    steady = Steady()
    shown = [steady(TimeLeft(NOW + 600), NOW).seconds(NOW)]
    for second in range(1, 121):
        now = NOW + second
        # From the tenth second on, it is known to take a minute only.
        until = NOW + 600 if second < 10 else NOW + 130
        shown.append(steady(TimeLeft(until), now).seconds(now))
    steps = [one - other for one, other in pairwise(shown)]
    assert max(steps) < 40
    assert min(steps) > 0
    assert shown[-1] == pytest.approx(10.0, abs=2.0)
