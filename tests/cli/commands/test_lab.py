"""`lab new` and `lab test`: a lab of one's own from nothing to the day, on the simulated AWS."""

from __future__ import annotations

import errno
import json
import os
import re
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from bootstrap import cli
from bootstrap.cli.commands import lab_test
from bootstrap.engine.outcomes import Result, Summary
from bootstrap.errors import BadInput, Refused
from bootstrap.event import checkpoints, own_lab, placeholders, solution
from bootstrap.event.end_state import Expect
from bootstrap.event.lab import LabFile
from bootstrap.people import file_lock
from bootstrap.rehearsal import simulated
from bootstrap.rehearsal.labs import guide
from bootstrap.rehearsal.labs.solving import Play
from tests import forked_simulator
from tests.runs import SHIPPED, folder


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an event that has a lab of its own, `hello`."""
    monkeypatch.setattr(simulated, "started", forked_simulator.start)
    made = folder(tmp_path)
    own_lab.write(made, "hello")
    return made


def test_a_new_lab_is_prepared_not_reached_solved_reached_and_swept(
    at: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(at)
    assert lab_test.test("hello", Path("event.yaml"), "ordinary") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"[0-9]+:[0-9:]+", "TIME", each) for each in lines] == [
        "✓ prepared: the account is ready, in TIME of virtual time",
        "✓ not reached before: The answer is in the bucket: nothing; Number of red cars: nothing",
        "✓ solution: 1 command of its solution, in TIME of virtual time",
        "✓ reached: The answer is in the bucket: team-1; Number of red cars: 3",
        "✓ swept: nothing is left in the account, in TIME of virtual time",
        "commands typed, and executed notebooks: .event-bootstrap/rehearsal/lab-hello",
    ]
    kept = at / ".event-bootstrap" / "rehearsal" / "lab-hello"
    assert "3 red cars; wrote s3://" in (kept / "terminal.txt").read_text(encoding="utf-8")
    assert (kept / "swept.html").is_file()


def test_the_first_thing_that_is_otherwise_is_named(
    at: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = Summary("run", Result.READY, (), {}, (), 0.0, 0.0)
    monkeypatch.setattr(lab_test, "_visited", lambda *_: ready)
    file = at / "labs" / "hello" / "lab.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{equals: 3}", "{present: false}"), encoding="utf-8")
    assert lab_test.test("hello", at / "event.yaml", "ordinary") == 1
    *_, last, _ = capsys.readouterr().out.splitlines()
    assert last.startswith("✗ not reached before: EB-615")
    assert "Number of red cars: nothing" in last


@pytest.mark.parametrize(("key", "said"), [("end_states", "has no end_states"), ("solution", "has no solution")])
def test_a_lab_that_does_not_say_when_it_is_done_or_how_is_refused(at: Path, key: str, said: str) -> None:
    file = at / "labs" / "hello" / "lab.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(f"{key}:", f"{key}: []\nstarts_:", 1), encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    # What stood under the key is gone, too.
    above, below = text.split("starts_:", 1)
    file.write_text(above + "\n" + below[below.find("\n\n") :] * (key == "end_states"), encoding="utf-8")
    with pytest.raises(BadInput, match=f"EB-617 .*{said}"):
        lab_test.test("hello", at / "event.yaml", "ordinary")


def test_a_lab_that_is_not_there_is_refused_with_the_name_that_was_meant(at: Path) -> None:
    with pytest.raises(BadInput, match=r"EB-617 .*there is no lab `helo`. Did you mean `hello`\?"):
        lab_test.test("helo", at / "event.yaml", "ordinary")


def test_validate_refuses_a_read_that_the_tool_may_not_make(
    at: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(at)
    event = json.loads((at / "event.yaml").read_text(encoding="utf-8"))
    event["labs"].append({"name": "hello"})
    (at / "event.yaml").write_text(json.dumps(event), encoding="utf-8")
    assert typed(monkeypatch, "validate") == 0
    file = at / "labs" / "hello" / "lab.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("GetObject", "GetObjekt"), encoding="utf-8")
    assert typed(monkeypatch, "validate") == 2
    assert "found `GetObjekt`, which event-bootstrap may not call to read s3" in capsys.readouterr().err


def test_lab_new_says_what_to_do_next_and_changes_no_file_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder(tmp_path))
    before = Path("event.yaml").read_bytes()
    assert typed(monkeypatch, "lab", "new", "pipelines", "--title", "Build a pipeline") == 0
    said = capsys.readouterr()
    assert "wrote labs/pipelines/lab.yaml" in said.out
    assert "add a line:   - name: pipelines" in said.err
    assert "event-bootstrap lab test pipelines" in said.err
    assert Path("event.yaml").read_bytes() == before
    assert typed(monkeypatch, "lab") == 2


def test_a_file_system_that_is_read_only_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for method in ("mkdir", "rmdir"):
        monkeypatch.setattr(Path, method, refuses)
    with pytest.raises(BadInput, match=r"EB-149 .*cannot be written: Read-only"):
        own_lab.write(tmp_path, "hello")


def test_a_title_may_have_the_words_of_the_example_in_it(tmp_path: Path) -> None:
    own_lab.write(tmp_path, "hello", "My lab my-lab", "我的实验一")
    made = tmp_path / "labs" / "hello"
    assert 'title: "My lab my-lab"\ntitle_zh: "我的实验一"\n' in (made / "lab.yaml").read_text(encoding="utf-8")
    assert (made / "guide.md").read_text(encoding="utf-8").startswith("# My lab my-lab\n")


def test_no_folder_is_made_beside_an_event_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"EB-616 .*there is no such folder"):
        own_lab.write(tmp_path / "evnt", "hello")
    assert list(tmp_path.iterdir()) == []


def test_a_second_test_of_the_same_lab_waits_for_the_first(at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def held(path: Path, waits: object) -> nullcontext[None]:
        asked.append(path)
        raise KeyboardInterrupt

    monkeypatch.setattr(file_lock, "held", held)
    with pytest.raises(KeyboardInterrupt):
        lab_test.test("hello", at / "event.yaml", "ordinary")
    assert [each.name for each in asked] == ["lab-hello.lock"]


def test_a_solution_that_cannot_be_copied_is_refused_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "solution").mkdir()
    (tmp_path / "solution" / "answer.py").symlink_to(tmp_path / "nowhere")
    team, lab = SimpleNamespace(home=lambda path: tmp_path / "home" / path), SimpleNamespace(name="hello", data=())
    with pytest.raises(Refused, match=r"EB-612 \S+/solution/answer.py cannot be copied: .*No such file"):
        Play(team, lab, tmp_path, lambda: None).whole()  # type: ignore[arg-type]


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    """The exit code of a command."""
    monkeypatch.setattr("sys.argv", ["event-bootstrap", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def test_the_page_on_labs_of_ones_own_names_every_word_expectation_and_step() -> None:
    page = (SHIPPED / "docs" / "own-lab.md").read_text(encoding="utf-8")
    words = [f"`{{{each}}}`" for each in placeholders.KINDS]
    expectations = [f"`{each}:" for each in Expect.model_fields]
    steps = [f"`{each}:" for each in solution.ACTIONS]
    keys = [f"{each}:" for each in LabFile.model_fields]
    assert [each for each in (*words, *expectations, *steps, *keys) if each not in page] == []


def test_the_guides_of_a_new_lab_have_the_same_blocks_and_the_question_of_its_checkpoints(tmp_path: Path) -> None:
    own_lab.write(tmp_path, "hello", "Hello", "你好")
    made = tmp_path / "labs" / "hello"
    pages = [(made / name).read_text(encoding="utf-8") for name in ("guide.md", "guide.zh-CN.md")]
    assert guide.blocks(pages[0]) == guide.blocks(pages[1])
    assert len(guide.commands(made / "guide.md")) == 3
    assert [page.count("\n## ") for page in pages] == [4, 4]
    [asked] = checkpoints.read(made)
    for page, question, choices in (
        (pages[0], asked.question, [each.en for each in asked.choices]),
        (pages[1], asked.question_zh, [each.zh for each in asked.choices]),
    ):
        assert f"** {question}" in page
        assert all(f"> - **{letter}** {text}" in page for letter, text in zip("abc", choices, strict=True))
    drawn = re.findall(r"\]\((pictures/[^)]+)\)", "".join(pages))
    assert drawn == ["pictures/overview.svg", "pictures/overview.zh-CN.svg"]
    assert all((made / each).read_text(encoding="utf-8").startswith("<svg") for each in drawn)
