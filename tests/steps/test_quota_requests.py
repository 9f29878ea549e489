"""What is asked for, and what becomes of what AWS does not take."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import Verdict
from tests.steps.answers import refusal
from tests.steps.quota_account import CODES, G4, G5, M5, NONE, ONE, P3, TOTAL, Quotas, check, of, step


def test_two_requests_at_a_time_in_an_opt_in_region() -> None:
    session, quotas = Quotas(NONE, region="eu-south-1"), step()
    quotas.check(session)
    quotas.apply(session)
    assert session.filed == {of(P3): 6, of(G5): 3}
    state = quotas.check(session)
    assert state.verdict is Verdict.WAITING
    assert "not requested yet" in state.detail
    session.requests[0]["Status"] = "DENIED"
    session.wait(300)
    assert quotas.check(session).verdict is Verdict.TODO
    quotas.apply(session)
    assert of(G4) in session.filed


@pytest.mark.parametrize("status", ["PENDING", "CASE_OPENED"])
def test_a_request_that_a_person_looks_at_still_counts_as_open(status: str) -> None:
    others = [(M5, status, 4.0, 500.0), (TOTAL, status, 6.0, 500.0)]
    session, quotas = Quotas(NONE, others, region="eu-south-1"), step()
    quotas.apply(session)
    assert session.filed == {}
    session.requests[0]["Status"] = "DENIED"
    session.wait(300)
    quotas.apply(session)
    assert session.filed == {of(P3): 6}


def test_with_two_requests_at_a_time_a_total_that_holds_the_best_type_back_comes_before_lesser_types() -> None:
    session, quotas = Quotas(NONE | {of(P3): 6}, region="eu-south-1"), step()
    quotas.apply(session)
    assert session.filed == {TOTAL: 6, of(G5): 3}
    assert quotas.check(session).verdict is Verdict.WAITING


def test_with_two_requests_at_a_time_lower_types_leave_one_to_other_groups() -> None:
    session, quotas = Quotas(NONE | {of(P3): 6, TOTAL: 6, M5: 0}, region="eu-south-1"), step()
    quotas.apply(session)
    assert session.filed == {of(G5): 3}
    assert quotas.check(session).verdict is Verdict.READY
    step(ONE).apply(session)
    assert session.filed == {of(G5): 3, M5: 4}


# What AWS answers to the request -> verdict of the next look, code
REFUSED: list[tuple[str, str, Verdict, str]] = [
    ("ResourceAlreadyExistsException", "Only one open request", Verdict.WAITING, "EB-231"),
    ("QuotaExceededException", "", Verdict.WAITING, "EB-240"),
    ("AccessDeniedException", "is not authorized", Verdict.BLOCKED, "EB-242"),
    ("AccessDeniedException", "explicit deny in a service control policy", Verdict.BLOCKED, "EB-243"),
    ("DependencyAccessDeniedException", "", Verdict.BLOCKED, "EB-244"),
    ("IllegalArgumentException", "You must provide a quota value greater", Verdict.BLOCKED, "EB-245"),
    ("NoSuchResourceException", "", Verdict.BLOCKED, "EB-230"),
    ("InvalidResourceStateException", "", Verdict.BLOCKED, "EB-246"),
    ("SomethingNewException", "", Verdict.BLOCKED, "EB-246"),
]


@pytest.mark.parametrize(("code", "message", "verdict", "ours"), REFUSED)
def test_a_request_that_aws_does_not_take(code: str, message: str, verdict: Verdict, ours: str) -> None:
    session, quotas = Quotas({M5: 0}, on_request=refusal(code, message)), step(ONE)
    quotas.check(session)
    quotas.apply(session)
    state = quotas.check(session)
    assert (state.verdict, state.code) == (verdict, ours)
    assert session.writes == ["RequestServiceQuotaIncrease"]


def test_too_many_requests_ends_filing_and_is_tried_again_after_ten_minutes() -> None:
    session, quotas = Quotas(NONE, on_request=refusal("QuotaExceededException")), step()
    quotas.apply(session)
    assert len(session.writes) == 1
    session.wait(599)
    assert quotas.check(session).code == "EB-240"
    session.wait(2)
    assert quotas.check(session).verdict is Verdict.TODO


def test_a_refused_request_blocks_no_other_type() -> None:
    def only_g5(params: dict[str, Any]) -> dict[str, Any]:
        if params["QuotaCode"] != CODES[of(G5)]:
            raise refusal("AccessDeniedException")
        return session.file(params)

    session, quotas = Quotas(NONE), step()
    session.answers["RequestServiceQuotaIncrease"] = only_g5
    quotas.apply(session)
    session.applied[of(G5)] = 3
    session.requests[0]["Status"] = "APPROVED"
    session.wait(60)
    assert "ml.g5.2xlarge = 3" in quotas.check(session).detail


def test_not_greater_than_the_current_value_is_settled_by_reading_again() -> None:
    session, quotas = Quotas({M5: 0}, on_request=refusal("IllegalArgumentException")), step(ONE)
    quotas.apply(session)
    session.applied[M5] = 4
    session.wait(60)
    assert quotas.check(session).verdict is Verdict.READY


def test_a_request_that_aws_does_not_list_yet_is_not_filed_twice() -> None:
    session, quotas = Quotas({M5: 0}), step(ONE)
    session.answers["RequestServiceQuotaIncrease"] = {"RequestedQuota": session.row(M5, "PENDING", 4, 0)}
    quotas.apply(session)
    assert session.requests == []
    assert quotas.check(session).verdict is Verdict.WAITING


def test_a_request_whose_answer_was_lost_is_seen_and_not_filed_twice() -> None:
    def lost(params: dict[str, Any]) -> dict[str, Any]:
        session.file(params)
        raise ConnectionError

    session, quotas = Quotas({M5: 0}, on_request=lost), step(ONE)
    with pytest.raises(ConnectionError):
        quotas.apply(session)
    state = quotas.check(session)
    assert (state.verdict, state.code) == (Verdict.WAITING, "EB-231")


@pytest.mark.parametrize("operation", ["GetServiceQuota", "ListRequestedServiceQuotaChangeHistory"])
@pytest.mark.parametrize(
    ("message", "code"), [("is not authorized", "EB-242"), ("in a service control policy", "EB-243")]
)
def test_denied_looks_are_told_apart(operation: str, message: str, code: str) -> None:
    session = Quotas({M5: 0})
    session.answers[operation] = refusal("AccessDeniedException", message)
    state = check(session, ONE)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, code)


@pytest.mark.parametrize("operation", ["GetServiceQuota", "RequestServiceQuotaIncrease"])
def test_throttling_is_raised(operation: str) -> None:
    session = Quotas({M5: 0})
    session.answers[operation] = refusal("TooManyRequestsException")
    with pytest.raises(ClientError, match="TooManyRequests"):
        step(ONE).apply(session)


@pytest.mark.parametrize("status", ["DENIED", "NOT_APPROVED", "CASE_CLOSED", "INVALID_REQUEST"])
def test_refused_ones_are_asked_again_only_on_command_and_once(status: str) -> None:
    session, quotas = Quotas({M5: 0}, [(M5, status, 4, 60)]), step(ONE, ask_again=True)
    assert quotas.check(session).verdict is Verdict.TODO
    quotas.apply(session)
    assert session.filed == {M5: 4}
    session.requests[-1]["Status"] = status
    session.wait(60)
    assert quotas.check(session).verdict is Verdict.BLOCKED


def test_a_quota_that_cannot_be_raised_is_not_asked_for() -> None:
    session = Quotas({M5: 0})
    fixed = {"Quota": session.quota(M5, 1) | {"Adjustable": False}}
    session.answers["GetServiceQuota"] = fixed
    state = check(session, ONE)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-248")
