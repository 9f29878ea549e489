"""The command `dataset preview`, and what `validate` says of the organiser's own pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.cli.commands import dataset
from bootstrap.errors import BadInput
from tests import forked_command, schemas
from tests.runs import folder
from tests.steps.dataset import datasets

GOOD = datasets.files({"audi": 24, "bmw": 24})


def with_pictures(at: Path, contents: dict[str, bytes]) -> Path:
    """An event folder whose dataset is a folder of pictures; the path of its event.yaml."""
    folder(at, teams=1)
    datasets.folder(at / "cars", contents)
    path = at / "event.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("builtin:cars", "cars"), encoding="utf-8")
    return path


def test_the_page_is_written_and_the_counts_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = with_pictures(tmp_path, {**GOOD, "audi/a.heic": b"x"})
    assert dataset.preview(path, None, "plain") == 0
    page = tmp_path / ".event-bootstrap/reports/dataset.html"
    assert capsys.readouterr().out.splitlines() == [
        "packed 48 of 49 files; left out: 1 .heic",
        "38 pictures for training, 10 for validation, in 2 classes",
        f"page: {page}",
    ]
    assert "<!doctype html>" in page.read_text(encoding="utf-8")


def test_as_json_it_is_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dataset.preview(with_pictures(tmp_path, GOOD), tmp_path / "page.html", "json") == 0
    (found,) = schemas.read(capsys.readouterr().out)
    assert (found["type"], found["training"], found["validation"], found["fit"]) == ("dataset", 38, 10, "letterbox")


def test_with_problems_the_page_is_written_and_the_exit_code_is_that_of_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadInput) as caught:
        dataset.preview(with_pictures(tmp_path, {**GOOD, "audi/x.jpg": b"x"}), tmp_path / "page.html", "plain")
    assert (caught.value.exit_code, [each.code for each in caught.value.problems]) == (2, ["EB-181"])
    assert (tmp_path / "page.html").is_file()
    assert "packed 48 of 49 files" in capsys.readouterr().out


def test_validate_counts_and_refuses(tmp_path: Path) -> None:
    with_pictures(tmp_path, {**GOOD, "audi/a.heic": b"x"})
    done = forked_command.run(["validate"], tmp_path, {})
    assert done.returncode == 0, done.stderr
    assert "pictures: 48 of 49 files; left out: 1 .heic" in done.stdout
    (tmp_path / "cars/audi/x.jpg").write_bytes(b"no picture")
    done = forked_command.run(["validate"], tmp_path, {})
    assert done.returncode == 2
    assert "audi/x.jpg cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
