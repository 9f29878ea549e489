"""The guides and common pages of an event's labs, as teams will see them: their pictures and questions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import checkpoints, shipped, teaching
from bootstrap.event.event import Event
from bootstrap.reading import decoding

PICTURES = "pictures"
# Kinds of pictures that pages show, by their endings.
KINDS: Mapping[str, str] = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
# Of a picture and of a page, in bytes. Of a longer page the rest is not shown.
LARGEST = 4 * 1024**2
_LONGEST = 1024**2
_GUIDES = ("guide.md", "guide.zh-CN.md")
_BLOCK = re.compile(r"^ *(?:> *)*```.*?^ *(?:> *)*```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"!\[[^\]]*\]\(<?([^)\s>]+)")


def check(event: Event) -> None:
    """Raises BadInput with every picture that cannot be shown, and every mistake in questions and teacher's notes."""
    folders, common = shipped.lab_folders(event.folder), shipped.common_files(event.folder)
    problems: list[Problem] = []
    for lab in (each.name for each in event.labs if each.name in folders):
        own = {f"{lab}/{PICTURES}/{each.name}": each for each in (folders[lab] / PICTURES).glob("*")}
        for page in (each for each in _GUIDES if (folders[lab] / each).is_file()):
            problems += _pictures(folders[lab] / page, f"{lab}/{page}", {**common, **own})
        for read in (checkpoints.read, teaching.read):
            try:
                read(folders[lab])
            except BadInput as bad:
                problems += bad.problems
    for name, file in common.items():
        problems += _pictures(file, name, common) if file.suffix == ".md" else ()
    if problems:
        raise BadInput(problems)


def text(page: Path) -> str:
    """Return a page's text, in the encoding that its editor chose. Raises OSError."""
    with page.open("rb") as file:
        data = file.read(_LONGEST)
    try:
        return decoding.text_of(data)
    except UnicodeError:
        return data.decode("utf-8", "replace")


def shown(picture: Path) -> bool:
    """Return True for a file in a folder of pictures that pages may show: no link that leads out of the lab."""
    if picture.suffix.lower() not in KINDS or picture.name.startswith(".") or not picture.is_file():
        return False
    inside = picture.resolve().is_relative_to(picture.parent.parent.resolve())
    return inside and picture.stat().st_size <= LARGEST


def _pictures(page: Path, path: str, files: Mapping[str, Path]) -> Iterator[Problem]:
    """Yield a problem for each picture that the page names and `files` do not have. Paths are below labs/."""
    for named in dict.fromkeys(_NAMED.findall(_BLOCK.sub("", text(page)))):
        found = files.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(named))))
        if found is None or not shown(found):
            yield Problem("EB-687", msg("the picture {name} cannot be shown", name=named), f"labs/{path}")
