"""JSON Schemas: made from the models, true of what is shipped, and where an editor finds them."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft7Validator

from bootstrap.cli import init
from bootstrap.cli import schema as command
from bootstrap.cli.commands import schema
from bootstrap.event import prices, shipped
from bootstrap.reading import yaml_file
from tests.schemas import content, faults

REPOSITORY = Path(__file__).parent.parent
MADE: dict[Path, str] = runpy.run_path(str(REPOSITORY / "docs" / "schemas.py"))["schemas"]()
LABS = shipped.lab_folders()
SCENARIOS = sorted((REPOSITORY / "bootstrap" / "simulator" / "scenarios").glob("*.yaml"))


def read(path: Path) -> Any:
    """As the tool reads it: a time stays text."""
    return yaml_file.read(path, path.name).values


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_a_schema_is_what_the_models_say_now(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == MADE[path], "make it again: make reference"


def test_every_schema_is_one_and_the_command_knows_them_all() -> None:
    assert set(schema.files().values()) == set(MADE)
    for name in schema.files():
        Draft7Validator.check_schema(content(name))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("event", REPOSITORY / "event.yaml"),
        *(("lab", folder / "lab.yaml") for folder in LABS.values()),
        ("quiz", REPOSITORY / "labs" / "quiz" / "questions.yaml"),
        ("prices", Path(prices.__file__).with_name("prices.yaml")),
        *(("scenario", each) for each in SCENARIOS),
    ],
    ids=str,
)
def test_what_is_shipped_follows_its_schema(name: str, path: Path) -> None:
    assert faults(name, read(path)) == []


def change(key: str, value: Any) -> Callable[[Any], None]:
    def apply(settings: Any) -> None:
        *parts, last = key.split(".")
        for part in parts:
            settings = settings[part]
        settings[last] = value

    return apply


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("regoin", "us-east-1", "regoin"),
        ("schema", 2, "1 was expected"),
        ("name", "Car Day", "$.name"),
        ("region", "Tokyo", "$.region"),
        ("schedule.opens", "2026-12-10", "$.schedule.opens"),
        ("schedule", {"opens": "2026-12-10T09:00+09:00", "closes": "2026-12-10T18:00Z"}, "'expires' is a required"),
        ("labs", [], "$.labs"),
        ("training.instance_types", ["ml.m5.large"], "$.training.instance_types[0]"),
        ("training.volume_gb", "50", "$.training.volume_gb"),
        ("quotas.training", {"ml.m5.large": 1}, "ml.m5.large"),
        ("keep_out", [12345678901], "$.keep_out[0]"),
        ("notices", ["nobody"], "$.notices[0]"),
        ("access", {"principals": ["me"]}, "$.access.principals[0]"),
    ],
)
def test_an_editor_is_told_what_is_wrong_in_event_yaml(key: str, value: Any, where: str) -> None:
    settings = read(REPOSITORY / "event.yaml")
    change(key, value)(settings)
    [fault] = faults("event", settings)
    assert where in fault


def test_a_scenario_s_changes_are_checked_as_the_scenario_is() -> None:
    wrong = {"workforce": {"ground_truth_closd": True}}
    right = {"workforce": {"ground_truth_closed": True}}
    for changes, found in ((right, 0), (wrong, 1)):
        assert len(faults("scenario", {"teams": {"1/2": changes}})) == found
        assert len(faults("scenario", {"later": [{"after_minutes": 5, "change": changes}]})) == found


@pytest.mark.parametrize("name", ["event", "lab", "prices", "quiz"])
def test_every_key_that_a_person_may_write_is_explained(name: str) -> None:
    whole = content(name)
    parts = [whole, *whole.get("definitions", {}).values()]
    bare = [key for part in parts for key, shown in part.get("properties", {}).items() if "description" not in shown]
    assert bare == []


def test_init_writes_the_schemas_and_names_the_one_of_event_yaml_where_editors_look(tmp_path: Path) -> None:
    old = tmp_path / ".event-bootstrap" / "schemas" / "event.schema.json"
    old.parent.mkdir(parents=True)
    old.write_text("of another version", encoding="utf-8")
    done = CliRunner().invoke(init.command, [str(tmp_path)])
    assert done.exit_code == 0, done.output
    first = (tmp_path / "event.yaml").read_text(encoding="utf-8").splitlines()[0]
    mark, _, place = first.partition("=")
    assert mark == "# yaml-language-server: $schema"
    # An editor takes the path from the folder of the file.
    assert tmp_path / place == old
    for name, file in schema.files().items():
        assert (old.parent / file.name).read_bytes() == file.read_bytes(), name


@pytest.mark.parametrize(
    ("document", "field"),
    [("HeaderDocument", "tool"), ("ReminderDocument", "days"), ("SpendDocument", "usd_today"), ("SwapDocument", "old")],
)
def test_the_schema_explains_the_fields_of_every_module_of_documents(document: str, field: str) -> None:
    assert content("documents")["definitions"][document]["properties"][field]["description"]


def test_the_command_lists_the_schemas_and_prints_one() -> None:
    listed = CliRunner().invoke(command.command, [])
    assert [line.split()[0] for line in listed.output.splitlines()] == list(schema.files())
    for name, file in schema.files().items():
        assert CliRunner().invoke(command.command, [name]).output == file.read_text(encoding="utf-8")
    assert CliRunner().invoke(command.command, ["nothing"]).exit_code == 2


def test_a_file_with_an_editor_s_first_line_is_read_as_before(tmp_path: Path) -> None:
    CliRunner().invoke(init.command, [str(tmp_path)])
    assert yaml.safe_load((tmp_path / "event.yaml").read_text(encoding="utf-8")) == yaml.safe_load(
        (REPOSITORY / "event.yaml").read_text(encoding="utf-8")
    )
