"""What the READMEs, CONTRIBUTING, docs/ and `explain` say, held against the program."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest
import yaml

from bootstrap.aws.kinds import KINDS
from bootstrap.cli import _group, environment
from bootstrap.cli.commands.choice import Choice, read
from bootstrap.doctor.finding import Diagnosis, Finding, Severity
from bootstrap.engine import results
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, Problem, catalogue
from bootstrap.report import diagnosis, ndjson, problems
from bootstrap.steps import plan
from bootstrap.steps.wishes import Narrow

REPOSITORY = Path(__file__).resolve().parent.parent
ENGLISH, CHINESE, CONTRIBUTING = "README.md", "README.zh-CN.md", "CONTRIBUTING.md"
GUIDES = (ENGLISH, CHINESE, CONTRIBUTING)
MADE = {"docs/reference.md", "docs/errors.md"}  # by docs/reference.py, which tests/test_reference.py holds
PAGES = tuple(sorted(page for each in (REPOSITORY / "docs").glob("*.md") if (page := f"docs/{each.name}") not in MADE))
CHANGES = "CHANGELOG.md"
EVERY_PAGE = (*GUIDES, *PAGES, CHANGES)
CONCEPTS = "docs/concepts.md"
EXPLANATIONS = REPOSITORY / "bootstrap" / "errors" / "explanations"
PICTURE = REPOSITORY / "docs" / "live-view.svg"
DRAWINGS = ("operator.svg", "weeks.svg", "steps.svg")
WIDEST = 900  # pixels: the width of a page on GitHub
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
            command, *words = shlex.split(re.split(r"&&|;| \| ", found)[0], comments=True)
            yield command, words


def options(command: str) -> set[str]:
    """Of the command, and of its sub-commands."""
    found = (COMMANDS[command], *environment.parts(COMMANDS[command]).values())
    return {name for part in found for each in environment.options(part) for name in each.opts}


@pytest.mark.parametrize("guide", EVERY_PAGE)
def test_every_call_that_a_guide_shows_is_understood_by_that_command(guide: str) -> None:
    shown = list(calls(guide))
    assert shown or guide not in GUIDES
    for command, words in shown:
        assert command in COMMANDS, f"{guide}: event-bootstrap {command}"
        unknown = {word.split("=")[0] for word in words if word.startswith("--")} - options(command) - {"--help"}
        assert not unknown, f"{guide}: event-bootstrap {command} {' '.join(words)}"
        COMMANDS[command].make_context(command, list(words))


@pytest.mark.parametrize("guide", EVERY_PAGE)
def test_every_option_that_a_guide_names_by_itself_exists(guide: str) -> None:
    known = {name for command in COMMANDS for name in options(command)}
    named = set(re.findall(r"`(--[a-z-]+)[^`]*`", text(guide)))
    arguments = set(re.findall(r'ARGS="(--[a-z-]+)', text(guide)))
    assert named | arguments <= known


@pytest.mark.parametrize("guide", EVERY_PAGE)
def test_every_make_target_that_a_guide_names_exists(guide: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text(guide), flags=re.MULTILINE))
    assert named or guide not in GUIDES
    assert named <= targets


@pytest.mark.parametrize("guide", EVERY_PAGE)
def test_every_code_that_a_guide_names_is_explained(guide: str) -> None:
    assert set(re.findall(r"EB-[0-9]{3}", text(guide))) <= set(catalogue())


@pytest.mark.parametrize("guide", EVERY_PAGE)
def test_every_path_that_a_guide_names_exists(guide: str) -> None:
    quoted = re.findall(r"`([\w./<>*-]+)`", text(guide))
    used = re.findall(r"(?<![\w/.-])(?:templates|docs|tests|labs|bootstrap)/[\w./<>*-]*\w", text(guide))
    named = {*used, *(each for each in quoted if each.startswith(_PLACES))}
    assert named or guide not in GUIDES
    missing = [each for each in named if not _MADE_UP.search(each) and not (REPOSITORY / each).exists()]
    assert missing == []


def links(guide: str) -> list[tuple[Path, str]]:
    """Each link and picture to something in the repository: the file, and the heading in it, or nothing."""
    here = REPOSITORY / guide
    found = [each for each in re.findall(r"\]\(([^)\s]+)\)", text(guide)) if "://" not in each]
    parts = [each.partition("#") for each in found]
    return [((here.parent / path).resolve() if path else here, heading) for path, _, heading in parts]


def anchors(page: Path) -> set[str]:
    """What GitHub makes of a page's headings: small letters, blanks as dashes, no other marks."""
    without = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", without, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in titles}


