"""Which calls change what by hand, and what is said of who did it, without an AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import botocore.session
import pytest
from botocore.model import ServiceModel

from bootstrap.aws.sessions import AccountSession
from bootstrap.doctor import Finding, Patient, Severity, changes
from bootstrap.doctor.changes import TABLE, HandDeed
from bootstrap.doctor.finding import Changed, Trace
from bootstrap.doctor.trail import TrailCall, TrailRead, time_of
from bootstrap.event.names import Names
from tests.templates import given

NOW = 1_800_000_000.0
PREPARED = NOW - 86_400
SERVICES = (
    *("sagemaker", "cloudformation", "s3", "cognito-idp", "iam", "sns", "events", "ssm", "application-autoscaling"),
)


@cache
def models() -> Sequence[ServiceModel]:
    session = botocore.session.get_session()
    return [session.get_service_model(each) for each in SERVICES]


def parameters(operation: str) -> frozenset[str]:
    """The names of a call's parameters as CloudTrail writes them; S3 has a name of its own for the bucket."""
    for model in models():
        if operation in model.operation_names:
            members = getattr(model.operation_model(operation).input_shape, "members", {})
            return frozenset(f"{each[0].lower()}{each[1:]}" for each in members) | {"bucketName"}
    return frozenset()


@pytest.mark.parametrize("what", list(Changed), ids=lambda what: what.name)
def test_every_change_by_hand_has_its_calls_and_each_call_has_the_parameters_that_name_the_thing(what: Changed) -> None:
    row = TABLE[what]
    assert bool(row.breaks) is (what is not Changed.OBJECTS)
    for call in (*row.breaks, *row.undone_by):
        assert parameters(call), call
        assert not row.names or parameters(call) & set(row.names), call
        assert not row.part or row.part in parameters(call), call


def call(name: str, minutes: float, who: str = "user/alice", error: str = "", **params: Any) -> TrailCall:
    """A call so many minutes ago, by an IAM user or, as "role/ROLE/SESSION", in a session of a role."""
    kind, _, rest = who.partition("/")
    identity: dict[str, Any] = {"type": "IAMUser", "userName": rest, "arn": f"arn:aws:iam::1:user/{rest}"}
    if kind == "role":
        role, _, session = rest.partition("/")
        issuer = {"sessionContext": {"sessionIssuer": {"userName": role}}}
        identity = {"type": "AssumedRole", "arn": f"arn:aws:sts::1:assumed-role/{role}/{session}", **issuer}
    elif kind != "user":
        identity = {"type": kind, "invokedBy": rest}
    return TrailCall(NOW - 60 * minutes, "", name, rest.rpartition("/")[2], params, identity, error)


def patient() -> Patient:
    account = given.account()
    return Patient(given.event(), account, Names("techday", account.account_id, account.region), {})


SUPPORT = patient().names.support_role
STACK = Trace(Changed.STACK, "techday-roles")
POLICY = Trace(Changed.ROLE_POLICY, "techday-training", "jobs")
CORS = Trace(Changed.BUCKET_CORS, "b")
ARN = "arn:aws:cloudformation:ap-northeast-1:1:stack/techday-roles/0a1b"
ACCESS = "role/event-bootstrap-access/event-bootstrap-techday"
NOT_SHOWN = "CloudTrail does not show who did it; it shows a call some minutes later"


def deleted(by: str, minutes: float = 10) -> str:
    return f"deleted by {by} at {time_of(NOW - 60 * minutes, NOW)} (CloudTrail)"


@pytest.mark.parametrize(
    ("trace", "calls", "said"),
    [
        (STACK, [call("DeleteStack", 10, stackName="techday-roles")], deleted("alice")),
        (STACK, [call("DeleteStack", 10, stackName=ARN)], deleted("alice")),
        (STACK, [call("DeleteStack", 10, stackName="techday-roles-2")], NOT_SHOWN),
        (STACK, [call("DeleteStack", 10, stackName="techday-roles", error="AccessDenied")], NOT_SHOWN),
        # Of an earlier event, whose stacks had the same names.
        (STACK, [call("DeleteStack", 2000, stackName="techday-roles")], NOT_SHOWN),
        # It was created again meanwhile: who deleted it then is not shown yet.
        (STACK, [call("CreateStack", 5, stackName="techday-roles"), call("DeleteStack", 10, stackName=ARN)], NOT_SHOWN),
        (STACK, [call("DeleteStack", 10, ACCESS, stackName=ARN)], deleted("event-bootstrap")),
        (STACK, [call("DeleteStack", 10, f"role/{SUPPORT}/person-mei", stackName=ARN)],
         deleted(f"support staff (role {SUPPORT})")),
        (STACK, [call("DeleteStack", 10, "role/Admin/mei", stackName=ARN)], deleted("mei (role Admin)")),
        (STACK, [call("DeleteStack", 10, "role/Admin/mei@example.com", stackName=ARN)], deleted("role Admin")),
        (STACK, [call("DeleteStack", 10, "user/mei@example.com", stackName=ARN)],
         deleted("somebody whose name is a mail address")),
        (STACK, [call("DeleteStack", 10, "Root/x", stackName=ARN)], deleted("the root user")),
        (CORS, [call("PutBucketCors", 10, bucketName="b")], deleted("alice").replace("deleted", "changed")),
        (CORS, [call("PutBucketCors", 5, ACCESS, bucketName="b"), call("DeleteBucketCors", 10, bucketName="b")],
         NOT_SHOWN),
        # A session of another role that is named like the tool's own.
        (CORS, [call("PutBucketCors", 10, "role/Admin/event-bootstrap-x", bucketName="b")],
         deleted("event-bootstrap-x (role Admin)").replace("deleted", "changed")),
        (Trace(Changed.PERSON_DISABLED, "p", "u"),
         [call("AdminDisableUser", 10, userPoolId="p", username="HIDDEN_DUE_TO_SECURITY_REASONS")],
         deleted("alice").replace("deleted", "disabled")),
        (Trace(Changed.PERSON_DISABLED, "p", "u"), [call("AdminDisableUser", 10, userPoolId="p", username="v")],
         NOT_SHOWN),
        (Trace(Changed.SUBSCRIPTION, "topic"),
         [call("Unsubscribe", 10, subscriptionArn="arn:aws:sns:r:1:topic:0a1b")],
         deleted("alice").replace("deleted", "removed")),
        # A new account has no marker either: nobody needs to have deleted it.
        (Trace(Changed.PARAMETER, "/event-bootstrap/marker"), [], ""),
        (Trace(Changed.PARAMETER, "/event-bootstrap/marker"),
         [call("DeleteParameters", 10, names=["/other", "/event-bootstrap/marker"])], deleted("alice")),
        # A temporary password, which the person must change before the portal lets them in.
        (Trace(Changed.PERSON_PASSWORD, "p", "u"), [call("AdminSetUserPassword", 10, userPoolId="p", username="u")],
         deleted("alice").replace("deleted", "changed")),
        (Trace(Changed.PERSON_PASSWORD, "p", "u"),
         [call("AdminSetUserPassword", 10, ACCESS, userPoolId="p", username="u")], ""),
        (Trace(Changed.SCALING, "endpoint/cars/variant/all"), [], ""),
        (Trace(Changed.OBJECTS), [], "AWS does not record who changes or deletes objects of a bucket"),
        (None, [], ""),
    ],
)  # fmt: skip
def test_what_is_said_of_who_did_it(trace: Trace | None, calls: list[TrailCall], said: str) -> None:
    finding = Finding(Severity.TROUBLE, "x", "seen", trace=trace)
    (told,) = changes.traced(session([]), patient(), TrailRead(tuple(calls), 0.0), PREPARED, [finding])
    assert told.who == said
    assert (told.change is not None) is said.endswith("(CloudTrail)")


