"""Lab 2's notebook as it lies in git; tests/rehearsal/labs runs its cells against the simulated AWS."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import islice, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import markdown_it
import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest
import yaml
from matplotlib import font_manager
from PIL import Image

from bootstrap.steps.dataset import recordio, stratified
from tests.runs import SHIPPED
from tests.steps.dataset.datasets import archive, files

NOTEBOOK = SHIPPED / "labs" / "notebook" / "cars_classifier.ipynb"
CELLS = nbformat.read(NOTEBOOK, as_version=4).cells  # type: ignore[no-untyped-call]
CODE = [cell.source for cell in CELLS if cell.cell_type == "code"]


def test_in_git_there_are_no_outputs_and_both_languages() -> None:
    for cell in CELLS:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
        else:
            assert re.search("[a-z]{3}", cell.source)
            assert re.search("[\u4e00-\u9fff]", cell.source)
            assert "**" not in markdown_it.MarkdownIt().render(cell.source), "not bold: a space has to follow"


def test_no_cell_knows_that_it_is_simulated() -> None:
    for word in ("simulat", "endpoint_url", "127.0.0.1", "localhost", "AWS_"):
        assert word not in "".join(CODE)


def test_what_is_installed_where_it_lacks_is_the_sdk_that_the_tool_has() -> None:
    pinned = dict(re.findall(r'"([\w-]+)": \(\d+, "([\d.]+)"\)', CODE[0]))
    requirements = (SHIPPED / "requirements" / "labs.txt").read_text(encoding="utf-8").split()
    assert f"sagemaker-core=={pinned['sagemaker-core']}" in requirements


@pytest.mark.parametrize("module", ["comparison", "recordio", "stratified"])
def test_what_comes_along_runs_without_the_tool_on_python_3_10(module: str) -> None:
    """conda_python3 of a notebook instance: aws.md section 6."""
    tree = ast.parse(
        (SHIPPED / "bootstrap" / "steps" / "dataset" / f"{module}.py").read_text(encoding="utf-8"),
        feature_version=(3, 10),
    )
    imported = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    imported |= {name.name for each in ast.walk(tree) if isinstance(each, ast.Import) for name in each.names}
    assert imported <= {
        "__future__",
        "collections",
        "collections.abc",
        "dataclasses",
        "io",
        "random",
        "struct",
        "typing",
        "zipfile",
    }


class Stop(Exception):
    """As the notebook's own."""


class AWS:
    """The clients of a team whose bucket holds these objects, and whose endpoint answers by `answers`."""

    def __init__(self, stored: Mapping[str, bytes], answers: Mapping[bytes, list[float]] | None = None) -> None:
        self.stored, self.answers = stored, answers or {}

    def client(self, service: str) -> AWS:
        return self

    def download_file(self, *what: str) -> None:
        """It is there already."""

    def get_paginator(self, operation: str) -> AWS:
        return self

    def paginate(self, **asked: str) -> list[Any]:
        keys = [key for key in self.stored if key.startswith(asked["Prefix"])]
        return [{"Contents": [{"Key": key, "LastModified": place} for place, key in enumerate(keys)]}, {}]

    def get_object(self, **asked: str) -> Any:
        return {"Body": io.BytesIO(self.stored[asked["Key"]])}

    def invoke_endpoint(self, **asked: Any) -> Any:
        return {"Body": io.BytesIO(json.dumps(self.answers[asked["Body"]]).encode())}


def code(section: int) -> list[str]:
    """The code cells of a section."""
    found, at = [], 0
    for cell in CELLS:
        if heading := re.match(r"## (\d+)\.", cell.source):
            at = int(heading[1])
        if cell.cell_type == "code" and at == section and not cell.source.startswith("check("):
            found.append(cell.source)
    return found


class Kernel:
    """Runs cells with what the cells before them would have left behind. A letter that no font has is an error here."""

    def __init__(self, aws: Any) -> None:
        self.figures: list[Any] = []
        self.names: dict[str, Any] = {
            "boto": aws, "s3": aws, "bucket": "b", "here": {}, "ENDPOINT": "cars", "VARIANT": "AllTraffic",
            "plt": plt, "font_manager": font_manager, "Counter": Counter, "ThreadPoolExecutor": ThreadPoolExecutor,
            "Image": Image, "Path": Path, "Stop": Stop, "islice": islice, "recordio": recordio, "sha256": sha256,
            "stratified": stratified, "io": io, "json": json, "os": os, "re": re, "time": time, "zipfile": zipfile,
        }  # fmt: skip

    def run(self, *cells: str) -> None:
        for each in cells:
            exec(each, self.names)

    def show(self) -> None:
        plt.gcf().canvas.draw()
        self.figures.append(plt.gcf())

    @property
    def titles(self) -> list[str]:
        return [each.get_title() for figure in self.figures for each in figure.axes]


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Kernel]:
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    own = [each for each in font_manager.fontManager.ttflist if each.name == "DejaVu Sans"]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    made = Kernel(AWS({}))
    monkeypatch.setattr(plt, "show", made.show)
    with mpl.rc_context():
        yield made
    plt.close("all")


