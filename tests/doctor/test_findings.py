"""What was seen -> what is said of it, without an AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.cli.commands.choice import read
from bootstrap.doctor import (
    Finding,
    Patient,
    Severity,
    access,
    causes,
    elsewhere,
    endpoints,
    quotas,
    refused,
    rights,
    training,
    workforce,
)
from bootstrap.doctor.examination import Unseen
from bootstrap.doctor.repair_plan import places
from bootstrap.doctor.trail import TrailCall, TrailRead
from bootstrap.engine.states import State
from bootstrap.event.names import Names
from bootstrap.steps import access_template, plan
from bootstrap.steps.wishes import Wishes
from bootstrap.steps.workforce.verdict import Crew, WorkforceFound, WorkforceSituation
from tests.runs import choice, folder

NOW = 1_800_000_000.0


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Patient:
    inputs = read(choice(folder(tmp_path_factory.mktemp("patient"))))
    (account,) = inputs.accounts
    names = Names.of(inputs.event, account)
    entries = plan.entries(inputs.event, account, names, Wishes(), NOW)
    return Patient(inputs.event, account, names, {each.step.id: each for each in entries})


def said(found: Sequence[Finding]) -> list[tuple[str, str | None]]:
    return [(each.severity.value, each.code) for each in found]


LIMIT = "ResourceLimitExceeded: The account-level service limit '{} for training job usage' is 0 Instances"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (LIMIT.format("ml.g5.2xlarge"), "EB-341"),
        (LIMIT.format("ml.p3.2xlarge"), "EB-545"),
        ("Unsupported instance type ml.p3.2xlarge", "EB-545"),
        ("CapacityError: Unable to provision requested ML compute capacity.", "EB-340"),
        ("ValidationException: Auto scaling is not supported for burstable instances such as ml.t2.medium.", "EB-539"),
        ("Cannot create more than one workforce for account 111122223333.", "EB-543"),
        ("VolumeSizeInGB 300 is greater than the total NVMe storage of 125 GB of ml.g4dn.xlarge.", "EB-544"),
        ("Amazon SageMaker Ground Truth is no longer open to new customers.", "EB-313"),
        ("Notebook Instance Lifecycle Config 'x' took longer than 5 minutes.", "EB-536"),
        ("AccessDeniedException: User: x is not authorized to perform: sagemaker:CreateDomain", "EB-553"),
        ("ClientError: Data download failed: AccessDenied (403) when calling GetObject", "EB-342"),
        ("ClientError: Cannot pull algorithm container.", "EB-343"),
        ("ClientError: No S3 objects found under the prefix", "EB-344"),
        ("ClientError: mini_batch_size must not be greater than num_training_samples", "EB-345"),
        ("InternalServerError: We encountered an internal error.", "EB-349"),
        ("ValidationException: Could not find endpoint", "EB-351"),
    ],
)
def test_aws_s_words_are_told_apart(patient: Patient, words: str, code: str) -> None:
    cause = causes.cause_of(words)
    assert cause.code == code
    assert cause.means
    assert cause.fix(patient, words)


def test_a_quota_that_aws_names_is_fixed_on_its_own_page(patient: Patient) -> None:
    words = LIMIT.format("ml.g5.2xlarge")
    assert causes.cause_of(words).fix(patient, words).endswith("sagemaker/quotas/L-2D6DEB3C?region=ap-northeast-1")


@pytest.mark.parametrize(("minutes", "severity"), [(5, "note"), (55, "fine")])
def test_the_operator_s_own_credentials_that_end_soon_are_a_note(patient: Patient, minutes: int, severity: str) -> None:
    seen = access.AccessSeen(State.ready("it answers"), State.ready("marked"), NOW, NOW + 60 * minutes)
    found = [each for each in access.findings(patient, seen, {}) if "credentials" in each.seen]
    assert said(found) == [(severity, "EB-546" if severity == "note" else None)]
    assert f"in {minutes} min" in found[0].seen


@pytest.mark.parametrize(
    ("version", "severity", "words"),
    [
        (None, None, ()),
        (access_template.VERSION, "fine", ()),
        (access_template.VERSION + 1, "fine", ()),
        (1, "note", ("version 1; this tool has version 2", "lacks", "...")),
    ],
)
def test_an_older_access_template_is_a_note_that_says_what_it_lacks(
    patient: Patient, version: int | None, severity: str | None, words: tuple[str, ...]
) -> None:
    found = list(rights.findings(patient, version, {}))
    assert [each.severity for each in found] == ([] if severity is None else [severity])
    for each in found:
        assert all(word in each.seen for word in words)
        if severity == "note":
            assert each.code == "EB-216"
            assert "--parameter-overrides EventName=" in each.fix


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ([{"Key": "made-by", "Value": "event-bootstrap"}, {"Key": "access-version", "Value": "2"}], 2),
        ([{"Key": "made-by", "Value": "event-bootstrap"}], 1),
        ([], None),
        ("AccessDenied", None),
        ("NoSuchEntity", None),
    ],
)
def test_the_access_role_is_asked_which_template_made_it(
    patient: Patient, answer: list[dict[str, str]] | str, version: int | None
) -> None:
    asked: list[str] = []

    def get_role(**params: str) -> dict[str, object]:
        asked.append(params["RoleName"])
        if isinstance(answer, str):
            raise ClientError({"Error": {"Code": answer, "Message": "no"}}, "GetRole")
        return {"Role": {"Tags": answer}}

    session = cast(AccountSession, SimpleNamespace(client=lambda service: SimpleNamespace(get_role=get_role)))
    at = replace(patient, account=replace(patient.account, profile=None, role_arn="arn:aws:iam::1:role/ops/entry"))
    assert rights.look(session, at) == version
    assert asked == ["entry"]
    by_profile = replace(patient, account=replace(patient.account, profile="team-1", role_arn=None))
    assert rights.look(session, by_profile) is None


def test_a_quota_of_which_all_is_in_use_is_a_note_and_who_could_not_count_says_nothing(patient: Patient) -> None:
    row = {
        "name": "ml.g5.2xlarge for training job usage", "code": "L-2D6DEB3C", "type": "ml.g5.2xlarge",
        "applied": 2.0, "standing": "applied",
    }  # fmt: skip
    state = State.ready("applied", quotas=[row])
    looked = training.TrainingSeen(None, (), (), Counter({"ml.g5.2xlarge": 2}))
    found = list(quotas.findings(patient, {"quotas:training": state}, {"training": looked}))
    assert said(found) == [("fine", None), ("note", "EB-552")]
    assert "2 of 2 in use" in found[1].seen
    blind = quotas.findings(patient, {"quotas:training": state}, {"training": Unseen("denied", "EB-372")})
    assert said(list(blind)) == [("fine", None)]


def test_a_workforce_of_another_make_is_used_and_said(patient: Patient) -> None:
    crew = Crew("default", "pool", "client")
    shown = WorkforceFound(WorkforceSituation.READY, "", crew, portal="x.labeling.sagemaker.aws")
    seen = workforce.WorkforceSeen(State.ready("work team with 2 people"), shown, {}, callback=False)
    found = list(workforce.findings(patient, seen, {}))
    assert ("note", "EB-543") in said(found)
    assert ("trouble", "EB-548") in said(found)
    assert found[0].severity is Severity.FINE


def test_what_was_refused_is_trouble_while_it_is_new_and_a_note_where_it_has_no_name(patient: Patient) -> None:
    new = refused.Refusal("CreateTrainingJob", LIMIT.format("ml.g5.2xlarge"), NOW - 600)
    old = refused.Refusal("CreateEndpoint", LIMIT.format("ml.m5.large"), NOW - 7000)
    odd = refused.Refusal("DeleteEndpoint", "ValidationException: Could not find endpoint", NOW - 60)
    found = list(refused.findings(patient, refused.RefusedSeen([new, old, odd], NOW, TrailRead((), NOW)), {}))
    assert said(found) == [("trouble", "EB-341"), ("note", "EB-341"), ("note", "EB-351")]
    assert "EventName=DeleteEndpoint" in found[2].fix


def test_an_endpoint_that_somebody_deleted_is_a_note_as_long_as_it_is_news(patient: Patient) -> None:
    def deleted(name: str, seconds: float, error: str = "") -> TrailCall:
        return TrailCall(NOW - seconds, "", "DeleteEndpoint", "", {"endpointName": name}, {}, error)

    calls = (deleted("cars", 600), deleted("again", 600), deleted("old", 20_000), deleted("kept", 60, "AccessDenied"))
    read = {"refused": refused.RefusedSeen([], NOW, TrailRead(calls, 0.0))}
    there = {"EndpointName": "again", "EndpointStatus": "Updating"}
    found = list(endpoints.findings(patient, endpoints.EndpointsSeen([there]), read))
    assert [each.trace.name for each in found if each.trace] == ["cars"]
    assert said(found) == [("note", None), ("note", None)]


def test_work_elsewhere_counts_from_when_the_account_was_prepared(patient: Patient) -> None:
    made = State.ready("marked", made="2027-01-15T08:00:00+00:00")
    reached = access.AccessSeen(State.ready("it answers"), made, NOW)
    before = reached.prepared or 0.0
    seen = elsewhere.ElsewhereSeen(
        {
            "us-east-1": {"training jobs": [before - 10, before + 10], "notebooks": [], "endpoints": []},
            "us-west-2": {"training jobs": [before - 10], "notebooks": [], "endpoints": []},
            "eu-west-1": Unseen("the role may not make this call", "EB-372"),
        },
        ("us-east-2",),
    )
    found = list(elsewhere.findings(patient, seen, {"access": reached}))
    assert said(found) == [("trouble", "EB-541"), ("unseen", "EB-372"), ("fine", None)]
    assert "the team is working in us-east-1: 1 training job" in found[0].seen
    assert "us-west-2; an organization policy denies us-east-2" in found[2].seen


def test_what_fixes_comes_in_the_order_in_which_it_is_needed() -> None:
    wanted = {"notebook", "materials", "revert:buckets", "stack:own", "stack:roles", "quotas:training", "workforce"}
    assert places(wanted) == (
        "quotas:training", "revert:buckets", "stack:roles", "materials", "workforce", "notebook", "stack:own",
    )  # fmt: skip


def test_links_lead_to_the_account_s_region_and_its_partition_s_own_console(patient: Patient) -> None:
    assert patient.console.sagemaker("endpoints/cars") == (
        "https://ap-northeast-1.console.aws.amazon.com/sagemaker/home?region=ap-northeast-1#/endpoints/cars"
    )
    assert patient.console.log("/aws/sagemaker/TrainingJobs").endswith(
        "log-group/$252Faws$252Fsagemaker$252FTrainingJobs"
    )
    beijing = type(patient.console)("cn-north-1")
    assert beijing.stacks() == "https://cn-north-1.console.amazonaws.cn/cloudformation/home?region=cn-north-1#/stacks"
