"""The labs' pictures: what the generator draws, in both languages, legible, and needing nothing from elsewhere."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
LABS, GENERATOR = REPOSITORY / "labs", REPOSITORY / "docs" / "lab_drawings"
SVG = "{http://www.w3.org/2000/svg}"
# A phone shows a picture 358 px wide: smaller letters than this are less than 11 px there.
PHONE, LEAST = 358, 11.0
# The console names what it measures; the guides leave that to be found out.
KEPT_BACK = re.compile(r"\b(?:validation|train):\w+")


@cache
def generator() -> dict[str, Any]:
    return runpy.run_path(str(GENERATOR))


@cache
def drawn() -> dict[Path, str]:
    made: dict[Path, str] = generator()["pictures"]()
    return made


def shipped() -> set[Path]:
    return set(LABS.glob("pictures/*")) | set(LABS.glob("*/pictures/*"))


def named(page: Path) -> list[str]:
    return re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))


PAGES = sorted(each for each in LABS.rglob("*.md"))


def test_each_file_is_what_the_generator_draws_and_there_is_no_other() -> None:
    assert shipped() == set(drawn())
    for path, picture in drawn().items():
        assert path.read_text(encoding="utf-8") == picture, f"draw {path.name} again: python docs/lab_drawings"


def test_each_picture_is_there_in_both_languages() -> None:
    names = {path.relative_to(LABS).as_posix() for path in drawn()}
    english = {each for each in names if not each.endswith(".zh-CN.svg")}
    assert {each.removesuffix(".svg") + ".zh-CN.svg" for each in english} == names - english


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(LABS).as_posix())
def test_a_page_shows_pictures_that_exist_in_its_own_language(page: Path) -> None:
    chinese = page.name.endswith(".zh-CN.md")
    for name in named(page):
        assert (page.parent / name).is_file(), name
        assert name.endswith(".zh-CN.svg") == chinese, name


@pytest.mark.parametrize("page", ["introduction", "ground-truth/guide", "notebook/guide", "tuning/guide"])
def test_a_page_with_pictures_shows_each_that_was_drawn_for_it(page: str) -> None:
    pictures = (LABS / page).parent / "pictures"
    for ending, other in ((".md", ".svg"), (".zh-CN.md", ".zh-CN.svg")):
        shown = {Path(each).name for each in named(LABS / f"{page}{ending}")}
        drawn_for_it = {each.name for each in pictures.iterdir() if each.name == each.name.split(".")[0] + other}
        assert shown in (drawn_for_it, set())


def lines(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, ElementTree.Element]]:
    """Each line of words, and the element that says how it looks."""
    for each in root.iter(f"{SVG}text"):
        for line in each.iter(f"{SVG}tspan"):
            yield each, line


def test_a_picture_says_what_it_is_and_needs_no_script_no_style_and_nothing_from_elsewhere() -> None:
    for path, picture in drawn().items():
        root = ElementTree.fromstring(picture)
        assert root.attrib["lang"] == ("zh-CN" if path.name.endswith(".zh-CN.svg") else "en")
        title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert described is not None
        assert title.text
        assert described.text
        assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {described.attrib['id']}"
        assert set(re.findall(r"https?://[^\"' )]+", picture)) == {"http://www.w3.org/2000/svg"}
        assert not re.search(r"<(?:script|style|image|foreignObject|use)\b|\b(?:href|style|class|on\w+)=", picture), (
            path
        )
        assert not KEPT_BACK.search(picture), path


def test_words_are_large_enough_for_a_phone_and_stay_within_the_picture() -> None:
    """By the widths of a wide font, and with a team's own values filled in."""
    forms = generator()["forms"]
    for path, picture in drawn().items():
        root = ElementTree.fromstring(picture)
        [whole] = root.findall(f"{SVG}g")
        scale = float(whole.attrib["transform"].removeprefix("scale(").removesuffix(")"))
        width = float(root.attrib["viewBox"].split()[2]) / scale
        for style, line in lines(root):
            size = float(style.attrib.get("font-size", root.attrib["font-size"]))
            weight, mono = int(style.attrib.get("font-weight", "400")), "font-family" in style.attrib
            assert size * PHONE / width >= LEAST, (path, line.text)
            long = forms.width_of(line.text or "", forms.Style(size, "", weight, mono))
            shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[style.attrib.get("text-anchor", "start")]
            left = float(line.attrib["x"]) - shift * long
            assert left >= 3, (path, line.text)
            assert left + long <= width - 3, (path, line.text)


