"""One provisioned account, broken in one way after the other: the doctor names each."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest

from bootstrap.aws.operations import only_reads
from bootstrap.doctor import EXAMINATIONS, Severity
from bootstrap.doctor.finding import Changed
from bootstrap.report import diagnosis as view
from tests import schemas
from tests.doctor import faults
from tests.doctor.faults import Fault
from tests.doctor.ward import CALL_SECONDS, Ward, broken, told, troubles
from tests.runs import folder, rehearsed


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with rehearsed(folder(tmp_path_factory.mktemp("ward"))) as world:
        world.provision()
        world.simulated.confirm(world.inputs.accounts[0].account_id)
        yield Ward(world)


def test_of_a_provisioned_account_it_says_that_all_is_well_and_writes_nothing(ward: Ward) -> None:
    found = ward.examine()
    assert troubles(found) == []
    assert found.exit_code == 0
    assert [each.seen for each in found.findings if each.about == "drift"] == [
        "the roles exist; their policies and trust policies match the template",
        "the topic exists; the rule is enabled and sends to it",
    ]
    assert [each for each in ward.calls if not only_reads(*each.split(":"))] == []
    assert set(found.examined) == {"access", *(each.name for each in EXAMINATIONS)}
    stream = StringIO()
    view.show(stream, found, "plain")
    assert "no problems found" in stream.getvalue()
    assert all(name in stream.getvalue() for name in found.examined)


def test_it_takes_a_second_or_two_where_a_call_takes_80_ms(ward: Ward) -> None:
    found = ward.examine()
    assert len(ward.calls) < 70
    # Of these most are CloudTrail's and Service Quotas' own rates.
    assert 10 * CALL_SECONDS < found.seconds < 3


FAULTS: tuple[tuple[Fault, str, str], ...] = (
    (faults.no_cors, "EB-534", "no CORS rule"),
    (faults.no_training_data, "EB-547", "train/train.rec"),
    (faults.stopped_notebook, "EB-535", "is stopped"),
    (faults.slow_script, "EB-536", "took longer than 5 minutes"),
    (faults.unverified_mail, "EB-533", "worker 2 of 2 cannot sign in: their mail address is not verified"),
    (faults.disabled_person, "EB-533", "worker 2 of 2 cannot sign in: their account is disabled"),
    (faults.person_outside_the_group, "EB-533", "they are not in the work team's group"),
    (faults.rule_switched_off, "EB-532", "is disabled"),
    (faults.role_without_its_policy, "EB-532", "lacks these policies: jobs"),
    (faults.policy_that_forbids_less, "EB-532", "policy guard differs from the template"),
    (faults.role_that_anybody_takes, "EB-532", "its trust policy differs from the template"),
    (faults.no_capacity, "EB-340", "AWS has no capacity for ml.g5.2xlarge"),
    (faults.job_without_a_channel, "EB-344", "'train' is a required property"),
    (faults.role_that_may_not, "EB-343", "Cannot pull algorithm container"),
    (faults.refused_for_quota, "EB-341", "a quota is too small"),
    (faults.volume_too_large, "EB-544", "greater than the total NVMe storage of 125 GB of ml.g4dn.xlarge"),
    (faults.p3_is_gone, "EB-545", "AWS no longer trains on ml.p3"),
    (faults.second_workforce, "EB-543", "Cannot create more than one workforce"),
    (faults.wrong_region, "EB-541", "the team is working in us-east-1: 1 notebook"),
    (faults.burstable_endpoint, "EB-539", "ml.t2.medium, a burstable type, which cannot scale"),
    (faults.unscaled_endpoint, "EB-540", "ml.m5.large; autoscaling is not registered"),
    (faults.arm_endpoint, "EB-549", "is Failed"),
    (faults.client_without_the_portal, "EB-548", "does not lead back to the labelling portal"),
    (faults.ground_truth_closed, "EB-313", "no longer open to new customers"),
    (faults.quotas_denied, "EB-243", "organization policy denies Service Quotas"),
    (faults.no_way_in, "EB-201", "the role cannot be assumed"),
    (faults.deleted_notices, "EB-531", "stack car-day-notifications does not exist"),
)

# What is the team's own next step, or no fault of the account's.
NOTES = {"EB-540", "EB-313"}


@pytest.mark.parametrize(("fault", "code", "words"), FAULTS, ids=[each[0].__name__ for each in FAULTS])
def test_what_is_wrong_is_named_with_its_meaning_and_what_fixes_it(
    ward: Ward, fault: Fault, code: str, words: str
) -> None:
    with fault(ward):
        found = ward.examine()
    assert code in told(found), troubles(found)
    finding = next(each for each in found.findings if each.code == code and words in each.seen)
    assert finding.means
    assert finding.fix.startswith(("event-bootstrap ", f"https://{ward.account.region}.console.aws.amazon.com/"))
    assert finding.severity is (Severity.NOTE if code in NOTES else Severity.TROUBLE)


def test_the_way_in_is_shut_and_nothing_is_called_well(ward: Ward) -> None:
    with faults.no_way_in(ward):
        found = ward.examine()
    assert len(found.of(Severity.UNSEEN)) == len(EXAMINATIONS)
    assert found.of(Severity.FINE) == ()
    assert found.exit_code == 1


def test_what_may_not_be_looked_at_is_said_and_is_not_well(ward: Ward) -> None:
    ward.differ(access={"denied": {"sagemaker:ListEndpoints": "permission"}})
    found = ward.examine()
    ward.differ()
    (unseen,) = [each for each in found.of(Severity.UNSEEN) if each.about == "endpoints"]
    assert unseen.code == "EB-372"
    assert found.exit_code == 1


def test_no_address_is_told_in_either_form(ward: Ward) -> None:
    with faults.unverified_mail(ward):
        found = ward.examine()
    plain, as_json = StringIO(), StringIO()
    view.show(plain, found, "plain", all_of_it=True)
    view.show(as_json, found, "json")
    assert "@" not in plain.getvalue() + as_json.getvalue()
    [document] = schemas.read(as_json.getvalue())
    assert document["result"] == "trouble"
    assert document["findings"][0]["severity"] == "trouble"


def test_who_changed_what_by_hand_and_when_is_said_as_cloudtrail_shows_it(ward: Ward) -> None:
    """The owner, the team and the tool itself; what is too new for CloudTrail; and what it does not record."""
    names, owner = ward.names, ward.world.inputs.event.access.role_name
    broken(ward, faults.no_training_data)
    ward.owner("s3").delete_bucket_cors(Bucket=names.bucket)
    ward.owner("iam").delete_role_policy(RoleName=names.training_role, PolicyName="jobs")
    ward.team("sagemaker").stop_notebook_instance(NotebookInstanceName=names.notebook)
    ward.client("cloudformation").delete_stack(StackName=names.stack("notifications"))
    ward.pass_time(faults.TRAIL)
    ward.owner("s3").delete_bucket_policy(Bucket=names.bucket)
    found = ward.examine()
    said = {each.trace.what: each for each in found.of(Severity.TROUBLE) if each.trace}
    assert "train/train.rec" in said[Changed.OBJECTS].seen
    assert said[Changed.OBJECTS].who == "AWS does not record who changes or deletes objects of a bucket"
    assert {what: (each.change.call, each.change.who) for what, each in said.items() if each.change} == {
        Changed.BUCKET_CORS: ("DeleteBucketCors", owner),
        Changed.ROLE_POLICY: ("DeleteRolePolicy", owner),
        Changed.NOTEBOOK_STOPPED: ("StopNotebookInstance", f"the team (role {names.participant_role})"),
        Changed.STACK: ("DeleteStack", "event-bootstrap"),
    }
    assert said[Changed.NOTEBOOK_STOPPED].who.startswith("stopped by the team (role car-day-participant-")
    assert said[Changed.BUCKET_POLICY].who == "CloudTrail does not show who did it; it shows a call some minutes later"
