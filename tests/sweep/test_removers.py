"""What takes more than one call to delete, call by call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import pytest

from bootstrap.aws.kinds import KINDS, Thing
from bootstrap.errors import Refused
from bootstrap.sweep import removers
from tests.steps.answers import AnsweringSession, refusal


class Session(AnsweringSession):
    def in_region(self, region: str) -> Session:
        return self

    def each(self, tasks: Iterable[Callable[[], Any]], most: int) -> Iterator[Any]:
        return (task() for task in tasks)


def thing(kind: str, status: str = "", **shown: Any) -> Thing:
    row = next(each for each in KINDS if each.name == kind)
    return Thing(row, row.name_of(shown), None, status, shown)


def delete(session: Session, *things: Thing, tries: int = 0) -> removers.Deletion:
    return removers.delete(cast(Any, session), things, tries)


def test_a_hundred_alarms_go_in_one_call_and_each_composite_one_alone() -> None:
    session = Session({"DeleteAlarms": {}})
    metric = [thing("alarm", AlarmName=f"m{number}") for number in range(98)]
    composite = [thing("alarm", AlarmName=name, AlarmRule="ALARM(m1)") for name in ("c1", "c2")]
    delete(session, *metric, *composite)
    assert [len(params["AlarmNames"]) for _, params in session.calls] == [1, 1, 98]
    assert metric[0].kind.batch == 100


def test_a_stack_s_termination_protection_is_switched_off_first() -> None:
    session = Session({"DeleteStack": {}, "UpdateTerminationProtection": {}})
    delete(session, thing("stack", "CREATE_COMPLETE", StackName="theirs", EnableTerminationProtection=True))
    assert [name for name, _ in session.calls] == ["UpdateTerminationProtection", "DeleteStack"]


def versions(number: int) -> dict[str, Any]:
    found = [{"Key": f"k{each}", "VersionId": "1"} for each in range(number)]
    return {"Versions": found[1:], "DeleteMarkers": found[:1]}


def test_a_bucket_is_emptied_of_versions_markers_and_uploads_and_its_policy_goes_first() -> None:
    answers = {
        "DeleteBucketPolicy": {},
        "ListObjectVersions": versions(3),
        "DeleteObjects": {},
        "ListMultipartUploads": {"Uploads": [{"Key": "half", "UploadId": "u"}]},
        "AbortMultipartUpload": {},
        "DeleteBucket": {},
    }
    session = Session(answers)
    assert delete(session, thing("bucket", Name="theirs")) == removers.DONE
    assert [name for name, _ in session.calls] == list(answers)
    assert len(session.params("DeleteObjects")["Delete"]["Objects"]) == 3


def test_a_protected_pool_loses_domain_and_protection_and_keeps_what_must_be_sent_again() -> None:
    pool = {"Domain": "d", "DeletionProtection": "ACTIVE", "AutoVerifiedAttributes": ["email"]}
    session = Session(
        {
            "DescribeUserPool": {"UserPool": pool},
            "DeleteUserPoolDomain": {},
            "UpdateUserPool": {},
            "DeleteUserPool": {},
        }
    )
    delete(session, thing("user pool", Id="ap-northeast-1_1", Name="theirs"))
    assert [name for name, _ in session.calls][1:] == ["DeleteUserPoolDomain", "UpdateUserPool", "DeleteUserPool"]
    assert session.params("UpdateUserPool")["AutoVerifiedAttributes"] == ["email"]


PHONE = {"AutoVerifiedAttributes": ["phone_number"], "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::1:role/sms"}}


@pytest.mark.parametrize(
    ("pool", "sent"),
    [
        ({"MfaConfiguration": "ON"}, {}),
        ({"MfaConfiguration": "OPTIONAL", "Policies": {"PasswordPolicy": {"MinimumLength": 8}}}, {}),
        (PHONE | {"MfaConfiguration": "ON"}, PHONE),
        ({"AutoVerifiedAttributes": ["email"]}, {"AutoVerifiedAttributes": ["email"]}),
    ],
)
def test_a_protected_pool_is_never_sent_its_second_factor_again(pool: dict[str, Any], sent: dict[str, Any]) -> None:
    answers = {"DescribeUserPool": {"UserPool": pool | {"DeletionProtection": "ACTIVE"}}}
    session = Session(answers | {"UpdateUserPool": {}, "DeleteUserPool": {}})
    delete(session, thing("user pool", Id="ap-northeast-1_1", Name="theirs"))
    asked = {"UserPoolId": "ap-northeast-1_1", "DeletionProtection": "INACTIVE"}
    assert session.params("UpdateUserPool") == asked | sent


def test_a_pool_that_is_refused_with_its_second_factor_loses_that_first() -> None:
    pool = {"DeletionProtection": "ACTIVE", "MfaConfiguration": "ON"}
    session = Session(
        {
            "DescribeUserPool": {"UserPool": pool},
            "UpdateUserPool": [refusal("InvalidParameterException", "SMS configuration ... are required"), {}],
            "SetUserPoolMfaConfig": {},
            "DeleteUserPool": {},
        }
    )
    delete(session, thing("user pool", Id="ap-northeast-1_1", Name="theirs"))
    assert [name for name, _ in session.calls][1:] == [
        "UpdateUserPool", "SetUserPoolMfaConfig", "UpdateUserPool", "DeleteUserPool"
    ]  # fmt: skip


@pytest.mark.parametrize("protected", [True, False, None])
def test_a_log_group_s_protection_is_switched_off_if_the_listing_shows_it(protected: bool | None) -> None:
    session = Session({"PutLogGroupDeletionProtection": {}, "DeleteLogGroup": {}})
    shown: dict[str, Any] = {} if protected is None else {"deletionProtectionEnabled": protected}
    delete(session, thing("log group", logGroupName="/theirs", **shown))
    off = ["PutLogGroupDeletionProtection"] if protected else []
    assert [name for name, _ in session.calls] == [*off, "DeleteLogGroup"]


def test_targets_that_stay_keep_their_rule() -> None:
    session = Session(
        {
            "ListTargetsByRule": {"Targets": [{"Id": "1", "Arn": "a"}]},
            "RemoveTargets": {"FailedEntries": [{"TargetId": "1", "ErrorCode": "Managed"}]},
        }
    )
    with pytest.raises(Refused, match="EB-505 target 1 was not removed: Managed"):
        delete(session, thing("rule", Name="theirs"))
