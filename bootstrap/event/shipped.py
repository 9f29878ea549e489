"""Find labs, templates and starter files: first in the event's own folder, then in the installation."""

from __future__ import annotations

import site
import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_SHARE = Path("share", "event-bootstrap")
_QUIZ = Path("labs", "quiz", "questions.yaml")


def lab_folders(event_folder: Path | None = None) -> Mapping[str, Path]:
    """Return lab name -> folder. A lab in the event's own folder replaces a shipped one of the same name."""
    found: dict[str, Path] = {}
    for root in _roots(event_folder):
        for file in sorted(root.glob("labs/*/lab.yaml")):
            found.setdefault(file.parent.name, file.parent)
    return dict(sorted(found.items()))


def lab_file(name: str, event_folder: Path | None = None) -> Path | None:
    """Return a file of the folder labs/ itself: the event's own or the shipped one; None if there is none."""
    return next((each for root in _roots(event_folder) if (each := root / "labs" / name).is_file()), None)


def quiz_file(event_folder: Path | None = None) -> Path | None:
    """Return the file with the questions of the quiz: the event's own or the shipped one; None if there is none."""
    return next((each for root in _roots(event_folder) if (each := root / _QUIZ).is_file()), None)


def template_folders(event_folder: Path | None = None) -> tuple[Path, ...]:
    """Return the folders that hold CloudFormation templates, as a search path for jinja2: the first match wins."""
    folders = (root / "templates" / "cloudformation" for root in _roots(event_folder))
    return tuple(dict.fromkeys(each for each in folders if each.is_dir()))


def starter_file(name: str) -> Path:
    """Return the path of the shipped accounts.csv, event.yaml or access.yaml. Raises FileNotFoundError."""
    for folder in (*_roots(None), *template_folders()):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(name)


def _roots(event_folder: Path | None) -> tuple[Path, ...]:
    own = (event_folder.resolve(),) if event_folder is not None else ()
    return own + _came_with(__file__)


@cache
def _came_with(module: str) -> tuple[Path, ...]:
    """Return the folders of the installation. Cached, because every template of every account needs them."""
    checkout = Path(module).resolve().parents[2]
    # pip install --target puts share/ next to the packages. Virtual environments (also of uvx and pipx), a system
    # Python and pip install --user have it at their root.
    roots = (checkout, Path(sysconfig.get_path("data")), Path(site.getuserbase()))
    installed = tuple(each / _SHARE for each in roots)
    # In an installation the folder above holds other packages, and one of them may be called "labs".
    beside = (checkout,) if (checkout / "templates" / "cloudformation").is_dir() else ()
    return beside + installed
