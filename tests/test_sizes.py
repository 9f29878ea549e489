"""Modules and functions stay small enough to be read at one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
MODULE, FUNCTION = 250, 30
# Tests of one thing stay together; a table of rows is read row by row.
TESTS_MODULE = 400

# What is longer for a good reason, and how long it may be.
LONGER = {
    # A table of what CloudFormation shows, a row for each situation.
    "tests/steps/test_stack.py": 439,
    # The environment of one WSGI call, a line for each variable.
    "bootstrap/simulator/in_process/clients.py environ": 34,
    # One lab from its first call to its last, and one order of deletion.
    "tests/simulator/test_labs.py test_lab_1_a_team_labels_its_pictures_and_the_output_manifest_says_what_they_are": 36,
    "tests/simulator/test_labs.py test_lab_2_a_team_trains_deploys_asks_and_lets_the_endpoint_scale": 43,
    "tests/simulator/test_labs.py test_lab_3_a_team_tunes_and_finds_its_best_job": 32,
    "tests/simulator/services/test_logs.py test_on_create_is_logged_once_and_on_start_at_each_start": 31,
    "tests/simulator/services/sagemaker/test_studio.py "
    "test_apps_go_before_spaces_before_profiles_before_the_domain": 33,
    # A made-up run has all that a real one can have; a server's handler is a class inside.
    "tests/report/made_up.py _story": 35,
    "tests/scripted_aws.py scripted_aws": 35,
}


def modules() -> list[str]:
    found = (each for folder in ("bootstrap", "tests") for each in (REPOSITORY / folder).rglob("*.py"))
    return sorted(str(each.relative_to(REPOSITORY)) for each in found)


def sizes(module: str) -> Iterator[tuple[str, int, int]]:
    """The module and its functions: name, lines, the most that it may have."""
    text = (REPOSITORY / module).read_text(encoding="utf-8")
    usual = TESTS_MODULE if module.startswith("tests") else MODULE
    yield module, len(text.splitlines()), LONGER.get(module, usual)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            name = f"{module} {node.name}"
            yield name, int(node.end_lineno or 0) - node.lineno + 1, LONGER.get(name, FUNCTION)


@pytest.mark.parametrize("module", modules())
def test_a_module_and_its_functions_are_not_too_long(module: str) -> None:
    assert [(name, lines) for name, lines, most in sizes(module) if lines > most] == []


def test_what_may_be_longer_is_there() -> None:
    assert LONGER.keys() <= {name for module in modules() for name, _, _ in sizes(module)}
