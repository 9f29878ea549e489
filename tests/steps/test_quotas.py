"""What Service Quotas shows -> verdict -> code; what is asked for, and how many calls it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap import quota_board
from bootstrap.errors import catalogue
from bootstrap.quota_table import QuotaGroup, Wanted, endpoint, training
from bootstrap.states import State, Verdict
from bootstrap.steps.quota_requests import ANSWERS
from bootstrap.steps.quota_standing import STATUSES
from bootstrap.steps.quotas import QuotasStep, best_type
from tests.steps.answers import NOON, AnsweringSession, account, at, refusal

P3, G5, G4 = "ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge"
TRAINING = training([(P3, 6), (G5, 3), (G4, 3)])
ENDPOINT = endpoint("ml.m5.large", 4)
ONE = QuotaGroup(name="one", all_of=(ENDPOINT.all_of[0],))
TOTAL = "Number of instances across all training jobs"
M5 = "ml.m5.large for endpoint usage"
MINUTE = 60.0


def of(instance_type: str) -> str:
    return f"{instance_type} for training job usage"


CODES = {each.name: each.code for group in (TRAINING, ENDPOINT) for each in (*group.one_of, *group.all_of)}
Asked = tuple[str, str, float, float]


class Quotas(AnsweringSession):
    """An account with applied values (a name that is missing: no applied value), defaults and requests.

    `asked`: (name, status, value, minutes ago).
    """

    def __init__(
        self,
        applied: Mapping[str, float],
        asked: list[Asked] | None = None,
        defaults: Mapping[str, float] | None = None,
        on_request: Any = None,
        codes: Mapping[str, str | None] = CODES,
        region: str = "ap-northeast-1",
    ) -> None:
        self.applied, self.codes = dict(applied), {name: str(code) for name, code in codes.items()}
        self.defaults = dict.fromkeys(self.codes, 0.0) if defaults is None else dict(defaults)
        self.requests = [self.row(*each) for each in asked or []]
        super().__init__(
            {
                "GetServiceQuota": self.get,
                "GetAWSDefaultServiceQuota": self.get_default,
                "ListAWSDefaultServiceQuotas": self.list_defaults,
                "ListRequestedServiceQuotaChangeHistory": lambda _: {"RequestedQuotas": self.requests},
                "RequestServiceQuotaIncrease": on_request or self.file,
            },
            account(region=region),
        )

    def name(self, params: dict[str, Any]) -> str:
        return {code: name for name, code in self.codes.items()}.get(params["QuotaCode"], "")

    def quota(self, name: str, value: float) -> dict[str, Any]:
        return {"QuotaName": name, "QuotaCode": self.codes[name], "Value": value, "Adjustable": True}

    def get(self, params: dict[str, Any]) -> dict[str, Any]:
        name = self.name(params)
        if name not in self.applied:
            raise refusal("NoSuchResourceException")
        return {"Quota": self.quota(name, self.applied[name])}

    def list_defaults(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"Quotas": [self.quota(*each) for each in self.defaults.items()]}

    def get_default(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"Quota": self.quota(self.name(params), self.defaults[self.name(params)])}

    def row(self, name: str, status: str, value: float, minutes: float) -> dict[str, Any]:
        moment = at(NOON - minutes * MINUTE)
        return {
            "Id": f"{name}-{minutes}",
            "ServiceCode": "sagemaker",
            "QuotaCode": self.codes.get(name, "L-OTHER"),
            "DesiredValue": value,
            "Status": status,
            "Created": moment,
            "LastUpdated": moment,
        }

    def file(self, params: dict[str, Any]) -> dict[str, Any]:
        made = self.row(self.name(params), "PENDING", params["DesiredValue"], 0)
        self.requests.append(made)
        return {"RequestedQuota": made}

    def wait(self, seconds: float) -> None:
        self._now += seconds
        self._seen = {key: value for key, value in self._seen.items() if key.startswith("once:")}

    @property
    def filed(self) -> dict[str, float]:
        asked = [params for name, params in self.calls if name == "RequestServiceQuotaIncrease"]
        return {self.name(each): each["DesiredValue"] for each in asked}

    def count(self) -> dict[str, int]:
        names = [name for name, _ in self.calls]
        return {name: names.count(name) for name in names}


def step(group: QuotaGroup = TRAINING, ask_again: bool = False) -> QuotasStep:
    return QuotasStep(group, 45 * MINUTE, 15 * MINUTE, ask_again)


def check(session: Quotas, group: QuotaGroup = TRAINING, ask_again: bool = False) -> State:
    return step(group, ask_again).check(session)


NONE = {of(P3): 0.0, of(G5): 0.0, of(G4): 0.0, TOTAL: 4.0}

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

    statuses = Session().get_service_model("service-quotas").shape_for("RequestStatus").enum
    assert set(STATUSES) | {"APPROVED"} == set(statuses)
    used = {code for _, code, _ in (*STATUSES.values(), *ANSWERS.values())} | {row[3] for row in ONE_QUOTA if row[3]}
    assert used <= set(catalogue())


LOWER: list[Asked] = [(of(G5), "PENDING", 3, 5), (of(G4), "PENDING", 3, 5)]
OTHERS: list[Asked] = [("other", "PENDING", 1, minutes) for minutes in range(20)]

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
    wanted = Wanted(name=M5.upper(), value=4)
    group = QuotaGroup(name="g", all_of=(wanted,))
    assert check(Quotas({M5: 4}), group).verdict is Verdict.READY


def test_the_catalogue_is_read_once_for_all_accounts_of_the_region() -> None:
    session = Quotas({}, defaults={M5: 4})
    check(session, ONE)
    session.wait(60)
    check(session, ONE)
    assert session.count()["ListAWSDefaultServiceQuotas"] == 1


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

    session, quotas = Quotas({M5: 0}, on_request=lambda params: lost(params)), step(ONE)
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


def values_read(session: Quotas) -> list[str]:
    names = [session.name(params) for name, params in session.calls if name == "GetServiceQuota"]
    session.calls.clear()
    return names


def filed(**statuses: str) -> tuple[Quotas, QuotasStep]:
    """All four are requested; a minute later their requests have these statuses."""
    session, quotas = Quotas(NONE), step()
    quotas.check(session)
    quotas.apply(session)
    for made, status in zip(session.requests, statuses.values(), strict=False):
        made["Status"] = status
    session.wait(60)
    session.calls.clear()
    return session, quotas


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
    board = [each.cells for each in quota_board.rows("red", check(Quotas(NONE, asked)).facts)]
    assert board == [
        ("red", of(P3), "6", "0", "DENIED EB-235", f"{of(P3)}-200.0", "3 h 20 min"),
        ("red", of(G5), "3", "0", "CASE_OPENED EB-232", f"{of(G5)}-5000.0", "3 days"),
        ("red", of(G4), "3", "0", "PENDING EB-231", f"{of(G4)}-5.0", "5 min"),
        ("red", TOTAL, "3", "4", "applied", "-", "-"),
    ]
    assert quota_board.rows("red", {}) == ()


def test_the_board_says_what_is_not_requested_and_what_is_gone() -> None:
    session = Quotas({of(G5): 3, of(G4): 0, TOTAL: 4}, defaults={TOTAL: 4, of(G5): 0, of(G4): 0})
    board = quota_board.table([("red", check(session).facts)])
    assert [each.status for each in board] == ["gone EB-230", "applied", "not requested", "applied"]
    assert board[0].applied == "-"
