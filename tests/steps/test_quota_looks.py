"""How many calls a look at the quotas takes, and what it shows to others."""

from __future__ import annotations

from dataclasses import replace

from bootstrap.engine.states import Verdict
from bootstrap.report import quota_table as quota_board
from bootstrap.steps.quotas.step import best_type
from tests.steps.quota_account import (
    G4,
    G5,
    LOWER,
    M5,
    MINUTE,
    NONE,
    ONE,
    P3,
    TOTAL,
    TRAINING,
    Asked,
    Quotas,
    check,
    filed,
    of,
    step,
    values_read,
)


def test_a_look_when_all_is_applied_costs_one_call_a_quota() -> None:
    session = Quotas({of(P3): 6, of(G5): 3, of(G4): 3, TOTAL: 6})
    assert check(session).verdict is Verdict.READY
    assert session.count() == {"GetServiceQuota": 4}


def test_a_look_while_requests_are_open_costs_one_call() -> None:
    session, quotas = Quotas(NONE), step()
    quotas.check(session)
    quotas.apply(session)
    session.wait(60)
    session.calls.clear()
    quotas.check(session)
    assert session.count() == {"ListRequestedServiceQuotaChangeHistory": 1}


def test_only_the_value_of_an_approved_request_is_read_again_until_it_is_applied() -> None:
    session, quotas = filed(p3="APPROVED")
    assert quotas.check(session).verdict is Verdict.WAITING
    assert values_read(session) == [of(P3)]
    session.applied[of(P3)] = 6
    session.wait(60)
    quotas.check(session)
    assert values_read(session) == [of(P3)]
    session.requests[3]["Status"], session.applied[TOTAL] = "APPROVED", 6
    session.wait(60)
    assert "ml.p3.2xlarge = 6" in quotas.check(session).detail
    assert values_read(session) == [TOTAL]


def test_types_below_a_usable_one_are_not_read_again() -> None:
    session, quotas = filed(p3="APPROVED", g5="APPROVED", g4="APPROVED", total="APPROVED")
    session.applied |= {of(P3): 6, TOTAL: 6, of(G5): 3}
    assert quotas.check(session).verdict is Verdict.READY
    assert values_read(session) == [of(P3), TOTAL]


def test_types_below_one_that_is_waited_for_anyway_are_read_when_it_no_longer_is() -> None:
    session, quotas = filed(p3="PENDING", g5="APPROVED", g4="APPROVED")
    session.applied |= {of(G5): 3, of(G4): 3}
    assert quotas.check(session).verdict is Verdict.WAITING
    assert values_read(session) == []
    session.wait(14 * MINUTE)
    assert "ml.g5.2xlarge = 3" in quotas.check(session).detail
    assert values_read(session) == [of(G5)]


def test_a_refused_best_type_is_replaced_at_the_same_look() -> None:
    session, quotas = filed(p3="DENIED", g5="APPROVED", g4="APPROVED")
    session.applied[of(G5)] = 3
    assert quotas.check(session).verdict is Verdict.READY
    assert values_read(session) == [of(P3), of(G5)]


def test_a_refusal_is_held_against_the_value_once() -> None:
    """A support case may be closed after the quota was raised."""
    session, quotas = Quotas({M5: 0}, [(M5, "CASE_OPENED", 4, 5)]), step(ONE)
    quotas.check(session)
    session.requests[0]["Status"] = "CASE_CLOSED"
    values_read(session)
    for read in ([M5], []):
        session.wait(60)
        assert quotas.check(session).verdict is Verdict.BLOCKED
        assert values_read(session) == read
    raised = Quotas({M5: 0}, [(M5, "CASE_OPENED", 4, 5)])
    quotas = step(ONE)
    quotas.check(raised)
    raised.requests[0]["Status"], raised.applied[M5] = "CASE_CLOSED", 4
    raised.wait(60)
    assert quotas.check(raised).verdict is Verdict.READY


