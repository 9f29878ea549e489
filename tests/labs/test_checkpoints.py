"""Checkpoints: the yaml of a lab -> what its pages show -> what a team is told of its answer."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

from bootstrap.errors import BadInput
from bootstrap.event import checkpoints
from bootstrap.event.checkpoints import LETTERS, Checkpoint
from tests.runs import SHIPPED

LABS = SHIPPED / "labs"
ASKED = sorted(each.parent.name for each in LABS.glob("*/checkpoints.yaml"))
CHECKPOINTS = runpy.run_path(str(LABS / "checkpoints.py"))["Checkpoints"]


def team_folder(at: Path, lab: str) -> Path:
    """A team's folder labs/, with the lab's checkpoints as they are packed."""
    (at / lab).mkdir()
    (at / lab / "checkpoints.json").write_bytes(checkpoints.packed(lab, checkpoints.read(LABS / lab)))
    return at


@pytest.mark.parametrize("lab", ASKED)
def test_the_right_answer_is_told_with_its_reason_and_no_other(
    lab: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = CHECKPOINTS(lab, team_folder(tmp_path, lab))
    for each in checkpoints.read(LABS / lab):
        for letter in LETTERS[: len(each.choices)]:
            asked.check(each.id, letter.upper() + " ")
            said = capsys.readouterr().out
            assert (each.why in said, each.why_zh in said) == (letter == each.answer,) * 2
            assert (f"section {each.section}," in said) == (letter != each.answer)
    assert len(asked.right) == len(asked.all)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (team_folder(tmp_path, "notebook") / "notebook" / "checkpoints.json").write_text(text, encoding="utf-8")
    CHECKPOINTS("notebook", tmp_path).check(1, "b")
    assert "checkpoints.json: the file is damaged" in capsys.readouterr().out


def test_nothing_and_another_letter_and_another_number_are_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = CHECKPOINTS("notebook", team_folder(tmp_path, "notebook"))
    for answer in ("", "x", "ab"):
        asked.check(1, answer)
        said = capsys.readouterr().out
        assert "Not answered yet: write one of a, b, c, d" in said
        assert "never learn from the pictures" in said
    asked.check(99, "a")
    assert "There is no checkpoint 99" in capsys.readouterr().out
    CHECKPOINTS("tuning-not-there", tmp_path).check(1, "a")
    assert "Labs with checkpoints · 有检查点的实验: notebook" in capsys.readouterr().out


@pytest.mark.parametrize("lab", ASKED)
def test_what_teams_get_shows_neither_answers_nor_reasons(lab: str) -> None:
    found = checkpoints.read(LABS / lab)
    packed = checkpoints.packed(lab, found).decode()
    assert not [each.id for each in found if each.why in packed or each.why_zh in packed]
    assert {len(each["answer"]) for each in json.loads(packed)["checkpoints"]} == {64}


@pytest.mark.parametrize("lab", ASKED)
def test_neither_place_nor_length_gives_the_answer_away(lab: str) -> None:
    found = checkpoints.read(LABS / lab)
    assert [each.id for each in found] == list(range(1, len(found) + 1))
    for letter in LETTERS:
        assert sum(each.answer == letter for each in found) <= max(2, len(found) // 2)
    for language in ("en", "zh"):
        longest = [each for each in found if longest_is_right(each, language)]
        assert len(longest) <= len(found) / 2, [each.id for each in longest]


def longest_is_right(asked: Checkpoint, language: str) -> bool:
    lengths = [len(getattr(each, language)) for each in asked.choices]
    return lengths.index(max(lengths)) == LETTERS.index(asked.answer)


def page(lab: str, language: str) -> str:
    """What shows the lab's questions: its notebook (in both languages), or else its guide."""
    for notebook in (LABS / lab).glob("*.ipynb"):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return "\n\n".join("".join(each["source"]) for each in cells if each["cell_type"] == "markdown")
    return (LABS / lab / f"guide{'.zh-CN' if language == 'zh' else ''}.md").read_text(encoding="utf-8")


def squeezed(text: str) -> str:
    """Lines of a page end where they are full: in Chinese without a space."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("lab", ASKED)
@pytest.mark.parametrize(("language", "word"), [("en", "Checkpoint"), ("zh", "检查点")])
def test_the_page_shows_each_question_with_its_choices_at_the_end_of_its_section(
    lab: str, language: str, word: str
) -> None:
    """> **Checkpoint 1.** question, then a list: > - **a** first choice"""
    shown, section = {}, ""
    for part in re.split(r"\n(?!>)", page(lab, language)):
        if heading := re.match(r"#+ (\w+)\.", part.strip()):
            section = heading[1]
        if part.strip().startswith(f"> **{word} "):
            text = re.sub(r"^> ?", "", part.strip(), flags=re.MULTILINE)
            number, question, choices = re.fullmatch(
                rf"\*\*{word} (\d+)[.。]\*\* ?(.*?)\n((?:- .*)?)", text, flags=re.DOTALL
            ).groups()  # type: ignore[union-attr]
            listed = re.findall(r"- \*\*(\w)\*\* ?(.*?)(?=\n- |\Z)", choices, flags=re.DOTALL)
            shown[int(number)] = (section, squeezed(question), {letter: squeezed(said) for letter, said in listed})
    found = checkpoints.read(LABS / lab)
    assert shown == {
        each.id: (
            each.section,
            squeezed(each.question if language == "en" else each.question_zh),
            {LETTERS[place]: squeezed(getattr(said, language)) for place, said in enumerate(each.choices)},
        )
        for each in found
    }


def test_every_mistake_of_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    text = (LABS / "notebook" / "checkpoints.yaml").read_text(encoding="utf-8")
    text = text.replace("- id: 2\n", "- id: 1\n").replace("answer: d", "answer: e", 1)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "checkpoints.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        checkpoints.read(folder)
    assert [(each.code, each.where.split(":")[-1].strip()) for each in caught.value.problems] == [
        ("EB-136", "[3].answer")
    ]
    (folder / "checkpoints.yaml").write_text(text.replace("answer: e", "answer: d"), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        checkpoints.read(folder)
    assert [each.where.split(":")[-1].strip() for each in caught.value.problems] == ["[1].id"]
    assert checkpoints.read(tmp_path) == ()
