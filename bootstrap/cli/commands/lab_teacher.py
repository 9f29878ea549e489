"""The command `lab teacher`: notes and slides for whoever teaches the event's labs."""

from __future__ import annotations

import sys
from pathlib import Path

from bootstrap.cli.commands.choice import unwritable
from bootstrap.errors import READY, BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import checkpoints, shipped, teaching
from bootstrap.event import event as event_file
from bootstrap.event.event import Event
from bootstrap.report import problems, teacher_pack
from bootstrap.report.teacher_pack import Taught
from bootstrap.report.translations import LANGUAGES, shown

# The introduction, which belongs to no lab.
_INTRODUCTION = {"en": "Machine learning in ten minutes", "zh": "十分钟了解机器学习"}


def write(event_path: Path, folder: Path) -> int:
    """Write notes-LANGUAGE.html and slides-LANGUAGE.html into the folder; return the exit code.

    Raises BadInput with every problem of the files that a teacher has written; EB-409 if the folder cannot be written.
    """
    event = event_file.read(event_path)
    labs = _taught(event)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for language in LANGUAGES:
            for name, made in (("notes", teacher_pack.notes), ("slides", teacher_pack.slides)):
                path = folder / f"{name}-{language}.html"
                path.write_text(made(event.name, labs, language), encoding="utf-8")
                problems.print_to(sys.stdout, shown(msg("wrote {path}", path=str(path))))
    except OSError as error:
        raise BadInput([unwritable(folder, error)]) from None
    return READY


def _taught(event: Event) -> list[Taught]:
    folders, found, wrong = shipped.lab_folders(event.folder), [], list[Problem]()
    common = shipped.teacher_folder(event.folder)
    places = [("", _INTRODUCTION, common)] if common else []
    places += [(each.name, {"en": each.title, "zh": each.title_zh or each.title}, folders[each.name])
               for each in event.labs]  # fmt: skip
    for name, titles, folder in places:
        try:
            said, asked = teaching.read(folder), checkpoints.read(folder)
        except BadInput as bad:
            wrong += bad.problems
            continue
        if said or asked:
            found.append(Taught(name, titles, said or teaching.Teaching(), asked, folder))
    if wrong:
        raise BadInput(wrong)
    return found
