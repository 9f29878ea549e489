"""What the labs' pages name exists, and both languages say the same."""

from __future__ import annotations

import configparser
import json
import re
import runpy
import shlex
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import botocore.session
import click
import markdown_it
import pytest
import yaml

from bootstrap.cli import _group
from bootstrap.event import lab as lab_files
from bootstrap.event.instance_types import TRAINING_STORAGE_GB
from bootstrap.event.lab import Lab
from bootstrap.event.names import Names
from bootstrap.rehearsal.labs import guide
from bootstrap.simulator.services.sagemaker.labelling import labelling_rules
from bootstrap.simulator.services.sagemaker.training import image_classification
from bootstrap.steps.dataset import contents, packing

REPOSITORY = Path(__file__).resolve().parents[2]
LABS = REPOSITORY / "labs"
PAGES = ("introduction", "preparation", "ground-truth/guide", "notebook/guide", "tuning/guide", "diagram/task")
PLAYED = [name for name in ("ground-truth", "notebook", "tuning") if lab_files.read(LABS / name).solution]
BOTH = tuple(f"{page}{language}.md" for page in PAGES for language in ("", ".zh-CN"))
# A made-up team, of whose names the guides give the parts that differ in capitals.
TEAM = Names("EVENT", "ACCOUNT", "REGION")


