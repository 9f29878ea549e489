"""JSON of others is read within limits, and every fault is named."""

from __future__ import annotations

import json

import pytest

from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

FAULTS = [
    ("", "is not JSON"),
    ("{'a': 1}", "is not JSON (line 1, column 2)"),
    ('{"a": 1} x', "is not JSON"),
    ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    ('{"a":' * 80 + "1" + "}" * 80, "nested too deeply"),
    ("1" * 5000, "5000 digits"),
    ("1e999", "too large: 1e999"),
    ("-1e999", "too large"),
    ("[NaN]", "has NaN"),
    ("[-Infinity]", "has -Infinity"),
    ('{"a": 1, "b": 2, "a": 3}', 'the key "a" twice'),
    ('"\\ud83d"', "surrogate"),
    ('{"\\ud83d": 1}', "surrogate"),
    ('"a\x07b"', "is not JSON"),
    (b"\xff\xfe{\0}\0", "UTF-16"),
    ('{"a": 1}'.encode("utf-16-le"), "UTF-16"),
    (b'{"a": "\xe9"}', "not in UTF-8"),
    ("[" + "0," * 1_000_001 + "0]", "more than 1,000,000 values"),
]


@pytest.mark.parametrize(("text", "said"), FAULTS, ids=lambda each: repr(each)[:24])
def test_a_fault_is_named(text: str | bytes, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        json_text.parsed(text)
    assert said in caught.value.what


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True, "红队 \u2028 \x85"]}, [], "text", 1, {"a": {"b": {}}}])
def test_what_json_has_is_read(value: object) -> None:
    assert json_text.parsed(json.dumps(value)) == value
    assert json_text.parsed(json.dumps(value, ensure_ascii=False).encode("utf-8-sig")) == value


def test_an_object_is_asked_for() -> None:
    assert json_text.mapping('{"a": 1}') == {"a": 1}
    with pytest.raises(Unreadable):
        json_text.mapping("[1]")


def test_a_line_ends_at_a_line_feed_alone() -> None:
    text = '{"a": "x\u2028y\u2029z\x85"}\r\n\n{"b": 1}\nnone\n'
    found = list(json_text.lines(text))
    assert [each.number for each in found] == [1, 2, 3, 4]
    assert [each.value for each in found[:3]] == [{"a": "x\u2028y\u2029z\x85"}, None, {"b": 1}]
    assert found[1].empty
    assert found[3].error is not None