def test_steps_that_share_a_memory_list_the_requests_once() -> None:
    session, quotas = Quotas(NONE | {M5: 0}), step()
    other = replace(step(ONE), memory=quotas.memory)
    for each in (quotas, other):
        each.check(session)
        each.apply(session)
    assert session.count()["ListRequestedServiceQuotaChangeHistory"] == 1
    assert len(session.filed) == 5
    session.wait(60)
    session.calls.clear()
    assert [each.check(session).verdict for each in (quotas, other)] == [Verdict.WAITING] * 2
    assert session.count() == {"ListRequestedServiceQuotaChangeHistory": 1}


def test_looks_become_rarer_as_a_request_grows_older() -> None:
    def pause(minutes: float) -> float:
        return check(Quotas({M5: 0}, [(M5, "PENDING", 4, minutes)]), ONE).look_again or 0

    assert [pause(each) for each in (0, 3, 9, 30, 900)] == [60, 60, 180, 600, 600]


def test_the_wait_for_a_better_type_ends_when_its_time_is_over() -> None:
    better: list[Asked] = [(of(P3), "PENDING", 6, 14.5), (TOTAL, "PENDING", 6, 14.5)]
    assert check(Quotas(NONE | {of(G5): 3}, [*better, *LOWER])).look_again == 30
    assert check(Quotas(NONE, [*better, (of(G5), "PENDING", 3, 14.5), (of(G4), "PENDING", 3, 14.5)])).look_again == 30


def test_the_best_type_is_usable_fits_into_the_total_and_is_found_with_few_calls() -> None:
    assert best_type(Quotas(NONE | {of(P3): 6, of(G4): 3}), TRAINING) == G4
    assert best_type(Quotas(NONE), TRAINING) is None
    session = Quotas({of(P3): 6, of(G5): 3, of(G4): 3, TOTAL: 6})
    assert best_type(session, TRAINING) == P3
    assert session.count() == {"GetServiceQuota": 2}
    assert best_type(session, TRAINING, (P3,)) == G5
    assert best_type(session, TRAINING, (P3, G5, G4)) is None


def test_a_value_that_a_step_saw_applied_is_not_read_again_for_the_best_type() -> None:
    session, quotas = Quotas(NONE | {of(G5): 3}, [(of(P3), "DENIED", 6, 5), *LOWER]), step()
    quotas.check(session)
    session.wait(60)
    session.calls.clear()
    session.applied[of(P3)] = 2
    assert best_type(session, TRAINING, memory=quotas.memory) == G5
    assert session.count() == {"GetServiceQuota": 1}, "the type above, which was not applied"


def test_the_board_shows_each_quota_with_its_request() -> None:
    asked = [(of(P3), "DENIED", 6.0, 200.0), (of(G5), "CASE_OPENED", 3.0, 5000.0), (of(G4), "PENDING", 3.0, 5.0)]
    found = quota_board.rows("red", check(Quotas(NONE, asked)).facts)
    board = [(each.team, each.quota, each.wanted, each.applied, each.status, each.request) for each in found]
    assert board == [
        ("red", of(P3), "6", "0", "DENIED EB-235", f"{of(P3)}-200.0"),
        ("red", of(G5), "3", "0", "CASE_OPENED EB-232", f"{of(G5)}-5000.0"),
        ("red", of(G4), "3", "0", "PENDING EB-231", f"{of(G4)}-5.0"),
        ("red", TOTAL, "3", "4", "applied", "-"),
    ]
    lines = [line for [line] in quota_board.groups(found)]
    assert [each.age for each in lines] == ["", "3 days", "5 min", ""]
    assert quota_board.rows("red", {}) == ()


def test_the_board_says_what_is_not_requested_and_what_is_gone() -> None:
    session = Quotas({of(G5): 3, of(G4): 0, TOTAL: 4}, defaults={TOTAL: 4, of(G5): 0, of(G4): 0})
    board = quota_board.table([("red", check(session).facts)])
    assert [each.status for each in board] == ["gone EB-230", "applied", "not requested", "applied"]
    assert board[0].applied == "-"
