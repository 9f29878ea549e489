"""Repair fixes what the doctor finds, asks where a team may have work, and changes nothing a second time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from bootstrap.aws.operations import only_reads
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.examining import Examined
from bootstrap.cli.commands.repair import Repaired, Repairs
from bootstrap.doctor import Diagnosis, Finding, Severity
from bootstrap.doctor.repair_plan import Repair
from bootstrap.engine.hold import Hold
from bootstrap.engine.outcomes import Result
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import Interrupted
from bootstrap.report.diagnosis import document, show_well
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
    heard: list[str] = []
    exit_code, said = ward.fix(heard=heard)
    assert any("new notebook" in each for each in heard)
    assert (exit_code, said[-3:-1]) == (1, ["nothing was changed", "problems left, and who has to act: 1 (you)"])
    assert said[-1].endswith("event-bootstrap repair team-1 --yes")
    assert "EB-537" in told(ward.examine())
    exit_code, said = ward.fix(replace_it=True)
    assert exit_code == 0, troubles(ward.examine())
    assert any("Add Notebook (AWS::SageMaker::NotebookInstance, DELETED)" in line for line in said)


def test_files_that_somebody_changed_on_the_event_s_day_are_put_back_if_agreed(ward: Ward) -> None:
    ward.follow(ward.world.inputs.event.schedule.opens.timestamp() + 3600)
    s3 = ward.client("s3")
    s3.put_object(Bucket=ward.names.bucket, Key="train/train.rec", Body=b"something else")
    assert "changed after the upload: train/train.rec" in told(ward.examine())["EB-547"].seen
    assert ward.fix()[0] == 1
    exit_code, _ = ward.fix(replace_it=True)
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


@dataclass
class Asked:
    """A person who always answers the same, and what they were asked."""

    answer: bool = True
    heard: list[Any] = field(default_factory=list)

    def __call__(self, what: Any) -> bool:
        self.heard.append(what)
        return self.answer


REPLACED = ["Modify TrainingRole (AWS::IAM::Role, replaced)"]


def ill(number: int, *findings: Finding) -> Diagnosis:
    return Diagnosis(f"team-{number}", str(number) * 12, "ap-northeast-1", "cars", 0.0, findings, ())


def fixing(
    ran: list[Choice],
    answer: Asked,
    found: Sequence[Diagnosis] = (ill(1, DRIFTED, CHANGED),),
    interrupted: bool = False,
    kept: Sequence[int] = (),
    teams: tuple[str, ...] = ("team-*",),
    agreed: Asked | None = None,
    said: list[str] | None = None,
) -> Repaired:
    """Of accounts of which a role must be replaced, and files that somebody changed are put back.

    `kept`: numbers of the teams that another operator works on.
    """
    touches = {"touches": [*REPLACED, "Modify Topic (AWS::SNS::Topic)"], "risks": REPLACED}

    def account(which: str) -> Any:
        blocked = int(which[0]) in kept
        steps = {
            "access": SimpleNamespace(state=Outcome.BLOCKED if blocked else Outcome.READY, facts={}, detail="busy")
        }
        return SimpleNamespace(
            account_id=which,
            team=which,
            result=Result.READY,
            steps={**steps, "revert:roles": SimpleNamespace(facts=touches)},
        )

    def run(choice: Choice) -> Any:
        ran.append(choice)
        return SimpleNamespace(interrupted=interrupted, accounts=[account(each) for each in choice.repair or {}])

    def look(ids: Sequence[str]) -> Examined:
        return Examined(tuple(each for each in found if each.account_id in ids))

    say = (said if said is not None else []).append
    asked = Choice(RunKind.REPAIR, teams=teams)
    return Repairs(asked, look, run, say, answer, agreed or Asked()).fix([each.account_id for each in found])


def test_what_a_change_set_replaces_is_asked_about_also_when_something_else_was() -> None:
    ran: list[Choice] = []
    asked = Asked()
    fixing(ran, asked)
    assert [each.rpartition("in this: ")[2] for each in asked.heard[0]] == ["3 files are put back", *REPLACED]
    assert [each.command for each in ran] == ["repair: compare", "repair"]
    (repair,) = (ran[-1].repair or {}).values()
    assert repair.asked == {"materials", "revert:roles"}
    assert len(repair.agreed or ()) == 2


def test_many_are_compared_in_one_run_asked_about_once_and_fixed_in_one_run() -> None:
    """Of which one needs no change set, another needs nothing, and another operator works on a third."""
    ran: list[Choice] = []
    asked = Asked()
    said: list[str] = []
    stopped = Finding(Severity.TROUBLE, "notebook", "stopped", "EB-535", repair=("notebook",))
    found = [ill(1, DRIFTED, CHANGED), ill(2, stopped), ill(3), ill(4, DRIFTED)]
    ended = fixing(ran, asked, found, kept=[4], said=said)
    assert [sorted(each.repair or {}) for each in ran] == [["1" * 12, "4" * 12], ["1" * 12, "2" * 12]]
    assert len(asked.heard) == 1
    assert "team-4 is left out: busy" in said
    assert [each.team for each in ended.examined.diagnoses] == ["team-1", "team-2", "team-3", "team-4"]


def test_if_the_answer_is_no_or_nobody_can_be_asked_the_rest_is_done_and_the_command_for_it_is_said() -> None:
    ran: list[Choice] = []
    stopped = Finding(Severity.TROUBLE, "notebook", "stopped", "EB-535", repair=("notebook",))
    ended = fixing(ran, Asked(False), [ill(1, DRIFTED, CHANGED, stopped), ill(2, stopped)])
    wanted = {key: each.steps for key, each in (ran[-1].repair or {}).items()}
    assert wanted == {"1" * 12: ("notebook",), "2" * 12: ("notebook",)}
    assert (ended.exit_code, ended.last[-1].rpartition(": ")[2]) == (1, "event-bootstrap repair team-1 --yes")


def test_an_account_on_hold_is_neither_counted_nor_compared_nor_repaired_and_that_is_said_at_the_end() -> None:
    ran: list[Choice] = []
    said: list[str] = []
    hold = Hold("a judge asked", "ana", 0.0)
    found = [ill(1, CHANGED), replace(ill(2, DRIFTED), hold=hold), replace(ill(3), hold=hold)]
    ended = fixing(ran, Asked(), found, said=said)
    assert [sorted(each.repair or {}) for each in ran] == [["1" * 12]]
    assert not any("team-2" in each for each in said)
    assert [each for each in ended.last if "on hold" in each] == [
        f"note: team-2 is {hold.words}; nothing is written there"
    ]
    assert ["hold" in document(each) for each in found] == [False, True, True]
    lines = io.StringIO()
    show_well(lines, found[2], "plain")
    assert hold.words in lines.getvalue()


def test_without_a_team_it_asks_once_and_with_one_it_does_not() -> None:
    ran: list[Choice] = []
    stopped = Finding(Severity.TROUBLE, "notebook", "stopped", "EB-535", repair=("notebook",))
    asked = Asked(False)
    fixing(ran, Asked(), [ill(1, stopped), ill(2, stopped)], teams=(), agreed=asked)
    assert (asked.heard, ran) == (["Repair 2 teams?"], [])
    fixing(ran, Asked(), [ill(1, stopped)], agreed=asked)
    assert (len(asked.heard), len(ran)) == (1, 1)


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
        fixing(ran, Asked(), interrupted=True)
    assert [each.command for each in ran] == ["repair: compare"]


def test_an_account_that_is_another_operator_s_is_told_so_once() -> None:
    ran: list[Choice] = []
    ended = fixing(ran, Asked(), kept=[1])
    assert [each.command for each in ran] == ["repair: compare"]
    assert ended.examined.diagnoses[0].exit_code == 1
