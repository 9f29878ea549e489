"""Differences of AWS's answers from botocore's model and from the simulated AWS. Shapes only, no values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bootstrap.aws.answer_shapes import MISSING, NOT_IN_MODEL, UNNAMED, OperationSeen

SCHEMA = 1
# An answer has them if there is more to come: they tell how much an account has.
_PAGING = frozenset({"NextToken", "nextToken", "NextMarker", "Marker", "NextKeyMarker", "NextVersionIdMarker"})


class DifferenceKind(StrEnum):
    """The kind of a difference between AWS's answers and what was expected."""

    NOT_IN_MODEL = "key that botocore's model does not have"
    MISSING = "required key that is missing"
    OTHER_TYPE = "type other than the model's"
    VALUE = "value that botocore's model does not name"
    UNBELIEVED = "question to which no answer was believed"
    ONLY_AWS = "key that only AWS sent"
    ONLY_SIMULATED = "key that only the simulated AWS sent"
    TYPES = "other types than in the simulated AWS"
    CODE = "refusal that only AWS gave"
    CODE_SIMULATED = "refusal that only the simulated AWS gave"
    NOT_ASKED = "the simulated AWS was not asked this"


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """One difference. `path`: of the key, or the code and HTTP status of a refusal; `counts`: how often, or types."""

    kind: DifferenceKind
    service: str
    operation: str
    path: str
    counts: str = ""


_FAULTS = {NOT_IN_MODEL: DifferenceKind.NOT_IN_MODEL, MISSING: DifferenceKind.MISSING, UNNAMED: DifferenceKind.VALUE}


def differences(
    aws: Iterable[OperationSeen], simulated: Iterable[OperationSeen] | None
) -> tuple[AnswerDifference, ...]:
    """Return every difference. `simulated`: the same reads of a simulated account; None if there was none."""
    made: list[AnswerDifference] = []
    others = None if simulated is None else {(each.service, each.operation): each for each in simulated}
    for seen in aws:
        made += _from_model(seen)
        if others is None or not seen.calls:
            continue
        other = others.get((seen.service, seen.operation))
        if other is None:
            made.append(AnswerDifference(DifferenceKind.NOT_ASKED, seen.service, seen.operation, ""))
        else:
            made += _from_simulated(seen, other)
    return tuple(made)


def _from_model(seen: OperationSeen) -> Iterator[AnswerDifference]:
    for path, key in sorted(seen.keys.items()):
        for fault in sorted(key.faults):
            kind = _FAULTS.get(fault, DifferenceKind.OTHER_TYPE)
            yield AnswerDifference(kind, seen.service, seen.operation, path, fault)
    for (what, status), times in sorted(seen.always.items()):
        if not status:
            counts = f"{times} of {seen.calls}"
            yield AnswerDifference(DifferenceKind.UNBELIEVED, seen.service, seen.operation, what, counts)


def _from_simulated(seen: OperationSeen, other: OperationSeen) -> Iterator[AnswerDifference]:
    for kind, mine, theirs in (
        (DifferenceKind.ONLY_AWS, seen, other),
        (DifferenceKind.ONLY_SIMULATED, other, seen),
    ):
        for path, key in sorted(mine.keys.items()):
            # What could have the key must have been seen on the other side, or nothing can be said.
            there = theirs.holders[_holder(path)]
            if key.times and path not in theirs.keys and there and path not in _PAGING:
                of = mine.holders[_holder(path)]
                counts = f"{key.times} of {of}, there 0 of {there}"
                yield AnswerDifference(kind, seen.service, seen.operation, path, counts)
    for path in sorted(seen.keys.keys() & other.keys.keys()):
        mine_types, their_types = seen.keys[path].types, other.keys[path].types
        if mine_types and their_types and not (_kinds(mine_types) & _kinds(their_types)):
            counts = f"{_listed(mine_types)}, there {_listed(their_types)}"
            yield AnswerDifference(DifferenceKind.TYPES, seen.service, seen.operation, path, counts)
    for kind, mine, theirs in (
        (DifferenceKind.CODE, seen, other),
        (DifferenceKind.CODE_SIMULATED, other, seen),
    ):
        passing = mine.transient - mine.always.keys()
        for code, status in sorted(mine.refusals.keys() - theirs.refusals.keys() - passing):
            times = mine.refusals[code, status]
            yield AnswerDifference(kind, seen.service, seen.operation, f"{code} {status}", f"{times} of {mine.calls}")


def _holder(path: str) -> str:
    return path.rpartition(".")[0]


def _kinds(types: Iterable[str]) -> set[str]:
    """JSON has one kind of number; a time is an integer if it falls on a whole second."""
    return {"number" if each == "integer" else each for each in types}


def _listed(types: Iterable[str]) -> str:
    return " or ".join(sorted(types))


def document(
    aws: Sequence[OperationSeen], found: Sequence[AnswerDifference], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the content of the file that a report can have attached. `about`: versions and the day."""
    return {
        "type": "answers",
        "schema": SCHEMA,
        **about,
        "differences": [
            {"kind": each.kind.name.lower(), "service": each.service, "operation": each.operation, "path": each.path,
             "counts": each.counts}
            for each in found
        ],
        "operations": [_operation(each) for each in aws if each.calls],
    }  # fmt: skip


def _operation(seen: OperationSeen) -> dict[str, Any]:
    return {
        "service": seen.service,
        "operation": seen.operation,
        "answers": seen.answers,
        "refusals": [
            {"code": code, "http_status": status, "times": times}
            for (code, status), times in sorted(seen.refusals.items())
        ],
        "broken": dict(sorted(seen.broken.items())),
        "keys": {
            path: {"times": key.times, "of": seen.holders[_holder(path)], "types": sorted(key.types)}
            for path, key in sorted(seen.keys.items())
        },
    }
