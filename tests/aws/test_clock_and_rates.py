"""Time as an argument, and the rates that all accounts share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from bootstrap.aws.rates import Limiter, Rate
from bootstrap.engine.clock import RealClock, VirtualClock


def test_virtual_time_moves_forward_only_and_tells_each_move() -> None:
    told: list[float] = []
    clock = VirtualClock(100.0, told.append)
    clock.sleep(5)
    assert clock.now() == 105
    clock.move(200)
    clock.move(150)
    assert (clock.now(), told) == (200, [200])


def test_no_second_sees_more_calls_than_a_shared_rate_allows() -> None:
    limiter = Limiter((Rate("service-quotas", "", 10, shared=True),))
    sent = [
        now + limiter.delay("service-quotas", "GetServiceQuota", str(now % 7), now)
        for now in range(3)
        for _ in range(25)
    ]
    seconds = [int(each) for each in sent]
    assert max(seconds.count(second) for second in seconds) == 10


def test_an_account_s_own_rate_holds_back_no_other_account() -> None:
    limiter = Limiter((Rate("service-quotas", "Request", 3, shared=False),))
    waits = [limiter.delay("service-quotas", "RequestServiceQuotaIncrease", "a", 0.0) for _ in range(4)]
    assert waits == [0, 0, 0, 1]
    assert limiter.delay("service-quotas", "RequestServiceQuotaIncrease", "b", 0.0) == 0
    assert limiter.delay("s3", "PutObject", "a", 0.0) == 0


def test_a_call_that_two_rates_count_is_counted_in_the_second_in_which_it_is_sent() -> None:
    rates = Rate("service-quotas", "", 4, shared=True), Rate("service-quotas", "Request", 3, shared=False)
    limiter = Limiter(rates)
    for _ in range(4):
        limiter.delay("service-quotas", "ListServiceQuotas", "another", 0.0)
    sent = [limiter.delay("service-quotas", "RequestServiceQuotaIncrease", "a", 0.0)]
    sent += [1 + limiter.delay("service-quotas", "RequestServiceQuotaIncrease", "a", 1.0) for _ in range(3)]
    assert sent == [1, 1, 1, 2]


def test_a_shard_takes_its_share_of_a_shared_rate() -> None:
    limiter = Limiter((Rate("sts", "AssumeRole", 8, shared=True),), share=0.25)
    assert [limiter.delay("sts", "AssumeRole", "a", 0.0) for _ in range(3)] == [0, 0, 1]


def test_asking_out_of_order_in_time_finds_the_free_seconds() -> None:
    limiter = Limiter((Rate("sts", "AssumeRole", 1, shared=True),))
    assert limiter.delay("sts", "AssumeRole", "a", 50.0) == 0
    assert limiter.delay("sts", "AssumeRole", "b", 10.0) == 0


def test_real_tasks_go_on_beside_each_other_up_to_the_most_and_answer_in_order() -> None:
    together, taken = threading.Barrier(3, timeout=5), []

    def task(number: int) -> Callable[[], int]:
        # Nobody passes before three are there: it would break if they went one by one.
        return lambda: (together.wait(), number)[1]

    def tasks() -> Iterator[Callable[[], int]]:
        for number in range(6):
            taken.append(number)
            yield task(number)

    found = RealClock().each(tasks(), 3)
    assert next(found) == 0
    assert taken == [0, 1, 2]
    assert list(found) == [1, 2, 3, 4, 5]


def test_no_task_keeps_the_process_from_its_end() -> None:
    daemons = RealClock().each([lambda: threading.current_thread().daemon] * 2, 2)
    assert list(daemons) == [True, True], "after Ctrl-C a call may hang for a minute"


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock(0.0)])
def test_the_first_task_that_fails_is_what_fails(clock: RealClock | VirtualClock) -> None:
    done: list[int] = []
    with pytest.raises(ZeroDivisionError):
        list(clock.each([lambda: done.append(1), lambda: done.append(1 // 0)], 1))
    assert done == [1]


def test_virtual_tasks_are_done_one_by_one_as_they_are_asked_for() -> None:
    done: list[int] = []
    found = VirtualClock(0.0).each([lambda: done.append(1), lambda: done.append(2)], 8)
    next(found)
    assert done == [1]
