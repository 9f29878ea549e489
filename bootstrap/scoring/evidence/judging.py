"""Judge what was seen in an account by the rule of an end state.

Nothing is read here: the same evidence and the same rule give the same ruling at any later time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bootstrap.errors import clean
from bootstrap.errors.message import joined, msg
from bootstrap.event import placeholders
from bootstrap.event.end_state import EndState
from bootstrap.event.placeholders import Values
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable
from bootstrap.scoring.evidence import query
from bootstrap.scoring.evidence.reading import Evidence, Heard

_LONGEST = 120
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_COMPARED = frozenset({"equals", "contains"})
_OF_NUMBERS = frozenset({"at_least", "at_most", "between"})


class Reached(StrEnum):
    """Result of an end state for a team. UNKNOWN: AWS did not say; it counts neither for nor against the team."""

    PASSED = "pass"
    FAILED = "fail"
    NOT_STARTED = "not_started"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """An end state for one team: its expression and what is expected, with the team's values filled in."""

    id: str
    expression: str
    test: str
    wanted: Any
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """The judgement of one end state: what was seen, what is expected, and where that was looked for."""

    id: str
    reached: Reached
    seen: str
    expected: str
    where: str


def rule(state: EndState, values: Values) -> Rule:
    """Return the rule of an end state for one team."""
    test = state.expect.test
    wanted = placeholders.filled(getattr(state.expect, test), values)
    return Rule(state.id, placeholders.expression(state.expression, values), test, wanted, state.after)


def judge(evidence: Evidence, by: Rule, reached: Collection[str] = ()) -> Ruling:
    """Return the ruling. `reached`: ids of end states that the team has reached, for rules that count after these."""
    where = f"{evidence.service}:{evidence.operation}"
    if evidence.outcome is Heard.UNKNOWN:
        seen = msg(
            "AWS did not say: {why}", why=evidence.why or evidence.code or msg("too many things to read them all")
        )
        return Ruling(by.id, Reached.UNKNOWN, seen, _expected(by), where)
    if evidence.outcome is Heard.TOO_LARGE:
        return Ruling(by.id, Reached.FAILED, evidence.why, _expected(by), where)
    value = _value(evidence, by.expression)
    if value in _NOTHING and not met(by, value) and (why := _unreadable(evidence, by.expression)):
        return Ruling(by.id, Reached.FAILED, why, _expected(by), where)
    if not set(by.after) <= set(reached):
        return Ruling(by.id, Reached.NOT_STARTED, _shown(value), _expected(by), where)
    if met(by, value):
        return Ruling(by.id, Reached.PASSED, _shown(value), _expected(by), where)
    reached = Reached.FAILED if value else Reached.NOT_STARTED
    return Ruling(by.id, reached, *_apart(value, by), where)


def met(by: Rule, value: Any) -> bool:
    """Return True if the value is what the rule wants."""
    wanted = by.wanted
    match by.test:
        case "equals":
            return _same(value, wanted)
        case "one_of":
            return any(_same(value, each) for each in wanted)
        case "contains":
            if isinstance(value, list):
                return any(_same(each, wanted) for each in value)
            return isinstance(value, str) and str(wanted) in value
        case "present":
            return (value not in _NOTHING) is wanted
        case "between":
            return _is_number(value) and wanted[0] <= value <= wanted[1]
        case "at_least":
            return _is_number(value) and bool(value >= wanted)
        case _:
            return _is_number(value) and bool(value <= wanted)


def _value(evidence: Evidence, expression: str) -> Any:
    """Return the value that the expression takes from the answer."""
    if evidence.outcome is Heard.NOTHING:
        return None
    return query.taken(expression, _with_content(evidence.answer))


def _with_content(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer, and of an object of S3 also what its text holds: one JSON document, and one in each line."""
    if "Each" in answer:
        return {**answer, "Each": [_with_content(each) for each in answer["Each"]]}
    text = answer.get("Text")
    if not isinstance(text, str):
        return answer
    try:
        document = json_text.parsed(text)
    except Unreadable:
        document = None
    rows = [each.value for each in json_text.lines(text) if not each.empty]
    return {**answer, "Json": document, "Rows": rows}


def _same(value: Any, wanted: Any) -> bool:
    # In Python, True == 1.
    if isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return bool(value == (list(wanted) if isinstance(wanted, tuple) else wanted))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    """A value for people, on one short line."""
    if value in _NOTHING:
        return msg("nothing")
    text = clean(value) if isinstance(value, str) else json.dumps(_rounded(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _apart(value: Any, by: Rule) -> tuple[str, str]:
    """Return what was seen and what is expected, so that the difference shows: the text "3" is not the number 3."""
    wanted = by.wanted if by.test == "one_of" else [by.wanted] if by.test in _COMPARED else []
    values = value if by.test == "contains" and isinstance(value, list) else [value]
    alike = {_shown(each) for each in wanted} & {_shown(each) for each in values}
    if not alike and not (by.test in _OF_NUMBERS and isinstance(value, str)):
        return _shown(value), _expected(by)
    begins = _differ(_json(value), _json(by.wanted)) if by.test == "equals" else 0
    return _exact(value, begins), _expected(by, lambda each: _exact(each, begins))


def _exact(value: Any, begins: int = 0) -> str:
    """A value as JSON writes it, from a place where it becomes interesting."""
    text = _json(value)[begins:]
    return f"{'...' * bool(begins)}{text[:_LONGEST]}{'...' * (len(text) > _LONGEST)}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _differ(one: str, other: str) -> int:
    """Return the place at which two long texts begin to differ, and a little before."""
    same = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return same - 20 if same > _LONGEST // 2 else 0


def _unreadable(evidence: Evidence, expression: str) -> str:
    """Why the object's text has nothing for the expression to find; "" if there is another reason, or none."""
    text, keys = evidence.answer.get("Text"), set(query.first_keys(expression))
    if not isinstance(text, str):
        return ""
    if "Json" in keys:
        try:
            json_text.parsed(text)
        except Unreadable as error:
            return error.what if text.strip() else msg("is empty")
    broken = next((each for each in json_text.lines(text) if each.error), None) if "Rows" in keys else None
    return msg("line {line} is not JSON", line=broken.number) if broken else ""


def _rounded(value: Any) -> Any:
    """Numbers as people write them: 50, not 50.0; no more than four digits after the point."""
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 4)
    return value


def _expected(by: Rule, shown: Callable[[Any], str] = _shown) -> str:
    match by.test:
        case "equals":
            return shown(by.wanted)
        case "one_of":
            return msg("one of {values}", values=joined(", ", [shown(each) for each in by.wanted]))
        case "contains":
            return msg("with {value} in it", value=shown(by.wanted))
        case "present":
            return msg("something") if by.wanted else msg("nothing")
        case "between":
            return msg("{low} to {high}", low=shown(by.wanted[0]), high=shown(by.wanted[1]))
        case "at_least":
            return msg("at least {value}", value=shown(by.wanted))
        case _:
            return msg("at most {value}", value=shown(by.wanted))
