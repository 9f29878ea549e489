"""Nothing decides by the text of a sentence: what decides is a field, and AWS's prose is read in bootstrap/aws/ alone.

So a sentence can be reworded and translated freely. One test reads the program. Another one swaps every message of the
catalogue for nonsense, and sees the same run.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import forked_command
from tests.runs import SMALL

REPOSITORY = Path(__file__).parent.parent
PROGRAM = REPOSITORY / "bootstrap"

# Fields and keys that hold a sentence of ours, or a command as a person types it.
OURS = frozenset(
    {"answer", "asks", "because", "cause", "command", "detail", "fix", "gap", "means", "note",
     "summary", "title", "turn", "what", "why", "words"}
)  # fmt: skip
# Variables that are such a text wherever they stand.
VARIABLES = frozenset({"detail", "gap", "words"})
# What holds AWS's prose: keys of its answers, what makes text of an exception, and variables.
OF_AWS = frozenset(
    {"FailureReason", "StatusReason", "StatusMessage", "ResourceStatusReason", "ExecutionStatusReason", "errorMessage",
     "message_of", "raw", "reason"}
)  # fmt: skip
# A module may do so all the same, for a reason.
MAY: Mapping[str, str] = {
    "bootstrap/aws/reasons.py": "the one place that reads AWS's prose",
    "bootstrap/rehearsal/simulated.py": "shows the simulator's port, which differs from run to run, as always the same",
    "bootstrap/doctor/finding.py": "an explanation with braces of its own must not be filled in",
}

_TAKE_APART = frozenset(
    {"startswith", "endswith", "find", "index", "partition", "rpartition", "split", "rsplit", "removeprefix",
     "removesuffix", "replace", "like", "ilike", "not_like", "not_ilike", "contains", "regexp_match"}
)  # fmt: skip
_PATTERNS = frozenset({"search", "match", "fullmatch", "findall", "finditer", "sub", "split"})
_LEAVE_A_TEXT = frozenset({"casefold", "clean", "get", "lower", "short", "str", "strip", "upper"})


def texts(node: ast.expr, known: frozenset[str], variables: frozenset[str]) -> Iterator[str]:
    """The texts that an expression is: `x.detail`, `row["detail"]`, `str(x.get("detail") or "").lower()`, ..."""
    match node:
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            yield from {name} & known
        case ast.Name(id=name):
            yield from {name} & variables
        case ast.Call(func=function, args=args):
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            yield from {name} & known
            if name == "get" and args and isinstance(args[0], ast.Constant):
                yield from {str(args[0].value)} & known
            elif name in _LEAVE_A_TEXT:
                inside = [function.value] if isinstance(function, ast.Attribute) else []
                for each in (*inside, *args):
                    yield from texts(each, known, variables)
        case ast.BoolOp(values=several) | ast.JoinedStr(values=several):
            for each in several:
                yield from texts(each, known, variables)
        case ast.NamedExpr(value=inner) | ast.FormattedValue(value=inner):
            yield from texts(inner, known, variables)
        case _:
            return


def is_written(node: ast.expr) -> bool:
    """A text of the program, or several: "x", f"x{y}", ("x", "y"), A_CONSTANT."""
    match node:
        case ast.Constant(value=str(said)):
            return bool(said)
        case ast.JoinedStr():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case ast.Tuple(elts=several) | ast.Set(elts=several) | ast.List(elts=several):
            return any(is_written(each) for each in several)
        case _:
            return False


def assigned(tree: ast.AST, known: frozenset[str], variables: frozenset[str]) -> Iterator[str]:
    """Variables of a function that hold such a text: `said = message_of(error).lower()`."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = list(zip(names, values, strict=False))
            case ast.Assign(targets=[target], value=value) | ast.NamedExpr(target=target, value=value):
                pairs = [(target, value)]
            case _:
                continue
        for name, each in pairs:
            if isinstance(name, ast.Name) and any(texts(each, known, variables)):
                yield name.id


def decisions(tree: ast.AST, known: frozenset[str], variables: frozenset[str]) -> set[tuple[int, str]]:
    """Line and text wherever a text is taken apart, searched, or compared with one that the program holds."""
    found = set(_decisions(tree, known, variables))
    for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
        found |= set(_decisions(function, known, variables | frozenset(assigned(function, known, variables))))
    return found


