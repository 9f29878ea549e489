"""docs/reference.md and docs/errors.md are what the commands and the explanations say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import click
import pytest

from bootstrap.cli import _group
from bootstrap.errors import catalogue

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE: dict[Path, str] = runpy.run_path(str(DOCS / "reference.py"))["pages"]()
COMMANDS = _group.list_commands(click.Context(_group))


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_the_page_is_what_the_program_says_now(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == MADE[path], "make it again: make reference"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_there_with_an_example_and_every_option(name: str) -> None:
    found = re.search(
        rf"^## event-bootstrap {name}\n\n```\n(.*?)\n```", MADE[DOCS / "reference.md"], re.MULTILINE | re.DOTALL
    )
    command = _group.get_command(click.Context(_group), name)
    assert found is not None
    assert command is not None
    assert re.search(rf"^(?!Usage: ).*event-bootstrap {name}\b", found[1], re.MULTILINE)
    named = set(re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", found[1]))
    assert {opt for each in command.params if isinstance(each, click.Option) for opt in each.opts} <= named


def test_every_code_is_there_once_with_its_fix() -> None:
    page = MADE[DOCS / "errors.md"]
    assert sorted(re.findall(r"^### (EB-[0-9]{3})$", page, re.MULTILINE)) == sorted(catalogue())
    assert page.count("**Fix.** ") == len(catalogue())