def given(
    kernel: Kernel, classes: Mapping[str, int], wrong: int = 0, stored: Mapping[str, bytes] = MappingProxyType({})
) -> dict[str, bytes]:
    """A team's pictures, so many of each class; the endpoint takes each `wrong`th for the next class."""
    # Bytes after a picture's end are none of it, and tell equal ones apart.
    pictures = {name: data + name.encode() for name, data in files(dict(classes)).items()}
    archive(Path("car_data.zip"), pictures)
    labels = sorted(classes)
    answers = {}
    for place, (name, data) in enumerate(pictures.items()):
        shares = [0.1 / len(labels)] * len(labels)
        shift = 1 if wrong and place % wrong == 0 else 0
        shares[(labels.index(name.split("/")[0]) + shift) % len(labels)] += 0.9
        answers[data] = shares
    said = {"seed": 2020, "validation_share": 0.2}
    aws = AWS({"classes.json": json.dumps(said).encode(), **stored}, answers)
    kernel.names |= {"boto": aws, "s3": aws}
    return pictures


def test_pictures_that_cannot_be_read_are_refused_by_name_all_at_once(kernel: Kernel) -> None:
    broken = {"audi/a.jpg": b"no picture", "bmw/b.jpg": files({"bmw": 1})["bmw/0.jpg"][:200]}
    archive(Path("car_data.zip"), files({"audi": 3, "bmw": 3}) | broken)
    with pytest.raises(ValueError, match="cannot be read") as caught:
        kernel.run(code(3)[0])
    assert re.findall(r"^(\S+):", str(caught.value), flags=re.MULTILINE) == ["audi/a.jpg", "bmw/b.jpg"]


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        (("audi", "bmw"), ["audi", "bmw"]),
        (("50$ car", "a_b^c$"), [r"50\$ car", r"a_b^c\$"]),
        (("audi", "奥迪"), ["audi", "class 1"]),
        (("🚗 family", "bmw"), ["bmw", "class 1"]),
    ],
)
def test_plots_show_any_class_name_or_number_it_and_two_validation_pictures_are_enough(
    kernel: Kernel, capsys: pytest.CaptureFixture[str], labels: tuple[str, str], wanted: list[str]
) -> None:
    given(kernel, dict.fromkeys(labels, 3), wrong=1)
    kernel.run(*code(3), *code(4), *code(10))
    assert len(kernel.names["validation"]) == 2
    first, second, bars, *answers = kernel.titles
    assert sorted((first, second)) == sorted(wanted)
    assert bars == "Pictures of each class"
    assert "Confusion matrix" in answers
    told = [each for each in answers if each.startswith("answer: ")]
    assert len(told) == 4
    assert all(each.splitlines()[1][7:] in wanted for each in told)
    said = capsys.readouterr().out
    assert ("Plots number the classes" in said) == ("class 1" in wanted)
    assert all(label in said for label in labels)
    assert "0 of 2 right: 0.000" in said


@pytest.mark.parametrize("classes", [2, 30])
def test_plots_of_few_and_of_many_classes_stay_legible(kernel: Kernel, classes: int) -> None:
    given(kernel, {f"class-of-car-number-{number:02d}": 5 for number in range(classes)}, wrong=3)
    kernel.run(*code(3), *code(4), *code(10))
    for figure in kernel.figures:
        for each in (one for one in figure.axes if one.axison):
            for ticks, side in ((each.get_yticklabels(), 1), (each.get_xticklabels(), 0)):
                places = sorted(tuple(each.get_window_extent().get_points()[:, side]) for each in ticks)
                assert all(one[1] <= other[0] + 1 for one, other in pairwise(places)), figure
        titles = [each.title.get_window_extent() for each in figure.axes if each.get_title()]
        for one, other in pairwise(titles):
            assert one.x1 <= other.x0 or one.y0 != other.y0, figure
        assert max(figure.get_size_inches()) < 18


