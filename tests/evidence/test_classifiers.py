"""Recorded answers of AWS, fed to what the tool decides by: retry or not, final or not, whose fault, which code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons, refusals
from bootstrap.aws.reasons import Denier
from bootstrap.doctor import causes
from bootstrap.errors import catalogue
from bootstrap.steps.quotas import requests as quota_requests
from bootstrap.steps.smoke import verdict as smoke_verdict
from bootstrap.steps.stack import verdict as stack_verdict
from bootstrap.sweep import finality
from bootstrap.sweep.finality import Lapsing
from tests.evidence.decisions import NOBODY, PAGE, TITLE, Decision, decisions, section, without_section

KINDS = {
    "AWS-validated snapshot",
    "AWS documentation",
    "botocore's model",
    "flight recorder",
    "matched by terraform provider code",
    "moto test verified against AWS",
    "pasted real answer in an issue",
    "wording of another row",
}


def _access(row: Decision) -> str | None:
    account: Any = SimpleNamespace(region=row.region, external_id=None)
    found = refusals.told_apart(row.error, account)
    return refusals.CAUSES[found].code if found else None


def _job(row: Decision) -> str:
    found = smoke_verdict.cause_of(row.message)
    return f"{found.end.name} {found.then}"


def _lapses(row: Decision) -> bool:
    """The sweep wraps such a denial of a bucket: tried for two minutes, and no longer."""
    assert aws_errors.denied(row.error)
    assert reasons.denier(row.error) is Denier.UNSAID
    error = Lapsing("EB-506", row.message)
    return [finality.final(error, 2, waited) for waited in (0.0, 119.0, 120.0)] == [False, False, True]


CLASSIFIERS: Mapping[str, Callable[[Decision], Any]] = {
    "retry": lambda row: aws_errors.transient(row.error),
    "failure": lambda row: refusals.failure(row.error, row.region).code,
    "final": lambda row: finality.final(row.error, 1),
    "access": _access,
    "denier": lambda row: reasons.denier(row.error).name,
    "exists": lambda row: aws_errors.already_exists(row.error),
    "lapses": _lapses,
    "stack": lambda row: stack_verdict.cause_of(row.message),
    "job": _job,
    "doctor": lambda row: causes.cause_of(row.message).code,
    "workforce": lambda row: reasons.workforce_refusal(row.error, may_be_closed=True).name,
    "quota": lambda row: quota_requests.ANSWERS[row.code][1],
}


@pytest.mark.parametrize(
    ("row", "classifier"),
    [(row, name) for row in decisions() for name in row.decisions if name != "region"],
    ids=lambda each: each.id if isinstance(each, Decision) else each,
)
def test_the_tool_decides_right_about_what_was_recorded(row: Decision, classifier: str) -> None:
    assert CLASSIFIERS[classifier](row) == row.decisions[classifier], row


def test_every_row_has_an_id_of_its_own_a_source_and_a_kind_of_evidence() -> None:
    rows = decisions()
    assert len({row.id for row in rows}) == len(rows) >= 80
    assert {row.evidence for row in rows} == KINDS
    assert all(row.source and row.decisions for row in rows)


def test_every_classifier_is_asked_and_every_code_is_explained() -> None:
    assert {name for row in decisions() for name in row.decisions} == {*CLASSIFIERS, "region"}
    said = {value for row in decisions() for value in row.decisions.values() if str(value).startswith("EB-")}
    assert said <= set(catalogue())


def test_the_page_names_the_evidence_of_every_decision() -> None:
    """A code or a cause that is added needs a row, or a line that says that nobody has seen it."""
    page = PAGE.read_text(encoding="utf-8")
    assert section() in page, "write it: python -m tests.evidence.decisions"
    assert page.count(TITLE) == 1
    assert "".join(without_section(page)).count("decisions.jsonl") == 0
    assert NOBODY in page