def session(asked: list[tuple[str, str]], *calls: TrailCall, home: str = "ap-northeast-1") -> AccountSession:
    """A session whose CloudTrail has these calls."""

    def rows(name: str) -> Iterator[dict[str, Any]]:
        for each in calls:
            if each.name == name:
                said = {"requestParameters": dict(each.params), "userIdentity": dict(each.identity)}
                at = SimpleNamespace(timestamp=lambda at=each.at: at)
                yield {"EventTime": at, "EventName": name, "Username": each.user, "CloudTrailEvent": json.dumps(said)}

    def in_region(region: str) -> Any:
        def lookup_events(LookupAttributes: list[dict[str, str]], MaxResults: int) -> dict[str, Any]:  # noqa: N803
            del MaxResults
            name = LookupAttributes[0]["AttributeValue"]
            asked.append((region, name))
            return {"Events": list(rows(name))}

        return SimpleNamespace(client=lambda service: SimpleNamespace(lookup_events=lookup_events))

    made = SimpleNamespace(region=home, now=lambda: NOW, in_region=in_region)
    return cast(AccountSession, made)


def test_what_the_doctor_has_not_read_is_looked_up_by_name_once_and_iam_s_calls_where_global_services_have_theirs() -> (
    None
):
    """The pages that were read anyway go back two hours; three findings are older or IAM's."""
    asked: list[tuple[str, str]] = []
    old = [call("DeleteStack", 300, stackName="techday-roles"), call("DeleteStack", 300, stackName="techday-buckets")]
    gone = call("DeleteRolePolicy", 20, roleName="techday-training", policyName="jobs")
    traces = [STACK, replace(STACK, name="techday-buckets"), POLICY]
    findings = [Finding(Severity.TROUBLE, "x", "seen", trace=each) for each in traces]
    read = TrailRead((), NOW - 7200)
    told = changes.traced(session(asked, *old, gone), patient(), read, PREPARED, findings)
    assert [each.who for each in told] == [deleted("alice", 300), deleted("alice", 300), deleted("alice", 20)]
    home = "ap-northeast-1"
    assert asked == [
        (home, "DeleteStack"), (home, "CreateStack"), ("us-east-1", "DeleteRolePolicy"), ("us-east-1", "PutRolePolicy"),
    ]  # fmt: skip


def test_in_the_region_of_global_services_iam_s_calls_are_in_what_was_read() -> None:
    asked: list[tuple[str, str]] = []
    gone = call("DeleteRolePolicy", 20, roleName="techday-training", policyName="jobs")
    finding = Finding(Severity.TROUBLE, "x", "seen", trace=POLICY)
    whole = TrailRead((gone,), 0.0)
    (told,) = changes.traced(session(asked, home="us-east-1"), patient(), whole, PREPARED, [finding])
    assert (told.who, asked) == (deleted("alice", 20), [])


def test_a_history_that_cannot_be_read_is_said_and_changes_no_finding() -> None:
    def denied(region: str) -> Any:
        raise RuntimeError("secret")

    broken = SimpleNamespace(region="ap-northeast-1", now=lambda: NOW, in_region=denied)
    finding = Finding(Severity.TROUBLE, "x", "seen", trace=STACK)
    (told,) = changes.traced(cast(AccountSession, broken), patient(), TrailRead((), NOW), PREPARED, [finding])
    assert told.who.startswith("CloudTrail could not be read: ")
    assert "secret" not in told.who
    assert replace(told, who="") == finding


def test_each_deed_has_its_words() -> None:
    used = {deed for row in TABLE.values() for deed in row.breaks.values()}
    assert used == set(HandDeed)