def test_no_line_of_words_is_one_letter_that_the_line_before_lost() -> None:
    for path, picture in drawn().items():
        for each in ElementTree.fromstring(picture).iter(f"{SVG}text"):
            wrapped = [line.text or "" for line in each.iter(f"{SVG}tspan")]
            if len(wrapped) > 1 and "font-family" not in each.attrib:
                assert len(re.findall(r"\w", wrapped[-1])) != 1, (path, wrapped)


@cache
def console() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((GENERATOR / "forms.yaml").read_text(encoding="utf-8"))
    return read


# Parts that are a row of the console's words.
LISTS = ("buttons", "tabs", "table")


def said(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from said(each)
    else:
        yield value


def parts(form: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each part of a page and its kind; of two beside each other, both."""
    for part in form["parts"]:
        for each in part.get("pair", [part]):
            [kind] = [name for name in each if name in generator()["SCENES"]]
            yield kind, each


@pytest.mark.parametrize("name", sorted(console()["forms"]))
def test_a_page_of_the_console_has_its_source_and_each_of_its_words_in_both_languages(name: str) -> None:
    form, known = console()["forms"][name], console()["words"]
    assert re.fullmatch(r"docs\.aws\.amazon\.com/[\w/-]+\.html", form["page"])
    for kind, part in parts(form):
        for value in part.values():
            for each in said(value):
                assert not isinstance(each, dict) or set(each) == {"en", "zh"}, each
        if kind in generator()["forms"].WIDGETS:
            labels = part[kind] if kind in LISTS else [part[kind]]
            assert all(isinstance(each, dict) or each in known for each in labels), labels
    for language in ("en", "zh"):
        assert form["title"][language]


@pytest.mark.parametrize("name", ["overviews", "lessons"])
def test_what_is_said_in_a_drawing_of_ours_is_said_in_both_languages(name: str) -> None:
    """Also where a comma of YAML would cut a sentence."""
    drawings = yaml.safe_load((GENERATOR / f"{name}.yaml").read_text(encoding="utf-8"))
    for drawing in drawings.values():
        parts = [
            *drawing.values(),
            *drawing.get("notes", ()),
            *(each for row in drawing.get("rows", ()) for each in row.values()),
        ]
        assert all(set(each) == {"en", "zh"} for each in parts if isinstance(each, dict))


def test_no_word_of_the_console_is_translated_in_vain() -> None:
    used = (GENERATOR / "forms.yaml").read_text(encoding="utf-8").split("forms:", 1)[1]
    assert [each for each in console()["words"] if each not in used] == []


def test_chinese_pages_and_the_pictures_translate_the_console_s_words_alike() -> None:
    known = console()["words"]
    pages = (each.read_text(encoding="utf-8") for each in PAGES if each.name.endswith(".zh-CN.md"))
    pairs = [each for page in pages for each in re.findall(r"\*\*([^*（]+)（([A-Z][^*]*)）\*\*", page)]
    assert [(chinese, word) for chinese, word in pairs if known.get(word, chinese) != chinese] == []


# Made up, or said by the guide in other words.
EXAMPLES = {"anna@example.com,", "wei@example.com", "Image Classification - MXNet", "?"}


@pytest.mark.parametrize("lab", sorted({name.split("/")[0] for name in console()["forms"]}))
def test_what_a_drawn_page_fills_in_is_what_the_guide_that_shows_it_says(lab: str) -> None:
    guide = LABS / lab / "guide.md"
    text, shown = guide.read_text(encoding="utf-8"), {Path(each).stem for each in named(guide)}
    for name, form in console()["forms"].items():
        if name.split("/")[0] == lab and name.split("/")[1] in shown:
            values = {each for _, part in parts(form) for each in said(part.get("value", [])) if isinstance(each, str)}
            assert {each for each in values - EXAMPLES if each not in text} == set(), name
