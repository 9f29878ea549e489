"""The files that `event-bootstrap lab new` writes: a small lab that works, to be changed into one's own."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import shipped, starter

LABS = "labs"
LAB = "lab.yaml"
# As the example calls itself.
_NAME, _TITLE, _TITLE_ZH = "my-lab", "My lab", "我的实验"
_ALLOWED = re.compile(r"[a-z][a-z0-9-]{1,29}")
# Folders beside the labs, which hold something else.
_TAKEN = frozenset({"checkpoints", "diagram", "pictures", "quiz", "teacher"})
_LONGEST = 120


def write(event_folder: Path, name: str, title: str = "", title_zh: str = "") -> tuple[Path, ...]:
    """Write labs/<name>/ beside event.yaml; return the files. Nothing that is there is overwritten.

    Raises BadInput: EB-616 for a name or title that cannot be used, EB-149, EB-150.
    """
    folder = event_folder / LABS / name
    if not event_folder.is_dir():
        fix = msg("Correct --event, or make the folder first")
        raise BadInput([Problem("EB-616", msg("there is no such folder"), str(event_folder), fix=fix)])
    _check(folder, name, (title, title_zh))
    words = (title or name, title_zh or title or name)
    try:
        source = shipped.own_lab_folder()
    except FileNotFoundError as error:
        what = msg("the installation has no {file}", file=error.args[0])
        raise BadInput([Problem("EB-150", what, fix=msg("Install event-bootstrap again"))]) from None
    written: list[Path] = []
    try:
        folder.mkdir(parents=True)
        for each in sorted(path for path in source.rglob("*") if path.is_file()):
            made = folder / each.relative_to(source)
            made.parent.mkdir(exist_ok=True)
            with made.open("x", encoding="utf-8", newline="\n") as file:
                written.append(made)
                file.write(_renamed(each, name, *words))
    except OSError as error:
        for path in (*written, *sorted({each.parent for each in written} | {folder}, reverse=True)):
            _take_away(path)
        what = msg("the folder cannot be written: {error}", error=error.strerror)
        raise BadInput([Problem("EB-149", what, str(folder), fix=msg("Name a folder that you may write to"))]) from None
    return tuple(written)


def _check(folder: Path, name: str, titles: tuple[str, ...]) -> None:
    found = []
    if not _ALLOWED.fullmatch(name):
        fix = msg("Write 2 to 30 characters a-z, 0-9 and -, beginning with a letter")
        found.append(Problem("EB-616", msg("`{name}` cannot be the name of a lab", name=name[:60]), fix=fix))
    elif name in _TAKEN or name in shipped.lab_folders():
        what = msg("`{name}` is the name of something that event-bootstrap brings", name=name)
        found.append(Problem("EB-616", what, fix=msg("Choose another name")))
    elif folder.exists() or folder.is_symlink():
        fix = msg("Choose another name, or move the folder away; nothing was written")
        found.append(Problem("EB-616", msg("the folder exists already"), str(folder), fix=fix))
    for each in titles:
        if len(each) > _LONGEST or not each.isprintable():
            what = msg("`{title}` cannot be a title", title=each[:60])
            fix = msg("Write one line of at most {most} characters", most=_LONGEST)
            found.append(Problem("EB-616", what, fix=fix))
    if found:
        raise BadInput(found)


def _renamed(path: Path, name: str, title: str, title_zh: str) -> str:
    text = path.read_text(encoding="utf-8")
    words = {_NAME: name, _TITLE: title, _TITLE_ZH: title_zh}
    if path.suffix == ".yaml":
        words = {f'"{each}"': json.dumps(words[each], ensure_ascii=False) for each in (_TITLE, _TITLE_ZH)} | words
    # All in one go: a title may itself have such words in it.
    text = re.sub("|".join(map(re.escape, words)), lambda word: words[word[0]], text)
    schema = starter.SCHEMAS / "lab.schema.json"
    return f"# yaml-language-server: $schema=../../{schema.as_posix()}\n{text}" if path.name == LAB else text


def _take_away(path: Path) -> None:
    # What made the folder unwritable may keep it from being emptied, too.
    with suppress(OSError):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
