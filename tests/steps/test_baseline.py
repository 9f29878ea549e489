"""What stood in the account: listed, kept in parameters, read back; written once."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.session import Session

from bootstrap.aws.kinds import KINDS, Kind, listed, listing
from bootstrap.aws.operations import only_reads
from bootstrap.engine.states import Verdict
from bootstrap.errors import Refused, catalogue
from bootstrap.event.names import Names
from bootstrap.steps import baseline
from bootstrap.steps.baseline import BaselineStep
from tests.steps.answers import NOON, AnsweringSession, account, at, refusal
from tests.steps.test_marker import EVENT, there

MANIFEST = "/event-bootstrap/carday/baseline/0000"
OURS = {
    "schema": 1,
    "made_by": "event-bootstrap",
    "event": "carday",
    "account": "111111111111",
    "region": "ap-northeast-1",
    "made": "2026-12-01T00:00:00+00:00",
    "parts": 1,
    "sha256": "0" * 64,
    "kinds": 37,
    "things": 5,
    "gaps": 0,
}
MODELS = Kind("model", "sagemaker", "list_models", ("Models",), ("ModelName",), {"MaxResults": 100})
POOLS = Kind("user pool", "cognito-idp", "list_user_pools", ("UserPools",), ("Id",), {"MaxResults": 60})


class Account(AnsweringSession):
    """Keeps parameters as AWS does: 4 KB each, and none overwritten unless asked."""

    def __init__(self, answers: dict[str, Any] | None = None, dies_after: int | None = None) -> None:
        super().__init__({"PutParameter": self.put, "GetParameters": self.get} | (answers or {}))
        self.parameters: dict[str, str] = {}
        self.dies_after = dies_after

    def put(self, params: dict[str, Any]) -> dict[str, Any]:
        if self.dies_after is not None and len(self.parameters) >= self.dies_after:
            raise KeyboardInterrupt
        assert len(params["Value"]) <= 4096
        assert not params["Overwrite"]
        if params["Name"] in self.parameters:
            raise refusal("ParameterAlreadyExists")
        self.parameters[params["Name"]] = params["Value"]
        return {}

    def get(self, params: dict[str, Any]) -> dict[str, Any]:
        assert len(params["Names"]) <= 10
        return there(**{each: self.parameters[each] for each in params["Names"] if each in self.parameters})


def step(*listed_kinds: Kind) -> BaselineStep:
    made = baseline.build(EVENT, account(), Names.of(EVENT, account()))
    return BaselineStep(made.event, made.account, made.names, listed_kinds or (MODELS,))


def models(count: int) -> dict[str, Any]:
    # Names that do not compress, so that several parts are needed.
    draw = random.Random(1)
    return {"ListModels": {"Models": [{"ModelName": f"{draw.getrandbits(240):060x}"} for _ in range(count)]}}


ROWS: list[tuple[str | None, Verdict, str | None]] = [
    (None, Verdict.TODO, None),
    (json.dumps(OURS), Verdict.READY, None),
    (json.dumps(OURS | {"gaps": 2}), Verdict.READY, None),
    ("nonsense", Verdict.BLOCKED, "EB-224"),
    (json.dumps(OURS | {"schema": 9}), Verdict.BLOCKED, "EB-224"),
    (json.dumps(OURS | {"event": "planeday"}), Verdict.BLOCKED, "EB-225"),
    (json.dumps(OURS | {"account": "222222222222"}), Verdict.BLOCKED, "EB-225"),
    (json.dumps(OURS | {"region": "eu-west-1"}), Verdict.BLOCKED, "EB-225"),
]


@pytest.mark.parametrize(("value", "verdict", "code"), ROWS)
def test_the_manifest_decides(value: str | None, verdict: Verdict, code: str | None) -> None:
    session = AnsweringSession({"GetParameters": there(**{MANIFEST: value}) if value is not None else there()})
    state = step().check(session)
    assert (state.verdict, state.code) == (verdict, code)
    assert code is None or code in catalogue()
    assert [name for name, _ in session.calls] == ["GetParameters"]


@pytest.mark.parametrize("count", [0, 1, 500])
def test_what_is_recorded_is_read_back(count: int) -> None:
    session = Account(models(count))
    step().apply(session)
    assert step().check(session).verdict is Verdict.READY
    found = baseline.read(session, step().names)
    assert found is not None
    assert found.names == {"model": {each["ModelName"] for each in models(count)["ListModels"]["Models"]}}
    assert found.gaps == {}
    assert (len(session.parameters) > 4) == (count == 500)


def test_without_a_manifest_there_is_no_baseline() -> None:
    assert baseline.read(Account(), step().names) is None


def test_a_run_that_dies_anywhere_leaves_the_next_one_to_complete_it() -> None:
    whole = Account(models(500))
    step().apply(whole)
    for written in range(len(whole.parameters)):
        session = Account(models(500), dies_after=written)
        with pytest.raises(KeyboardInterrupt):
            step().apply(session)
        assert step().check(session).verdict is Verdict.TODO
        session.dies_after = None
        session._seen.clear()
        step().apply(session)
        assert session.parameters == whole.parameters


def test_what_appeared_between_a_dead_run_and_the_next_is_recorded_too() -> None:
    session = Account(models(500), dies_after=2)
    with pytest.raises(KeyboardInterrupt):
        step().apply(session)
    session.dies_after, session.answers["ListModels"] = None, models(501)["ListModels"]
    step().apply(session)
    found = baseline.read(session, step().names)
    assert found is not None
    assert len(found.names["model"]) == 501


def test_a_complete_baseline_is_never_rewritten() -> None:
    session = Account(models(3))
    step().apply(session)
    before = session.parameters[MANIFEST]
    session.answers["ListModels"] = models(9)["ListModels"]
    step().apply(session)
    assert session.parameters[MANIFEST] == before
    found = baseline.read(session, step().names)
    assert found is not None
    assert len(found.names["model"]) == 3


def test_a_changed_part_is_noticed() -> None:
    session = Account(models(500))
    step().apply(session)
    part = next(name for name in session.parameters if name.endswith("/0002"))
    session.parameters[part] = session.parameters[part][::-1]
    with pytest.raises(Refused, match="EB-227"):
        baseline.read(session, step().names)


ACCOUNT = "arn:aws:sns:ap-northeast-1:111111111111:"
OWN: list[tuple[str, str, str]] = [
    ("stack", "StackName", "carday-roles"),
    ("stack", "StackName", "carday-of-an-earlier-version"),
    ("notebook", "NotebookInstanceName", "carday-notebook"),
    ("notebook lifecycle config", "NotebookInstanceLifecycleConfigName", "carday-notebook-start"),
    ("training job", "TrainingJobName", "carday-smoke-01-ml-g5-2xlarge"),
    ("workteam", "WorkteamName", "carday-team"),
    ("workforce", "WorkforceName", "carday-workforce"),
    ("user pool", "Name", "carday-workers"),
    ("bucket", "Name", "carday-sagemaker-111111111111-ap-northeast-1"),
    ("topic", "TopicArn", f"{ACCOUNT}carday-training-notices"),
    ("topic", "TopicArn", f"{ACCOUNT}carday-labelling-notices"),
    ("rule", "Name", "carday-training-ended"),
    ("role", "RoleName", "carday-training-ap-northeast-1"),
    ("role", "RoleName", "carday-participant-ap-northeast-1"),
]


def holding(kind: Kind, key: str, name: str) -> Account:
    operation = client(kind.service, []).meta.method_to_api_mapping[kind.operation]
    return Account({operation: {kind.results[0]: [{"Id": "x", key: name}]}})


@pytest.mark.parametrize(("kind", "key", "name"), OWN)
def test_what_the_tool_made_is_never_taken_for_what_stood_before(kind: str, key: str, name: str) -> None:
    row = next(each for each in KINDS if each.name == kind)
    session = holding(row, key, name)
    with pytest.raises(Refused, match=f"EB-226 .*{name}"):
        step(row).apply(session)
    assert session.writes == []
    step(row).apply(holding(row, key, f"their-{name}"))


def test_pools_that_are_not_there_are_not_asked_for_their_names() -> None:
    session = Account({"ListUserPools": {"UserPools": []}})
    step(POOLS).apply(session)
    assert [name for name, _ in session.calls].count("ListUserPools") == 1


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectTimeoutError, ConnectionClosedError])
def test_who_answers_late_or_not_to_the_end_is_there_whatever_the_endpoint_data_say(error: type[BotoCoreError]) -> None:
    session = Account({"ListUserPools": error(endpoint_url="https://x")})
    session.region = "cn-north-1"
    with pytest.raises(error):
        step(POOLS).apply(session)


TOKYO = "ap-northeast-1"
GAPS: list[tuple[Any, str, str]] = [
    (refusal("AccessDeniedException", "explicit deny in a service control policy"), TOKYO, "not looked at: "),
    (refusal("AccessDenied", "no"), TOKYO, "not looked at: AccessDenied: no"),
    (refusal("ValidationException", "not open to new customers"), TOKYO, "not offered: ValidationException"),
    (refusal("UnknownOperationException"), TOKYO, "not offered: UnknownOperationException"),
    (EndpointConnectionError(endpoint_url="https://x"), "cn-north-1", "not offered: no endpoint in this region"),
]


@pytest.mark.parametrize(("answer", "region", "gap"), GAPS)
def test_a_refused_listing_is_recorded_with_its_reason(answer: Any, region: str, gap: str) -> None:
    session = Account({"ListUserPools": answer} | models(1))
    session.region = region
    step(POOLS, MODELS).apply(session)
    found = baseline.read(session, step().names)
    assert found is not None
    assert found.names["user pool"] == frozenset()
    assert found.gaps["user pool"].startswith(gap)
    assert len(found.names["model"]) == 1


@pytest.mark.parametrize(
    "answer",
    [
        refusal("ThrottlingException"),
        refusal("ServiceUnavailable"),
        refusal("ExpiredTokenException"),
        EndpointConnectionError(endpoint_url="https://x"),
    ],
)
def test_what_may_pass_is_no_gap(answer: Exception) -> None:
    session = Account({"ListUserPools": answer})
    with pytest.raises((ClientError, EndpointConnectionError)):
        step(POOLS).apply(session)
    assert session.parameters == {}


@cache
def _session() -> Any:
    return Session()


def client(service: str, pages: list[dict[str, Any]]) -> Any:
    made = _session().create_client(service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="y")
    made._make_api_call = lambda operation, params: pages.pop(0)
    return made


def test_all_pages_are_read() -> None:
    pages: list[dict[str, Any]] = [{"Models": [{"ModelName": "b"}], "NextToken": "2"}, {"Models": [{"ModelName": "a"}]}]
    assert listed(MODELS, client("sagemaker", pages), "eu-west-1").names == ("a", "b")
    assert pages == []


def test_a_kind_without_end_is_cut_only_if_dates_can_tell_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_NAMES", 2)
    by_name = {each.name: each for each in KINDS}

    def pages(key: str, name: str, **ends: Any) -> list[dict[str, Any]]:
        return [{key: [{name: str(at)}], "NextToken": str(at)} for at in range(9)] + [{key: []}]

    found = listed(by_name["model"], client("sagemaker", pages("Models", "ModelName")), "eu-west-1")
    assert (found.names, found.gap and found.gap.words) == (("0", "1"), "cut")
    for kind, key, name in (("topic", "Topics", "TopicArn"), ("rule", "Rules", "Name")):
        found = listed(by_name[kind], client(by_name[kind].service, pages(key, name)), "eu-west-1")
        assert (len(found.names), found.gap) == (9, None)
    buckets = [{"Buckets": [{"Name": str(at)} for at in range(9)]}]
    found = listed(by_name["bucket"], client("s3", buckets), "eu-west-1")
    assert (len(found.names), found.gap) == (9, None)


def test_names_listed_before_a_refusal_are_recorded() -> None:
    pages = [{"Models": [{"ModelName": "a"}], "NextToken": "2"}]
    made = client("sagemaker", pages)
    made._make_api_call = lambda operation, params: (
        pages.pop(0) if pages else (_ for _ in ()).throw(refusal("ValidationException", "bad token"))
    )
    found = listed(MODELS, made, "eu-west-1")
    assert (found.names, found.gap and found.gap.words.split(":")[0]) == (("a",), "not looked at")


# AWS may change the date that their listing has, or it has none: then only the recorded names tell what is old.
UNDATED = {"bucket", "function", "alarm", "topic", "rule", "OIDC provider", "training plan"} | {
    "EC2 address",
    "EC2 instance",
    "EKS cluster",
    "OpenSearch domain",
}


def test_each_kind_says_whether_aws_may_change_its_date() -> None:
    """A new row fails here: see what AWS's documentation of the listing says of the key, and decide `lasting`."""
    assert {each.name for each in KINDS if not (each.created and each.lasting)} == UNDATED
    changing = ("Modified", "Updated", "Changed")
    assert [each.name for each in KINDS if each.lasting and any(word in each.created for word in changing)] == []


