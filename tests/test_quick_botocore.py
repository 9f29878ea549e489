"""What `tests.quick_botocore` puts in place of botocore's parts sends, signs and reads the same."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.session import Session

from tests import quick_botocore
from tests.forked_worlds import in_a_fork
from tests.quick_botocore import Headers, SentHeaders

# Service, operation, parameters, and the body that answers.
_CALLS: list[tuple[str, str, dict[str, Any], bytes]] = [
    (
        "sts",
        "get_caller_identity",
        {},
        b"<R><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></R>",
    ),
    ("sagemaker", "list_models", {"MaxResults": 5}, b'{"Models": [{"ModelName": "m", "CreationTime": 1.5}]}'),
    (
        "iam",
        "list_roles",
        {"PathPrefix": "/a b/ü/"},
        b"<R><ListRolesResult><Roles><member><RoleName>r</RoleName><CreateDate>2026-11-30T16:07:40.25Z</CreateDate>"
        b"</member><member><CreateDate>2026-11-30T16:07:40+02:00</CreateDate></member></Roles></ListRolesResult></R>",
    ),
    ("s3", "list_objects_v2", {"Bucket": "one", "Prefix": "a//b c/ü", "ExpectedBucketOwner": "1"}, b"<R/>"),
    ("s3", "put_object", {"Bucket": "two", "Key": "a/./b+c", "Body": b"x", "Metadata": {"Two": "a  b"}}, b""),
    ("s3", "delete_objects", {"Bucket": "two", "Delete": {"Objects": [{"Key": "k"}]}}, b"<R/>"),
    ("s3", "list_objects_v2", {"Bucket": "three"}, b"<R/>"),
    ("s3", "list_buckets", {}, b"<R/>"),
    ("efs", "describe_file_systems", {"MaxItems": 3}, b'{"FileSystems": []}'),
    ("sqs", "list_queues", {}, b"{}"),
    ("sqs", "list_queues", {"MaxResults": 7}, b"{}"),
    ("dynamodb", "get_item", {"TableName": "t", "Key": {"k": {"S": "v"}}}, b"{}"),
]


def _sent(_: object) -> list[str]:
    """Each call as it went out, and what botocore made of the answer; time and ids stand still."""
    auth: Any = import_module("botocore.auth")
    auth.get_current_datetime = lambda **_: datetime(2026, 11, 30)  # noqa: DTZ001
    uuid.uuid4 = lambda: uuid.UUID(int=7)
    session = Session()
    session.set_credentials("KEY", "secret", "token")
    sent: list[str] = []
    clients: dict[tuple[str, str | None], Any] = {}
    for number, (service, operation, params, body) in enumerate([*_CALLS, *_CALLS, *_CALLS]):
        # As the tool's clients; botocore would write what features a call uses in no fixed order.
        config = Config(user_agent="agent")
        url = "http://h:81" if number < len(_CALLS) else None
        if (service, url) not in clients:
            clients[service, url] = session.create_client(service, "eu-west-1", endpoint_url=url, config=config)
        client = clients[service, url]

        def answer(request: Any, body: bytes = body, **_: Any) -> Any:
            content = request.body.read() if hasattr(request.body, "read") else request.body
            sent.append(f"{request.method} {request.url} {list(request.headers.items())} {content!r}")
            return AWSResponse(request.url, 200, HTTPHeaders.from_dict({"X-One": "1", "x-two": "2"}), _Raw(body))

        events: Any = client.meta.events
        events.register("before-send", answer, unique_id="answer")
        made = getattr(client, operation)(**params)
        sent.append(repr(made))
        if client.can_paginate(operation):
            sent.append(repr(client.get_paginator(operation).paginate(**params).build_full_result()))
        events.unregister("before-send", unique_id="answer")
    return sent


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> list[bytes]:
        return [self._body]


def test_each_call_goes_out_and_comes_back_as_with_botocore_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set back after the test.
    monkeypatch.setattr(uuid, "uuid4", uuid.uuid4)
    monkeypatch.setattr("botocore.auth.get_current_datetime", datetime.now)
    assert in_a_fork(_sent, None) == _sent(None)


def test_the_fork_has_the_quick_parts_and_this_process_has_not() -> None:
    assert in_a_fork(_quick, None)
    assert not _quick(None)


def _quick(_: object) -> bool:
    return bool(import_module("botocore.hooks").EventAliaser.emit is quick_botocore._emit_aliased)


def _told(made: Any) -> list[Any]:
    """What headers say after some changes."""
    made["One"] = "1"
    made["one"] = "2"
    made["Two"] = b"3"
    told = [made["ONE"], made.get("two"), made.get("three"), made.get("three", 4), "oNe" in made, "three" in made]
    told += [list(made.items()), list(made), len(made), sorted(made.keys())]
    del made["ONE"]
    return [*told, list(made.items()), made.get("one")]


def test_headers_keep_order_case_and_repetition() -> None:
    assert _told(Headers()) == _told(HTTPHeaders())
    assert Headers.from_dict({"a": "b"}).get_all("A") == HTTPHeaders.from_dict({"a": "b"}).get_all("A") == ["b"]


def test_sent_headers_keep_the_first_name_and_the_last_value() -> None:
    quick = type("Quick", (HeadersDict,), {k: v for k, v in vars(SentHeaders).items() if callable(v)})
    assert _told(quick()) == _told(HeadersDict())
    for given in ({"A": "1"}, [("A", "1"), ("a", "2")], HeadersDict({"A": "1"}), HTTPHeaders.from_dict({"A": "1"})):
        assert list(quick(given).items()) == list(HeadersDict(given).items())
        assert list(quick(given).copy().items()) == list(HeadersDict(given).copy().items())


@pytest.mark.parametrize(
    "text", ["2026-11-30T16:07:40Z", "2026-11-30T16:07:40.123Z", "Mon, 30 Nov 2026 16:07:40 GMT", "12"]
)
def test_a_date_is_read_as_botocore_reads_it(text: str) -> None:
    usual = quick_botocore._usual_timestamp(text, quick_botocore._utils.tzutc)
    made = quick_botocore._timestamp(text, quick_botocore._utils.tzutc)
    assert (made, made.tzinfo, made.astimezone(UTC)) == (usual, usual.tzinfo, usual.astimezone(UTC))
