"""The engine: order, slots, time, and one account's trouble staying its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from bootstrap.engine.clock import RealClock, VirtualClock
from bootstrap.engine.engine import RealRun, run_virtual
from bootstrap.engine.queue import Queue, Work
from bootstrap.engine.states import Again, Outcome, Settled, StepEvent
from bootstrap.errors import message
from bootstrap.errors.message import msg

READY = Settled(Outcome.READY, "there")


@dataclass
class Script:
    """A visitor that answers from a list and logs when it was visited."""

    id: str
    answers: list[Settled | Again | Exception]
    needs: tuple[str, ...] = ()
    calls: list[int] = field(default_factory=lambda: [0])
    log: list[tuple[str, float]] = field(default_factory=list)
    now: Callable[[], float] = lambda: 0.0
    cost: int = 1
    planned: list[Sequence[str]] = field(default_factory=list)
    found: str | None = None

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        self.log.append((self.id, self.now()))
        self.planned.append(tuple(planned))
        self.calls[0] += self.cost
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def virtual(*teams: list[Script], slots: int = 64, stagger: float = 0.0) -> tuple[list[StepEvent], float]:
    clock = VirtualClock(1000.0)
    events: list[StepEvent] = []
    works = []
    for number, scripts in enumerate(teams):
        calls = [0]
        for script in scripts:
            script.calls, script.now = calls, clock.now
        sent, begins = (lambda calls=calls: calls[0]), number * stagger
        works.append(Work(f"team-{number}", f"{number:012d}", tuple(scripts), sent, begins))
    spent = run_virtual(Queue("run", "me", works, events.append), clock, slots, lambda now: None)
    return events, spent


def outcomes(events: list[StepEvent], team: str = "team-0") -> dict[str, Outcome]:
    return {each.step: each.state for each in events if each.settled and each.team == team}


def test_a_step_is_visited_only_after_what_it_needs_has_settled() -> None:
    log: list[tuple[str, float]] = []
    last = Script("c", [READY], ("b",), log=log)
    first = Script("a", [Again(60, Outcome.WAITING, "wait"), READY], log=log)
    virtual([last, Script("b", [READY], ("a",), log=log), first])
    assert [step for step, _ in log] == ["a", "a", "b", "c"]


def test_accounts_begin_as_far_apart_as_is_asked() -> None:
    log: list[tuple[str, float]] = []
    virtual(*([Script(name, [READY, READY], log=log)] for name in "abc"), stagger=30.0)
    assert [(step, round(at - 1000.0)) for step, at in log] == [("a", 0), ("b", 30), ("c", 60)]


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (Outcome.READY, Outcome.READY),
        (Outcome.CHANGED, Outcome.READY),
        (Outcome.WAITING, Outcome.WAITING),
        (Outcome.BLOCKED, Outcome.SKIPPED),
        (Outcome.FAILED, Outcome.SKIPPED),
    ],
)
def test_what_becomes_of_a_step_follows_from_what_it_needs(need: Outcome, expected: Outcome) -> None:
    events, _ = virtual(
        [Script("a", [Settled(need, "so")]), Script("b", [READY], ("a",)), Script("c", [READY], ("b",))]
    )
    assert outcomes(events) == {"a": need, "b": expected, "c": expected}


def test_a_planned_need_is_told_to_the_visitor() -> None:
    after = Script("b", [Settled(Outcome.PLANNED, "create b")], ("a",))
    virtual([Script("a", [Settled(Outcome.PLANNED, "create a")]), after])
    assert after.planned == [("a",)]


def test_one_account_s_bug_stops_no_other() -> None:
    events, _ = virtual([Script("a", [ValueError("oh")])], [Script("a", [READY])])
    assert outcomes(events) == {"a": Outcome.FAILED}
    assert outcomes(events, "team-1") == {"a": Outcome.READY}


def test_a_visit_takes_80_ms_for_each_call_and_waiting_costs_no_slot() -> None:
    waits: list[Settled | Again] = [Again(300, Outcome.WAITING, "stack"), READY]
    _, alone = virtual([Script("a", list(waits), cost=5)])
    assert alone == pytest.approx(0.4 + 300 + 0.4)
    _, many = virtual(*[[Script("a", list(waits), cost=5)] for _ in range(64)], slots=2)
    assert many < alone + 64 * 0.4 / 2 + 1


def test_accounts_queue_for_slots_in_the_roster_s_order() -> None:
    log: list[tuple[str, float]] = []
    virtual(*[[Script(f"a{number}", [READY], log=log, cost=10)] for number in range(4)], slots=2)
    assert [(step, round(at - 1000, 1)) for step, at in log] == [
        ("a0", 0.0),
        ("a1", 0.0),
        ("a2", 0.8),
        ("a3", 0.8),
    ]


def test_an_account_that_has_begun_goes_on_before_the_next_one_begins() -> None:
    log: list[tuple[str, float]] = []
    teams = [
        [Script(f"a{team}", [READY], log=log), Script(f"b{team}", [READY], (f"a{team}",), log=log)] for team in range(3)
    ]
    virtual(*teams, slots=1)
    assert [step for step, _ in log] == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_visits_of_one_account_never_overlap_in_virtual_time() -> None:
    log: list[tuple[str, float]] = []
    virtual([Script(name, [READY], log=log, cost=10) for name in "abc"], slots=8)
    assert [round(at - 1000, 1) for _, at in log] == [0.0, 0.8, 1.6]


def test_the_same_wait_is_said_once_and_each_account_counts_its_events() -> None:
    again: list[Settled | Again] = [Again(20, Outcome.WAITING, "stack is being created")] * 5
    events, _ = virtual([Script("a", [*again, READY])])
    assert [(each.seq, each.state) for each in events] == [(1, Outcome.WAITING), (2, Outcome.READY)]


def test_what_is_new_to_say_is_decided_by_the_message_and_not_by_its_wording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "source", lambda text: "nonsense")
    first, second = (Again(20, Outcome.WAITING, msg("{count} of 2 stacks", count=count)) for count in (1, 2))
    events, _ = virtual([Script("a", [first, first, second, READY])])
    assert [each.detail for each in events] == ["nonsense", "nonsense", "there"]


def test_threads_visit_one_account_one_at_a_time_and_several_accounts_at_once() -> None:
    inside: dict[str, int] = {}
    both = threading.Barrier(2, timeout=5)
    overlapped: list[str] = []

    @dataclass
    class Busy:
        id: str
        team: str
        needs: tuple[str, ...] = ()
        found: str | None = None

        def visit(self, planned: Sequence[str] = ()) -> Settled:
            inside[self.team] = inside.get(self.team, 0) + 1
            if inside[self.team] > 1:
                overlapped.append(self.team)
            both.wait()
            inside[self.team] -= 1
            return READY

    events: list[StepEvent] = []
    works = [Work(team, team, tuple(Busy(f"s{number}", team) for number in range(3)), lambda: 0) for team in ("x", "y")]
    clock = RealClock()
    assert RealRun(Queue("run", "me", works, events.append), clock, 4, clock.wake).run(lambda now: None)
    assert overlapped == []
    assert sum(each.settled for each in events) == 6


@pytest.mark.parametrize("found", [None, "create the stack"])
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_at_once_and_records_what_was_seen_or_being_changed(
    found: str | None, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    begun = threading.Event()

    @dataclass
    class Hangs:
        id: str = "a"
        needs: tuple[str, ...] = ()
        found: str | None = None

        def visit(self, planned: Sequence[str] = ()) -> Settled:
            begun.set()
            release.wait(10)
            return READY

    def tick(now: float) -> None:
        if begun.is_set():
            raise KeyboardInterrupt

    events: list[StepEvent] = []
    works = [Work("x", "1", (Hangs(found=found), Script("b", [READY], ("a",))), lambda: 0)]
    clock = RealClock()
    if times == 2:
        join = threading.Thread.join

        def impatient(thread: threading.Thread, timeout: float | None = None) -> None:
            join(thread, 0.0)
            raise KeyboardInterrupt

        monkeypatch.setattr(threading.Thread, "join", impatient)
    started = time.monotonic()
    assert not RealRun(Queue("run", "me", works, events.append), clock, 2, clock.wake).run(tick)
    monkeypatch.undo()
    assert time.monotonic() - started < 3
    release.set()
    # What was not looked at is not recorded: what earlier runs saw of it still holds.
    assert [(each.step, each.settled, each.code, each.detail) for each in events] == (
        [("a", False, "EB-392", "interrupted; last seen: create the stack")] if found else []
    )


def test_an_account_of_another_run_is_said_once_and_left_alone() -> None:
    held = Settled(Outcome.ELSEWHERE, "bo works here", "EB-520", unseen=True)
    events, _ = virtual([Script("a", [held]), Script("b", [READY]), Script("c", [READY], ("a",))])
    assert [(each.step, each.state, each.settled, each.unseen) for each in events] == [
        ("a", Outcome.ELSEWHERE, True, True)
    ]


def test_what_follows_on_a_step_that_was_not_looked_at_was_not_looked_at_either() -> None:
    away = Settled(Outcome.FAILED, "the journal is gone", "EB-523", unseen=True)
    events, _ = virtual([Script("a", [away]), Script("b", [READY], ("a",)), Script("c", [READY], ("b",))])
    assert [(each.step, each.unseen) for each in events] == [("a", True), ("b", True), ("c", True)]


def test_steps_that_need_each_other_are_an_error_and_no_endless_loop() -> None:
    with pytest.raises(RuntimeError, match="circle"):
        virtual([Script("a", [READY], ("b",)), Script("b", [READY], ("a",))])