def test_thousands_of_names_of_a_kind_fit_and_each_kind_costs_a_call_a_page() -> None:
    draw = random.Random(2)
    named = [{"Name": f"amazon-sagemaker-{draw.getrandbits(64):016x}"} for _ in range(5000)]
    session = Account({"ListBuckets": {"Buckets": named}, "ListModels": {"Models": []}})
    step(next(each for each in KINDS if each.name == "bucket"), MODELS).apply(session)
    assert Counter(name for name, _ in session.calls if name.startswith("List")) == {"ListBuckets": 1, "ListModels": 1}
    found = baseline.read(session, step().names)
    assert found is not None
    assert len(found.names["bucket"]) == 5000
    assert len(session.parameters) <= 20


@pytest.mark.parametrize(("status", "taken"), [("InProgress", True), ("Stopping", True), ("Completed", False)])
def test_a_smoke_job_that_has_ended_is_history_and_no_reason_to_refuse(status: str, taken: bool) -> None:
    row = next(each for each in KINDS if each.name == "training job")
    job = {"TrainingJobName": "carday-smoke-01-ml-g5-2xlarge", "TrainingJobStatus": status}
    session = Account({"ListTrainingJobs": {"TrainingJobSummaries": [job]}})
    if taken:
        with pytest.raises(Refused, match="EB-226"):
            step(row).apply(session)
    else:
        step(row).apply(session)
        assert step(row).check(session).verdict is Verdict.READY


