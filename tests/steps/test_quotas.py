"""What Service Quotas shows -> verdict -> code."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.engine.states import AGAIN, Verdict
from bootstrap.errors import catalogue
from bootstrap.event.quotas import QuotaGroup, WantedQuota
from bootstrap.steps.quotas.requests import ANSWERS
from bootstrap.steps.quotas.standing import STATUSES
from tests.steps.answers import refusal
from tests.steps.quota_account import (
    CODES,
    ENDPOINT,
    G4,
    G5,
    LOWER,
    M5,
    NONE,
    ONE,
    OTHERS,
    P3,
    TOTAL,
    Asked,
    Quotas,
    check,
    of,
    step,
)

# One quota, 4 wanted, the value applied and the requests made -> verdict, code
ONE_QUOTA: list[tuple[float, list[Asked], Verdict, str | None]] = [
    (4, [], Verdict.READY, None),
    (9, [(M5, "DENIED", 20, 5)], Verdict.READY, None),
    (4, [(M5, "CASE_CLOSED", 4, 5)], Verdict.READY, None),
    (0, [], Verdict.TODO, None),
    (0, [(M5, "PENDING", 4, 5)], Verdict.WAITING, "EB-231"),
    (0, [(M5, "CASE_OPENED", 4, 5)], Verdict.WAITING, "EB-232"),
    (0, [(M5, "APPROVED", 4, 5)], Verdict.WAITING, "EB-233"),
    (0, [(M5, "APPROVED", 4, 31)], Verdict.BLOCKED, "EB-234"),
    (2, [(M5, "APPROVED", 4, 5)], Verdict.BLOCKED, "EB-234"),
    (2, [(M5, "APPROVED", 2, 90), (M5, "APPROVED", 4, 5)], Verdict.WAITING, "EB-233"),
    (2, [(M5, "APPROVED", 2, 90)], Verdict.TODO, None),
    (0, [(M5, "DENIED", 4, 5)], Verdict.BLOCKED, "EB-235"),
    (0, [(M5, "DENIED", 2, 5)], Verdict.BLOCKED, "EB-235"),
    (0, [(M5, "DENIED", 40, 5)], Verdict.TODO, None),
    (0, [(M5, "NOT_APPROVED", 4, 5)], Verdict.BLOCKED, "EB-236"),
    (0, [(M5, "CASE_CLOSED", 4, 5)], Verdict.BLOCKED, "EB-237"),
    (0, [(M5, "INVALID_REQUEST", 4, 5)], Verdict.BLOCKED, "EB-238"),
    (0, [(M5, "RECONSIDERED", 4, 5)], Verdict.WAITING, "EB-239"),
    (0, [(M5, "DENIED", 4, 90), (M5, "PENDING", 4, 5)], Verdict.WAITING, "EB-231"),
    (0, [(M5, "PENDING", 4, 5), (M5, "DENIED", 4, 90)], Verdict.WAITING, "EB-231"),
    (0, [("other", "PENDING", 1, minutes) for minutes in range(20)], Verdict.WAITING, "EB-240"),
    (0, [("other", "PENDING", 1, minutes) for minutes in range(19)], Verdict.TODO, None),
]


@pytest.mark.parametrize(("applied", "asked", "verdict", "code"), ONE_QUOTA)
def test_one_quota(applied: float, asked: list[Asked], verdict: Verdict, code: str | None) -> None:
    session = Quotas({M5: applied}, asked)
    state = check(session, ONE)
    assert (state.verdict, state.code) == (verdict, code)
    assert session.writes == []


def test_every_code_is_explained_and_every_status_of_aws_has_a_row() -> None:
    from botocore.session import Session

    statuses: Any = Session().get_service_model("service-quotas").shape_for("RequestStatus")
    assert set(STATUSES) | {"APPROVED"} == set(statuses.enum)
    used = {code for _, code, _ in (*STATUSES.values(), *ANSWERS.values())} | {row[3] for row in ONE_QUOTA if row[3]}
    assert used <= set(catalogue())


# Applied values beyond NONE, requests -> verdict, code, words of the detail
RANKED: list[tuple[dict[str, float], list[Asked], Verdict, str | None, str]] = [
    ({of(P3): 6, TOTAL: 6, of(G5): 3, of(G4): 3}, [], Verdict.READY, None, "ml.p3.2xlarge = 6"),
    ({of(P3): 6, TOTAL: 6}, [], Verdict.TODO, None, "request ml.g5.2xlarge for training job usage = 3; request ml.g4"),
    ({of(P3): 6, TOTAL: 6}, LOWER, Verdict.READY, None, "ml.p3.2xlarge = 6 applied"),
    (
        {of(P3): 6, TOTAL: 6},
        [(of(G5), "DENIED", 3, 5), (of(G4), "CASE_CLOSED", 3, 5)],
        Verdict.READY,
        None,
        "ml.p3.2xlarge = 6 applied",
    ),
    ({of(P3): 6, TOTAL: 6}, OTHERS, Verdict.READY, None, "ml.p3.2xlarge = 6 applied"),
    ({of(P3): 6, TOTAL: 6}, OTHERS[1:], Verdict.READY, None, "ml.p3.2xlarge = 6 applied"),
    ({of(P3): 6, TOTAL: 6}, OTHERS[2:], Verdict.TODO, None, "request ml.g5.2xlarge"),
    ({of(P3): 6}, [], Verdict.TODO, None, "all training jobs = 6"),
    (
        {of(P3): 6},
        [(TOTAL, "PENDING", 6, 5), (of(G5), "PENDING", 3, 5), (of(G4), "PENDING", 3, 5)],
        Verdict.WAITING,
        "EB-231",
        "ml.p3.2xlarge: Number of instances across all training jobs: requested",
    ),
    ({of(G5): 3}, [(of(P3), "DENIED", 6, 5), *LOWER], Verdict.READY, None, "3 applied instead of ml.p3.2xlarge"),
    ({of(P3): 2, of(G5): 3}, [(of(P3), "APPROVED", 6, 5), *LOWER], Verdict.READY, None, "granted 2 of 6"),
    (
        {of(G5): 3},
        [(of(P3), "PENDING", 6, 5), (TOTAL, "PENDING", 6, 5), *LOWER],
        Verdict.WAITING,
        "EB-247",
        "ml.p3.2xlarge",
    ),
    (
        {of(G5): 3},
        [(of(P3), "PENDING", 6, 16), (TOTAL, "PENDING", 6, 16), *LOWER],
        Verdict.READY,
        None,
        "instead of ml.p3",
    ),
    ({of(G5): 3, of(P3): 6}, [(TOTAL, "DENIED", 6, 5), *LOWER], Verdict.READY, None, "ml.g5.2xlarge = 3"),
    ({of(G4): 3}, [(of(P3), "DENIED", 6, 5), (of(G5), "DENIED", 3, 5)], Verdict.READY, None, "ml.g4dn.xlarge = 3"),
    ({of(P3): 6, TOTAL: 6, of(G5): 0, of(G4): 3}, [(of(G5), "PENDING", 3, 5)], Verdict.READY, None, "ml.p3.2xlarge"),
    (
        {},
        [(of(P3), "DENIED", 6, 5), (of(G5), "PENDING", 3, 5), (of(G4), "NOT_APPROVED", 3, 5)],
        Verdict.WAITING,
        "EB-231",
        "ml.g5.2xlarge",
    ),
    (
        {},
        [(of(P3), "DENIED", 6, 5), (of(G5), "NOT_APPROVED", 3, 5), (of(G4), "CASE_CLOSED", 3, 5)],
        Verdict.BLOCKED,
        "EB-235",
        "ml.g4dn.xlarge: the support case was closed",
    ),
]


@pytest.mark.parametrize(("applied", "asked", "verdict", "code", "words"), RANKED)
def test_ranked_types(
    applied: dict[str, float], asked: list[Asked], verdict: Verdict, code: str | None, words: str
) -> None:
    state = check(Quotas(NONE | applied, asked))
    assert (state.verdict, state.code) == (verdict, code)
    assert words in state.detail
    assert ("--again" in state.detail) is (state.facts.get(AGAIN) is True)


def test_requests_for_all_ranked_types_and_the_total_are_filed_at_once() -> None:
    session, quotas = Quotas(NONE), step()
    assert quotas.check(session).verdict is Verdict.TODO
    quotas.apply(session)
    assert session.filed == {of(P3): 6, of(G5): 3, of(G4): 3, TOTAL: 6}
    state = quotas.check(session)
    assert (state.verdict, state.code) == (Verdict.WAITING, "EB-231")


def test_lower_types_are_requested_when_the_best_is_applied_and_not_waited_for() -> None:
    session, quotas = Quotas(NONE | {of(P3): 6, TOTAL: 6}), step()
    assert quotas.check(session).verdict is Verdict.TODO
    assert quotas.apply(session).look_again == 0
    assert session.filed == {of(G5): 3, of(G4): 3}
    session.calls.clear()
    assert quotas.check(session).verdict is Verdict.READY
    assert session.calls == []


@pytest.mark.parametrize("code", ANSWERS)
def test_a_lower_type_that_aws_refuses_to_take_is_asked_for_once_and_the_step_is_ready(code: str) -> None:
    session, quotas = Quotas(NONE | {of(P3): 6, TOTAL: 6, of(G4): 3}, on_request=refusal(code)), step()
    assert quotas.apply(session).look_again == 0
    assert quotas.check(session).verdict is Verdict.READY
    assert session.writes == ["RequestServiceQuotaIncrease"]


def test_no_second_request_where_one_is_open_or_was_refused() -> None:
    session, quotas = Quotas(NONE, [(of(P3), "DENIED", 6, 5), (of(G5), "PENDING", 3, 5)]), step()
    quotas.apply(session)
    assert set(session.filed) == {of(G4)}, "and no total: what AWS gives is enough without P3"


def test_a_type_that_is_gone_is_skipped_and_said_so() -> None:
    offered = {name: 0.0 for name in CODES if P3 not in name}
    session, quotas = Quotas({of(G5): 0, of(G4): 0, TOTAL: 4}, defaults=offered), step()
    assert P3 not in quotas.check(session).detail
    quotas.apply(session)
    assert session.filed == {of(G5): 3, of(G4): 3}
    session.applied[of(G5)] = 3
    session.requests[0]["Status"] = "APPROVED"
    session.wait(300)
    state = quotas.check(session)
    assert state.verdict is Verdict.READY
    assert "instead of ml.p3.2xlarge: AWS no longer has this quota" in state.detail
    assert state.facts["quotas"][0]["standing"] == "gone"
    assert state.facts["types"] == [G5]


def test_no_type_left_at_all() -> None:
    state = check(Quotas({TOTAL: 4}, defaults={TOTAL: 4}))
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-241")


def test_an_endpoint_type_that_is_gone_blocks_but_a_total_that_is_gone_limits_nothing() -> None:
    gone = check(Quotas({ENDPOINT.all_of[1].name: 4}, defaults={}), ENDPOINT)
    assert (gone.verdict, gone.code) == (Verdict.BLOCKED, "EB-230")
    assert check(Quotas({M5: 4}, defaults={}), ENDPOINT).verdict is Verdict.READY


def test_without_an_applied_value_the_default_counts() -> None:
    assert check(Quotas({}, defaults={M5: 4}), ONE).verdict is Verdict.READY
    assert check(Quotas({}, defaults={M5: 0}), ONE).verdict is Verdict.TODO


def test_a_code_that_now_means_another_quota_is_not_used() -> None:
    """L-614B09FD became another quota's code, and the wanted quota has a new one."""
    codes = {"ml.other for endpoint usage": CODES[M5], M5: "L-NEW"}
    session = Quotas({"ml.other for endpoint usage": 99, M5.upper(): 0, M5: 1}, defaults={M5: 0}, codes=codes)
    quotas = step(ONE)
    assert quotas.check(session).verdict is Verdict.TODO
    quotas.apply(session)
    assert session.params("RequestServiceQuotaIncrease")["QuotaCode"] == "L-NEW"


def test_names_are_compared_without_case_and_a_quota_without_code_is_found_by_name() -> None:
    wanted = WantedQuota(name=M5.upper(), value=4)
    group = QuotaGroup(name="g", all_of=(wanted,))
    assert check(Quotas({M5: 4}), group).verdict is Verdict.READY


def test_the_catalogue_is_read_once_for_all_accounts_of_the_region() -> None:
    session = Quotas({}, defaults={M5: 4})
    check(session, ONE)
    session.wait(60)
    check(session, ONE)
    assert session.count()["ListAWSDefaultServiceQuotas"] == 1
