"""The rubric and the worked example of the diagram task have the form that judges and renderers need."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "labs" / "diagram"
RUBRIC: dict[str, Any] = yaml.safe_load((FOLDER / "rubric.yaml").read_text(encoding="utf-8"))
EXAMPLE = (FOLDER / "example.mmd").read_text(encoding="utf-8")
LEVELS = [0, 3, 7, 10]
ARROW = re.compile(r"^(\w+) (?:-->|-- [^-|]+ -->|-\. [^.]+ \.->) (\w+)$")
NODE = re.compile(r"^(\w+)(?:\[\([^\[\]()]+\)\]|\(\[[^\[\]()]+\]\)|\[[^\[\]()]+\])$")


def both(text: Any) -> bool:
    return set(text) == {"en", "zh"} and all(isinstance(each, str) and each for each in text.values())


def test_the_rubric_has_five_anchors_with_a_sentence_for_each_level() -> None:
    assert set(RUBRIC) == {"anchors", "bonus"}
    assert [each["id"] for each in RUBRIC["anchors"]] == ["data", "labelling", "training", "tuning", "hosting"]
    for anchor in RUBRIC["anchors"]:
        assert set(anchor) == {"id", "title", "levels"}
        assert list(anchor["levels"]) == LEVELS
        assert all(both(each) for each in (anchor["title"], *anchor["levels"].values()))
        assert len({each["en"] for each in anchor["levels"].values()}) == len(LEVELS)


def test_the_bonus_points_are_the_three_of_the_event() -> None:
    said = {each["id"]: each for each in RUBRIC["bonus"]}
    assert {name: each["points"] for name, each in said.items()} == {
        "model-management": 8,
        "training-trigger": 8,
        "data-service": 4,
    }
    assert all(both(each["title"]) for each in said.values())
    assert "DynamoDB" in said["model-management"]["title"]["en"]
    assert "Lambda" in said["training-trigger"]["title"]["en"]


def statements() -> list[str]:
    lines = [each.strip() for each in EXAMPLE.splitlines()]
    return [each for each in lines if each and not each.startswith("%%")]


def test_the_example_is_a_flowchart_whose_arrows_join_boxes_that_are_there() -> None:
    first, *rest = statements()
    assert first == "flowchart LR"
    nodes = {found[1] for each in rest if (found := NODE.match(each))}
    arrows = [(found[1], found[2]) for each in rest if (found := ARROW.match(each))]
    groups = [each for each in rest if each.startswith("subgraph ")]
    assert len(nodes) + len(arrows) + len(groups) + rest.count("end") == len(rest)
    assert rest.count("end") == len(groups)
    assert {name for arrow in arrows for name in arrow} == nodes


@pytest.mark.parametrize(
    "thing", ["S3", "Ground Truth", "Training job", "Tuning job", "Endpoint", "CloudWatch", "DynamoDB", "Lambda"]
)
def test_the_example_would_get_its_points(thing: str) -> None:
    assert thing in EXAMPLE
