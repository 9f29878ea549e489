"""What `init` writes, and where the shipped files are found."""

from __future__ import annotations

import site
import sysconfig
from pathlib import Path

import pytest

from bootstrap.errors import BadInput
from bootstrap.event import event, shipped, starter
from bootstrap.event.roster import roster

ROOT = Path(__file__).parents[2]


def test_init_writes_the_shipped_files_which_pass_validation(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    written = starter.write(folder)
    assert [each.name for each in written] == ["accounts.csv", "event.yaml", "access.yaml"]
    assert written[0].read_bytes() == (ROOT / "accounts.csv").read_bytes()
    assert written[1].read_bytes().partition(b"\n")[2] == (ROOT / "event.yaml").read_bytes()
    assert written[2].read_bytes() == (ROOT / "templates" / "cloudformation" / "access.yaml").read_bytes()
    assert len(roster.read(folder / "accounts.csv", event.read(folder / "event.yaml"))) == 6


def test_init_overwrites_nothing_and_then_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "event.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        starter.write(tmp_path)
    assert [each.code for each in caught.value.problems] == ["EB-148"]
    assert [each.name for each in tmp_path.iterdir()] == ["event.yaml"]
    assert (tmp_path / "event.yaml").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        starter.write(tmp_path / "file" / "below")
    assert [each.code for each in caught.value.problems] == ["EB-149"]


def test_an_installation_without_the_files_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "_roots", lambda folder: (tmp_path,))
    with pytest.raises(BadInput) as caught:
        starter.write(tmp_path)
    assert [each.code for each in caught.value.problems] == ["EB-150"]


def test_the_events_own_lab_and_templates_stand_before_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "labs" / "tuning").mkdir(parents=True)
    (tmp_path / "labs" / "tuning" / "lab.yaml").write_text("title: Mine\n", encoding="utf-8")
    (tmp_path / "templates" / "cloudformation").mkdir(parents=True)
    folders = shipped.lab_folders(tmp_path)
    assert folders["tuning"] == tmp_path / "labs" / "tuning"
    assert folders["notebook"] == ROOT / "labs" / "notebook"
    assert shipped.template_folders(tmp_path)[:2] == (
        tmp_path / "templates" / "cloudformation",
        ROOT / "templates" / "cloudformation",
    )


def test_an_installed_tool_finds_everything_under_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "lib" / "bootstrap" / "shipped.py"
    share = tmp_path / "share" / "event-bootstrap"
    (share / "labs" / "x").mkdir(parents=True)
    (share / "labs" / "x" / "lab.yaml").write_text("title: X\n", encoding="utf-8")
    (share / "event.yaml").write_text("", encoding="utf-8")
    (tmp_path / "lib" / "labs" / "stranger").mkdir(parents=True)
    (tmp_path / "lib" / "labs" / "stranger" / "lab.yaml").write_text("", encoding="utf-8")
    monkeypatch.setattr(shipped, "__file__", str(package))
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(site, "getuserbase", lambda: str(tmp_path / "home"))
    assert dict(shipped.lab_folders()) == {"x": share / "labs" / "x"}
    assert shipped.starter_file("event.yaml") == share / "event.yaml"
    assert shipped.template_folders() == ()