@pytest.mark.parametrize("guide", EVERY_PAGE)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(guide: str) -> None:
    assert links(guide) or guide not in (ENGLISH, CHINESE)
    for path, heading in links(guide):
        assert path.exists(), f"{guide}: {path}"
        assert not heading or heading in anchors(path), f"{guide}: {path.name}#{heading}"


def test_every_page_of_the_docs_is_linked_from_both_readmes() -> None:
    pages = {REPOSITORY / each for each in (*PAGES, *MADE)}
    for guide in (ENGLISH, CHINESE):
        assert pages - {path for path, _ in links(guide)} == set(), guide


def test_the_questions_of_the_faq_are_all_listed_at_its_beginning() -> None:
    page = REPOSITORY / "docs" / "faq.md"
    listed = [heading for path, heading in links("docs/faq.md") if path == page]
    questions = re.findall(r"^## (.+)$", text("docs/faq.md"), flags=re.MULTILINE)
    assert [each for each in listed if listed.count(each) > 1] == []
    assert len(listed) == len(questions)


def test_the_parameters_of_the_access_template_are_those_that_the_guides_name() -> None:
    template = text("templates/cloudformation/access.yaml")
    parameters = set(
        re.findall(r"^  (\w+):$", template.split("\nConditions:")[0].split("\nParameters:")[1], re.MULTILINE)
    )
    for guide in (ENGLISH, CHINESE):
        assert parameters == {each for each in parameters if f"`{each}`" in text(guide)}
        assert given(guide) == {"HubPrincipalArn", "EventName"}


def given(guide: str) -> set[str]:
    """The parameters that the commands of a guide set."""
    overrides = " ".join(re.findall(r"--parameter-overrides (.+)", text(guide)))
    return {*re.findall(r"(\w+)=", overrides), *re.findall(r"ParameterKey=(\w+)", text(guide))}


@pytest.mark.parametrize("guide", [ENGLISH, CHINESE])
def test_what_it_means_and_what_it_costs_stand_before_the_command(guide: str) -> None:
    said = text(guide)
    deploy = said.index("aws cloudformation deploy")
    assert said.index({ENGLISH: "is in effect an administrator", CHINESE: "就是该账户的管理员"}[guide]) < deploy
    assert said.index("](#3-") < deploy, "that its stack is to be deleted, and where"
    assert said.index("0.05") < said.index("\nevent-bootstrap provision\n")