def _decisions(tree: ast.AST, known: frozenset[str], variables: frozenset[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                sides = [left, *others]
                within = any(isinstance(each, ast.In | ast.NotIn) for each in ops)
                if any(is_written(each) for each in sides) or (within and any(texts(others[-1], known, variables))):
                    yield from ((node.lineno, name) for each in sides for name in texts(each, known, variables))
            case ast.Call(func=ast.Attribute(value=inner, attr=name), args=args):
                if name in _TAKE_APART:
                    yield from ((node.lineno, each) for each in texts(inner, known | {"status"}, variables))
                    yield from ((node.lineno, each) for each in _step_ids(inner, args))
                if name in _PATTERNS:
                    yield from ((node.lineno, each) for arg in args for each in texts(arg, known, variables))
            case ast.Match(subject=subject):
                yield from ((node.lineno, each) for each in texts(subject, known, variables))
            case _:
                continue


def _step_ids(taken_apart: ast.expr, args: list[ast.expr]) -> Iterator[str]:
    """A step's id that is taken apart otherwise than by steps/step_id.py."""
    by = [each.value for each in args if isinstance(each, ast.Constant)]
    if by == [":"] and getattr(taken_apart, "id", getattr(taken_apart, "attr", "")) in {"id", "step"}:
        yield "a step's id"
    yield from (str(each) for each in by if each in {"stack:", "revert:", "quotas:"})


def found(known: frozenset[str], variables: frozenset[str], *besides: str) -> list[str]:
    return [
        f"{path.relative_to(REPOSITORY)}:{line}: {name}"
        for path in sorted(PROGRAM.rglob("*.py"))
        if path.relative_to(PROGRAM).parts[0] not in ("simulator", *besides)
        if str(path.relative_to(REPOSITORY)) not in MAY
        for line, name in sorted(decisions(ast.parse(path.read_text(encoding="utf-8")), known, variables))
    ]


def test_nothing_decides_by_a_text_of_ours() -> None:
    assert found(OURS, VARIABLES) == []


def test_aws_s_prose_is_read_in_the_room_aws_alone() -> None:
    assert found(OF_AWS, OF_AWS, "aws") == []


@pytest.mark.parametrize(
    "code",
    [
        # Each of these once stood in the program.
        "waits = not _CONSEQUENCE.match(seen.detail)",
        "again = any('--again' in each.detail for each in summary.causes)",
        "if plan.command.startswith(('rehearse', 'quotas')): pass",
        "alone = plan.command == 'status'",
        "if plan.command in ('plan', 'validate'): pass",
        "sweeps = {run for run, command in found.commands.items() if runs.c.command == SWEEP}",
        "prepares = runs.c.command.not_like('sweep%')",
        "missing = any(row.status.startswith('not requested') for row in rows)",
        "unseen = self.gap.startswith(NOT_LOOKED_AT)",
        "who = obstacle.detail.partition(';')[0]",
        "reverts = [each for each in wanted if each.startswith('revert:')]",
        "kind = step.split(':')[0]",
        "def f(event):\n    words = event.detail.lower()\n    return 'gone' in words",
    ],
)
def test_a_decision_by_a_text_of_ours_is_found(code: str) -> None:
    assert decisions(ast.parse(code), OURS, VARIABLES)


@pytest.mark.parametrize(
    "code",
    [
        "if 'RecordNotFound' not in message_of(error): raise",
        "missing = _MISSES.search(message_of(error))",
        "code = next((code for code, pattern in _CAUSES if pattern.search(reason)), None)",
        "tells = 'cancelled' not in str(event.get('ResourceStatusReason') or '').lower()",
        "empty = any(words in reason.lower() for words in EMPTY)",
        "def f(error):\n    code, said = code_of(error), message_of(error).lower()\n    return 'expired' in said",
        "def f(shown):\n    said = str(shown.get('StatusMessage', ''))\n    return 'capacity' in said.lower()",
    ],
)
def test_a_decision_by_aws_s_prose_is_found(code: str) -> None:
    assert decisions(ast.parse(code), OF_AWS, OF_AWS)


# Every message becomes another text, one of its own, which names the same places.
_NONSENSE = """
import string, sys, zlib
from bootstrap.errors import message

def nonsense(text):
    places = dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(text) if name)
    return " ".join([f"nonsense-{zlib.crc32(text.encode()):x}", *("{" + name + "}" for name in places)])

message.source = nonsense if sys.argv.pop(1) == "nonsense" else message.source
from bootstrap.cli import main
from bootstrap.rehearsal import simulated
from tests import forked_simulator, quick_botocore
# A simulated AWS with few regions, in which a sweep has less to look at.
simulated.started = forked_simulator.start
quick_botocore.share()
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped event with few small pictures, which are drawn once for all rehearsals."""
    at = tmp_path_factory.mktemp("event")
    event = yaml.safe_load((REPOSITORY / "event.yaml").read_text(encoding="utf-8"))
    event["dataset"] = {"source": "builtin:cars", **SMALL}
    (at / "event.yaml").write_text(yaml.safe_dump(event), encoding="utf-8")
    (at / "accounts.csv").write_bytes((REPOSITORY / "accounts.csv").read_bytes())
    return at


def told(how: str, folder: Path, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the JSON documents of a command there. `how`: "nonsense", or "as written"."""
    if how == "as written":
        ended = forked_command.run([*words, "--output", "json"], folder, {})
        return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()]
    command = [sys.executable, "-c", _NONSENSE, how, *words, "--output", "json"]
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def decided(document: Mapping[str, Any]) -> Any:
    """A document without what is for people alone, nor the order of causes, which may be that of their words."""
    for_people = {"at", "began", "detail", "said", "facts", "forecast"}
    kept = {name: value for name, value in document.items() if name not in for_people}
    if document["type"] == "summary":
        kept["causes"] = sorted(str(decided({"type": "cause", **each})) for each in document["causes"])
        for account in kept["accounts"]:
            account["steps"] = {name: (each["state"], each["code"]) for name, each in account["steps"].items()}
    return kept


def in_order(documents: list[dict[str, Any]]) -> list[str]:
    """Each account's (step, state, code), as tests/rehearsal/kept/ has them."""
    events = [each for each in documents if each["type"] == "event"]
    order = {team: number for number, team in enumerate(dict.fromkeys(each["team"] for each in events))}
    events.sort(key=lambda each: (order[each["team"]], each["seq"]))
    return [f"{each['team']} {each['step']} {each['state']} {each['code'] or '-'}" for each in events]


def test_a_rehearsal_whose_messages_are_nonsense_says_what_is_kept(folder: Path) -> None:
    exit_code, said = told("nonsense", folder, "rehearse", "--scenario", "ordinary", "--teams", "2")
    kept = (REPOSITORY / "tests/rehearsal/kept/ordinary.txt").read_text(encoding="utf-8").splitlines()
    teams = {each["team"] for each in said if each["type"] == "event"}
    assert in_order(said) == [each for each in kept if each.partition(" ")[0] in teams]
    assert len(teams) == 2
    assert exit_code == said[-1]["exit_code"] == 0
    details = [each["detail"] for each in said if each["type"] == "event"]
    assert [each for each in details if not each.startswith("nonsense-")] == []


@pytest.mark.more
def test_a_bad_day_and_its_sweep_with_nonsense_for_messages_decide_the_same(folder: Path) -> None:
    words = ("rehearse", "--scenario", "bad-day", "--through", "sweep", "--teams", "2")
    exit_code, said = told("as written", folder, *words)
    other_code, other = told("nonsense", folder, *words)
    assert [decided(each) for each in other] == [decided(each) for each in said]
    assert [each["result"] for each in said if each["type"] == "summary"] == ["failed", "unknown"]
    assert other_code == exit_code == 1


def test_bad_input_whose_messages_are_nonsense_is_the_same_bad_input(folder: Path) -> None:
    """Nor is the nonsense a text that nobody asked for."""
    exit_code, (said,) = told("as written", folder, "plan", "no-such-team")
    other_code, (other,) = told("nonsense", folder, "plan", "no-such-team")
    assert [(each["code"], each["where"]) for each in other["problems"]] == [("EB-401", "")]
    assert [each["code"] for each in said["problems"]] == ["EB-401"]
    assert other_code == exit_code == 2
    assert "nonsense-" in str(other)
    assert "nonsense-" not in str(said)
