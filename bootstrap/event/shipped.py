"""Where labs, templates and starter files are: the event's own folder, then what came with the tool."""

from __future__ import annotations

import site
import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_SHARE = Path("share", "event-bootstrap")
_QUIZ = Path("labs", "quiz", "questions.yaml")


def lab_folders(event_folder: Path | None = None) -> Mapping[str, Path]:
    """Lab name -> its folder. A lab in the event's own folder stands before a shipped one of the same name."""
    found: dict[str, Path] = {}
    for root in _roots(event_folder):
        for file in sorted(root.glob("labs/*/lab.yaml")):
            found.setdefault(file.parent.name, file.parent)
    return dict(sorted(found.items()))


def quiz_file(event_folder: Path | None = None) -> Path | None:
    """The questions of the quiz: the event's own, or the shipped ones; None if the installation lacks them."""
    return next((each for root in _roots(event_folder) if (each := root / _QUIZ).is_file()), None)


def template_folders(event_folder: Path | None = None) -> tuple[Path, ...]:
    """The folders that hold CloudFormation templates, first come first served: a search path for jinja2."""
    folders = (root / "templates" / "cloudformation" for root in _roots(event_folder))
    return tuple(dict.fromkeys(each for each in folders if each.is_dir()))


def starter_file(name: str) -> Path:
    """The shipped accounts.csv, event.yaml or access.yaml. Raises FileNotFoundError if the installation lacks it."""
    for folder in (*_roots(None), *template_folders()):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(name)


def _roots(event_folder: Path | None) -> tuple[Path, ...]:
    own = (event_folder.resolve(),) if event_folder is not None else ()
    return own + _came_with(__file__)


@cache
def _came_with(module: str) -> tuple[Path, ...]:
    """Kept: each template of each account asks for it."""
    checkout = Path(module).resolve().parents[2]
    installed = (Path(sysconfig.get_path("data")) / _SHARE, Path(site.getuserbase()) / _SHARE)
    # In an installed tool the package's neighbours are other packages, of which one may be called "labs".
    beside = (checkout,) if (checkout / "templates" / "cloudformation").is_dir() else ()
    return beside + installed
