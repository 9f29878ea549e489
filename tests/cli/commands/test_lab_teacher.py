"""`lab teacher`: notes and slides for whoever teaches the labs."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import pytest
import yaml
from markupsafe import escape

from bootstrap.cli.commands import lab_teacher
from bootstrap.errors import BadInput
from bootstrap.event import checkpoints, shipped, teaching
from bootstrap.event import event as event_file
from bootstrap.steps.dataset import package
from tests.runs import folder

LABS = shipped.lab_folders()
TAUGHT = [name for name in LABS if (LABS[name] / teaching.FILE).is_file()]
GUIDES = {"en": "guide.md", "zh": "guide.zh-CN.md"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = folder(tmp_path_factory.mktemp("teacher"))
    assert lab_teacher.write(at / "event.yaml", at / "pack") == 0
    return at / "pack"


def test_each_language_has_notes_and_slides_that_need_no_network(written: Path) -> None:
    assert {each.name for each in written.iterdir()} == {
        f"{name}-{language}.html" for name in ("notes", "slides") for language in ("en", "zh")
    }
    for each in written.iterdir():
        text = each.read_text(encoding="utf-8")
        assert not re.search(r'(?:src|href)="(?!data:)', text), each.name
        assert "<script" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_notes_hold_minutes_mistakes_with_what_doctor_says_and_the_answers(written: Path, language: str) -> None:
    text = (written / f"notes-{language}.html").read_text(encoding="utf-8")
    assert "EB-541" in text
    for lab in TAUGHT:
        said = teaching.read(LABS[lab])
        assert said is not None
        assert f"<b>{sum(each.minutes for each in said.sections)}</b>" in text
        asked = checkpoints.read(LABS[lab])
        for each in asked:
            [right] = [option for letter, option in zip("abcd", each.choices, strict=False) if letter == each.answer]
            assert f"<li class=right>{escape(getattr(right, language))}</li>" in text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("lab", TAUGHT)
def test_sections_are_those_of_the_guide_and_their_minutes_those_of_the_lab(lab: str, language: str) -> None:
    guide = (LABS[lab] / GUIDES[language]).read_text(encoding="utf-8")
    there = dict(re.findall(r"^## (\d+)\. (.*)$", guide, flags=re.MULTILINE))
    said = teaching.read(LABS[lab])
    assert said is not None
    for each in said.sections:
        assert there[each.section] == getattr(each.title, language)
    least, most = yaml.safe_load((LABS[lab] / "lab.yaml").read_text(encoding="utf-8"))["minutes"]
    assert least <= sum(each.minutes for each in said.sections) <= most


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_slide_s_picture_is_there(language: str) -> None:
    for home in [shipped.teacher_folder(), *(LABS[each] for each in TAUGHT)]:
        assert home is not None
        said = teaching.read(home)
        assert said is not None
        for each in said.slides:
            assert each.points or each.picture
            assert not each.picture or teaching.picture(home, each.picture, language), each.picture


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_picture_of_a_slide_is_so_tall_that_a_hall_cannot_read_it(written: Path, language: str) -> None:
    slides = (written / f"slides-{language}.html").read_text(encoding="utf-8").split("<section")
    shown = [[b64decode(each).decode() for each in re.findall(r"base64,([^\"]+)", slide)] for slide in slides]
    for drawing in (each for slide in shown for each in slide):
        wide, high = map(int, re.findall(r'viewBox="([^"]+)"', drawing)[0].split()[2:])
        assert high <= 1.1 * wide, drawing[:400]
    [first, second] = next(each for each in shown if len(each) == 2)
    assert first.partition("<title")[2] == second.partition("<title")[2], "two views of one drawing"
    ends = [[int(each) for each in re.findall(r'viewBox="([^"]+)"', half)[0].split()] for half in (first, second)]
    assert ends[0][3] == ends[1][1], "the second begins where the first ends"


def test_nothing_of_it_reaches_a_team(tmp_path: Path) -> None:
    event = event_file.read(folder(tmp_path) / "event.yaml")
    keys = [each.key for each in package._lab_files(event)]
    assert keys
    assert not [each for each in keys if "teacher" in each]


def test_a_wrong_file_is_named_with_its_line(tmp_path: Path) -> None:
    at = folder(tmp_path)
    own = at / "labs" / "tuning"
    own.mkdir(parents=True)
    (own / "lab.yaml").write_text("title: Own\n", encoding="utf-8")
    wrong = "sections:\n  - section: '1'\n    title: {en: One, zh: 一}\n    minutes: 5\n    mistakes:\n"
    wrong += "      - {what: {en: a, zh: b}, fix: {en: c, zh: d}, codes: [EB-999]}\n"
    (own / "teacher.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        lab_teacher.write(at / "event.yaml", at / "pack")
    assert [(each.code, each.where) for each in refused.value.problems] == [
        ("EB-136", "labs/tuning/teacher.yaml:6: sections[0].mistakes[0].codes[0]")
    ]
    assert not (at / "pack").exists()
