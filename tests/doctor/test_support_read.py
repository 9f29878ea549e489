"""Doctor with the role `support-read`: it reads all that it reads with the access role, and nothing else is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bootstrap import doctor
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli.commands import examining
from bootstrap.doctor import EXAMINATIONS, Diagnosis, Severity
from bootstrap.doctor.reads import READS
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import NotPermitted, Refused
from bootstrap.people import team_roles
from bootstrap.people.team_roles import Role
from tests.doctor import faults
from tests.doctor.ward import Beside, Ward, told, troubles
from tests.runs import choice, folder, rehearsed
from tests.simulator.permitted import Watch

HOUR = 3600
LISTED = {f"{each.service}:{each.name}" for each in READS}
# By these the role is entered; they are not its own.
ENTERING = {"sts:AssumeRole"}


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with rehearsed(folder(tmp_path_factory.mktemp("support-read"))) as world:
        world.provision()
        world.simulated.confirm(world.inputs.accounts[0].account_id)
        yield Ward(world)


@pytest.fixture
def watched(ward: Ward) -> Sessions:
    """Sessions whose calls fail if the role as it stands in the account does not allow them; their names are noted."""
    watch = Watch(ward.client("iam"), ward.names, (ward.names.support_read_role,))
    ward.calls.clear()

    def tap(moment: str, account_id: str, service: str, operation: str) -> None:
        if moment == "before":
            ward.calls.append(f"{service}:{operation}")

    def made(client: object) -> None:
        if client.meta.service_model.service_name != "sts":  # type: ignore[attr-defined]
            watch.over(client)

    # CloudTrail's answers are limited by the second.
    ward.pass_time(60)
    clock = Beside(ward.world.time[0], ward.follow)
    access = replace(ward.place().access, write=True, tap=tap, made=made)
    return Sessions(access, clock, Limiter())


def entered(ward: Ward, sessions: Sessions, role: Role = Role.SUPPORT_READ) -> AccountSession:
    return team_roles.session_as(sessions, ward.world.inputs.event, ward.account, role, "mei")


def examined(ward: Ward, sessions: Sessions) -> Diagnosis:
    place = replace(ward.place(), clock=sessions.clock)
    asked = replace(choice(ward.world.at, ward.account.team), kind=RunKind.DOCTOR)
    patient = examining.patient(asked, ward.world.inputs, ward.account, place, sessions)
    return doctor.examine(entered(ward, sessions), patient)


def test_doctor_runs_whole_and_calls_nothing_that_is_not_listed(ward: Ward, watched: Sessions) -> None:
    found = examined(ward, watched)
    assert troubles(found) == []
    assert set(found.examined) == {"access", *(each.name for each in EXAMINATIONS)}
    assert [each.seen for each in found.findings] == [each.seen for each in ward.examine().findings]
    assert set(ward.calls) - ENTERING <= LISTED


def test_what_the_role_may_not_read_is_a_gap_and_no_finding(ward: Ward, watched: Sessions) -> None:
    ward.differ(access={"denied": {"cognito-idp:*": "permission"}})
    found = examined(ward, watched)
    ward.differ()
    assert [each.about for each in found.of(Severity.UNSEEN)] == ["workforce"]
    assert [each.code for each in found.of(Severity.TROUBLE)] == []


def test_the_session_lasts_longer_than_its_credentials(ward: Ward, watched: Sessions) -> None:
    session = entered(ward, watched)
    session.client("sagemaker").list_training_jobs()
    watched.clock.sleep(2 * HOUR)
    session.client("sagemaker").list_endpoints()
    assert session.verified()
    # Each time the access role first, and from it the role.
    assert ward.calls.count("sts:AssumeRole") == 4


def test_a_run_that_only_reads_writes_with_no_role(ward: Ward) -> None:
    session = entered(ward, ward.sessions(), Role.LABELLING)
    with pytest.raises(NotPermitted, match="may only read"):
        session.client("s3").put_object(Bucket=ward.names.bucket, Key="labelled/cars/votes.json", Body=b"{}")


def test_an_account_of_an_earlier_version_says_which_roles_it_lacks_and_provision_brings_them(ward: Ward) -> None:
    names = ward.names
    with faults.roles_of_an_earlier_version(ward):
        found = ward.examine()
        with pytest.raises(Refused, match="support-read") as refused:
            entered(ward, ward.sessions())
    assert refused.value.code == "EB-561"
    assert troubles(found) == []
    said = told(found)["EB-775"]
    assert names.support_read_role in said.seen
    assert names.labelling_role in said.seen
    assert said.fix == f"event-bootstrap provision {ward.account.team} --step stack:roles"
    ward.world.provision(ward.account.team, only=("stack:roles",))
    assert entered(ward, ward.sessions()).verified()


@pytest.mark.more
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.no_training_data, "EB-547"),
        (faults.burstable_endpoint, "EB-539"),
        # Not undone.
        (faults.second_workforce, "EB-543"),
        (faults.deleted_notices, "EB-531"),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_it_finds_what_it_finds_with_the_access_role(
    ward: Ward, watched: Sessions, fault: faults.Fault, code: str
) -> None:
    with fault(ward):
        found = examined(ward, watched)
    assert code in told(found)
    assert found.of(Severity.UNSEEN) == ()
    assert set(ward.calls) - ENTERING <= LISTED
