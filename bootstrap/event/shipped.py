"""Find labs, templates and starter files: first in the event's own folder, then in the installation."""

from __future__ import annotations

import site
import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_SHARE = Path("share", "event-bootstrap")
_QUIZ = Path("labs", "quiz", "questions.yaml")
_OWN_LAB = Path("templates", "own-lab")
# Pages for the participants of every lab, by the name that addresses use: files below labs/, without their endings.
COMMON_PAGES: Mapping[str, str] = {
    "introduction": "introduction",
    "preparation": "preparation",
    "diagram": "diagram/task",
}
LANGUAGE_ENDINGS: Mapping[str, str] = {"en": ".md", "zh": ".zh-CN.md"}
_CHECKPOINTS = "checkpoints.py"


def lab_folders(event_folder: Path | None = None) -> Mapping[str, Path]:
    """Return lab name -> folder. A lab in the event's own folder replaces a shipped one of the same name."""
    found: dict[str, Path] = {}
    for root in _roots(event_folder):
        for file in sorted(root.glob("labs/*/lab.yaml")):
            found.setdefault(file.parent.name, file.parent)
    return dict(sorted(found.items()))


def common_files(event_folder: Path | None = None) -> Mapping[str, Path]:
    """Return path below labs/ -> file of what belongs to no single lab: pages, their pictures, `checkpoints.py`.

    A page in the event's own folder replaces the shipped one in every language.
    """
    found: dict[str, Path] = {}
    for root in (each / "labs" for each in _roots(event_folder)):
        for page in COMMON_PAGES.values():
            names = [f"{page}{ending}" for ending in LANGUAGE_ENDINGS.values()]
            if not found.keys() & set(names):
                found |= {each: root / each for each in names if (root / each).is_file()}
        others = [*root.glob("pictures/*"), root / _CHECKPOINTS]
        for file in (each for each in others if each.is_file() and not each.name.startswith(".")):
            found.setdefault(file.relative_to(root).as_posix(), file)
    return dict(sorted(found.items()))


def teacher_folder(event_folder: Path | None = None) -> Path | None:
    """Return the folder labs/ with the teacher's slides of the introduction: the event's own or the shipped one."""
    return next((each / "labs" for each in _roots(event_folder) if (each / "labs" / "teacher.yaml").is_file()), None)


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


def own_lab_folder() -> Path:
    """Return the folder with the files of `lab new`. Raises FileNotFoundError."""
    for root in _roots(None):
        if (root / _OWN_LAB / "lab.yaml").is_file():
            return root / _OWN_LAB
    raise FileNotFoundError(_OWN_LAB.as_posix())


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
