"""docs/fidelity.md and docs/scenarios.md, held against the tests, the simulator and its scenarios."""

from __future__ import annotations

import ast
import json
import re
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bootstrap.simulator.scenarios.scenario import Scenario
from tests.evidence import rows as evidence

REPOSITORY = Path(__file__).parent.parent.parent
DOCS, HERE = REPOSITORY / "docs", Path(__file__).parent
SHIPPED = REPOSITORY / "bootstrap" / "simulator" / "scenarios"

# Durations that rest on a source.
PROVEN = ("recorded", "published")


class Fact(NamedTuple):
    number: str
    refused: str
    code: str
    sure: str
    evidence: str
    tests: tuple[str, ...]
    keys: tuple[str, ...]


def rows(page: str, columns: int) -> Iterator[list[str]]:
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == columns and "---" not in line:
            yield cells


def facts() -> list[Fact]:
    made = []
    for number, refused, code, sure, seen, last in rows("fidelity.md", 6):
        if number != "no.":
            quoted = re.findall(r"`([^`]+)`", last)
            tests, keys = [tuple(one for one in quoted if ("::" in one) is wanted) for wanted in (True, False)]
            made.append(Fact(number, refused, code.strip("`"), sure, seen, tests, keys))
    return made


FACTS = facts()
DECISIONS = REPOSITORY / "tests" / "evidence" / "decisions.jsonl"
RECORDED = {each.id for each in evidence.rows()} | (
    {json.loads(line)["id"] for line in DECISIONS.read_text(encoding="utf-8").splitlines()}
    if DECISIONS.exists()
    else set()
)


def named(fact: Fact) -> str:
    return f"{fact.number} {fact.refused[:40]}"


def fields(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Dotted name -> field: of parts and of what lists of parts hold; a part itself has no row."""
    for name, info in model.model_fields.items():
        hint = info.annotation
        inner = [one for one in (hint, *typing.get_args(hint)) if isinstance(one, type) and issubclass(one, BaseModel)]
        if hint not in inner:
            yield before + name, info
        for one in inner:
            yield from fields(one, f"{before}{name}.")


KEYS = dict(fields(Scenario))


def place(test: str) -> tuple[Path, str]:
    file, _, function = test.partition("::")
    if "/" in file:
        return REPOSITORY / file, function
    (found,) = HERE.rglob(file)
    return found, function


@cache
def functions(file: Path) -> dict[str, str]:
    """Each function's text with its decorators, and with the constants of the module that these name."""
    text, constants, made = file.read_text(encoding="utf-8"), {}, {}
    lines = text.splitlines()
    for node in ast.parse(text).body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        said = "\n".join(lines[first - 1 : node.end_lineno])
        if isinstance(node, ast.FunctionDef):
            made[node.name] = said
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            constants[ast.unparse(target)] = said
    for name, said in made.items():
        made[name] = "\n".join([said, *(value for key, value in constants.items() if re.search(rf"\b{key}\b", said))])
    return made


def test_there_are_facts_of_every_part() -> None:
    assert len(FACTS) > 70
    parts = {fact.number.split(".")[0] for fact in FACTS}
    assert {"0", "1", "3", "5", "6", "9", "14"} <= parts


@pytest.mark.parametrize("fact", FACTS, ids=named)
def test_every_fact_is_kept_by_a_test_that_exists_and_knows_the_code(fact: Fact) -> None:
    assert fact.tests
    said = ""
    for test in fact.tests:
        file, function = place(test)
        assert function in functions(file), test
        said += functions(file)[function]
    assert fact.code == "-" or re.search(rf"\b{fact.code}\b", said), fact.code


def cited(said: str) -> set[str]:
    """The sections that docstrings and comments name: `aws.md sections 1.2 and 6` and `cleanup.md section 3` (c3).

    cleanup.md is aws.md's 9.3 at length.
    """
    numbers = {"9.3"} if "cleanup.md" in said else set()
    for page, one in re.findall(r"(aws|cleanup)\.md sections? (\d[\d.]*(?:(?:, | and )\d[\d.]*)*)", said):
        before = "c" if page == "cleanup" else ""
        numbers |= {before + number.rstrip(".") for number in re.split(", | and ", one)}
    return numbers


@pytest.mark.parametrize("fact", FACTS, ids=named)
def test_every_test_that_keeps_a_fact_names_its_number(fact: Fact) -> None:
    for test in fact.tests:
        file, function = place(test)
        assert fact.number in cited(functions(file)[function]), test


@pytest.mark.parametrize("fact", FACTS, ids=named)
def test_what_is_not_known_has_variants_and_a_fact_is_sure_in_one_of_three_ways(fact: Fact) -> None:
    assert fact.sure in ("H", "M", "?")
    assert fact.keys or fact.sure != "?"
    assert set(fact.keys) <= set(KEYS)


@pytest.mark.parametrize("fact", FACTS, ids=named)
def test_every_fact_names_what_aws_answered_or_says_that_nobody_has_seen_it(fact: Fact) -> None:
    named = re.findall(r"`([^`]+)`", fact.evidence)
    assert fact.evidence == (", ".join(f"`{each}`" for each in named) or "nobody has seen it")
    assert set(named) <= RECORDED


def test_every_row_of_the_tables_of_refusals_is_a_fact() -> None:
    """One with a column too few would be read by nobody."""
    assert list(rows("fidelity.md", 5)) == []


def test_every_test_that_runs_the_tool_through_variants_is_in_the_table() -> None:
    told = {place(test)[1] for fact in FACTS for test in fact.tests}
    unknowns = functions(REPOSITORY / "tests" / "simulation" / "test_unknowns.py")
    assert {name for name in unknowns if name.startswith("test_")} <= told


def keys_told() -> dict[str, str]:
    return {key.strip("`"): default for key, default, _ in rows("scenarios.md", 3) if key.startswith("`")}


def test_every_key_of_a_scenario_is_explained_and_no_other() -> None:
    assert keys_told().keys() == KEYS.keys()


@pytest.mark.parametrize("key", KEYS)
def test_the_default_that_is_told_is_the_scenarios(key: str) -> None:
    told, info = keys_told()[key], KEYS[key]
    if told == "required":
        assert info.is_required()
    elif told != "see below":
        assert yaml.safe_load(told.strip("`")) == plain(info.get_default(call_default_factory=True))


def test_every_duration_says_where_it_is_from_or_that_nobody_has_measured_it() -> None:
    lines = list(rows("scenarios.md", 4))
    told = {key.strip("`"): (source, says, worth.strip("`")) for key, source, says, worth in lines}
    assert len(told) == len(lines)
    told.pop("key")
    assert told.keys() == {key for key in KEYS if key.rpartition(".")[2].endswith("seconds")}
    assert {worth for _, _, worth in told.values()} <= {"recorded", "published", "experience", "unverified", "chosen"}
    assert [key for key, (source, says, worth) in told.items() if worth in PROVEN and "-" in (source, says)] == []


def plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def test_every_shipped_scenario_has_a_line() -> None:
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    lines = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert {file.stem for file in SHIPPED.glob("*.yaml")} <= lines
