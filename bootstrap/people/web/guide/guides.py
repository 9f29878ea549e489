"""Files of the pages for participants: guides of labs, the pages that all labs share, and their pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from bootstrap.event import lab_pages, shipped
from bootstrap.event.lab_pages import PICTURES

_GUIDE = {"en": ("guide.md", "guide.zh-CN.md"), "zh": ("guide.zh-CN.md", "guide.md")}
# The beginning of a drawing, in which its size stands, in bytes.
_BEGINNING = 2000
_VIEW_BOX = re.compile(rb"""<svg\b[^>]*?\bviewBox=["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")


def file(event_folder: Path, lab: str, language: str) -> Path | None:
    """Return the lab's guide, in the other language if there is none in this one; None if there is no guide."""
    folder = shipped.lab_folders(event_folder).get(lab)
    names = _GUIDE[language] if folder else ()
    return next((folder / each for each in names if folder and (folder / each).is_file()), None)


def in_language(guide: Path, language: str) -> bool:
    """Return True if the lab's guide is written in this language."""
    return guide.name == _GUIDE[language][0]


def common(event_folder: Path, language: str) -> Mapping[str, Path]:
    """Return name -> file of the pages that all labs share, in the other language where there is none in this one."""
    files, found = shipped.common_files(event_folder), {}
    endings = sorted(shipped.LANGUAGE_ENDINGS, key=lambda each: each != language)
    for name, page in shipped.COMMON_PAGES.items():
        there = (files.get(f"{page}{shipped.LANGUAGE_ENDINGS[each]}") for each in endings)
        if (first := next(filter(None, there), None)) is not None:
            found[name] = first
    return found


def title(page: Path) -> str:
    """Return the page's first heading; its name if it has none."""
    lines = lab_pages.text(page).splitlines()
    return next((each[2:].strip() for each in lines if each.startswith("# ")), page.stem)


def titles(event_folder: Path, language: str) -> Mapping[str, str]:
    """Return name -> title of the pages that all labs share."""
    return {name: title(page) for name, page in common(event_folder, language).items()}


def picture(event_folder: Path, lab: str | None, name: str) -> Path | None:
    """Return a picture of the lab's folder of pictures; without a lab, one that all labs share.

    None for what is no picture there, of another kind, too large, or a link that leads out of the lab.
    """
    if lab is None:
        return _checked(shipped.common_files(event_folder).get(f"{PICTURES}/{name}"))
    folder = shipped.lab_folders(event_folder).get(lab)
    # Looked up in the listing: a name from an address never becomes a path.
    listed = (folder / PICTURES).iterdir() if folder and (folder / PICTURES).is_dir() else ()
    return _checked(next((each for each in listed if each.name == name), None))


def size(found: Path) -> tuple[int, int]:
    """Return a picture's width and height, by which a browser keeps room for it; zeros if they cannot be read."""
    try:
        if found.suffix.lower() == ".svg":
            with found.open("rb") as drawing:
                box = _VIEW_BOX.search(drawing.read(_BEGINNING))
            return (round(float(box[1])), round(float(box[2]))) if box else (0, 0)
        with Image.open(found) as opened:
            return opened.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return (0, 0)


def _checked(found: Path | None) -> Path | None:
    return found if found is not None and lab_pages.shown(found) else None
