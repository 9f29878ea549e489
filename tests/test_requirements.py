"""requirements/: what setup.cfg names, pinned and hashed; the same versions in all files; a light plain install."""

from __future__ import annotations

import configparser
import re
import runpy
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
FOLDER = REPOSITORY / "requirements"
_MADE = runpy.run_path(str(REPOSITORY / "docs" / "requirements.py"))
SETS: dict[str, tuple[str, ...]] = _MADE["SETS"]
APART: dict[str, str] = _MADE["APART"]
CLIENTS: dict[str, str] = _MADE["CLIENTS"]
# How many packages a plain install brings, pip and the project itself apart.
MOST = 27
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def pins(name: str) -> dict[str, str]:
    """Package -> version."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ")[0].split("==") for line in lines if line[0].isalnum())


def named(extras: tuple[str, ...]) -> set[str]:
    """What setup.cfg names, as an index writes it."""
    setup = configparser.ConfigParser()
    setup.read(REPOSITORY / "setup.cfg")
    lists = [setup["options"]["install_requires"], *(setup["options.extras_require"][extra] for extra in extras)]
    found = [match[0] for text in lists for line in text.split() if (match := _NAME.match(line))]
    return {re.sub(r"[-_.]+", "-", each).lower() for each in found}


@pytest.mark.parametrize("name", SETS)
def test_each_file_pins_what_setup_cfg_names(name: str) -> None:
    assert named(SETS[name]) <= pins(name).keys()


@pytest.mark.parametrize("name", [*SETS, *APART, *(f"clients/{each}" for each in CLIENTS)])
def test_every_package_has_hashes(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\w)", text.removeprefix("# Made by: make requirements\n"))
    # A package may have one version for each range of Python versions.
    assert len(blocks) == len(re.findall(r"^\S+==", text, re.MULTILINE))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    # Whoever installs chooses the index.
    assert "://" not in text


@pytest.mark.parametrize("name", [each for each in (*SETS, "build") if each != "dev"])
def test_users_get_the_versions_that_the_tests_run_with(name: str) -> None:
    assert pins(name).items() <= pins("dev").items()


def test_a_plain_install_is_light() -> None:
    plain = pins("plain").keys()
    assert len(plain) <= MOST
    assert not plain & {"pandas", "scipy", "numpy", "paramiko", "mock", "sagemaker-core", "moto"}