def test_what_counts_as_before_is_told_by_awss_clock() -> None:
    session = Account(models(1))
    step().apply(session)
    names = step().names
    late = at(NOON + 1800)

    def dated(params: dict[str, Any]) -> dict[str, Any]:
        found = session.get(params)
        return {"Parameters": [{**each, "LastModifiedDate": late, "Version": 1} for each in found["Parameters"]]}

    session.answers["GetParameters"] = dated
    session._seen.clear()
    found = baseline.read(session, names)
    assert found is not None
    assert found.since == baseline.since(session, names) == NOON + 1800


def test_a_manifest_that_somebody_wrote_again_is_noticed() -> None:
    session = Account(models(1))
    step().apply(session)
    found = session.get({"Names": [MANIFEST]})
    session.answers["GetParameters"] = {"Parameters": [{**each, "Version": 2} for each in found["Parameters"]]}
    session._seen.clear()
    with pytest.raises(Refused, match="EB-227"):
        baseline.since(session, step().names)


def test_things_with_two_names_and_two_lists_are_all_named() -> None:
    by_name = {each.name: each for each in KINDS}
    target = {"ResourceId": "endpoint/e/variant/v", "ScalableDimension": "sagemaker:variant:DesiredInstanceCount"}
    found = listed(by_name["scalable target"], client("application-autoscaling", [{"ScalableTargets": [target]}]), "x")
    assert found.names == ("endpoint/e/variant/v sagemaker:variant:DesiredInstanceCount",)
    alarms = {"MetricAlarms": [{"AlarmName": "m"}], "CompositeAlarms": [{"AlarmName": "c"}]}
    assert listed(by_name["alarm"], client("cloudwatch", [alarms]), "x").names == ("c", "m")


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)
def test_each_row_fits_the_services_own_model(kind: Kind) -> None:
    made = client(kind.service, [])
    operation = made.meta.method_to_api_mapping[kind.operation]
    assert only_reads(kind.service, operation)
    model = made.meta.service_model.operation_model(operation)
    # A listing without pages has no token either: it answers everything at once.
    tokens = {each for each in (*model.input_shape.members, *model.output_shape.members) if each.endswith("Token")}
    assert made.can_paginate(kind.operation) or tokens <= {"NextToken", "nextToken"}
    assert set(kind.params) <= set(model.input_shape.members)
    assert set(model.input_shape.required_members) <= set(kind.params)
    for result in kind.results:
        shape = model.output_shape
        for part in result.split("."):
            shape = shape.members[part].member
        # Some listings answer names only.
        assert shape.type_name == "string" or set(kind.ids) <= set(shape.members)


def test_one_listing_a_kind_and_no_more_than_a_hundred_and_ten() -> None:
    assert len({each.name for each in KINDS}) == len(KINDS) <= 110
