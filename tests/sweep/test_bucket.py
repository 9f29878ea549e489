"""What S3 keeps in a bucket: told apart, lifted where that is possible, and never in the way of the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.errors import Refused
from bootstrap.sweep.finality import Final
from bootstrap.sweep.tries import Tried
from tests.steps.answers import refusal
from tests.sweep.test_removers import Session, delete, thing

SCP = (
    "User: arn:x is not authorized to perform: s3:DeleteObjectVersion with an explicit deny in a service control policy"
)
NO_LOCK = "ObjectLockConfigurationNotFoundError"
UNTIL = datetime(2031, 2, 3, 4, 5, tzinfo=UTC)


class Bucket:
    """A bucket: key -> what keeps it ("", "governance", "compliance", "hold", "policy", "denied", "error", "gone")."""

    def __init__(self, keys: dict[str, str], locks: bool = False) -> None:
        self.keys, self.locks = dict(keys), locks
        self.session = Session(
            {
                "DeleteBucketPolicy": {},
                "ListObjectVersions": lambda params: {"Versions": [{"Key": k, "VersionId": "1"} for k in self.keys]},
                "DeleteObjects": self._delete_many,
                "DeleteObject": self._delete_one,
                "GetObjectLockConfiguration": (
                    {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}} if locks else refusal(NO_LOCK)
                ),
                "PutObjectLegalHold": self._lift,
                "GetObjectRetention": self._retention,
                "ListMultipartUploads": {},
                "DeleteBucket": lambda params: {} if not self.keys else refusal("BucketNotEmpty"),
            }
        )

    def _error(self, key: str, bypass: bool) -> dict[str, str] | None:
        why = self.keys[key]
        if why == "gone":
            del self.keys[key]
            return {"Code": "NoSuchVersion", "Message": "The specified version does not exist."}
        if why == "error":
            return {"Code": "InternalError", "Message": "We encountered an internal error."}
        if why == "denied":
            return {"Code": "AccessDenied", "Message": SCP}
        if why and not (why == "governance" and bypass):
            return {"Code": "AccessDenied", "Message": "Access Denied"}
        del self.keys[key]
        return None

    def _delete_many(self, params: dict[str, Any]) -> Any:
        bypass = params.get("BypassGovernanceRetention", False)
        if bypass and not self.locks:
            return refusal("InvalidArgument", "x-amz-bypass-governance-retention is only applicable to ...")
        keys = [each["Key"] for each in params["Delete"]["Objects"]]
        if any(set(key) & BAD for key in keys):
            return refusal("MalformedXML")
        found = [(key, self._error(key, bypass)) for key in keys if key in self.keys]
        return {"Errors": [{"Key": key, "VersionId": "1", **error} for key, error in found if error]}

    def _delete_one(self, params: dict[str, Any]) -> Any:
        error = self._error(params["Key"], params.get("BypassGovernanceRetention", False))
        return refusal(error["Code"], error["Message"]) if error else {}

    def _lift(self, params: dict[str, Any]) -> Any:
        if self.keys[params["Key"]] == "hold":
            self.keys[params["Key"]] = ""
        return {}

    def _retention(self, params: dict[str, Any]) -> Any:
        if self.keys[params["Key"]] == "compliance":
            return {"Retention": {"Mode": "COMPLIANCE", "RetainUntilDate": UNTIL}}
        return refusal("NoSuchObjectLockConfiguration")

    def empty(self, tries: int = 0) -> None:
        delete(self.session, thing("bucket", Name="theirs"), tries=tries)

    def calls(self) -> list[str]:
        return [name for name, _ in self.session.calls]


BAD = set("\x00\x10\x1f\ufffe\uffff\ud800")


@pytest.mark.parametrize("letter", sorted(BAD))
def test_a_key_that_xml_cannot_carry_goes_by_itself_and_holds_no_other_back(letter: str) -> None:
    bucket = Bucket({f"images/{letter}car.jpg": "", **{f"k{number}": "" for number in range(999)}})
    bucket.empty()
    assert (bucket.keys, bucket.calls().count("DeleteObject"), bucket.calls().count("DeleteObjects")) == ({}, 1, 1)


def test_keys_that_xml_can_carry_go_together() -> None:
    bucket = Bucket(dict.fromkeys(["tab\t", "line\n", "return\r", "車 + 100%&<>\"'", "\U0001f697"], ""))
    bucket.empty()
    assert (bucket.keys, bucket.calls().count("DeleteObject")) == ({}, 0)


def test_a_legal_hold_has_no_date_and_is_lifted() -> None:
    bucket = Bucket({"model.tar.gz": "hold", "other": "", "bad\x10": "hold"}, locks=True)
    bucket.empty()
    assert bucket.keys == {}
    assert bucket.session.params("PutObjectLegalHold")["LegalHold"] == {"Status": "OFF"}


def test_governance_is_bypassed_without_lifting_anything() -> None:
    bucket = Bucket({"a": "governance", "b": ""}, locks=True)
    bucket.empty()
    assert (bucket.keys, "PutObjectLegalHold" in bucket.calls()) == ({}, False)


def test_compliance_is_final_at_once_with_its_date_and_the_rest_goes() -> None:
    bucket = Bucket({"a": "compliance", "b": "", "c": "hold", "d": "governance"}, locks=True)
    with pytest.raises(Final, match=r"EB-506 .*a: locked in compliance mode; nobody can delete it before 2031-02-03"):
        bucket.empty()
    assert bucket.keys == {"a": "compliance"}


def test_in_a_bucket_without_object_lock_the_bypass_is_never_sent_and_who_denies_is_named_at_once() -> None:
    bucket = Bucket({"k": "denied", "other": ""})
    with pytest.raises(Final, match=r"EB-506 .*service control policy"):
        bucket.empty()
    sent = [params for name, params in bucket.session.calls if name == "DeleteObjects"]
    assert not any("BypassGovernanceRetention" in each for each in sent)
    assert bucket.keys == {"k": "denied"}


def test_a_policy_that_was_just_deleted_denies_some_seconds_longer() -> None:
    bucket = Bucket({"k": "policy"})
    assert ends(bucket.empty) == (5, 155.0), "after two minutes of growing pauses, not of twelve tries"


BY_BUCKET = (
    'User: x is not authorized to perform: s3:{} on resource: "y" with an explicit deny in a resource-based policy'
)


@pytest.mark.parametrize(
    ("operation", "message", "tries"),
    [
        ("DeleteBucket", "Access Denied", 6),
        ("DeleteBucket", BY_BUCKET.format("DeleteBucket"), 6),
        ("ListObjectVersions", BY_BUCKET.format("ListBucketVersions"), 6),
        ("DeleteBucket", SCP, 1),
        ("DeleteBucket", SCP.replace("service", "resource"), 1),
        ("DeleteBucket", "no identity-based policy allows the s3:DeleteBucket action", 1),
    ],
)
def test_a_denied_bucket_is_tried_until_its_policy_has_lapsed(operation: str, message: str, tries: int) -> None:
    bucket = Bucket({})
    bucket.session.answers[operation] = refusal("AccessDenied", message)
    assert ends(bucket.empty)[0] + 1 == tries


def test_a_bucket_goes_as_soon_as_its_policy_has_lapsed() -> None:
    bucket = Bucket({})
    bucket.session.answers["DeleteBucket"] = [refusal("AccessDenied", "Access Denied")] * 3 + [{}]
    assert ends(bucket.empty) == (3, 35.0)


def ends(remove: Callable[[], object]) -> tuple[int, float]:
    """After how many retries, and seconds, the sweep gives up or has removed the thing."""
    tried, now = Tried(), 0.0
    while True:
        try:
            remove()
        except (Refused, ClientError) as error:
            tried.refused(error, now)
        else:
            return tried.times, now
        if tried.final:
            return tried.times - 1, now
        now = tried.next


def test_a_version_that_is_gone_already_is_not_kept() -> None:
    bucket = Bucket({"a": "", "b": "gone"})
    bucket.empty()
    assert bucket.keys == {}


def test_an_error_of_a_key_is_tried_again_and_is_not_final() -> None:
    bucket = Bucket({"k": "error", "other": "", "held": "compliance"}, locks=True)
    with pytest.raises(Refused) as caught:
        bucket.empty()
    assert not isinstance(caught.value, Final)
    assert bucket.keys == {"k": "error", "held": "compliance"}


def test_a_policy_that_cannot_be_deleted_keeps_no_object() -> None:
    bucket = Bucket({"k": ""})
    bucket.session.answers["DeleteBucketPolicy"] = refusal("AccessDenied", SCP)
    bucket.empty()
    assert bucket.keys == {}


def test_what_is_behind_kept_versions_is_not_left_for_ever() -> None:
    """Twenty pages of locked versions come first in each listing."""
    pages = [{"Versions": [{"Key": f"a{n}", "VersionId": "1"}]} for n in range(20)]
    pages.append({"Versions": [{"Key": "z", "VersionId": "1"}]})
    bucket = Bucket({f"a{n}": "compliance" for n in range(20)} | {"z": ""}, locks=True)
    client = bucket.session.client("s3")

    class Pages:
        def paginate(self, **params: Any) -> Any:
            return pages

    bucket.session.client = lambda service: _Paged(client, Pages())  # type: ignore[method-assign]
    with pytest.raises(Final):
        bucket.empty()
    assert "z" not in bucket.keys


class _Paged:
    def __init__(self, client: Any, pages: Any) -> None:
        self._client, self._pages = client, pages

    def get_paginator(self, method: str) -> Any:
        return self._pages

    def __getattr__(self, method: str) -> Any:
        return getattr(self._client, method)
