"""A quota that Service Quotas answers without a value is unknown: no number is made of it, and nothing is requested."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.engine.states import Verdict
from bootstrap.errors import catalogue
from bootstrap.steps.quotas.step import best_type
from tests.steps.quota_account import G4, G5, M5, MINUTE, NONE, ONE, P3, TOTAL, TRAINING, Quotas, check, of, step

THROTTLED = {"ErrorCode": "DEPENDENCY_THROTTLING_ERROR", "ErrorMessage": "Rate exceeded"}
SERVICE = {"ErrorCode": "DEPENDENCY_SERVICE_ERROR", "ErrorMessage": ""}


class Silent(Quotas):
    """As `Quotas`, but AWS answers these names with an ErrorReason and no Value, wherever it is asked."""

    silent: tuple[str, ...] = ()
    reason = THROTTLED

    def quota(self, name: str, value: float) -> dict[str, Any]:
        found = super().quota(name, value)
        if name in self.silent:
            del found["Value"]
            found["ErrorReason"] = self.reason
        return found


def silent(*names: str, **values: Any) -> Silent:
    session = Silent(NONE | values.pop("applied", {}), **values)
    session.silent = names
    return session


@pytest.mark.parametrize("reason", [THROTTLED, SERVICE], ids=lambda each: each["ErrorCode"])
def test_what_aws_cannot_tell_is_waited_for_and_not_requested(reason: dict[str, str]) -> None:
    session = silent(M5, applied={M5: 0.0})
    session.reason = reason
    state = check(session, ONE)
    assert (state.verdict, state.code) == (Verdict.WAITING, "EB-249")
    assert reason["ErrorCode"] in state.detail
    assert (state.look_again, session.filed) == (MINUTE, {})
    step(ONE).apply(session)
    assert session.filed == {}
    assert "EB-249" in catalogue()


def test_a_value_that_comes_later_is_used() -> None:
    session, subject = silent(M5, applied={M5: 4.0}), step(ONE)
    assert subject.check(session).code == "EB-249"
    session.silent = ()
    session.wait(MINUTE)
    assert subject.check(session).verdict is Verdict.READY


def test_a_lesser_type_that_is_applied_does_not_wait_for_an_unknown_one() -> None:
    session = silent(of(P3), applied={of(G5): 3.0, of(G4): 3.0, TOTAL: 6.0})
    assert check(session, TRAINING).verdict is Verdict.READY
    assert session.filed == {}


def test_types_that_are_known_are_requested_beside_an_unknown_one() -> None:
    session = silent(of(P3))
    step(TRAINING).apply(session)
    assert of(P3) not in session.filed
    assert {of(G5), of(G4)} <= set(session.filed)


def test_an_unknown_total_limits_nothing_and_is_not_raised() -> None:
    session = silent(TOTAL, applied={of(P3): 6.0, of(G5): 3.0, of(G4): 3.0})
    assert check(session, TRAINING).verdict is Verdict.READY
    assert best_type(session, TRAINING) == P3
    assert session.filed == {}


def test_an_unknown_type_is_not_trained_on() -> None:
    session = silent(of(P3), applied={of(P3): 6.0, of(G5): 3.0})
    assert best_type(session, TRAINING) == G5 != G4


def test_an_unknown_default_is_no_zero() -> None:
    """No applied value in the account, and the catalogue cannot tell the default either."""
    session = Silent({TOTAL: 4.0}, defaults={M5: 2.0})
    session.silent = (M5,)
    state = check(session, ONE)
    assert (state.verdict, state.code) == (Verdict.WAITING, "EB-249")
    assert session.filed == {}
