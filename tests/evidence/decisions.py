"""Recorded answers of AWS, and the tool's decisions about them: decisions.jsonl, and the page's tables of it.

`python -m tests.evidence.decisions` writes that section of docs/fidelity.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import botocore
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons, refusals
from bootstrap.aws.operations import OPERATIONS
from bootstrap.aws.reasons import JobReason, StackReason, SupportReason, WorkforceRefusal
from bootstrap.doctor import causes
from bootstrap.steps.quotas import requests as quota_requests
from bootstrap.steps.smoke import verdict as smoke_verdict
from bootstrap.steps.stack import verdict as stack_verdict
from bootstrap.sweep import finality

TABLE = Path(__file__).parent / "decisions.jsonl"
PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"
TITLE = "## Decisions to retry or give up"
NOBODY = "nobody has seen it"


@dataclass(frozen=True, slots=True)
class Decision:
    """A recorded answer. `decisions`: classifier -> the right decision; `region`: where it was called."""

    id: str
    service: str
    operation: str
    code: str
    status: int
    message: str
    decisions: Mapping[str, Any]
    evidence: str
    source: str

    @property
    def region(self) -> str:
        return str(self.decisions.get("region", "us-east-1"))

    @property
    def error(self) -> ClientError:
        """The answer as botocore raises it."""
        answer: Any = {
            "Error": {"Code": self.code, "Message": self.message},
            "ResponseMetadata": {"HTTPStatusCode": self.status},
        }
        return ClientError(answer, self.operation)


@cache
def decisions() -> tuple[Decision, ...]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return tuple(
        Decision(**{key: value for key, value in each.items() if key != "said"}, **each["said"])
        for each in map(json.loads, lines)
    )


# --- the page ---


def codes() -> Mapping[str, Mapping[str, Iterable[str]]]:
    """Every code that a classifier knows, by what is decided about it."""

    def of(module: Any, name: str) -> Iterable[str]:
        return frozenset(getattr(module, name))

    return {
        "retried by every call and every step": {
            "EB-370": of(aws_errors, "_THROTTLED"),
            "EB-385": of(aws_errors, "_BUSY"),
            "EB-376": of(aws_errors, "_SERVER"),
        },
        "retried once with new credentials": {"EB-374": of(aws_errors, "_EXPIRED")},
        "given up, for the caller is not believed": {
            "EB-212": of(refusals, "_SKEWED"),
            "EB-213": of(refusals, "_SIGNATURE"),
            "EB-207": of(refusals, "_REGION_OFF"),
            "EB-214": of(aws_errors, "_NOT_ACCEPTED"),
        },
        "given up, for a policy denies it": {"EB-372, EB-373": of(aws_errors, "_DENIED")},
        "no error: the thing is there": {"": of(aws_errors, "_TAKEN")},
        "not tried again by the sweep": {"EB-503": of(finality, "_PERMANENT")},
        "a request for a quota": {
            code: [name for name, answer in quota_requests.ANSWERS.items() if answer[1] == code]
            for code in sorted({answer[1] for answer in quota_requests.ANSWERS.values()})
        },
    }


def read_from_words() -> Mapping[str, Mapping[Any, str]]:
    """Every cause that only AWS's words tell, with its code."""
    return {
        "why a stack failed": {each: stack_verdict.CODES.get(each, "that of the situation") for each in StackReason},
        "why a job failed": {
            each: f"{smoke_verdict.TABLE[smoke_verdict.CAUSES[each].end].code}, {smoke_verdict.CAUSES[each].then}"
            for each in JobReason
        },
        "what the support desk recognises": {
            each: getattr(causes, "_NAMED")[each].code if each in getattr(causes, "_NAMED") else "that of a job"  # noqa: B009
            for each in SupportReason
        },
        "why a work team was refused": dict.fromkeys(WorkforceRefusal, ""),
    }


def reads_as(reason: Any, row: Decision) -> bool:
    """True if the row is read so, by a classifier that it has a decision of."""
    if isinstance(reason, StackReason):
        return "stack" in row.decisions and reasons.stack_reason(row.message) is reason
    if isinstance(reason, JobReason):
        return "job" in row.decisions and reasons.job_reason(row.message) is reason
    if isinstance(reason, SupportReason):
        unread = reason is SupportReason.UNKNOWN and "job" in row.decisions
        return "doctor" in row.decisions and reasons.support_reason(row.message) is reason and not unread
    return "workforce" in row.decisions and row.decisions["workforce"] == reason.name


def section() -> str:
    """The section of the page."""
    lines = [
        TITLE,
        "",
        "What the tool makes of AWS's answers, and from where it is known that AWS gives them. `ret-01` and the like",
        "are rows of `tests/evidence/decisions.jsonl`: recorded answers, which `tests/evidence/test_classifiers.py`",
        "feeds to the tool. `model`: botocore's model of a service that is called has an error of that code. `rules`:",
        "botocore's retry rules have it. HTTP 429 always counts as throttled; 500 and above, but 501, as AWS's error.",
        "",
        "| decision | code | answers |",
        "|---|---|---|",
    ]
    for decision, kinds in codes().items():
        for code, names in kinds.items():
            lines.append(f"| {decision} | {code} | {', '.join(_with_evidence(each) for each in sorted(names))} |")
    lines += ["", "| read from AWS's words | cause | code | answers |", "|---|---|---|---|"]
    for what, kinds_of in read_from_words().items():
        for reason, code in kinds_of.items():
            found = [row.id for row in decisions() if reads_as(reason, row)]
            lines.append(f"| {what} | {reason.value} | {code} | {', '.join(found) or NOBODY} |")
    return "\n".join(lines) + "\n"


def _with_evidence(code: str) -> str:
    found = [row.id for row in decisions() if row.code == code]
    seen = found or [name for name, known in (("model", _in_models()), ("rules", _in_rules())) if code in known]
    return f"`{code}` ({', '.join(seen) or NOBODY})"


@cache
def _in_models() -> frozenset[str]:
    loader = Loader()
    shapes = (
        loader.load_service_model(service, "service-2")["shapes"].items()
        for service in sorted({each.service for each in OPERATIONS} | {"sagemaker-runtime"})
    )
    return frozenset(
        str(shape.get("error", {}).get("code", name))
        for found in shapes
        for name, shape in found
        if shape.get("exception") or "error" in shape
    )


@cache
def _in_rules() -> frozenset[str]:
    text = (Path(botocore.__file__).parent / "data" / "_retry.json").read_text(encoding="utf-8")
    standard = [
        *getattr(ThrottledRetryableChecker, "_THROTTLED_ERROR_CODES"),  # noqa: B009
        *getattr(TransientRetryableChecker, "_TRANSIENT_ERROR_CODES"),  # noqa: B009
    ]
    return frozenset([*re.findall(r'"service_error_code": "(\w+)"', text), *standard])


def without_section(page: str) -> Iterator[str]:
    """The page's parts before and after the section."""
    before, _, rest = page.partition(f"{TITLE}\n")
    yield before
    begins = re.search(r"^## ", rest, re.MULTILINE)
    yield rest[begins.start() :] if begins else ""


if __name__ == "__main__":
    before, after = without_section(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(f"{before.rstrip()}\n\n{section()}{chr(10) if after else ''}{after}", encoding="utf-8")
