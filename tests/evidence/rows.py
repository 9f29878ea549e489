"""Recorded answers of the real AWS: one row each, in rows/*.jsonl.

A row says what AWS answered in a situation: `operation`, `situation`, `code`, `http_status` and `message_pattern`, a
regular expression; of an answer that is no refusal, `code` is the status that it shows ("CREATE_COMPLETE"), or "OK",
and `fields` are the members that it has ("Stacks.StackId": those of a list's elements too). `evidence` says how the
answer was recorded, and `source` where: repository, path and test, or repository#issue.

How its situation comes about: `params`, if one call in a fresh account is enough ("{account}" and "{region}" stand for
its own), after the calls in `before` if there are any ({"iam:CreateUser": its parameters}, and {"wait": seconds}; what
they answered stands for its name: "{UploadId}"). Else a function of provocations/. `not_provoked` says why a situation
cannot come about here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

# How an answer came to be known. What botocore's models or documentation say was not recorded.
RECORDED = frozenset(
    {
        "AWS-validated snapshot",
        "flight recorder",
        "pasted real answer in an issue",
        "moto test verified against AWS",
        "matched by terraform provider code",
        "matched by AWS's controller code",
        "measured by calibrate",
    }
)
KINDS = RECORDED | {"API model", "documentation"}


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded answer. `params`, `not_provoked`: None if the row has none."""

    id: str
    service: str
    operation: str
    situation: str
    code: str
    http_status: int
    message_pattern: str
    evidence: str
    source: str
    fields: tuple[str, ...] = ()
    params: Mapping[str, Any] | None = None
    before: tuple[Mapping[str, Any], ...] = ()
    not_provoked: str | None = None

    @property
    def refusal(self) -> bool:
        """True if AWS refused the call, or a part of it."""
        return self.http_status >= 400 or self.code.endswith("(per key)")

    @property
    def recorded(self) -> bool:
        """True if somebody met the answer, and did not only read that it can come."""
        return self.evidence in RECORDED

    @property
    def operations(self) -> frozenset[tuple[str, str]]:
        """Service and name of each operation that the row is about: a few are about two."""
        return frozenset((self.service, each.strip()) for each in re.split("/|->", self.operation))


def rows() -> Iterator[Row]:
    """Every row, file by file."""
    for file in sorted((HERE / "rows").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            yield Row(**said | {name: tuple(said.get(name, ())) for name in ("fields", "before")})


def unseen() -> dict[tuple[str, str], str]:
    """Operations that write and of which no refusal was found, by service and name -> what was searched."""
    lines = (HERE / "unseen.jsonl").read_text(encoding="utf-8").splitlines()
    return {(said["service"], said["operation"]): said["searched"] for said in map(json.loads, lines)}
