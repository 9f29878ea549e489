"""A message keeps its id and arguments wherever it goes."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from bootstrap.errors import clean
from bootstrap.errors.message import Message, as_json, counted, from_json, joined, msg

THERE = msg("bucket {bucket} is not there", bucket="red-1")
MESSAGES = [
    THERE,
    msg("nothing to fill"),
    msg("a brace {{ of the text itself"),
    msg("cannot be read: {why}", why=THERE),
    msg("{found} of {most}, {share}", found=3, most=None, share=0.5),
    counted("{count} team in {region}", "{count} teams in {region}", 2, region="eu-west-1"),
    joined("; ", [THERE, "AccessDenied", counted("{count} team", "{count} teams", 1)]),
]


def made_of(text: str) -> Any:
    """Everything that a message knows, down to what it is made of."""
    if not isinstance(text, Message):
        return str(text)
    args = {name: made_of(value) if isinstance(value, str) else value for name, value in text.args.items()}
    return str(text), text.id, text.plural, args, tuple(made_of(each) for each in text.parts)


@pytest.mark.parametrize("text", MESSAGES)
def test_a_message_survives_json_pickling_and_cleaning(text: str) -> None:
    assert isinstance(text, Message)
    assert made_of(from_json(json.loads(json.dumps(as_json(text))))) == made_of(text)
    assert made_of(pickle.loads(pickle.dumps(text))) == made_of(text)
    assert made_of(clean(text)) == made_of(text)


def test_a_message_is_its_english_text() -> None:
    assert THERE == "bucket red-1 is not there"
    assert msg("a brace {{ of the text itself") == "a brace { of the text itself"
    assert [counted("{count} team", "{count} teams", each) for each in (0, 1, 2)] == ["0 teams", "1 team", "2 teams"]


def test_one_text_in_a_row_stays_what_it_is() -> None:
    assert joined("; ", []) == ""
    assert joined("; ", ["AccessDenied"]) == "AccessDenied"
    assert joined("; ", [THERE]) is THERE


def test_a_text_of_an_older_version_stays_a_text() -> None:
    assert from_json(as_json("as it was written")) == "as it was written"
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_json({"something": "else"})


def test_secrets_are_cleaned_from_the_arguments_of_a_message() -> None:
    cleaned = clean(msg("cannot be read: {why}", why=msg("{who} may not", who="somebody@example.com")))
    assert isinstance(cleaned, Message)
    assert cleaned == "cannot be read: <address> may not"
    # What is secret only beside a word of the sentence is found in the whole sentence.
    assert "hunter2" not in clean(msg("password={word}", word="hunter2"))
