"""Calibrate in worlds that are not as a rehearsal assumes: what is different is found, and nothing is made up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bootstrap.aws.answer_shapes import AnswerShapes
from bootstrap.cli.commands import calibrate
from bootstrap.cli.commands.calibrate import Wanted
from bootstrap.doctor.calibration.keys import KEYS
from bootstrap.doctor.calibration.pooling import KeyStanding
from bootstrap.doctor.calibration.result import Calibration
from bootstrap.engine.run_kind import RunKind
from tests.evidence import take
from tests.evidence.rows import RECORDED, Row
from tests.runs import Rehearsed, choice, folder, rehearsed

# Everything takes another time than a rehearsal assumes, and one of two teams may not list.
OTHERWISE: dict[str, Any] = {
    "stacks": {"create_seconds": [700, 800], "with_notebook_seconds": [60, 70]},
    "notebooks": {"start_seconds": [900, 950]},
    "training": {"seconds": [1000, 1100], "accuracy": [0.3, 0.4]},
    "quotas": {
        "absent": ["ml.p3*"],
        "outcomes": [
            {"name": "*g5*", "outcome": "denied", "seconds": [400, 500]},
            {"name": "*", "seconds": [1000, 1200]},
        ],
    },
    "trail": {"lag_seconds": 60},
    "access": {"regions_on": ["eu-south-1"], "regions_denied": ["us-west-2"]},
    "teams": {"team-2": {"access": {"denied": {"sns:ListSubscriptionsByTopic": "organization"}}}},
}


@dataclass(frozen=True)
class Measured:
    world: Rehearsed
    made: Calibration
    scenario: dict[str, Any]
    answers: dict[str, Any]
    at: Path
    took: float
    """Seconds that provisioning took."""

    def value(self, key: str) -> Any:
        return next(each for each in self.made.entries if each.key == key).value

    def standing(self, key: str) -> KeyStanding:
        return next(each for each in self.made.entries if each.key == key).standing


def measured(world: Rehearsed, at: Path, took: float) -> Measured:
    wanted = Wanted(at / "measured.yaml", at / "answers.json", compare=False)
    place = world._place("calibrate", False, None)
    asked = replace(choice(world.at), kind=RunKind.CALIBRATE)
    made = calibrate.measured(asked, world.inputs, world.inputs.accounts, place, wanted)
    scenario = yaml.safe_load((at / "measured.yaml").read_text(encoding="utf-8"))
    answers = json.loads((at / "answers.json").read_text(encoding="utf-8"))
    return Measured(world, made, scenario, answers, at, took)


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    at = tmp_path_factory.mktemp("otherwise")
    file = at / "otherwise.yaml"
    file.write_text(yaml.safe_dump(OTHERWISE), encoding="utf-8")
    with rehearsed(folder(at / "event", teams=2), str(file)) as world:
        began = world.time[0]
        world.provision()
        yield measured(world, at, world.time[0] - began)


def test_every_key_of_a_scenario_is_read_or_said_to_be_beyond() -> None:
    assert KEYS.keys() == calibrate.assumed().keys()


@pytest.mark.parametrize(
    ("key", "least", "most"),
    [
        ("stacks.create_seconds", 700, 800),
        ("stacks.with_notebook_seconds", 60, 70),
        ("notebooks.start_seconds", 900, 950),
        ("training.seconds", 1000, 1100),
        ("training.accuracy", 0.3, 0.4),
    ],
)
def test_a_duration_lies_about_where_it_was(otherwise: Measured, key: str, least: float, most: float) -> None:
    found = otherwise.value(key)
    assert least * 0.93 <= found[0] <= found[1] <= most * 1.07
    part, _, name = key.partition(".")
    assert otherwise.scenario[part][name] == found


def test_a_rehearsal_by_what_was_measured_takes_as_long(otherwise: Measured) -> None:
    with rehearsed(otherwise.world.at, str(otherwise.at / "measured.yaml")) as world:
        began = world.time[0]
        world.provision()
        assert abs(world.time[0] - began - otherwise.took) <= 0.05 * otherwise.took


def test_quotas_are_as_aws_lists_them_and_decided_earlier_requests(otherwise: Measured) -> None:
    assert "ml.p3.2xlarge for training job usage" in otherwise.value("quotas.absent")
    rules = {each["name"]: each for each in otherwise.value("quotas.outcomes")}
    assert rules["ml.g5.2xlarge for training job usage"]["outcome"] == "denied"
    granted = rules["*"]
    assert granted["outcome"] == "granted"
    assert 950 <= granted["seconds"][0] <= granted["seconds"][1] <= 1250
    own = otherwise.scenario["teams"]["team-1"]["quotas"]["outcomes"]
    assert all(1000 <= each["seconds"][0] == each["seconds"][1] <= 1200 for each in own if "g4dn" in each["name"])


def test_regions_are_those_that_answer(otherwise: Measured) -> None:
    assert otherwise.value("access.regions_on") == ["eu-south-1"]
    assert otherwise.value("access.regions_denied") == ["us-west-2"]


def test_what_one_team_alone_is_denied_stands_under_its_name(otherwise: Measured) -> None:
    assert otherwise.value("access.denied") == {}
    teams = otherwise.scenario["teams"]
    assert teams["team-2"]["access"]["denied"] == {"sns:ListSubscriptionsByTopic": "organization"}


def test_what_nobody_has_done_is_not_observed(otherwise: Measured) -> None:
    for key in ("stacks.update_seconds", "endpoints.start_seconds", "training.stop_seconds"):
        assert otherwise.standing(key) is KeyStanding.UNSEEN
        part, _, name = key.partition(".")
        assert name not in otherwise.scenario.get(part, {})


def test_nothing_of_an_account_is_in_the_answers(otherwise: Measured) -> None:
    said = json.dumps(otherwise.answers)
    for account in otherwise.world.inputs.accounts:
        for secret in (account.account_id, account.team, *account.emails, otherwise.world.inputs.event.name):
            assert f'"{secret}' not in said
            assert account.account_id not in said


def test_one_command_makes_rows_of_evidence_of_the_answers(otherwise: Measured, tmp_path: Path) -> None:
    taken = take.take(otherwise.at / "answers.json", tmp_path)
    assert take.take(otherwise.at / "answers.json", tmp_path) == taken
    lines = [line for file in tmp_path.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines()]
    made = {each["id"]: Row(**each | {"fields": tuple(each.get("fields", ()))}) for each in map(json.loads, lines)}
    assert sorted(made) == taken
    assert {each.evidence for each in made.values()} <= RECORDED
    assert "StackEvents.ResourceStatus" in made["cal-cloudformation-describestackevents"].fields
    refused = [each for each in made.values() if each.operation == "ListSubscriptionsByTopic" and each.refusal]
    assert [each.http_status for each in refused] == [403]


def test_the_latency_of_each_service_is_that_of_its_calls(otherwise: Measured) -> None:
    told = {each.service: each for each in otherwise.made.latencies}
    assert {"cloudformation", "sagemaker", "service-quotas", "cloudtrail"} <= told.keys()
    assert all(0 < each.median <= each.most for each in told.values())


def test_it_reads_only(otherwise: Measured) -> None:
    access = calibrate.watched(otherwise.world._place("calibrate", False, None).access, AnswerShapes())
    assert not access.write
