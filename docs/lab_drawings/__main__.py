"""Draws the pictures of the labs: labs/<lab>/pictures/ and labs/pictures/, each in English and in Chinese.

Run it from the repository: python docs/lab_drawings
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import forms
import yaml
from lessons import lesson
from overview import overview
from scenes import SCENES

HERE = Path(__file__).resolve().parent
LABS = HERE.parents[1] / "labs"
ENDINGS = {"en": ".svg", "zh": ".zh-CN.svg"}


def data(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def place(name: str, language: str) -> Path:
    """Return where the picture lies: "tuning/overview" in the lab's own folder, "day" beside the labs."""
    *lab, own = name.split("/")
    return LABS.joinpath(*lab, "pictures", own + ENDINGS[language])


def pictures() -> dict[Path, str]:
    """Return every picture of the labs, by path."""
    console, flows, lessons = (data(f"{each}.yaml") for each in ("forms", "overviews", "lessons"))
    made: dict[Path, str] = {}
    for language in ENDINGS:
        for name, page in console["forms"].items():
            made[place(name, language)] = forms.form(name, page, console["words"], language, SCENES)
        made |= {place(name, language): overview(name, flow, language) for name, flow in flows.items()}
        made |= {place(name, language): lesson(name, words, language) for name, words in lessons.items()}
    return made


if __name__ == "__main__":
    for path, drawn in pictures().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