def text(page: str) -> str:
    return (LABS / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[str]:
    return guide.blocks(text(page))


def without_blocks(page: str) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", text(page), flags=re.MULTILINE | re.DOTALL)


def quoted(page: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", without_blocks(page))


def calls(page: str, program: str) -> Iterator[list[str]]:
    """The words after the program's name, in blocks and in lines."""
    for line in [*"\n".join(blocks(page)).splitlines(), *quoted(page)]:
        if line.startswith(f"{program} "):
            yield shlex.split(line.split("|")[0])[1:]


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_sections_blocks_tables_and_values(page: str) -> None:
    english, chinese = f"{page}.md", f"{page}.zh-CN.md"

    def headings(of: str) -> list[tuple[str, str]]:
        return re.findall(r"^(#+) ((?:[0-9]+\.)?)", without_blocks(of), flags=re.MULTILINE)

    def rows(of: str) -> list[int]:
        return [each.count("|") for each in without_blocks(of).splitlines() if each.startswith("|")]

    assert len(headings(english)) > 3
    assert headings(chinese) == headings(english)
    assert blocks(chinese) == blocks(english)
    assert guide.outputs(text(chinese)) == guide.outputs(text(english))
    assert rows(chinese) == rows(english)
    assert Counter(quoted(chinese)) == Counter(quoted(english))
    assert sorted(links(chinese)) == sorted(links(english))


def links(page: str) -> list[str]:
    return [each.rstrip("/.") for each in re.findall(r"https://[\w./%#?=&-]+", text(page))]


@pytest.mark.parametrize("page", BOTH)
def test_the_tool_s_commands_exist_and_understand_what_is_said_to_them(page: str) -> None:
    known = set(_group.list_commands(click.Context(_group)))
    for command, *words in calls(page, "event-bootstrap"):
        assert command in known, command
        found = _group.get_command(click.Context(_group), command)
        assert found is not None
        found.make_context(command, list(words))


@pytest.mark.parametrize("page", BOTH)
def test_the_labs_scripts_exist_and_have_the_options_that_are_named(page: str) -> None:
    options: set[str] = set()
    for path, *words in calls(page, "python3"):
        script = (REPOSITORY / path).read_text(encoding="utf-8")
        options |= set(re.findall(r'add_argument\(\s*"(--[a-z-]+)"', script))
        assert {word for word in words if word.startswith("--")} <= options
    assert {each.split()[0] for each in quoted(page) if each.startswith("--")} <= options


def objects(lab: str) -> set[str]:
    """What lies in a team's bucket: of the materials, and by the lab's scripts."""
    pictures = {f"labelling/car-{number:02d}.jpg" for number in range(1, packing.LABELLING_PICTURES + 1)}
    prepared = {packing.TRAIN, packing.VALIDATION, packing.CLASSES, packing.LABELS, packing.ARCHIVE, contents.MANIFEST}
    files = {each.name for each in (LABS / lab).glob("*")} | {"event.json", "team.manifest"}
    files |= {f"{each}.py" for each in get_args(lab_files.Module)} if lab == "notebook" else set()
    written = {"labs/event.json", "labelling/team.manifest", "labelled/cars/manifests/output/output.manifest"}
    written |= {f"notebook/{each}" for each in (packing.TRAIN, packing.VALIDATION)}
    return pictures | prepared | files | written


PREFIXES = {
    "labs/", "labs/notebook/", "labelling/", "labelled/", "train/", "validation/", "output/", "notebook/train/",
    "notebook/validation/",
}  # fmt: skip


@pytest.mark.parametrize("page", BOTH)
def test_files_and_objects_exist(page: str) -> None:
    inside = re.findall(r"s3://BUCKET/(\S*?)[:,]?(?:\s|$)", text(page).replace("`", " ").replace('"', " "))
    named = {each for each in quoted(page) if re.search(r"\.(json|jpg|zip|rec|manifest|html|py|md|yaml|mmd)$|/$", each)}
    named = {each.removeprefix("s3://BUCKET/") for each in named} | set(inside)
    assert {each for each in named if each not in objects(page.split("/", maxsplit=1)[0]) | PREFIXES} == set()


@pytest.mark.parametrize("page", BOTH)
def test_names_of_the_tool_s_making_are_built_as_the_tool_builds_them(page: str) -> None:
    smoke = f"{TEAM.smoke_prefix}..."
    known = {"EVENT-sagemaker-ACCOUNT-REGION", TEAM.workteam, TEAM.training_role, smoke, TEAM.notebook, TEAM.topic}
    known.add("EVENT-cars")  # the notebook's own endpoint; tests/labs/test_walk.py sees it
    assert TEAM.smoke_prefix.startswith("EVENT-")
    assert {each for each in quoted(page) if "EVENT" in each} <= known


def settings(page: str) -> list[str]:
    return [each for each in quoted(page) if re.fullmatch(r"[a-z_]+\.[a-z_]+", each) and not each.endswith(".json")]


@pytest.mark.parametrize("page", BOTH)
def test_settings_of_event_yaml_exist(page: str) -> None:
    event = yaml.safe_load((REPOSITORY / "event.yaml").read_text(encoding="utf-8"))
    for each in settings(page):
        part, _, key = each.partition(".")
        if f"{part}.{key}" not in objects(page.split("/", maxsplit=1)[0]):
            assert key in event[part], each


def test_values_of_event_yaml_are_those_that_it_ships_with() -> None:
    event = yaml.safe_load((REPOSITORY / "event.yaml").read_text(encoding="utf-8"))
    said = re.sub(r"\s+", " ", text("tuning/guide.md"))
    assert f"`{event['training']['volume_gb']}`, the `training.volume_gb`" in said
    assert f"`training.tuning_job_minutes`, as shipped {event['training']['tuning_job_minutes']} minutes" in said
    for kind in ("ml.g5.2xlarge", "ml.g4dn.xlarge"):
        assert f"`{kind}` ({TRAINING_STORAGE_GB[kind]} GB)" in said
    assert event["training"]["instance_types"][0] in said


@pytest.mark.parametrize("page", BOTH)
def test_bold_words_are_bold_also_between_chinese_ones(page: str) -> None:
    """Markdown does not end bold words between a full stop of Chinese and a character: a space has to follow."""
    assert "**" not in markdown_it.MarkdownIt().render(without_blocks(page))


@cache
def members() -> set[str]:
    """Of SageMaker's API, and the metrics that an endpoint scales by."""
    session = botocore.session.get_session()
    model = session.get_service_model("sagemaker")
    found = {name for shape in model.shape_names for name in members_of(model.shape_for(shape))}
    metrics: Any = session.get_service_model("application-autoscaling").shape_for("MetricType")
    return found | set(metrics.enum)


@pytest.mark.parametrize("page", BOTH)
def test_fields_of_the_api_and_hyper_parameters_are_spelt_as_aws_spells_them(page: str) -> None:
    fields = {each for each in quoted(page) if re.fullmatch(r"(?:[A-Z][a-z]+){2,}", each)}
    assert fields <= members()
    hyper = {"epochs", "mini_batch_size", "num_classes", "num_training_samples", "early_stopping"}
    assert hyper & set(quoted(page)) <= set(image_classification._KNOWN)


@cache
def program() -> str:
    """All that the tool and the labs' files say, but for their pages."""
    kinds = (
        "labs/**/*.py",
        "labs/**/*.ipynb",
        "labs/**/*.html",
        "labs/**/*.yaml",
        "bootstrap/**/*.py",
        "templates/**/*.j2",
    )
    files = [REPOSITORY / "event.yaml", *(each for kind in kinds for each in REPOSITORY.glob(kind))]
    # A notebook is JSON, which writes quotation marks with a backslash.
    return "\n".join(each.read_text(encoding="utf-8").replace('\\"', '"') for each in files)


# AWS's own, and what no program says: CloudShell's sign, the start of a name, and a function that is not used.
OTHERS = {">_", "cars-...", "PRE-ImageMultiClassMultiLabel"}


@pytest.mark.parametrize("page", BOTH)
def test_all_else_that_is_quoted_is_a_word_of_the_program(page: str) -> None:
    """A value, a metric, a key of a file: what other tests here hold against their own lists is left out."""
    listed = objects(page.split("/", maxsplit=1)[0]) | PREFIXES | OTHERS
    left = [each for each in quoted(page) if each not in listed and not re.match("s3://|--|event-bootstrap ", each)]
    left = [each for each in left if "EVENT" not in each and not re.fullmatch(r"(?:[A-Z][a-z]+){2,}", each)]
    assert [each for each in left if not re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", program())] == []


@pytest.mark.parametrize("page", BOTH)
def test_lines_in_blocks_are_commands_that_exist_or_lines_of_a_manifest(page: str) -> None:
    aws = botocore.session.get_session()
    for line in "\n".join(blocks(page)).splitlines():
        first, *words = line.split()
        if line.startswith("{"):
            assert list(json.loads(line)) == ["source-ref"]
        elif first == "aws" and words[0] != "s3":
            operations = {botocore.xform_name(each, "-") for each in aws.get_service_model(words[0]).operation_names}
            assert words[1] in operations
        else:
            assert first in {"aws", "cat", "event-bootstrap", "python3", "ssh"}


@pytest.mark.parametrize("lab", [f"{lab}/guide{language}.md" for lab in PLAYED for language in ("", ".zh-CN")])
def test_a_lab_s_lines_can_be_played(lab: str) -> None:
    assert guide.commands(LABS / lab)


def members_of(shape: Any) -> set[str]:
    return set(shape.members) if shape.type_name == "structure" else set()


@pytest.mark.parametrize("page", ["ground-truth/guide.md", "ground-truth/guide.zh-CN.md"])
def test_ground_truth_s_own_functions_are_where_aws_has_them(page: str) -> None:
    accounts = runpy.run_path(str(LABS / "ground-truth" / "labelling_job.py"))["LAMBDA_ACCOUNTS"]
    assert accounts == labelling_rules._LAMBDAS
    assert re.search(rf"\b{len(accounts)} (?:regions|个区域)", text(page))


@pytest.mark.parametrize("page", ["guide.md", "guide.zh-CN.md", "tuning_job.py", "checkpoints.yaml"])
def test_lab_3_does_not_give_away_what_teams_must_find_out(page: str) -> None:
    """Neither the pages nor the script, whose help is a part of it."""
    for told in (":accuracy", "learning_rate", "momentum", "weight_decay", "optimizer", "beta_", "gamma"):
        assert told not in text(f"tuning/{page}"), told


@pytest.mark.parametrize("page", ["tuning/guide.md", "tuning/guide.zh-CN.md"])
def test_the_costs_in_the_guide_of_lab_3_are_the_tool_s(page: str) -> None:
    known = yaml.safe_load((REPOSITORY / "bootstrap" / "event" / "prices.yaml").read_text(encoding="utf-8"))
    event = yaml.safe_load((REPOSITORY / "event.yaml").read_text(encoding="utf-8"))
    hours = event["training"]["tuning_job_minutes"] * 4 / 60
    for kind in event["training"]["instance_types"]:
        hourly = round(known["usd_per_hour"][kind] * known["region_factors"]["ap-northeast-1"], 2)
        [row] = [each for each in text(page).splitlines() if each.startswith(f"> | `{kind}` |")]
        longest = known["usd_per_hour"][kind] * known["region_factors"]["ap-northeast-1"] * hours
        assert [float(each) for each in re.findall(r"[0-9]+[.][0-9]{2}", row)] == [
            hourly,
            round(hourly * 4 / 6, 2),
            pytest.approx(longest, abs=0.1),
        ]


@pytest.mark.parametrize("page", ["notebook/guide.md", "notebook/guide.zh-CN.md"])
def test_the_prices_in_the_notebook_s_guide_are_the_tool_s(page: str) -> None:
    known = yaml.safe_load((REPOSITORY / "bootstrap" / "event" / "prices.yaml").read_text(encoding="utf-8"))
    tokyo = known["region_factors"]["ap-northeast-1"]
    endpoint, machine = (known["usd_per_hour"][kind] * tokyo for kind in ("ml.m5.large", "ml.t3.medium"))
    said = [float(each) for each in re.findall(r"[0-9]+\.[0-9]{2}", text(page).split("## 7.")[1].split("## 8.")[0])]
    assert said[2:] == [round(endpoint, 2), round(endpoint, 2) * 2, round(machine, 2)]
    # What forgetting costs: a night of 12 hours, a weekend of 60.
    [box] = [
        each for each in text(page).split("\n\n") if each.startswith(("> **Time and cost.**", "> **时间和费用。**"))
    ]
    forgotten = [12 * endpoint, 60 * endpoint, 24 * endpoint, 120 * endpoint, 12 * machine, 60 * machine]
    assert [float(each) for each in re.findall(r"[0-9]+\.[0-9]{2}", box)][2:] == pytest.approx(forgotten, abs=0.005)


def test_the_notebook_s_guide_has_a_row_for_each_section_of_the_notebook() -> None:
    cells = json.loads(text("notebook/cars_classifier.ipynb"))["cells"]
    headings = [re.match(r"## ([0-9]+)\. (.*) · (.*)", cell["source"][0]) for cell in cells]
    sections = [found.groups() for found in headings if found]
    assert len(sections) == 12
    for number, english, chinese in sections:
        assert f"\n| {number} {english} |" in text("notebook/guide.md")
        assert f"\n| {number} {chinese} |" in text("notebook/guide.zh-CN.md")


@pytest.mark.parametrize("lab", ["ground-truth", "notebook", "tuning"])
def test_the_pages_reach_the_teams(lab: str) -> None:
    said = yaml.safe_load((LABS / lab / "lab.yaml").read_text(encoding="utf-8"))
    assert said.pop("schema") == 1  # of the file, not of the lab
    assert "lab-files" in Lab(name=lab, **said).data


def test_the_installed_tool_has_all_of_the_labs() -> None:
    """A shipped file is found beside the tool: `pip install` takes only what setup.cfg names."""
    shipped = configparser.ConfigParser()
    shipped.read(REPOSITORY / "setup.cfg")
    named = shipped["options.data_files"].items()
    patterns = {where.removeprefix("share/event-bootstrap/"): what.split() for where, what in named}
    for file in (each for each in LABS.rglob("*") if each.is_file() and "__pycache__" not in each.parts):
        folder, path = str(file.parent.relative_to(REPOSITORY)), file.relative_to(REPOSITORY)
        assert any(path.match(each) for each in patterns.get(folder, ())), path
