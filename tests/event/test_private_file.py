"""What the tool writes for its operator: modes, links, and no half of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.event import private_file
from bootstrap.people import file_lock


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    """Shells are often set up so that what they make is readable for everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_new_file_is_its_owners_and_one_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    at = tmp_path / "new" / "report.html"
    private_file.write(at, "one")
    assert mode(at) == 0o600
    at.chmod(0o644)
    private_file.write(at, "two")
    assert (mode(at), at.read_text(encoding="utf-8")) == (0o644, "two")
    private_file.write(at, "three", shared=False)
    assert mode(at) == 0o600


def test_a_link_is_replaced_and_what_it_names_stays(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("somebody's", encoding="utf-8")
    at = tmp_path / "report.html"
    at.symlink_to(other)
    private_file.write(at, "ours")
    assert other.read_text(encoding="utf-8") == "somebody's"
    assert (at.read_text(encoding="utf-8"), at.is_symlink(), mode(at)) == ("ours", False, 0o600)


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "stdout"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        private_file.write(link, "ours")
        assert os.read(reader, 99) == b"ours"
    finally:
        os.close(reader)
    assert (pipe.is_fifo(), link.is_symlink()) == (True, True)


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    at = tmp_path / "report.html"
    private_file.write(at, "whole")
    with pytest.raises(UnicodeEncodeError):
        private_file.write(at, "half \ud800")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    assert at.read_text(encoding="utf-8") == "whole"


@pytest.mark.parametrize("how", ["symlink", "dangling", "hard link", "fifo"])
def test_a_lock_file_that_is_another_file_is_refused_and_that_file_stays(tmp_path: Path, how: str) -> None:
    other, at = tmp_path / "other", tmp_path / ".codes.csv.lock"
    other.write_text("somebody's", encoding="utf-8")
    if how == "fifo":
        os.mkfifo(at)
    elif how == "hard link":
        at.hardlink_to(other)
    else:
        at.symlink_to(other if how == "symlink" else tmp_path / "nothing")
    with pytest.raises(OSError), file_lock.held(at, lambda holder: None):  # noqa: PT011
        pass
    assert other.read_text(encoding="utf-8") == "somebody's"
    assert not (tmp_path / "nothing").exists()
