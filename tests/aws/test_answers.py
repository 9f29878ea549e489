"""Whether an answer is AWS's: tables for each protocol. What reaches a run is in test_proxy.py."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from functools import cache
from itertools import count
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.exceptions import IncompleteReadError
from botocore.session import Session

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.aws.answers import Answers, NotAws, Why, media_of
from bootstrap.aws.operations import OPERATIONS, row

HTML = b"<!DOCTYPE html><html><body><form action='http://hotspot.example/login'>Welcome</form></body></html>"
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>sign in</body></html>'
PAGE = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/x-amz-json-1.1"}
XML = {"content-type": "text/xml"}
SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12"
ASSUMED = (
    '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
    f"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>"
    "<SessionToken>FwoGZXIvYXdzEXAMPLE</SessionToken><Expiration>2026-12-01T10:00:00Z</Expiration>"
    "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
).encode()
STACKS = b"<DescribeStacksResponse><DescribeStacksResult><Stacks/></DescribeStacksResult></DescribeStacksResponse>"
REGIONS = (
    b"<DescribeRegionsResponse><regionInfo><item><regionName>x</regionName></item></regionInfo>%s"
    b"</DescribeRegionsResponse>"
)
VERSIONS = b"<ListVersionsResult><Name>a</Name><IsTruncated>false</IsTruncated></ListVersionsResult>"
_IDS = count()


@cache
def model(service: str, operation: str) -> Any:
    return Session().get_service_model(service).operation_model(operation)


def answered(
    call: str,
    body: Any,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    held: Answers | None = None,
    request_id: str | None = None,
) -> Any:
    """What a client would get for this HTTP answer. Raises NotAws."""
    service, operation = call.split(":")
    answers = held or Answers()
    told = "x-amz-request-id" if service == "s3" else "x-amzn-requestid"
    known = {told: f"id-{next(_IDS)}" if request_id is None else request_id} if request_id != "" else {}
    response = {
        "status_code": status, "headers": HeadersDict({**known, **(headers or {})}), "body": body,
        "context": {"operation_name": operation},
    }  # fmt: skip
    described = model(service, operation)
    answers.hold(operation_model=described, response_dict=response, customized_response_dict={})
    return answers.create_parser(described.service_model.resolved_protocol).parse(response, described.output_shape)


@pytest.mark.parametrize(
    ("call", "body", "headers", "key"),
    [
        ("sagemaker:ListNotebookInstances", b'{"NotebookInstances":[]}', JSON, "NotebookInstances"),
        ("events:ListRules", b' {"Rules": []}\n', {"content-type": "application/json"}, "Rules"),
        ("sagemaker:DeleteNotebookInstance", b"", JSON, None),
        ("sagemaker:DeleteNotebookInstance", b"{}", JSON, None),
        ("sagemaker:DeleteNotebookInstance", b"", {}, None),
        ("lambda:ListFunctions", b'{"Functions":[],"NextMarker":null}', JSON, "Functions"),
        ("sts:AssumeRole", ASSUMED, XML, "Credentials"),
        ("cloudformation:DescribeStacks", b'\xef\xbb\xbf<?xml version="1.0"?>\n' + STACKS, XML, "Stacks"),
        ("cloudformation:DeleteStack", b"<DeleteStackResponse/>", {"content-type": "text/xml;charset=UTF-8"}, None),
        ("ec2:DescribeRegions", REGIONS % b"", XML, "Regions"),
        ("s3:ListObjectVersions", VERSIONS, {"content-type": "application/xml"}, "Name"),
        ("s3:GetBucketPolicy", b'{"Version": "2012-10-17"}', {"content-type": "application/json"}, "Policy"),
        ("s3:PutObject", b"", {"etag": "x"}, "ETag"),
        ("s3:HeadObject", b"", {"etag": "x", "content-length": "7"}, "ContentLength"),
    ],
)  # fmt: skip
def test_an_answer_of_aws_is_parsed(call: str, body: bytes, headers: dict[str, str], key: str | None) -> None:
    parsed = answered(call, body, headers)
    assert key is None or key in parsed


@pytest.mark.parametrize(
    "request_id", ["<requestId>7</requestId>", "<ResponseMetadata><RequestId>7</RequestId></ResponseMetadata>"]
)
def test_an_id_in_the_xml_is_enough(request_id: str) -> None:
    assert answered("ec2:DescribeRegions", REGIONS % request_id.encode(), XML, request_id="")["Regions"]


@pytest.mark.parametrize(
    ("call", "body", "headers", "why"),
    [
        # A page instead of each protocol's answer, also under the protocol's own content type.
        *((call, page, kind, why) for call, why in [
            ("sagemaker:ListNotebookInstances", Why.FORM), ("sagemaker:DeleteNotebookInstance", Why.FORM),
            ("lambda:ListFunctions", Why.FORM),
        ] for page in (HTML, XHTML) for kind in [JSON]),
        *((call, page, XML, Why.FORM) for call in [
            "sts:AssumeRole", "cloudformation:DescribeStacks", "cloudformation:DeleteStack", "ec2:DescribeRegions",
            "s3:ListObjectVersions", "s3:PutObject", "s3:DeleteBucket",
        ] for page in (HTML, XHTML)),
        *((call, HTML, PAGE, Why.TYPE) for call in [
            "sagemaker:ListNotebookInstances", "sagemaker:DeleteNotebookInstance", "sts:AssumeRole",
            "cloudformation:DescribeStacks", "ec2:DescribeRegions", "lambda:ListFunctions", "s3:ListBuckets",
        ]),
        # What is cut.
        ("sagemaker:ListNotebookInstances", b'{"NotebookInstances":[{"Noteb', JSON, Why.UNREADABLE),
        ("sagemaker:ListNotebookInstances", b'{"NotebookInstances":[{"a":1}', JSON, Why.UNPROVEN_KEY),
        ("sagemaker:StopTrainingJob", b'{"a":{}', JSON, Why.UNREADABLE),
        ("events:ListRules", b'{"Rules":[{"Name":"a"}]', JSON, Why.UNREADABLE),
        ("sts:AssumeRole", ASSUMED[:300], XML, Why.UNREADABLE),
        ("sts:AssumeRole", ASSUMED[:100], XML, Why.UNREADABLE),
        ("cloudformation:DescribeStacks", STACKS[:-5], XML, Why.UNREADABLE),
        ("s3:ListObjectVersions", VERSIONS[:-5], XML, Why.UNREADABLE),
        # What is empty, or lacks the key.
        ("sagemaker:ListTrainingJobs", b"", JSON, Why.KEY),
        ("sagemaker:ListTrainingJobs", b"{}", JSON, Why.KEY),
        ("events:ListRules", b"", JSON, Why.KEY),
        ("events:ListRules", b"{}", JSON, Why.KEY),
        ("events:ListRules", b'{"Rules": null}', JSON, Why.KEY),
        ("sagemaker:ListNotebookInstances", b"{}", JSON, Why.UNPROVEN_KEY),
        ("cloudformation:DescribeStacks", b"", XML, Why.FORM),
        ("s3:ListBuckets", b"", XML, Why.FORM),
        ("s3:ListBuckets", b"<ListAllMyBucketsResult/>", XML, Why.KEY),
        ("s3:HeadObject", b"", {}, Why.KEY),
        ("sagemaker:CreateTrainingJob", b"{}", JSON, Why.KEY),
        # Another call's answer.
        ("sagemaker:ListTrainingJobs", b'{"Models":[]}', JSON, Why.KEY),
        ("cloudformation:DescribeStacks", STACKS.replace(b"Describe", b"List"), XML, Why.FORM),
        ("cloudformation:DescribeStacks", b"<DescribeStacksResponse/>", XML, Why.FORM),
        ("s3:ListObjectVersions", VERSIONS.replace(b"Versions", b"Bucket"), XML, Why.FORM),
        ("s3:DeleteBucket", VERSIONS, XML, Why.FORM),
        # What botocore's parsers stumble over.
        ("sagemaker:ListTrainingJobs", b"[]", JSON, Why.FORM),
        ("sagemaker:ListTrainingJobs", b'"text"', JSON, Why.FORM),
        ("sagemaker:ListTrainingJobs", b'{"TrainingJobSummaries": 7}', JSON, Why.UNREADABLE),
        ("sagemaker:ListTrainingJobs", b'{"TrainingJobSummaries": [{"CreationTime": 1e999}]}', JSON, Why.UNREADABLE),
        ("sagemaker:ListTrainingJobs", b'{"TrainingJobSummaries": [{"CreationTime": "soon"}]}', JSON, Why.UNREADABLE),
        ("sagemaker:ListTrainingJobs", b'{"a":' * 9000 + b"1" + b"}" * 9000, JSON, Why.UNREADABLE),
        ("sagemaker:StopTrainingJob", b'{"a":' * 9000 + b"1" + b"}" * 9000, JSON, Why.UNREADABLE),
        ("sagemaker:ListTrainingJobs", b'{"\xff\xfe":1}', JSON, Why.UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_not_aws_s_answer_is_no_answer(call: str, body: bytes, headers: dict[str, str], why: Why) -> None:
    with pytest.raises(NotAws) as stopped:
        answered(call, body, headers)
    assert stopped.value.fault is why
    assert stopped.value.call == call
    assert aws_errors.transient(stopped.value)
    assert stopped.value.__context__ is None


@pytest.mark.parametrize("status", [300, 302, 307, 403, 404, 407, 451, 502, 503, 511])
@pytest.mark.parametrize(
    "call",
    [
        "sagemaker:ListNotebookInstances",
        "sts:AssumeRole",
        "ec2:DescribeRegions",
        "s3:ListBuckets",
        "lambda:ListFunctions",
    ],
)
def test_a_proxy_s_refusal_is_no_refusal_of_aws(call: str, status: int) -> None:
    """With an id too, below 500: a proxy may pass headers on."""
    for body, headers in [(HTML, PAGE), (b"", {}), (b"Forbidden", {"content-type": "text/plain"}),
                          (b'{"message": "blocked"}', {"content-type": "application/json"})]:  # fmt: skip
        with pytest.raises(NotAws):
            answered(call, body, headers, status, request_id="")
        if status < 500 and body:
            with pytest.raises(NotAws):
                answered(call, body, headers, status)


@pytest.mark.parametrize(
    ("call", "status", "body", "headers", "code"),
    [
        ("sagemaker:ListNotebookInstances", 400, b'{"__type":"Denied","message":"no"}', JSON, "Denied"),
        ("lambda:ListFunctions", 403, b'{"Message":"no"}', {**JSON, "x-amzn-errortype": "Denied"}, "Denied"),
        ("sagemaker:ListNotebookInstances", 500, b"<InternalFailure/>", XML, "500"),
        ("sts:AssumeRole", 403, b"<ErrorResponse><Error><Code>Denied</Code></Error></ErrorResponse>", XML, "Denied"),
        (
            "ec2:DescribeRegions", 403,
            b"<Response><Errors><Error><Code>Denied</Code></Error></Errors></Response>", XML, "Denied",
        ),
        ("s3:ListBuckets", 404, b"<Error><Code>NoSuchBucket</Code></Error>", XML, "NoSuchBucket"),
        ("s3:HeadObject", 404, b"", {}, "404"),
        ("s3:HeadObject", 301, b"", {"x-amz-bucket-region": "eu-west-1"}, "301"),
        ("s3:PutObject", 503, b"<Error><Code>SlowDown</Code></Error>", XML, "SlowDown"),
    ],
)  # fmt: skip
def test_aws_s_own_refusals_stay_what_they_are(
    call: str, status: int, body: bytes, headers: dict[str, str], code: str
) -> None:
    assert answered(call, body, headers, status)["Error"]["Code"] == code


def test_without_a_request_id_an_answer_is_not_aws_s() -> None:
    for call, body, headers in [
        ("sagemaker:ListNotebookInstances", b'{"NotebookInstances":[]}', JSON), ("sts:AssumeRole", ASSUMED, XML),
        ("s3:ListObjectVersions", VERSIONS, XML), ("s3:HeadObject", b"", {"etag": "x", "content-length": "1"}),
        ("sagemaker:DeleteNotebookInstance", b"", {}),
    ]:  # fmt: skip
        with pytest.raises(NotAws) as stopped:
            answered(call, body, headers, request_id="")
        assert stopped.value.fault is Why.NO_REQUEST_ID


def test_an_answer_that_comes_twice_is_the_answer_to_an_earlier_call() -> None:
    run, body = Answers(), b'{"Models":[]}'
    answered("sagemaker:ListModels", body, JSON, held=run, request_id="one")
    with pytest.raises(NotAws) as stopped:
        answered("sagemaker:ListModels", body, JSON, held=run, request_id="one")
    assert stopped.value.fault is Why.TWICE
    answered("sagemaker:ListModels", body, JSON, held=Answers(), request_id="one")


def test_a_stream_that_is_not_aws_s_is_closed_and_one_of_aws_is_not_read() -> None:
    class Body:
        closed = read = False

        def close(self) -> None:
            self.closed = True

    page, thing = Body(), Body()
    with pytest.raises(NotAws):
        answered("s3:GetObject", page, PAGE, request_id="")
    assert page.closed
    told = {**PAGE, "etag": "x", "content-length": "3"}
    assert answered("s3:GetObject", thing, told)["Body"] is thing
    assert not thing.closed


def test_nothing_of_the_body_is_told_but_its_class_and_length() -> None:
    with pytest.raises(NotAws) as stopped:
        answered("sts:AssumeRole", ASSUMED[:300], {"content-type": f"text/xml; {SECRET}"})
    failed = refusals.failure(stopped.value, "us-east-1")
    assert (failed.code, failed.cause, failed.unseen) == ("EB-378", "EB-378:UNREADABLE", True)
    told = f"{failed} {stopped.value} {stopped.value!r} {vars(stopped.value)}"
    assert SECRET not in told
    assert "ASIA" not in told
    assert "HTTP 200, XML, 300 bytes" in failed.detail
    again = pickle.loads(pickle.dumps(stopped.value))
    assert (again.fault, again.length) == (Why.UNREADABLE, 300)


@pytest.mark.parametrize(
    ("why", "begins"),
    [
        (why, "the answer to" if why.name in {"UNREADABLE", "KEY", "UNPROVEN_KEY", "TWICE"} else "what answered")
        for why in Why
    ],
)
def test_what_answered_is_named(why: Why, begins: str) -> None:
    error = NotAws(call="sns:ListTopics", fault=why, status=200, media="HTML", length=7)
    assert refusals.failure(error, "us-east-1").detail.startswith(begins)


@pytest.mark.parametrize(
    ("told", "media"),
    [
        ("text/html;charset=x", "HTML"),
        ("", "no content type"),
        ("\x1b[31mred", "another content type"),
        ("TEXT/XML", "XML"),
    ],
)
def test_a_content_type_is_told_by_its_class(told: str, media: str) -> None:
    assert media_of(told) == media


def test_a_body_shorter_than_its_length_is_transient() -> None:
    assert aws_errors.transient(IncompleteReadError(actual_bytes=1, expected_bytes=2))


@pytest.mark.parametrize("service", sorted({each.service for each in OPERATIONS} - {"signin"}))
def test_each_xml_answer_of_the_table_has_a_root_that_is_known(service: str) -> None:
    for each in OPERATIONS:
        if each.service != service or service != "s3":
            continue
        shape = model(service, each.name).output_shape
        payload = shape.members.get(shape.serialization.get("payload", "")) if shape else None
        inside = (
            []
            if shape is None
            else [name for name, member in shape.members.items() if "location" not in member.serialization]
        )
        in_xml = payload.type_name == "structure" if payload is not None else bool(inside)
        assert bool(each.root) == in_xml, each.name


def test_operations_without_a_row_are_left_to_botocore() -> None:
    """Those that sign an operator in: the guard sends no other."""
    assert row("sagemaker", "ListActions") is None
    assert answered("sagemaker:ListActions", b"{}", PAGE, request_id="")["ResponseMetadata"]["HTTPStatusCode"] == 200
