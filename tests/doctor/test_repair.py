"""Repair fixes what the doctor finds, asks where a team may have work, and changes nothing a second time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from bootstrap.aws.operations import only_reads
from bootstrap.cli.commands import doctor as support
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.repair import TeamRepair
from bootstrap.doctor import Diagnosis, Finding, Severity
from bootstrap.doctor.repair_plan import Repair
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput, Interrupted
from bootstrap.steps import plan
from bootstrap.steps.stack import revert
from tests.doctor import faults
from tests.doctor.ward import Ward, broken, told, troubles
from tests.runs import folder, rehearsed


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with rehearsed(folder(tmp_path_factory.mktemp("repair"))) as world:
        world.provision()
        world.simulated.confirm(world.inputs.accounts[0].account_id)
        yield Ward(world)


def agreeing(heard: list[str]) -> Callable[[Sequence[str]], bool]:
    """Says yes to everything that it is asked, and keeps what that was."""

    def ask(what: Sequence[str]) -> bool:
        heard.extend(what)
        return True

    return ask


def written(ward: Ward) -> list[str]:
    calls = ward.world.calls(ward.number)
    return sorted(each for each, count in calls.items() for _ in range(count) if not only_reads(*each.split(":")))


def test_what_is_broken_is_fixed_in_order_and_a_second_repair_writes_nothing(ward: Ward) -> None:
    broken(
        ward, faults.no_cors, faults.no_training_data, faults.stopped_notebook, faults.unverified_mail,
        faults.person_outside_the_group, faults.rule_switched_off, faults.role_without_its_policy,
        faults.no_subscription, faults.policy_that_forbids_less, faults.role_that_anybody_takes,
    )  # fmt: skip
    exit_code, said = ward.fix()
    assert troubles(ward.examine()) == [], said
    assert exit_code == 0
    order = [line.split(". ")[1].split(":")[0] for line in said if line.startswith("  ") and ". " in line]
    assert order.index("revert") < order.index("materials") < order.index("notebook")
    before = written(ward)
    exit_code, said = ward.fix()
    assert (exit_code, said) == (0, ["no problems found"])
    assert written(ward) == before


def test_a_run_of_repair_is_told_as_any_other(ward: Ward) -> None:
    broken(ward, faults.no_cors)
    ward.events.clear()
    ward.fix()
    steps = {each.step: each.state.value for each in ward.events if each.settled}
    assert steps["revert:buckets"] == "changed"
    assert {"access", "marker", "baseline"} <= set(steps)


def test_a_notebook_that_is_gone_is_made_anew_only_if_somebody_agrees(ward: Ward) -> None:
    broken(ward, faults.deleted_notebook)
    before = written(ward)
    with pytest.raises(BadInput) as refused:
        ward.fix()
    assert {each.code for each in refused.value.problems} == {"EB-550"}
    assert "new notebook" in refused.value.problems[0].what
    exit_code, said = ward.fix(ask=lambda what: False)
    assert (exit_code, said[-2:]) == (1, ["nothing was changed", "problems left, and who has to act: 1 (you)"])
    assert written(ward) == before
    heard: list[str] = []
    exit_code, said = ward.fix(ask=agreeing(heard))
    assert heard
    assert exit_code == 0, troubles(ward.examine())
    assert any("Add Notebook (AWS::SageMaker::NotebookInstance, DELETED)" in line for line in said)


def test_files_that_somebody_changed_on_the_event_s_day_are_put_back_if_agreed(ward: Ward) -> None:
    ward.follow(ward.world.inputs.event.schedule.opens.timestamp() + 3600)
    s3 = ward.client("s3")
    s3.put_object(Bucket=ward.names.bucket, Key="train/train.rec", Body=b"something else")
    assert "changed after the upload: train/train.rec" in told(ward.examine())["EB-547"].seen
    with pytest.raises(BadInput):
        ward.fix()
    exit_code, _ = ward.fix(yes=True)
    assert exit_code == 0, troubles(ward.examine())


def test_a_stack_that_is_gone_is_made_again(ward: Ward) -> None:
    broken(ward, faults.deleted_notices)
    exit_code, said = ward.fix()
    ward.world.simulated.confirm(ward.account.account_id)
    assert exit_code == 0, (said, troubles(ward.examine()))


def test_drift_that_aws_cannot_revert_is_named(ward: Ward) -> None:
    with faults.no_cors(ward):
        failure = {"stack": "*-buckets", "resource": "Bucket", "reason": "Internal Failure", "during": "update"}
        ward.differ(stacks={"failures": [failure]})
        ward.events.clear()
        exit_code, _ = ward.fix()
    ward.differ()
    assert exit_code == 1
    assert [each.code for each in ward.events if each.step == "revert:buckets" and each.settled][-1] == "EB-554"


def test_a_notebook_that_fails_again_is_started_once_a_run(ward: Ward) -> None:
    with faults.slow_script(ward):
        ward.events.clear()
        exit_code, _ = ward.fix()
    assert exit_code == 1
    ends = [(each.state.value, each.code) for each in ward.events if each.step == "notebook" and each.settled]
    assert ends == [("blocked", "EB-538")]


def test_a_start_that_does_not_take_is_seen_soon_and_made_again(ward: Ward) -> None:
    """AWS sometimes answers StartNotebookInstance, and the notebook stays Stopped."""
    ward.differ(notebooks={"start_ignored": 1, "start_seconds": [150, 150]})
    ward.client("sagemaker").stop_notebook_instance(NotebookInstanceName=ward.names.notebook)
    ward.pass_time(faults.READY)
    ward.events.clear()
    exit_code, _ = ward.fix()
    ward.differ()
    assert exit_code == 0
    said = [each for each in ward.events if each.step == "notebook"]
    assert (said[-1].state.value, said[-1].settled) == ("changed", True)
    assert said[-1].at - said[0].at < 1.3 * 150 + 20


def test_what_repair_cannot_fix_is_left_and_it_says_whose_turn_it_is(ward: Ward) -> None:
    broken(ward, faults.wrong_region, faults.no_cors)
    exit_code, said = ward.fix()
    assert exit_code == 1
    assert said[-1] == "problems left, and who has to act: 1 (the team)", troubles(ward.seen[-1])


DRIFTED = Finding(Severity.TROUBLE, "stack:roles", "a role lacks a policy", repair=("revert:roles",))
CHANGED = Finding(Severity.TROUBLE, "data", "changed", repair=("materials",), asks="3 files are put back")


Ask = Callable[[Sequence[str]], bool]


def fixing(
    ran: list[Choice], ask: Ask | None, interrupted: bool = False, access: Outcome = Outcome.READY
) -> TeamRepair:
    """Of an account of which a role must be replaced, and files that somebody changed are put back."""
    replaced = ["Modify TrainingRole (AWS::IAM::Role, replaced)"]
    touches = {"touches": [*replaced, "Modify Topic (AWS::SNS::Topic)"], "risks": replaced}
    shown = SimpleNamespace(interrupted=interrupted, accounts=[SimpleNamespace(steps={})])
    shown.accounts[0].steps["access"] = SimpleNamespace(state=access, facts={})
    shown.accounts[0].steps["revert:roles"] = SimpleNamespace(facts=touches)
    ill = Diagnosis("team-1", "1" * 12, "ap-northeast-1", "cars", 0.0, (DRIFTED, CHANGED), ())

    def run(choice: Choice) -> Any:
        ran.append(choice)
        return shown

    return TeamRepair(Choice(RunKind.REPAIR), lambda: ill, run, lambda line: None, ask)


def test_what_a_change_set_replaces_is_asked_about_also_when_something_else_was() -> None:
    ran: list[Choice] = []
    asked: list[str] = []
    fixing(ran, agreeing(asked)).fix()
    assert asked == ["3 files are put back", "Modify TrainingRole (AWS::IAM::Role, replaced)"]
    assert [each.command for each in ran] == ["repair: compare", "repair"]
    assert ran[-1].repair is not None
    assert ran[-1].repair.asked == {"materials"}
    assert len(ran[-1].repair.agreed or ()) == 2


def test_a_team_that_says_no_or_cannot_be_asked_keeps_no_other_from_its_turn(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The one is left as it was, and so are files where only a change set was refused."""
    ran: list[Choice] = []
    no, partly = (lambda what: False), (lambda what: "files" in what[0])
    assert support.all_fixed([fixing(ran, no), fixing(ran, partly)], "text") == 1
    assert [each.command for each in ran] == ["repair: compare"]
    yes, nobody = (lambda what: True), None
    assert support.all_fixed([fixing(ran, nobody), fixing(ran, yes)], "text") == 2
    assert [each.command for each in ran[1:]] == ["repair: compare", "repair"]
    told = capsys.readouterr().err
    assert "EB-550" in told
    assert "team-1" in told


