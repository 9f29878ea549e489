"""Refusals of AWS in a whole run: it goes on after those that pass, and names the cause of the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bootstrap.engine.outcomes import Result
from bootstrap.engine.states import Outcome
from tests.runs import Recorder, folder, rehearsed

_ORGANIZATION = (
    "User: arn:aws:sts::111122223333:assumed-role/event-bootstrap-access/x is not authorized to perform: {action} with "
    "an explicit deny in a resource control policy"
)
_SKEWED = "The difference between the request time and the current time is too large."


def fault(service: str, operation: str, code: str, status: int, times: int = 2, message: str = "") -> dict[str, Any]:
    return {
        "service": service,
        "operation": operation,
        "code": code,
        "status": status,
        "times": times,
        "message": message,
    }


def ran(tmp: Path, *faults: Mapping[str, Any], only: tuple[str, ...] = (), **more: Any) -> tuple[Any, Recorder]:
    scenario = tmp / "scenario.yaml"
    scenario.write_text(yaml.safe_dump({"faults": list(faults), **more}), encoding="utf-8")
    with rehearsed(folder(tmp / "event"), str(scenario)) as running:
        return running.provision(only=only)


@pytest.mark.parametrize(
    "refused",
    [
        fault("sns", "Subscribe", "ThrottlingException", 400),
        fault("sns", "Subscribe", "Throttled", 429),
        fault("cloudformation", "CreateStack", "ConcurrentResourcesLimitExceeded", 429, 1),
        fault("ssm", "PutParameter", "TooManyUpdates", 400, 3),
        fault("events", "PutRule", "ConcurrentModificationException", 400, 3),
        fault("cognito-idp", "AdminCreateUser", "NeverHeardOf", 429, 3),
    ],
    ids=lambda refused: f"{refused['operation']} {refused['code']} {refused['status']}",
)
def test_what_passes_is_tried_again_and_the_account_ends_ready(tmp_path: Path, refused: Mapping[str, Any]) -> None:
    ended, _ = ran(tmp_path, refused)
    assert ended.summary.accounts[0].result is Result.READY


def test_an_account_that_takes_one_parameter_a_second_is_recorded_later_at_the_first_visit(tmp_path: Path) -> None:
    """The pauses between the tries of a call are time that passes for AWS too, though nobody waits in virtual time."""
    only = ("marker", "baseline")
    took = []
    for name, per_second in (("fast", 10.0), ("slow", 1.0), ("slower", 0.2)):
        at = tmp_path / name
        at.mkdir()
        slow = {"service": "ssm", "operation": "PutParameter", "code": "TooManyUpdates", "message": ""}
        ended, recorder = ran(at, only=only, rates=[{**slow, "per_second": per_second, "burst": 1}])
        assert ended.summary.accounts[0].steps["baseline"].state is Outcome.CHANGED
        assert [each for each in recorder.events if each.code] == []
        took.append(ended.summary.ended - ended.summary.began)
    assert took == sorted(set(took))


def test_a_resource_control_policy_is_the_organizations_in_every_step(tmp_path: Path) -> None:
    ended, _ = ran(
        tmp_path,
        fault("ssm", "PutParameter", "AccessDeniedException", 400, 99, _ORGANIZATION.format(action="ssm:PutParameter")),
    )
    found = ended.summary.accounts[0].steps["marker"]
    assert (found.state, found.code) == (Outcome.FAILED, "EB-373")


def test_a_clock_that_went_wrong_after_the_first_step_is_named(tmp_path: Path) -> None:
    ended, _ = ran(tmp_path, fault("ssm", "PutParameter", "RequestTimeTooSkewed", 403, 99, _SKEWED))
    found = ended.summary.accounts[0].steps["marker"]
    assert (found.state, found.code) == (Outcome.FAILED, "EB-212")