def test_own_labels_are_trained_with_and_never_used_as_the_yardstick(
    kernel: Kernel, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = given(kernel, {"audi": 10, "bmw": 10})
    kernel.run(code(3)[0])
    kernel.run(code(3)[1].replace("LABELS", "CHOSEN").replace('CHOSEN = "folders"', 'LABELS = CHOSEN = "folders"'))
    assert "No labels of your own yet" in capsys.readouterr().out
    rows = [
        {"source-ref": f"s3://b/labelling/{name}", "kind": 0, "kind-metadata": {"class-name": label}}
        for name, label in (*((each, "bmw") for each in pictures), ("own.jpg", "audi"), ("audi/1.jpg", "tank"))
    ]
    text = "".join(f"{json.dumps(each)}\n" for each in [*rows, {"source-ref": "s3://b/labelling/audi/2.jpg"}])
    labelled = {f"labelling/{name}": data for name, data in pictures.items()} | {"labelling/own.jpg": b"of our own"}
    older = {"labelled/a/manifests/output/output.manifest": b"{}"}
    newer = {"labelled/b/manifests/output/output.manifest": text.encode()}
    given(kernel, {"audi": 10, "bmw": 10}, stored=older | newer | labelled)
    kernel.run(code(3)[1].replace('LABELS = "folders"', 'LABELS = "ours"', 1), *code(4))
    said = capsys.readouterr().out
    assert "20 of your labels found in labelled/b/" in said
    assert "left out: 1 not among the pictures of car_data.zip" in said
    assert "left out: 1 labelled tank, which is no class" in said
    assert "left out: 1 without a label" in said
    assert "10 of 20 differ from the folder's" in said
    assert said.count("you say bmw, the folder says audi") == 10
    assert "train {'bmw': 16}" in said
    assert "validation {'audi': 2, 'bmw': 2}" in said
    assert "Your labels: 16 of 16 pictures to learn from (100.0%),\n8 of them other" in said


AS_ASKED = {
    "TargetValue": 50.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
}


@pytest.mark.parametrize(
    ("limits", "policies", "told"),
    [
        ((1, 2), [AS_ASKED], ""),
        ((1, 2), [AS_ASKED | {"ScaleInCooldown": 300, "ScaleOutCooldown": 300, "DisableScaleIn": False}], ""),
        (None, [], "nothing scales yet"),
        ((1, 2), [], "nothing scales yet"),
        ((1, 1), [AS_ASKED], "maximum instance count is 1; asked for: 2"),
        ((2, 2), [AS_ASKED], "minimum instance count is 2; asked for: 1"),
        ((1, 2), [AS_ASKED | {"TargetValue": 500.0}], "target value is 500; asked for: 50"),
        ((1, 2), [AS_ASKED | {"DisableScaleIn": True}], "scale-in is disabled"),
        ((1, 2), [AS_ASKED | {"ScaleInCooldown": 60}], "scale-in cooldown is 60 seconds"),
        ((1, 2), [{"TargetValue": 50.0, "CustomizedMetricSpecification": {}}], "target metric is another one"),
        ((1, 2), [AS_ASKED, AS_ASKED], "2 policies are there; asked for: one"),
    ],
)
def test_scaling_by_hand_is_read_from_aws_and_what_differs_is_said_in_words(
    kernel: Kernel,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    limits: tuple[int, int] | None,
    policies: list[dict[str, Any]],
    told: str,
) -> None:
    class Scaling:
        def describe_scalable_targets(self, **_: Any) -> Any:
            return {"ScalableTargets": [{"MinCapacity": limits[0], "MaxCapacity": limits[1]}] if limits else []}

        def describe_scaling_policies(self, **_: Any) -> Any:
            return {"ScalingPolicies": [{"TargetTrackingScalingPolicyConfiguration": each} for each in policies]}

    [cell] = [each for each in CELLS if "by-hand:scaling" in each.metadata.get("tags", ())]
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    kernel.names |= {
        "scaling": Scaling(), "scaled": {"ResourceId": "endpoint/e", "ScalableDimension": "d"}, "POLL_SECONDS": 15,
        "settings": {"endpoint": {"minimum": 1, "maximum": 2, "target": 50}},
    }  # fmt: skip
    if told:
        with pytest.raises(Stop, match="run this cell again"):
            kernel.run(cell.source)
        assert sum(slept) == pytest.approx(15 * 60, rel=0.05)
        # Said once, not at each look.
        assert capsys.readouterr().out.count(told) == 1
    else:
        kernel.run(cell.source)
        assert slept == []
        assert "endpoint/e scales" in capsys.readouterr().out


def test_the_solution_leaves_at_its_default_what_the_form_leaves() -> None:
    said = (SHIPPED / "labs" / "notebook" / "solution" / "scaling.py").read_text(encoding="utf-8")
    assert "SageMakerVariantInvocationsPerInstance" in said
    assert "Cooldown" not in said
    assert "DisableScaleIn" not in said


def test_prices_that_the_notebook_computes_with_are_the_tool_s() -> None:
    known = yaml.safe_load((SHIPPED / "bootstrap" / "event" / "prices.yaml").read_text(encoding="utf-8"))
    hourly, factors = (
        ast.literal_eval(re.search(rf"^{name} = (.*)$", code(2)[0], flags=re.MULTILINE)[1])  # type: ignore[index]
        for name in ("USD_PER_HOUR", "REGION_FACTOR")
    )
    assert hourly == {kind: known["usd_per_hour"][kind] for kind in hourly}
    assert factors == known["region_factors"]
    shipped = yaml.safe_load((SHIPPED / "event.yaml").read_text(encoding="utf-8"))
    assert shipped["endpoint"]["instance_type"] in hourly
    assert shipped["notebook"]["instance_type"] in hourly
