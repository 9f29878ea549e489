"""Which files are pictures of which class, and what is wrong with names and folders, before a picture is decoded."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import Message, counted, msg, some
from bootstrap.errors.message import marked as _
from bootstrap.steps.dataset import entries
from bootstrap.steps.dataset.entries import DatasetFile, FoundFiles

FEWEST_PER_CLASS = 10
FEWEST_CLASSES = 2
PICTURES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".png", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif"}
)

_ARCHIVES = frozenset({".zip", ".tar", ".gz", ".tgz", ".7z", ".rar"})
_LONGEST_CLASS, _LONGEST_NAME = 60, 150
_MOST_UNUSED = 200
_WHERE = "event.yaml: dataset.source"


@dataclass(slots=True)
class Layout:
    """The pictures by class, in the order of class and path, and what else lies there.

    `left_out`: number of files that are no pictures by their ending; `unused`: paths of the first of them; `hidden`:
    number of those that only the computer needs.
    """

    pictures: list[tuple[str, DatasetFile]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    unused: list[str] = field(default_factory=list)
    hidden: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def there(self) -> int:
        """Number of files but the hidden ones."""
        return len(self.pictures) + sum(self.left_out.values())


def of(listing: FoundFiles) -> Layout:
    """Return how the files stand as <class>/<picture>, with or without one folder around all classes.

    Raises BadInput (EB-185) if the pictures are too large together.
    """
    found = Layout(hidden=listing.hidden, problems=list(listing.problems))
    pictures = []
    for each in listing.files:
        kind = entries.ending(each.parts[-1])
        if kind in PICTURES:
            pictures.append(each)
        else:
            found.left_out[kind] += 1
            if len(found.unused) < _MOST_UNUSED:
                found.unused.append(each.path)
    depth = 1 if _one_folder_around(pictures) else 0
    misplaced = [each for each in pictures if len(each.parts) - depth != 2]
    found.problems += _misplaced(misplaced, depth)
    if (total := sum(each.size for each in pictures)) > entries.LARGEST_TOTAL:
        raise BadInput([Problem("EB-185", msg("the pictures together have {size} GB", size=total >> 30), _WHERE)])
    for each in pictures:
        if len(each.parts) - depth != 2:
            continue
        problem = _problem_of(each)
        if problem is None:
            found.pictures.append((unicodedata.normalize("NFC", each.parts[depth]), each))
        else:
            found.problems.append(problem)
    found.problems += _class_names(found.pictures, depth)
    return found


def too_few(counts: Counter[str], left_out: Counter[str]) -> list[Problem]:
    """Return the problems of classes with too few pictures, and of too few classes."""
    ignored = entries.by_ending(left_out)
    found = []
    for label, count in sorted(counts.items()):
        if count < FEWEST_PER_CLASS:
            places = {"label": label, "count": count, "least": FEWEST_PER_CLASS}
            found.append(Problem("EB-183", _with_ignored(_FEW_PICTURES, ignored, places)))
    if len(counts) < FEWEST_CLASSES:
        places = {"count": len(counts), "names": ", ".join(sorted(counts)), "least": FEWEST_CLASSES}
        few = _FEW_CLASSES if counts else _NO_CLASSES
        packed = not counts and set(left_out) & _ARCHIVES
        fix = msg("Unpack the archive inside, or name it in dataset.source") if packed else ""
        found.append(Problem("EB-182", _with_ignored(few, ignored, places), _WHERE, fix=fix))
    return found


_FEW_PICTURES = _("class {label} has {count} readable pictures; at least {least} are needed")
_FEW_CLASSES = _("found {count} classes ({names}); at least {least} are needed")
_NO_CLASSES = _("found no classes; at least {least} are needed")


def _with_ignored(words: str, ignored: str, places: dict[str, object]) -> str:
    """The sentence, with the numbers of files by ending that are not used as pictures, if there are any."""
    what = Message(words, places)
    return msg("{what} (files not used as pictures: {ignored})", what=what, ignored=ignored) if ignored else what


def _one_folder_around(pictures: Sequence[DatasetFile]) -> bool:
    return len({each.parts[0] for each in pictures}) == 1 and all(len(each.parts) > 2 for each in pictures)


def _misplaced(pictures: Sequence[DatasetFile], depth: int) -> list[Problem]:
    """One problem for all pictures that are in no folder, and one for all that are in a folder too many."""
    loose = [each for each in pictures if len(each.parts) - depth < 2]
    deep = [each for each in pictures if len(each.parts) - depth > 2]
    found = []
    if loose:
        what = counted(
            "{count} picture is not in a class folder: {files}",
            "{count} pictures are not in a class folder: {files}",
            len(loose),
            files=_some(loose),
        )
        found.append(Problem("EB-186", what))
    if deep:
        what = counted(
            "{count} picture lies a folder too deep: {files}",
            "{count} pictures lie a folder too deep: {files}",
            len(deep),
            files=_some(deep),
        )
        tops = sorted({"/".join(each.parts[: depth + 1]) for each in deep})
        fix = msg(
            "The layout is <class>/<picture>. If {folders} hold a folder for each class: name one of them in "
            "dataset.source, or put their classes together; the tool splits off the validation itself",
            folders=", ".join(f"{each}/" for each in tops[:3]) + (", ..." if len(tops) > 3 else ""),
        )
        found.append(Problem("EB-186", what, _WHERE, fix=fix))
    return found


def _some(pictures: Sequence[DatasetFile]) -> str:
    return some([each.path for each in pictures], 3)


def _problem_of(picture: DatasetFile) -> Problem | None:
    name = picture.parts[-1]
    if picture.size > entries.LARGEST_PICTURE:
        return Problem("EB-185", msg("{file} has {size} MB", file=picture.path, size=picture.size >> 20))
    if not picture.size:
        return entries.unreadable(picture.path, msg("it is empty"))
    if len(name) > _LONGEST_NAME or not _printable(name):
        what = msg("the name of {file} is too long or has control characters", file=picture.path[:_SHOWN])
        return Problem("EB-195", what)
    return None


_SHOWN = 200


def _class_names(pictures: Sequence[tuple[str, DatasetFile]], depth: int) -> list[Problem]:
    """Names that zips, Ground Truth or people cannot tell apart or show. They become labels, folders and titles."""
    found: list[Problem] = []
    folders = {picture.parts[depth]: label for label, picture in pictures}
    alike: dict[str, list[str]] = {}
    for folder, label in sorted(folders.items()):
        alike.setdefault(label.casefold(), []).append(folder)
        if len(label) > _LONGEST_CLASS or not _printable(label) or label != label.strip() or "\\" in label:
            what = msg("the class name `{label}` cannot be used", label=label[:_SHOWN])
            fix = msg(
                "Rename the folder: up to {most} visible characters, no space at its ends, no backslash",
                most=_LONGEST_CLASS,
            )
            found.append(Problem("EB-195", what, fix=fix))
    for names in alike.values():
        if len(names) > 1:
            what = msg("the class names {names} differ only in capitals or accents' encoding", names=", ".join(names))
            found.append(Problem("EB-195", what, fix=msg("Put the pictures of one class into one folder")))
    return found


def _printable(text: str) -> bool:
    """True without control characters, lone surrogates, line separators and marks that turn the reading direction."""
    return not any(
        unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(each) in _TURNS
        for each in text
    )


_TURNS = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})
