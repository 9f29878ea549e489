"""What the READMEs, CONTRIBUTING and `explain` say, held against the program."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from bootstrap.cli import _group
from bootstrap.errors import catalogue

REPOSITORY = Path(__file__).resolve().parent.parent
ENGLISH, CHINESE, CONTRIBUTING = "README.md", "README.zh-CN.md", "CONTRIBUTING.md"
GUIDES = (ENGLISH, CHINESE, CONTRIBUTING)
EXPLANATIONS = REPOSITORY / "bootstrap" / "explanations"
PICTURE = REPOSITORY / "docs" / "live-view.svg"
CONTEXT = click.Context(_group)
COMMANDS = {
    name: command
    for name in _group.list_commands(CONTEXT)
    if (command := _group.get_command(CONTEXT, name)) is not None
}
# A path's first part, by which it is told from a step, a region or a value.
_PLACES = ("bootstrap/", "tests/", "templates/", "docs/", "labs/")
# Stand for names that a person chooses.
_MADE_UP = re.compile(r"<|\*|labs/pipelines|^labs/$|^labs/event.json$")


def text(guide: str) -> str:
    return (REPOSITORY / guide).read_text(encoding="utf-8")


def blocks(guide: str) -> list[str]:
    return re.findall(r"^ *```\w*\n(.*?)^ *```$", text(guide), flags=re.MULTILINE | re.DOTALL)


def calls(guide: str) -> Iterator[tuple[str, list[str]]]:
    """Every `event-bootstrap <command> ...` of blocks and of `code` in lines: the command and its other words."""
    shown = [*"\n".join(blocks(guide)).splitlines(), *re.findall(r"`([^`\n]+)`", text(guide))]
    for line in shown:
        # `more: event-bootstrap explain EB-111` is a part of an answer, and a call as well.
        for found in re.findall(r"(?:^|[\s;&])event-bootstrap ([a-z].*)", line):
            command, *words = shlex.split(re.split(r"&&|;", found)[0], comments=True)
            yield command, words


def options(command: str) -> set[str]:
    return {name for each in COMMANDS[command].params if isinstance(each, click.Option) for name in each.opts}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_call_that_a_guide_shows_is_understood_by_that_command(guide: str) -> None:
    shown = list(calls(guide))
    assert shown
    for command, words in shown:
        assert command in COMMANDS, f"{guide}: event-bootstrap {command}"
        unknown = {word.split("=")[0] for word in words if word.startswith("--")} - options(command) - {"--help"}
        assert not unknown, f"{guide}: event-bootstrap {command} {' '.join(words)}"
        COMMANDS[command].make_context(command, list(words))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_option_that_a_guide_names_by_itself_exists(guide: str) -> None:
    known = {name for command in COMMANDS for name in options(command)}
    named = set(re.findall(r"`(--[a-z-]+)[^`]*`", text(guide)))
    arguments = set(re.findall(r'ARGS="(--[a-z-]+)', text(guide)))
    assert named | arguments <= known


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_target_that_a_guide_names_exists(guide: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text(guide), flags=re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("guide", GUIDES)
def test_every_code_that_a_guide_names_is_explained(guide: str) -> None:
    assert set(re.findall(r"EB-[0-9]{3}", text(guide))) <= set(catalogue())


@pytest.mark.parametrize("guide", GUIDES)
def test_every_path_that_a_guide_names_exists(guide: str) -> None:
    quoted = re.findall(r"`([\w./<>*-]+)`", text(guide))
    linked = re.findall(r"\]\(([^)#:]+)\)", text(guide))
    used = re.findall(r"(?<![\w/.-])(?:templates|docs|tests|labs|bootstrap)/[\w./<>*-]*\w", text(guide))
    named = {*linked, *used, *(each for each in quoted if each.startswith(_PLACES))}
    assert named
    missing = [each for each in named if not _MADE_UP.search(each) and not (REPOSITORY / each).exists()]
    assert missing == []


def test_the_parameters_of_the_access_template_are_those_that_the_guides_name() -> None:
    template = text("templates/cloudformation/access.yaml")
    parameters = set(
        re.findall(r"^  (\w+):$", template.split("\nConditions:")[0].split("\nParameters:")[1], re.MULTILINE)
    )
    for guide in (ENGLISH, CHINESE):
        assert parameters == {each for each in parameters if f"`{each}`" in text(guide)}
        assert set(re.findall(r"--parameter-overrides (\w+)=", text(guide))) <= parameters


def test_the_settings_that_the_guides_name_are_in_the_shipped_event() -> None:
    shipped = text("event.yaml")
    event = yaml.safe_load(shipped)
    for guide in (ENGLISH, CHINESE):
        assert {"keep_out", "schedule.opens", "schedule.closes", "patience"} <= set(
            re.findall(r"`([\w.]+)`", text(guide))
        )
    assert {"keep_out", "schedule", "notices"} <= set(event)
    assert "opens" in event["schedule"]
    assert re.search(r"quota_minutes: 45", shipped)


def headings(guide: str) -> list[int]:
    without = re.sub(r"^ *```.*?^ *```$", "", text(guide), flags=re.MULTILINE | re.DOTALL)
    return [len(each) for each in re.findall(r"^(#+) ", without, flags=re.MULTILINE)]


def commands(guide: str) -> list[list[str]]:
    """Each block's lines without comments, and without what is translated inside quotes."""
    return [
        [re.sub(r'(ExternalId": )"[^"]*"', r"\1", line.split("  #")[0].rstrip()) for line in block.splitlines()]
        for block in blocks(guide)
    ]


