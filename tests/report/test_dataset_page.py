"""The page of what teams will get."""

from __future__ import annotations

import html.parser
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bootstrap.errors import BadInput
from bootstrap.report import dataset_page, documents
from bootstrap.steps.dataset import fetch, preview
from bootstrap.steps.dataset.preview import Preview
from tests.steps.dataset.datasets import an_event, archive, dataset, files, folder, image

GOOD = {"轿车": 24, "s<uv> & co": 24}
EXTRA = {"轿车/a.heic": b"x", "轿车/again.jpg": image(2), ".DS_Store": b""}


def seen(path: Path | str, base: Path, **values: Any) -> tuple[Preview, str]:
    event = an_event(dataset(path, **values), base)
    found = preview.look(event.dataset, base, base / "cache")
    return found, dataset_page.render(event, found)


class Page(html.parser.HTMLParser):
    """The addresses that a page would ask for, its pictures' descriptions, and its languages."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.described: list[str] = []
        self.languages: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.asked += [str(found[each]) for each in ("src", "href") if each in found]
        self.described += [str(found["alt"])] if tag == "img" else []
        self.languages |= {str(found["lang"])} if "lang" in found else set()


@pytest.mark.parametrize("pack", [folder, archive])
def test_the_page_shows_samples_of_each_class_and_needs_no_network(tmp_path: Path, pack: Callable[..., Path]) -> None:
    found, text = seen(pack(tmp_path / "cars.zip", {**files(GOOD), **EXTRA}), tmp_path)
    page = Page(text)
    assert [each.split(":")[0] for each in page.asked] == ["data"] * 24
    assert len([each for each in page.described if each.startswith("轿车: ")]) == 12
    assert page.languages == {"en", "zh-CN"}
    assert "s&lt;uv&gt; &amp; co" in text
    assert "s<uv>" not in text
    assert [(each.label, each.pictures, each.training, each.validation) for each in found.classes] == [
        ("s<uv> & co", 24, 19, 5),
        ("轿车", 24, 19, 5),
    ]
    assert "packed 48 of 50 files; left out: 1 .heic, 1 that another file shows too" in text
    assert "轿车/again.jpg = " in text
    assert "kept whole, between grey bars" in text


def test_the_drawn_pictures_have_a_page_too(tmp_path: Path) -> None:
    found, text = seen("builtin:cars", tmp_path)
    assert (found.training, found.validation, found.labelling) == (40, 8, 24)
    assert "The tool draws these pictures itself, 64 x 64 pixels." in text
    assert "packed" not in text


def test_a_dataset_with_problems_is_shown_with_them(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "cars", {**files(GOOD), "轿车/x.jpg": b"no picture", "轿车/tiny.png": image(3, (5, 5), "PNG")}
    )
    found, text = seen(path, tmp_path)
    assert [each.code for each in found.problems] == ["EB-194", "EB-181"]
    assert "Nothing can be packed yet" in text
    assert "轿车/x.jpg cannot be read" in text
    assert found.survey.packed == 48


def test_too_few_pictures_for_the_labs_are_a_problem_of_the_page(tmp_path: Path) -> None:
    found, _ = seen(folder(tmp_path / "cars", files({"audi": 12, "bmw": 12})), tmp_path)
    assert [each.code for each in found.problems] == ["EB-190"]
    assert [(each.training, each.validation) for each in found.classes] == [(0, 0), (0, 0)]


def test_nothing_is_left_in_the_cache(tmp_path: Path) -> None:
    seen(folder(tmp_path / "cars", files(GOOD)), tmp_path)
    assert [each.name for each in (tmp_path / "cache").iterdir()] == ["downloads"]


def test_the_secret_of_an_address_is_not_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = archive(tmp_path / "cars.zip", files(GOOD))
    monkeypatch.setattr(fetch, "over_https", lambda *_: given)
    event = an_event(dataset("https://example.com/cars.zip?signature=secret"), tmp_path)
    found = preview.look(event.dataset, tmp_path, tmp_path / "cache")
    text = dataset_page.render(event, found)
    said = documents.dumps(dataset_page.previewed(event, found, "page.html"))
    assert "https://example.com/cars.zip" in text
    assert "secret" not in text + said
    assert json.loads(said)["pictures"] == {
        "there": 48, "packed": 48, "hidden": 0, "left_out": {}, "same": 0, "alike": 0,
    }  # fmt: skip


def test_what_cannot_be_listed_has_no_page(tmp_path: Path) -> None:
    (tmp_path / "cars.zip").write_bytes(b"no zip")
    with pytest.raises(BadInput):
        seen(tmp_path / "cars.zip", tmp_path)
