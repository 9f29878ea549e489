"""Support cases for quota requests that hang: which hang, what is opened, and what AWS may answer."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.aws.rates import RATES, Limiter
from bootstrap.engine.states import State, Verdict
from bootstrap.steps.quotas import cases
from bootstrap.steps.quotas.cases import CasesStep
from tests.steps.answers import refusal
from tests.steps.quota_account import ENDPOINT, G5, MINUTE, NONE, P3, TOTAL, TRAINING, Asked, Quotas, of

DAY = 24 * 60.0
HANGING: Asked = (of(G5), "PENDING", 3, 3 * DAY)
YOUNG: Asked = (of(P3), "PENDING", 6, 60)


class Cases(Quotas):
    """An account whose requests get a case when one is created; `answer`: what AWS answers instead."""

    def __init__(self, *asked: Asked, answer: Any = None, shown: bool = True) -> None:
        super().__init__(NONE, list(asked))
        for row in self.requests:
            row["QuotaName"] = {code: name for name, code in self.codes.items()}.get(row["QuotaCode"], "other")
        self._shown = shown
        self.answers["CreateSupportCase"] = answer or self.open

    def open(self, params: dict[str, Any]) -> dict[str, Any]:
        for row in self.requests:
            if row["Id"] == params["RequestId"] and self._shown:
                row |= {"Status": "CASE_OPENED", "CaseId": "177000000001"}
        return {}

    @property
    def opened(self) -> list[str]:
        return [params["RequestId"] for name, params in self.calls if name == "CreateSupportCase"]


def step() -> CasesStep:
    return cases.build([TRAINING, ENDPOINT], DAY * MINUTE)


def carried_out(session: Cases) -> State:
    """What the step shows after it has done what there is to do."""
    asked = step()
    if asked.check(session).verdict is Verdict.TODO:
        asked.apply(session)
    return asked.check(session)


@pytest.mark.parametrize(
    ("asked", "verdict", "says"),
    [
        ((), Verdict.READY, "no request is open"),
        ((YOUNG,), Verdict.READY, "1 is open for less than 24 hours"),
        ((HANGING,), Verdict.TODO, "open a support case for ml.g5.2xlarge, pending for 3 days"),
        ((HANGING, YOUNG), Verdict.TODO, "open a support case for ml.g5.2xlarge, pending for 3 days"),
        # The history may show that a case is open before it shows its id.
        (((of(G5), "CASE_OPENED", 3, 9 * DAY),), Verdict.READY, "1 request is with AWS Support"),
        (((of(G5), "CASE_OPENED", 3, 60), YOUNG), Verdict.READY, "1 request is with AWS Support; 1 is open for less"),
        (((of(G5), "APPROVED", 3, 9 * DAY),), Verdict.READY, "no request is open"),
        ((("other", "PENDING", 1, 9 * DAY),), Verdict.READY, "no request is open"),
        (((TOTAL, "PENDING", 6, 25 * 60),), Verdict.TODO, "across all training jobs, pending for 1 day"),
    ],
)
def test_a_request_hangs_if_aws_has_not_decided_it_for_a_day(
    asked: tuple[Asked, ...], verdict: Verdict, says: str
) -> None:
    session = Cases(*asked)
    found = step().check(session)
    assert found.verdict is verdict
    assert says in found.detail
    assert session.opened == []


@pytest.mark.parametrize("shown", [True, False], ids=["shown at once", "shown late"])
def test_a_case_is_opened_once(shown: bool) -> None:
    session = Cases(HANGING, YOUNG, shown=shown)
    found = carried_out(session)
    assert session.opened == [f"{of(G5)}-{3 * DAY}"]
    assert (found.verdict, "1 request is with AWS Support" in found.detail) == (Verdict.READY, True)
    assert [each["case"] for each in found.facts["cases"]] == (["177000000001", None] if shown else [None, None])


@pytest.mark.parametrize(
    ("code", "verdict", "said"),
    [
        ("ResourceAlreadyExistsException", Verdict.READY, None),
        ("InvalidResourceStateException", Verdict.READY, None),
        ("AccessDeniedException", Verdict.BLOCKED, "EB-242"),
        ("DependencyAccessDeniedException", Verdict.BLOCKED, "EB-244"),
        ("IllegalArgumentException", Verdict.BLOCKED, "EB-245"),
    ],
)
def test_a_refusal_of_aws_is_told(code: str, verdict: Verdict, said: str | None) -> None:
    found = carried_out(Cases(HANGING, answer=refusal(code)))
    assert (found.verdict, found.code) == (verdict, said)


def test_cases_of_many_accounts_are_opened_one_a_second() -> None:
    limiter = Limiter(RATES)
    waits = [limiter.delay("service-quotas", "CreateSupportCase", str(account), 0.0) for account in range(145)]
    assert [round(each) for each in waits] == list(range(145))
