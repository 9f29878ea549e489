"""Repair mends what the doctor finds, asks where a team may have work, and changes nothing a second time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bootstrap.errors import BadInput, NothingToDo
from bootstrap.reads import only_reads
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


def test_what_is_broken_is_mended_in_order_and_a_second_repair_writes_nothing(ward: Ward) -> None:
    broken(
        ward, faults.no_cors, faults.no_training_data, faults.stopped_notebook, faults.unverified_mail,
        faults.person_outside_the_group, faults.rule_switched_off, faults.role_without_its_policy,
        faults.no_subscription,
    )  # fmt: skip
    exit_code, said = ward.mend()
    assert troubles(ward.examine()) == [], said
    assert exit_code == 0
    order = [line.split(". ")[1].split(":")[0] for line in said if line.startswith("  ") and ". " in line]
    assert order.index("revert") < order.index("materials") < order.index("notebook")
    before = written(ward)
    exit_code, said = ward.mend()
    assert (exit_code, said) == (0, ["repair: nothing that it can mend"])
    assert written(ward) == before


def test_a_run_of_repair_is_told_as_any_other(ward: Ward) -> None:
    broken(ward, faults.no_cors)
    ward.events.clear()
    ward.mend()
    steps = {each.step: each.state.value for each in ward.events if each.settled}
    assert steps["revert:buckets"] == "changed"
    assert {"access", "marker", "baseline"} <= set(steps)


def test_a_notebook_that_is_gone_is_made_anew_only_if_somebody_agrees(ward: Ward) -> None:
    broken(ward, faults.deleted_notebook)
    before = written(ward)
    with pytest.raises(BadInput) as refused:
        ward.mend()
    assert {each.code for each in refused.value.problems} == {"EB-550"}
    assert "new notebook" in refused.value.problems[0].what
    with pytest.raises(NothingToDo):
        ward.mend(ask=lambda what: False)
    assert written(ward) == before
    heard: list[str] = []
    exit_code, said = ward.mend(ask=lambda what: not heard.extend(what))
    assert heard
    assert exit_code == 0, troubles(ward.examine())
    assert any("Add Notebook (AWS::SageMaker::NotebookInstance), which was deleted" in line for line in said)


def test_files_that_somebody_changed_on_the_event_s_day_are_put_back_if_agreed(ward: Ward) -> None:
    ward.follow(ward.world.inputs.event.schedule.opens.timestamp() + 3600)
    s3 = ward.client("s3")
    s3.put_object(Bucket=ward.names.bucket, Key="train/train.rec", Body=b"something else")
    assert "changed since it was put there: train/train.rec" in told(ward.examine())["EB-547"].seen
    with pytest.raises(BadInput):
        ward.mend()
    exit_code, _ = ward.mend(yes=True)
    assert exit_code == 0, troubles(ward.examine())


def test_a_stack_that_is_gone_is_made_again(ward: Ward) -> None:
    broken(ward, faults.deleted_notices)
    exit_code, said = ward.mend()
    ward.world.simulated.confirm(ward.account.account_id)
    assert exit_code == 0, (said, troubles(ward.examine()))


def test_drift_that_aws_cannot_revert_is_named(ward: Ward) -> None:
    with faults.no_cors(ward):
        failure = {"stack": "*-buckets", "resource": "Bucket", "reason": "Internal Failure", "during": "update"}
        ward.differ(stacks={"failures": [failure]})
        ward.events.clear()
        exit_code, _ = ward.mend()
    ward.differ()
    assert exit_code == 1
    assert [each.code for each in ward.events if each.step == "revert:buckets" and each.settled][-1] == "EB-554"


def test_a_notebook_that_fails_again_is_started_once_a_run(ward: Ward) -> None:
    with faults.slow_script(ward):
        ward.events.clear()
        exit_code, _ = ward.mend()
    assert exit_code == 1
    ends = [(each.state.value, each.code) for each in ward.events if each.step == "notebook" and each.settled]
    assert ends == [("blocked", "EB-538")]


def test_what_repair_cannot_mend_is_left_and_it_says_whose_turn_it_is(ward: Ward) -> None:
    broken(ward, faults.wrong_region, faults.no_cors)
    exit_code, said = ward.mend()
    assert exit_code == 1
    assert said[-1] == "left, and whose turn it is: 1 (the team)", troubles(ward.seen[-1])
