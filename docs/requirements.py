"""Pins every package, with the hashes of its files: writes requirements/*.txt.

    python docs/requirements.py             keep the versions that are pinned; add what setup.cfg has new
    python docs/requirements.py --upgrade   choose the newest versions that fit together

Needs uv (requirements/tools.txt), which resolves for all platforms and for Python 3.11 and newer at once.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / "requirements"
# Each file and the extras of setup.cfg that it pins. The first has everything: the others take their versions from it.
SETS = {
    "dev": ("dev", "browser", "labs", "postgresql", "rehearsal", "serve"),
    "plain": (),
    "rehearsal": ("rehearsal", "serve"),
    "labs": ("rehearsal", "serve", "labs"),
    "postgresql": ("postgresql",),
    # What the image of a host has: no simulator, no driver of another database.
    "host": ("postgresql", "serve"),
}
# What is not the project's own: pip builds a wheel with the one, `make requirements` and `make sbom` use the others.
APART = {"build": "setuptools>=77\n", "tools": "uv\ncyclonedx-bom\n"}
# Programs of others that the tests let work on the simulated AWS, each in an environment of its own: their versions of
# boto3 are not ours. `ansible` has the collection amazon.aws, which needs boto3 but does not name it.
CLIENTS = {"ansible": "ansible\nboto3\n", "awscli": "awscli\n", "sceptre": "sceptre\n"}
_HEADER = "# Made by: make requirements\n"
_COMPILE = ("uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--quiet")
_PLAIN = ("--no-annotate", "--no-header")


def write(upgrade: bool) -> None:
    """Write the files. Network: the package index."""
    (FOLDER / "clients").mkdir(parents=True, exist_ok=True)
    for name, extras in SETS.items():
        others = [word for extra in extras for word in ("--extra", extra)]
        _compile(name, ["setup.cfg", *others], upgrade)
    for name, wanted in APART.items():
        _compile(name, ["-"], upgrade, wanted)
    for name, wanted in CLIENTS.items():
        _compile(f"clients/{name}", ["-"], upgrade, wanted)


def _compile(name: str, what: list[str], upgrade: bool, wanted: str = "") -> None:
    at = FOLDER / f"{name}.txt"
    command = [*_COMPILE, *_PLAIN, "--output-file", str(at), *what, *_versions(name, upgrade)]
    subprocess.run(command, cwd=REPOSITORY, input=wanted, text=True, check=True)
    at.write_text(_HEADER + at.read_text(encoding="utf-8"), encoding="utf-8")


def _versions(name: str, upgrade: bool) -> Iterator[str]:
    first = next(iter(SETS))
    if name not in (first, "tools") and not name.startswith("clients/"):
        yield from ("--constraint", str(FOLDER / f"{first}.txt"))
    elif upgrade:
        yield "--upgrade"


if __name__ == "__main__":
    write("--upgrade" in sys.argv[1:])
