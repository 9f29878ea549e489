"""A wheel: what it holds, what it says of itself, and that it rehearses where there is no checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.runs import with_small_pictures

REPOSITORY = Path(__file__).parent.parent
# What a wheel is built from, and what a person who installs it gets besides the program.
SOURCES = ("bootstrap", "labs", "templates", "README.md", "LICENSE", "accounts.csv", "event.yaml", "setup.cfg")
SHARE = "event_bootstrap-0.1.0.data/data/share/event-bootstrap"


def run(command: Sequence[str | Path], at: Path, **env: str) -> str:
    """The program's stdout; this checkout is not on its path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))}
    done = subprocess.run(command, cwd=at, env=kept | env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip(*words: str | Path, at: Path) -> None:
    run([sys.executable, "-m", "pip", *words, "--no-deps", "--quiet", "--disable-pip-version-check"], at)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, because a build leaves files behind, and takes up those that an earlier one left."""
    at = tmp_path_factory.mktemp("source")
    for name in (*SOURCES, "pyproject.toml"):
        found = REPOSITORY / name
        if found.is_dir():
            shutil.copytree(found, at / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(found, at / name)
    pip("wheel", at, "--no-build-isolation", "--wheel-dir", at / "made", at=at)
    [made] = (at / "made").glob("*.whl")
    return made


def shipped() -> set[str]:
    """Where each file of the program, and each that it comes with, lies in a wheel."""
    files = {
        path.relative_to(REPOSITORY).as_posix()
        for name in ("bootstrap", "labs", "templates")
        for path in (REPOSITORY / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    beside = {each for each in files if not each.startswith("bootstrap/")} | {"accounts.csv", "event.yaml"}
    return (files - beside) | {f"{SHARE}/{each}" for each in beside}


def test_a_wheel_holds_every_file_of_the_program_and_no_other(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {each for each in archive.namelist() if ".dist-info/" not in each}
    assert names == shipped()


def test_what_an_index_shows_of_it_is_there(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        [about] = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        told = Parser().parsestr(archive.read(about).decode())
        assert any(each.endswith(".dist-info/licenses/LICENSE") for each in archive.namelist())
    assert (told["Name"], told["License-Expression"], told["Requires-Python"]) == (
        "event-bootstrap", "Apache-2.0", ">=3.11",
    )  # fmt: skip
    assert told["Description-Content-Type"] == "text/markdown"
    assert told.get_payload() == (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert "Environment :: Console" in told.get_all("Classifier", [])


def test_installed_without_a_checkout_it_writes_a_folder_and_rehearses_there(wheel: Path, tmp_path: Path) -> None:
    """As uvx and pipx install it; only what it depends on is taken from here, so that nothing is downloaded."""
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    [packages] = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    pip("--python", python, "install", "--no-index", wheel, at=tmp_path)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    tool, folder = python.parent / "event-bootstrap", tmp_path / "empty"
    folder.mkdir()
    place = run([python, "-c", "import bootstrap; print(bootstrap.__file__)"], folder)
    assert Path(place).is_relative_to(packages)
    run([tool, "init"], folder)
    event = folder / "event.yaml"
    event.write_text(with_small_pictures(event.read_text(encoding="utf-8")), encoding="utf-8")
    said = run([tool, "rehearse", "--teams", "2", "--output", "plain"], folder, LC_ALL="C.UTF-8")
    assert "car-day ready: 2 ready" in said
    run([tool, "validate"], folder)


def test_laid_into_a_folder_it_finds_what_it_comes_with(wheel: Path, tmp_path: Path) -> None:
    pip("install", "--no-index", "--target", tmp_path / "there", wheel, at=tmp_path)
    script = "from bootstrap.event import shipped; print(*shipped.lab_folders().values(), sep='\\n')"
    said = run([sys.executable, "-c", script], tmp_path, PYTHONPATH=str(tmp_path / "there"))
    assert len(said.splitlines()) == 3
    assert all(Path(each).is_relative_to(tmp_path / "there" / "share") for each in said.splitlines())
