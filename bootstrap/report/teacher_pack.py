"""The teacher's pack: notes with the answers of all checkpoints, and slides, as HTML pages that need no network."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import Explanation
from bootstrap.event import teaching
from bootstrap.event.checkpoints import LETTERS, Checkpoint
from bootstrap.event.quiz import Text
from bootstrap.event.teaching import Slide, Teaching
from bootstrap.report import page, words

_FOLD = re.compile(rb' data-fold="(\d+)"')
_BOX = re.compile(rb'width="(?P<wide>\d+)" height="\d+" viewBox="[^"]*"')


@dataclass(frozen=True, slots=True)
class Taught:
    """One lab as a teacher needs it. `titles` by language; `folder` holds its pictures."""

    name: str
    titles: Mapping[str, str]
    teaching: Teaching
    checkpoints: Sequence[Checkpoint]
    folder: Path

    @property
    def minutes(self) -> int:
        """Sum of the sections' minutes."""
        return sum(each.minutes for each in self.teaching.sections)


def notes(event: str, labs: Sequence[Taught], language: str) -> str:
    """Return the notes in one language: minutes, talking points, mistakes with what doctor says, and answers."""
    return page.render(
        "teacher.html", language=language, event=event, labs=labs, said=_said(language), asked=_asked,
        elsewhere=_elsewhere, letters=LETTERS,
        explained=_explained(language),
    )  # fmt: skip


def slides(event: str, labs: Sequence[Taught], language: str) -> str:
    """Return the slides in one language; the pictures stand in the page."""

    def drawn(lab: Taught, slide: Slide) -> list[str]:
        file = teaching.picture(lab.folder, slide.picture, language) if slide.picture else None
        # Pictures come with the labs, or are the organiser's own.
        whole = file.read_bytes() if file else b""
        halves = [whole] if slide.points else _halves(whole)
        return [base64.b64encode(each).decode("ascii") for each in halves if each]

    return page.render(
        "slides.html", language=language, event=event, labs=labs, said=_said(language), drawn=drawn
    )  # fmt: skip


def _halves(drawing: bytes) -> list[bytes]:
    """Return a tall drawing in two halves, the upper one first, or as it is: a slide is wide."""
    opening, end, rest = drawing.partition(b">")
    found = _FOLD.search(opening)
    if not found:
        return [drawing]
    fold, wide = int(found[1]), rb"\g<wide>"
    # Both halves are as high as the upper one, so that a page shows them at one scale.
    return [
        _BOX.sub(b'width="%s" height="%d" viewBox="0 %d %s %d"' % (wide, fold, top, wide, fold), opening) + end + rest
        for top in (0, fold)
    ]


def _said(language: str) -> Callable[[Text], str]:
    return lambda text: text.zh if language == "zh" else text.en


def _explained(language: str) -> Callable[[str], Explanation | None]:
    def of(code: str) -> Explanation | None:
        return words.explanation(code, language)

    return of


def _asked(lab: Taught, section: str) -> list[Checkpoint]:
    return [] if _elsewhere(lab) else [each for each in lab.checkpoints if each.section == section]


def _elsewhere(lab: Taught) -> bool:
    """Return True if checkpoints follow other sections than the guide's: those of a notebook."""
    return not {each.section for each in lab.checkpoints} <= {each.section for each in lab.teaching.sections}
