"""Lab 2's notebook as it lies in git; tests/labs/test_walk.py runs its cells."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
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


@pytest.mark.parametrize("module", ["recordio", "stratified"])
def test_what_comes_along_runs_without_the_tool_on_python_3_10(module: str) -> None:
    """conda_python3 of a notebook instance: aws.md section 6."""
    tree = ast.parse(
        (SHIPPED / "bootstrap" / "steps" / "dataset" / f"{module}.py").read_text(encoding="utf-8"),
        feature_version=(3, 10),
    )
    imported = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    imported |= {name.name for each in ast.walk(tree) if isinstance(each, ast.Import) for name in each.names}
    assert imported <= {"__future__", "collections.abc", "dataclasses", "random", "struct", "typing"}


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