def test_the_prices_that_the_guides_name_are_the_shipped_ones() -> None:
    (shipped,) = (REPOSITORY / "bootstrap").rglob("prices.yaml")
    hourly = yaml.safe_load(shipped.read_text(encoding="utf-8"))["usd_per_hour"]
    event = yaml.safe_load(text("event.yaml"))
    notebook, gpu = hourly[event["notebook"]["instance_type"]], hourly["ml.g5.2xlarge"]
    smoke = gpu * event["training"]["smoke_minutes"] / 60
    days, accounts = 3, 40
    hours = days * 24 * accounts
    assert "ml.g5.2xlarge" in event["training"]["instance_types"]
    for guide in (ENGLISH, CHINESE):
        told = text(guide)
        assert event["notebook"]["instance_type"] in told
        figures = set(re.findall(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?", told))
        assert {f"{notebook:.2f}", f"{gpu:.2f}", f"{smoke:.2f}", f"{hours:,}", f"{hours * notebook:.0f}"} <= figures


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
    assert len(text(ENGLISH).splitlines()) < 300


def test_both_readmes_link_to_the_same_pages() -> None:
    def pages(guide: str) -> list[str]:
        found = [str(path.relative_to(REPOSITORY)).replace(".zh-CN", "") for path, _ in links(guide)]
        return sorted(each for each in found if each != ENGLISH)

    assert pages(CHINESE) == pages(ENGLISH)


def tables(guide: str) -> list[str]:
    """What stands as code in the tables' first cells: parameters, steps, outputs; and exit codes."""
    return re.findall(r"^\| ((?:`[^|]*`)|[0-9]+) \|", text(guide), flags=re.MULTILINE)


def test_the_table_of_steps_names_the_steps_of_a_plan() -> None:
    picture = runpy.run_path(str(REPOSITORY / "docs" / "live_view.py"))
    steps = {step.id for account in picture["planned"]().accounts for step in account.steps}
    table = " ".join(row for row in tables(CONCEPTS) if "`" in row)
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


def drawings() -> dict[str, Any]:
    return runpy.run_path(str(REPOSITORY / "docs" / "drawings.py"))


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_what_its_script_draws_and_fits_a_page(name: str) -> None:
    path = REPOSITORY / "docs" / name
    drawn = path.read_text(encoding="utf-8")
    assert drawn == drawings()["pictures"]()[path], "draw it again: .venv/bin/python docs/drawings.py"
    assert f"]({name})" in text(CONCEPTS)
    root = ElementTree.fromstring(drawn)
    assert int(root.attrib["width"]) <= WIDEST
    assert set(re.findall(r"https?://[^\"' )]+", drawn)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|@font-face|<image|href=", drawn)


def test_the_drawing_of_the_weeks_shows_calls_that_their_commands_understand() -> None:
    shown = [
        said for _, commands, _, _ in drawings()["WEEKS"] for said in commands if said.startswith("event-bootstrap ")
    ]
    assert shown
    for said in shown:
        command, *words = said.split()[1:]
        if command != "handouts":  # which wants an address that has no room there
            COMMANDS[command].make_context(command, list(words))


def test_what_the_drawing_of_steps_marks_is_what_from_selects() -> None:
    drawn = drawings()
    inputs = read(Choice(RunKind.PLAN, REPOSITORY / "event.yaml", REPOSITORY / "accounts.csv"))
    entries = plan.outline(inputs.event, inputs.accounts[0])
    chosen = {each.step.id for each in plan.narrow(entries, Narrow(start=drawn["FROM"]))}
    needs = {each.step.id: each.needs for each in entries}
    assert chosen == drawn["descendants"](needs, drawn["FROM"]) | set(drawn["ALWAYS"])
    assert set(needs) == set(drawn["PLACES"])


def test_the_number_of_kinds_that_a_sweep_lists_is_right() -> None:
    assert f"lists {len(KINDS)} kinds" in text(CONCEPTS)


def documents() -> Iterator[Mapping[str, Any]]:
    """One of each kind of document of a run, and those with a `fix`."""
    live_view = runpy.run_path(str(REPOSITORY / "docs" / "live_view.py"))
    run = live_view["planned"]()
    told = list(live_view["events"](run))
    summary = ndjson.summary_line(results.fold(run, told))
    yield from (ndjson.header(run), ndjson.event_line(told[0]), summary, summary["accounts"][0], summary["causes"][0])
    diagnosed = diagnosis.document(Diagnosis("atlas", "1" * 12, "", "", 0.0, (Finding(Severity.NOTE, "", ""),), ()))
    yield from (diagnosed, diagnosed["findings"][0])
    refused = problems.document(BadInput([Problem("EB-100", "")]))
    yield from (refused, refused["problems"][0])


def test_the_page_of_output_formats_names_every_key_and_the_schema() -> None:
    page = text("docs/output.md")
    shown = list(documents())
    for key in {key for each in shown for key in each}:
        assert f"`{key}`" in page, key
    schemas = {each["schema"] for each in shown if "schema" in each}
    rows = re.findall(r"^\| ([0-9]+) \| ", page.split("| schema |")[1].split("\n\n")[0], flags=re.MULTILINE)
    assert schemas == {max(map(int, rows))}
    assert {f'"schema":{each}' for each in schemas} == set(re.findall(r'"schema":[0-9]+', page))