def test_both_readmes_have_the_same_sections_and_the_same_commands() -> None:
    assert len(headings(ENGLISH)) > 10
    assert headings(CHINESE) == headings(ENGLISH)
    assert commands(CHINESE) == commands(ENGLISH)
    assert tables(CHINESE) == tables(ENGLISH)


def tables(guide: str) -> list[str]:
    """What stands as code in the tables' first cells: steps, outputs; and exit codes."""
    return re.findall(r"^\| ((?:`[^|]*`)|[0-9]+) \|", text(guide), flags=re.MULTILINE)


def test_the_readme_s_table_of_steps_names_the_steps_of_a_plan() -> None:
    picture = runpy.run_path(str(REPOSITORY / "docs" / "live_view.py"))
    steps = {step.id for account in picture["planned"]().accounts for step in account.steps}
    table = " ".join(row for row in tables(ENGLISH) if "`" in row)
    assert {
        each for each in steps if f"`{each.removeprefix('stack:')}`" not in table and f"`{each}`" not in table
    } == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_stands_in_the_readmes(name: str) -> None:
    said = COMMANDS[name].get_help(click.Context(COMMANDS[name], info_name=name))
    assert f"event-bootstrap {name}" in said
    assert all(each.help for each in COMMANDS[name].params if isinstance(each, click.Option))
    for guide in (ENGLISH, CHINESE):
        assert name in {command for command, _ in calls(guide)}


def used() -> set[str]:
    """Every code in the program, outside the explanations."""
    sources = [each for each in (REPOSITORY / "bootstrap").rglob("*.py") if EXPLANATIONS not in each.parents]
    return {code for each in sources for code in re.findall(r"EB-[0-9]{3}", each.read_text(encoding="utf-8"))}


def test_every_code_that_the_program_uses_is_explained() -> None:
    assert used() - set(catalogue()) == set()


def test_every_code_that_is_explained_is_used() -> None:
    assert set(catalogue()) - used() == set()


def test_explanations_name_only_codes_and_options_that_exist() -> None:
    known = {name for command in COMMANDS for name in options(command)}
    for code, entry in catalogue().items():
        said = f"{entry.title} {entry.cause} {entry.fix} {entry.more}"
        assert set(re.findall(r"EB-[0-9]{3}", said)) <= set(catalogue()), code
        assert set(re.findall(r"(?<!\S)--[a-z-]+", said)) <= known | {"--help"}, code


def test_the_picture_is_what_its_script_draws_and_needs_nothing_from_the_web() -> None:
    drawn = PICTURE.read_text(encoding="utf-8")
    picture = runpy.run_path(str(REPOSITORY / "docs" / "live_view.py"))["picture"]
    assert drawn == picture() + "\n", "draw it again: .venv/bin/python docs/live_view.py"
    assert set(re.findall(r"https?://[^\"' )]+", drawn)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in drawn
    assert "@font-face" not in drawn
    assert len(drawn) < 200_000
