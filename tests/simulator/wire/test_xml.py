"""Answers in XML: the same text as moto's serializers write."""

from __future__ import annotations

from typing import Any

import pytest
import xmltodict
from moto.core.serialize import SerializationContext, get_serializer_class

from bootstrap.simulator.wire import protocol, xml


@pytest.mark.parametrize(
    "inside",
    [
        {},
        None,
        "",
        "<&>\"' é\n\t",
        [],
        ["one", "", None, {}],
        {"member": [{"Name": "a", "On": True, "Off": False, "Count": 0, "Share": 1.5, "None": None}, {"Name": "b"}]},
        {"Empty": [], "Full": [[]], "Pair": ("a", "b")},
        {"@xmlns": "http://x/?a&b", "@two": '"', "#text": "t<"},
        {"@one": "'", "Inside": {"@two": "\"'"}, "#text": None},
    ],
)
def test_a_document_is_written_as_xmltodict_writes_it(inside: Any) -> None:
    body = {"Answer": {"@xmlns": "http://service", "Result": inside, "ResponseMetadata": {"RequestId": "1"}}}
    for whole in (True, False):
        said = xmltodict.unparse(body, full_document=whole, short_empty_elements=True)
        assert xml.document(body, prolog=whole) == said


@pytest.mark.parametrize(
    ("service", "operation", "answer"),
    [
        ("cloudformation", "ListStacks", {"StackSummaries": []}),
        ("cloudformation", "DescribeStacks", {"Stacks": [{"StackName": "a&b", "Tags": [{"Key": "k", "Value": "<"}]}]}),
        ("ec2", "DescribeRegions", {"Regions": [{"RegionName": "eu-west-1", "Endpoint": "e"}]}),
        ("sagemaker", "ListModels", {"Models": [], "NextToken": "2"}),
    ],
)
def test_an_answer_is_serialized_as_by_motos_own_serializer(service: str, operation: str, answer: Any) -> None:
    described, context = protocol.model(service).operation_model(operation), SerializationContext("1")
    usual = get_serializer_class(service, protocol.protocol_of(service))(described, context=context)
    assert protocol._serializer(service)(described, context=context).serialize(answer) == usual.serialize(answer)


def test_a_request_that_comes_again_is_read_anew() -> None:
    body = b"Action=ListStacks&Version=2010-05-15&StackStatusFilter.member.1=CREATE_COMPLETE"
    first = protocol.parse("cloudformation", "ListStacks", {}, body)
    first["StackStatusFilter"].append("changed")
    first["NextToken"] = "changed"
    assert protocol.parse("cloudformation", "ListStacks", {}, body) == {"StackStatusFilter": ["CREATE_COMPLETE"]}
