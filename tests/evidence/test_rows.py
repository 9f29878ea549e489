"""Each recorded answer of the real AWS: the simulated one answers the same in the same situation."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pkgutil import iter_modules

import pytest

from bootstrap.aws.operations import OPERATIONS
from tests.evidence import provocations, provoking
from tests.evidence.rows import KINDS, Row, rows, unseen
from tests.simulated import Simulated, running

for each in iter_modules(provocations.__path__):
    importlib.import_module(f"{provocations.__name__}.{each.name}")

ROWS = list(rows())


@pytest.fixture(scope="module")
def aws() -> Iterator[Simulated]:
    """One simulator for all rows; each has an account of its own in it."""
    with running(hub_buckets=["event-hub"]) as simulated:
        yield simulated


@pytest.mark.parametrize("row", [each for each in ROWS if each.not_provoked is None], ids=lambda row: row.id)
def test_the_simulated_aws_answers_as_the_real_one_did(aws: Simulated, row: Row) -> None:
    seen = provoking.answered(aws, row)
    said = f"{row.situation}: {seen.code} {seen.http_status} {seen.text[:600]}"
    assert seen.code == row.code, said
    assert seen.http_status == row.http_status, said
    assert re.search(row.message_pattern, seen.text, re.DOTALL), said
    assert [field for field in row.fields if not provoking.has(seen.answer, field)] == [], said


def test_rows_are_told_apart_and_say_where_they_come_from() -> None:
    assert [name for name, count in Counter(row.id for row in ROWS).items() if count > 1] == []
    assert [row.id for row in ROWS if row.evidence not in KINDS or not row.source] == []
    assert [row.id for row in ROWS if not row.situation or not re.compile(row.message_pattern)] == []
    assert list(provoking.unknown({row.id for row in ROWS})) == []


def test_each_operation_that_writes_has_a_recorded_refusal_or_is_named_as_unseen() -> None:
    refused = {each for row in ROWS if row.refusal and row.recorded for each in row.operations}
    writing = {(each.service, each.name) for each in OPERATIONS if not each.reads}
    assert writing - refused == unseen().keys()


def test_most_of_what_the_simulated_aws_answers_was_recorded() -> None:
    assert sum(row.recorded for row in ROWS) >= 400
