"""What the audit after a sweep finds out: things made that no kind covers, and quotas that stay raised."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import State, Verdict
from bootstrap.steps.baseline import Baseline
from bootstrap.sweep.audit import AuditStep
from bootstrap.sweep.marker import Claim
from tests.steps.answers import NOON, AnsweringSession, at, refusal

TRAIL, HISTORY = "LookupEvents", "ListRequestedServiceQuotaChangeHistory"
G5 = "ml.g5.xlarge for training job usage"
RUN = {"EventSource": "ec2.amazonaws.com", "EventName": "RunInstances", "Username": "ann"}
NOTHING: dict[str, Any] = {TRAIL: {"Events": []}, HISTORY: {"RequestedQuotas": []}}


def audited(**answers: Any) -> State:
    session = AnsweringSession(NOTHING | answers, now=NOON + 86_400.0)
    step = AuditStep(Claim(baseline=Baseline(at(NOON).isoformat(), {}, {})))
    state = step.check(session)
    assert session.writes == []
    return state


def asked(name: str, value: float, status: str, decided: float, service: str = "sagemaker") -> dict[str, Any]:
    """A request of a quarter of an hour before it was decided, `decided` seconds after the baseline."""
    return {
        "Id": f"{name} {value} {decided}",
        "ServiceCode": service,
        "QuotaCode": f"L-{len(name):08}",
        "QuotaName": name,
        "DesiredValue": value,
        "Status": status,
        "Created": at(NOON + decided - 900),
        "LastUpdated": at(NOON + decided),
    }


def test_quotas_that_were_approved_since_the_baseline_stay_raised_at_the_last_value() -> None:
    rows = [
        asked(G5, 6, "APPROVED", 9000),
        asked(G5, 8, "APPROVED", 5000),
        asked("ml.m5.large for endpoint usage", 4, "CASE_OPENED", 4000),
        asked("Running On-Demand G instances", 32, "APPROVED", 60, service="ec2"),
        asked("ml.c5.large for endpoint usage", 2, "APPROVED", -60),
    ]
    state = audited(**{HISTORY: {"RequestedQuotas": rows}})
    assert state.verdict is Verdict.READY
    assert state.facts["quotas"] == {G5: 6.0, "ec2: Running On-Demand G instances": 32.0}
    assert state.facts["quotas_before"] == {
        "ml.c5.large for endpoint usage": {"value": 2.0, "approved": at(NOON - 60).isoformat()}
    }


def test_a_denied_look_at_quotas_is_told_and_spoils_nothing() -> None:
    state = audited(**{HISTORY: refusal("AccessDeniedException", "not authorized")})
    assert state.verdict is Verdict.READY
    assert {"quotas", "quotas_before"} & set(state.facts) == set()
    assert "AccessDeniedException" in state.facts["quotas_unseen"]
    assert state.facts["asked"]


def test_a_trail_that_may_not_be_read_leaves_the_quotas_known() -> None:
    rows = [asked(G5, 6, "APPROVED", 9000)]
    state = audited(**{TRAIL: refusal("AccessDeniedException"), HISTORY: {"RequestedQuotas": rows}})
    assert state.facts["asked"] is False
    assert state.facts["quotas"] == {G5: 6.0}


@pytest.mark.parametrize("operation", [TRAIL, HISTORY])
def test_what_may_pass_is_asked_again(operation: str) -> None:
    with pytest.raises(ClientError):
        audited(**{operation: refusal("ThrottlingException", "Rate exceeded")})


def test_what_no_kind_covers_is_named_and_what_the_tool_or_the_sweep_knows_is_not() -> None:
    events = [
        {"EventSource": "ec2.amazonaws.com", "EventName": "RunInstances", "Username": "ann"},
        {"EventSource": "ec2.amazonaws.com", "EventName": "RunInstances", "Username": "bob"},
        {"EventSource": "sagemaker.amazonaws.com", "EventName": "CreateEndpoint", "Username": "ann"},
        {"EventSource": "ec2.amazonaws.com", "EventName": "CreateVpc", "Username": "event-bootstrap-run"},
    ]
    assert audited(**{TRAIL: {"Events": events}}).facts["uncovered"] == {"ec2:RunInstances": 2}


def test_a_long_history_is_read_in_several_visits_to_its_end_or_the_newest_thousand_events() -> None:
    for pages, whole in ((5, True), (30, False)):
        trail = [{"Events": [RUN], "NextToken": str(number)} for number in range(1, pages)] + [{"Events": [RUN]}]
        session = AnsweringSession(NOTHING | {TRAIL: trail}, now=NOON + 86_400.0)
        step = AuditStep(Claim(baseline=Baseline(at(NOON).isoformat(), {}, {})))
        states = [step.check(session)]
        while states[-1].verdict is Verdict.WAITING:
            states.append(step.check(session))
        assert states[-1].facts["whole"] is whole
        assert states[-1].facts["uncovered"] == {"ec2:RunInstances": min(pages, 20)}
        assert len(states) == (min(pages, 20) + 1) // 2
