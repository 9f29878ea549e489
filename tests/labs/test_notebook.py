"""Lab 2's notebook as it lies in git; tests/labs/test_walk.py runs its cells."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest
from matplotlib import font_manager
from PIL import Image

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


def test_pictures_that_cannot_be_read_are_refused_by_name_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {"audi/a.jpg": b"no picture", "bmw/b.jpg": files({"bmw": 1})["bmw/0.jpg"][:200]}
    archive(tmp_path / "car_data.zip", files({"audi": 3, "bmw": 3}) | broken)
    monkeypatch.chdir(tmp_path)
    [cell] = [each for each in CODE if "unreadable" in each]

    class Nothing:
        def client(self, service: str) -> Nothing:
            return self

        def download_file(self, *what: str) -> None:
            """It is there already."""

    with pytest.raises(ValueError, match="cannot be read") as caught:
        exec(cell, {"boto": Nothing(), "bucket": "b", "io": io, "zipfile": zipfile, "Image": Image})
    assert re.findall(r"^(\S+):", str(caught.value), flags=re.MULTILINE) == ["audi/a.jpg", "bmw/b.jpg"]


class Bucket:
    """A client whose bucket holds the archive that lies here already, and an endpoint that is sure of the first."""

    def client(self, service: str) -> Bucket:
        return self

    def download_file(self, *what: str) -> None:
        """It is there already."""

    def invoke(self, body: bytes, **asked: object) -> Bucket:
        self.body = io.BytesIO(b"[0.75, 0.25]")
        return self


def _drawn(labels: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run the cells that draw pictures; return the titles. A letter that no font has is a warning, so an error here."""
    titles: list[str] = []
    mpl.use("Agg")
    own = [each for each in font_manager.fontManager.ttflist if each.name == "DejaVu Sans"]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    bucket = Bucket()
    names: dict[str, object] = {
        "boto": bucket, "bucket": "b", "here": {}, "endpoint": bucket, "plt": plt, "font_manager": font_manager,
        "io": io, "json": json, "zipfile": zipfile, "Image": Image,
        "validation": [f"{label}/1.jpg" for label in labels],
    }  # fmt: skip

    def show() -> None:
        plt.gcf().canvas.draw()
        titles.extend(each.get_title() for each in plt.gcf().axes)
        plt.close("all")

    monkeypatch.setattr(plt, "show", show)
    with mpl.rc_context():
        for cell in (each for each in CODE if "plt.subplots" in each):
            exec(cell, names)
    return titles


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
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    labels: tuple[str, str],
    wanted: list[str],
) -> None:
    archive(tmp_path / "car_data.zip", files(dict.fromkeys(labels, 3)))
    monkeypatch.chdir(tmp_path)
    *classes, first, second = _drawn(labels, monkeypatch)
    assert sorted(classes) == sorted(wanted)
    assert all(each.startswith("answer: ") and each.splitlines()[1][7:] in wanted for each in (first, second))
    said = capsys.readouterr().out
    assert ("Plots number the classes" in said) == ("class 1" in wanted)
    assert all(label in said for label in labels)
