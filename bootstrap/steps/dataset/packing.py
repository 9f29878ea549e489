"""Packs pictures into the files of a package: RecordIO, archive, pictures to label, list of classes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.steps.dataset import recordio, stratified
from bootstrap.steps.dataset.contents import LABELLING
from bootstrap.steps.dataset.progress import Progress
from bootstrap.steps.dataset.sources import DatasetPicture

TRAIN, VALIDATION = "train/train.rec", "validation/validation.rec"
CLASSES, LABELS, ARCHIVE = "classes.json", "labels.json", "car_data.zip"
LABELLING_PICTURES = 24
# The tuning lab's mini batch. The algorithm refuses a batch larger than the training data.
FEWEST_TRAINING = 30

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Spooled:
    """A picture in the spool file, `size` bytes from `start`: memory then does not grow with the dataset.

    `copy_of`: place in the list of an earlier picture of the class that looks almost the same.
    """

    label: str
    name: str
    start: int
    size: int
    copy_of: int | None = None

    @property
    def member(self) -> str:
        """Its name in the archive, by which the notebook lab knows it."""
        return f"{self.label}/{self.name}"


@dataclass(frozen=True, slots=True)
class Split:
    """The dataset's pictures by use. `classes`: sorted; `share`: of each class for validation, 0 to 1.

    `together`: names in the archive of pictures that look almost the same, which the split keeps on one side.
    """

    classes: tuple[str, ...]
    train: tuple[Spooled, ...]
    validation: tuple[Spooled, ...]
    labelling: tuple[Spooled, ...]
    seed: int
    share: float
    together: tuple[tuple[str, ...], ...] = ()


def spool(pictures: Iterable[DatasetPicture], path: Path, total: int, progress: Progress) -> list[Spooled]:
    """Write every picture to one file. Names in a class are made unique, also without regard to case."""
    found: list[Spooled] = []
    taken: set[tuple[str, str]] = set()
    with path.open("wb") as file:
        for number, each in enumerate(pictures, start=1):
            name = f"{Path(each.name).stem}.jpg"
            if (each.label, name.casefold()) in taken:
                name = f"{Path(each.name).stem}-{number}.jpg"
            taken.add((each.label, name.casefold()))
            found.append(Spooled(each.label, name, file.tell(), file.write(each.jpeg), each.copy_of))
            progress(msg("preparing pictures"), number, total)
    return found


def split(pictures: Sequence[Spooled], seed: int, share: float) -> Split:
    """Split each class by the same share, shuffled by the seed. Raises BadInput (EB-190) for too few, or all alike.

    The order of names in the archive is the input, so that the notebook lab makes the same files from the archive.
    """
    in_order = sorted(pictures, key=lambda each: (each.label, each.name))
    together = _together(pictures)
    train, validation = stratified.split(_by_class(in_order), seed, share, together)
    if len(train) < FEWEST_TRAINING:
        what = msg(
            "{count} of {total} pictures are left for training; {needed} are needed",
            count=len(train),
            total=len(pictures),
            needed=FEWEST_TRAINING,
        )
        raise BadInput([Problem("EB-190", what, "event.yaml: dataset")])
    if alone := sorted({each.label for each in train} - {each.label for each in validation}):
        what = msg(
            "no picture of {classes} is left for validation: all of a class look the same", classes=", ".join(alone)
        )
        raise BadInput([Problem("EB-190", what, "event.yaml: dataset")])
    # Pictures to learn from first: lab 2 can train with the team's own labels, and none of them may do nothing.
    classes = _by_class((*train, *validation))
    chosen = _in_turn([classes[label] for label in sorted(classes)])[:LABELLING_PICTURES]
    Random(f"{seed}/labelling").shuffle(chosen)
    names = tuple(sorted(tuple(sorted(each.member for each in group)) for group in together))
    return Split(tuple(sorted(classes)), tuple(train), tuple(validation), tuple(chosen), seed, share, names)


def _together(pictures: Sequence[Spooled]) -> list[list[Spooled]]:
    """Return the groups of pictures that look almost the same."""
    groups: dict[int, list[Spooled]] = {}
    first: dict[int, int] = {}
    for number, each in enumerate(pictures):
        first[number] = number if each.copy_of is None else first[each.copy_of]
        groups.setdefault(first[number], []).append(each)
    return [each for each in groups.values() if len(each) > 1]


def write(parts: Split, spooled: Path, folder: Path, size: int, progress: Progress) -> dict[str, str]:
    """Write all files of the package below `folder`; return by key their kind in lab.yaml.

    The archive is written at the same time as the records and takes as long: it reports no progress of its own.
    """
    everything = sorted((*parts.train, *parts.validation), key=lambda each: (each.label, each.name))
    with ThreadPoolExecutor(1) as beside, spooled.open("rb") as file:
        archived = beside.submit(_archive, folder / ARCHIVE, everything, spooled)
        for key, pictures in ((TRAIN, parts.train), (VALIDATION, parts.validation)):
            _record(folder / key, pictures, file, parts.classes, progress)
        found = _labelling(parts.labelling, file, folder)
        archived.result()
    _json(folder / CLASSES, {
        "classes": parts.classes,
        "num_classes": len(parts.classes),
        "num_training_samples": len(parts.train),
        "num_validation_samples": len(parts.validation),
        "picture_size": size,
        "seed": parts.seed,
        "validation_share": parts.share,
        **({"together": parts.together} if parts.together else {}),
    })  # fmt: skip
    labels = [{"label": each} for each in parts.classes]
    _json(folder / LABELS, {"document-version": "2018-11-28", "labels": labels})
    whole = dict.fromkeys((TRAIN, VALIDATION, CLASSES), "recordio") | {ARCHIVE: "archive", LABELS: "labelling"}
    return whole | dict.fromkeys(found, "labelling")


def _labelling(pictures: Sequence[Spooled], spooled: BinaryIO, folder: Path) -> list[str]:
    """Write the pictures to label; return their keys. The names do not tell the class, which people have to find."""
    (folder / LABELLING).mkdir()
    keys = [f"{LABELLING}/car-{number:02d}.jpg" for number in range(1, len(pictures) + 1)]
    for key, each in zip(keys, pictures, strict=True):
        (folder / key).write_bytes(jpeg(spooled, each))
    return keys


def _by_class(pictures: Iterable[Spooled]) -> dict[str, list[Spooled]]:
    found: dict[str, list[Spooled]] = {}
    for each in pictures:
        found.setdefault(each.label, []).append(each)
    return found


def _in_turn(classes: list[list[Spooled]]) -> list[Spooled]:
    longest = max(len(each) for each in classes)
    return [each[at] for at in range(longest) for each in classes if at < len(each)]


def _record(
    path: Path, pictures: Sequence[Spooled], spooled: BinaryIO, classes: Sequence[str], progress: Progress
) -> None:
    path.parent.mkdir(parents=True)
    numbers = {label: float(number) for number, label in enumerate(classes)}
    what = msg("packing {file}", file=path.name)
    with path.open("wb") as file:
        for number, each in enumerate(pictures):
            picture = recordio.Picture(numbers[each.label], number, jpeg(spooled, each))
            recordio.write(file, recordio.pack(picture))
            progress(what, number + 1, len(pictures))


def _archive(path: Path, pictures: Sequence[Spooled], spooled: Path) -> None:
    """Write a zip with the same bytes every time: without times, and without compression, useless for JPEGs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive, spooled.open("rb") as file:
        for each in pictures:
            member = zipfile.ZipInfo(each.member, _EPOCH)
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, jpeg(file, each))


def jpeg(spooled: BinaryIO, picture: Spooled) -> bytes:
    """Return one picture of the spool file."""
    spooled.seek(picture.start)
    return spooled.read(picture.size)


def _json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