NOTEBOOK, BUCKET = "AWS::SageMaker::NotebookInstance", "AWS::S3::Bucket"


@pytest.mark.parametrize(
    ("action", "kind", "replacement", "risky"),
    [
        ("Add", NOTEBOOK, None, False),
        ("Modify", NOTEBOOK, "False", True),
        ("Modify", BUCKET, "False", False),
        ("Modify", BUCKET, "True", True),
        ("Modify", BUCKET, "Conditional", True),
        ("Remove", BUCKET, None, True),
        ("Dynamic", BUCKET, None, True),
        ("SyncWithActual", NOTEBOOK, None, False),
    ],
)
def test_what_a_change_may_take_of_a_team_s_work(action: str, kind: str, replacement: str | None, risky: bool) -> None:
    what = {"Action": action, "LogicalResourceId": "replaced", "ResourceType": kind}
    assert revert.risks({"ResourceChange": what | ({"Replacement": replacement} if replacement else {})}) is risky


@pytest.mark.parametrize("asked", ["materials", "revert:notebooks"])
def test_what_nobody_was_asked_about_is_left_alone_on_the_event_s_day(ward: Ward, asked: str) -> None:
    event, account = ward.world.inputs.event, ward.account
    wanted = Repair(("materials", "stack:buckets", "revert:notebooks"), asked=frozenset({asked}))
    made = wanted.entries(plan.outline(event, account), ward.names, 0.0)
    touches = {each.step.id: getattr(each.step, "during_event", None) for each in made}
    assert touches["materials"] is (asked == "materials")
    assert touches["stack:buckets"] is False


def test_ctrl_c_while_aws_compares_begins_nothing_else() -> None:
    ran: list[Choice] = []
    with pytest.raises(Interrupted):
        fixing(ran, lambda what: True, interrupted=True).fix()
    assert [each.command for each in ran] == ["repair: compare"]


def test_an_account_that_is_another_operator_s_is_told_so_once() -> None:
    ran: list[Choice] = []
    assert fixing(ran, lambda what: True, access=Outcome.BLOCKED).fix() == 1
    assert [each.command for each in ran] == ["repair: compare"]
