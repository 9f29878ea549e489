"""The content of the teams' buckets, built once for all teams and kept in a cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import checkpoints, shipped, teaching
from bootstrap.event.dataset_settings import Dataset
from bootstrap.event.event import Event
from bootstrap.event.lab import Lab
from bootstrap.steps.dataset import item, packing, sources
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.dataset.item import Item
from bootstrap.steps.dataset.progress import Progress, notice, silent
from bootstrap.steps.dataset.sources import Source
from bootstrap.steps.dataset.survey import Survey

# Version of the format. A new one for each change of packing, so that old caches are not used.
_FORMAT = 5
_INDEX = "package.json"
_HOUR, _THREE_MONTHS = 3600, 90 * 86400
# What may be deleted, by the seconds since it was last written.
_TEMPORARY = {
    ".building-*": _HOUR, "downloads/*.part": _HOUR, f"*/{_INDEX}": _THREE_MONTHS, "downloads/*.zip": _THREE_MONTHS
}  # fmt: skip
# Files and folders of a lab that reach no bucket: settings, answers, what is for teachers, what systems leave, and the
# guide's pictures, which the web page shows: 64 more objects cost each team's upload 0.15 s of CPU.
_NEVER_TAUGHT = frozenset(
    {"lab.yaml", checkpoints.FILE, teaching.FILE, "teacher", "solution", "pictures", "__pycache__", "Thumbs.db"}
)


def build(event: Event, cache: Path, hub: Callable[[], Any] | None = None, progress: Progress = silent) -> Package:
    """Return the event's package, packed now or taken from `cache`, with the lab files as they are now.

    `hub`: makes an S3 client with the operator's own credentials (for a dataset in S3). Writes nothing to AWS.
    Raises BadInput with every problem of the dataset.
    """
    try:
        (cache / "downloads").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(cache, error) from error
    source = sources.open_source(event.dataset, event.folder, cache / "downloads", hub, progress)
    packed = _packed(event.dataset, source, cache, progress)
    for line in packed.lines:
        notice(progress, line)
    return replace(packed, items=packed.items + _lab_files(event))


def _packed(dataset: Dataset, source: Source, cache: Path, progress: Progress) -> Package:
    what = (_FORMAT, source.stamp, dataset.seed, dataset.validation_share)
    digest = hashlib.sha256(repr(what).encode()).hexdigest()[:16]
    home = cache / digest
    found = _load(home, digest)
    if found is not None:
        return found
    try:
        return _pack(dataset, source, home, progress)
    except OSError as error:
        raise _cannot_write(cache, error) from error


def _pack(dataset: Dataset, source: Source, home: Path, progress: Progress) -> Package:
    """Pack everything to `home`. Leave nothing there if that fails."""
    _tidy(home.parent)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=home.parent))
    try:
        spooled = building / "pictures"
        survey = Survey()
        pictures = packing.spool(source.read(survey), spooled, source.total, progress)
        parts = packing.split(pictures, dataset.seed, dataset.validation_share)
        kinds = packing.write(parts, spooled, building, dataset.size, progress)
        spooled.unlink()
        with ThreadPoolExecutor(2) as two:
            items = tuple(two.map(lambda each: item.of_file(each[0], each[1], building / each[0]), kinds.items()))
        index = {
            "classes": parts.classes,
            "training": len(parts.train),
            "validation": len(parts.validation),
            "survey": survey.as_json() if source.own else None,
            "items": [{name: getattr(each, name) for name in ("key", "data", "size", "etag")} for each in items],
        }
        (building / _INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
        if (found := _load(home, home.name)) is not None:
            # Another process was faster, and may be reading its files.
            return found
        shutil.rmtree(home, ignore_errors=True)
        building.replace(home)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    there = tuple(replace(each, path=str((home / each.key).resolve())) for each in items)
    lines = _lines(survey if source.own else None)
    return Package(home.name, parts.classes, len(parts.train), len(parts.validation), there, lines)


def _lines(survey: Survey | None) -> tuple[str, ...]:
    return tuple(survey.lines()) if survey else ()


def _load(home: Path, digest: str) -> Package | None:
    """The package at `home`; None if it is incomplete or damaged: damaged files would be uploaded again and again."""
    try:
        index = json.loads((home / _INDEX).read_text(encoding="utf-8"))
        items = tuple(item.of_file(each["key"], each["data"], home / each["key"]) for each in index["items"])
        if [(each.size, each.etag) for each in items] != [(each["size"], each["etag"]) for each in index["items"]]:
            return None
        lines = _lines(Survey.of_json(index["survey"]) if index["survey"] else None)
        with suppress(OSError):
            # Its age, for `_tidy`.
            os.utime(home / _INDEX)
        return Package(digest, tuple(index["classes"]), index["training"], index["validation"], items, lines)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _lab_files(event: Event) -> tuple[Item, ...]:
    """labs/<lab>/... of the labs that ask for lab files, and what all labs share, as they are on disk."""
    folders = shipped.lab_folders(event.folder)
    labs = [each for each in event.labs if "lab-files" in each.data and each.name in folders]
    files = [(lab.name, f"{lab.name}/{name}", path) for lab in labs for name, path in _taught(lab, folders[lab.name])]
    if labs:
        files += [("", name, path) for name, path in shipped.common_files(event.folder).items()]
    found: list[Item] = []
    problems: list[Problem] = []
    for lab in labs:
        try:
            found += _asked(lab, folders[lab.name])
        except BadInput as bad:
            problems += bad.problems
    for lab_name, name, path in files:
        key = f"labs/{name}"
        if _leads_out(path, event.folder.resolve()):
            what = msg("{key} is a link that leads out of the event's folder", key=key)
            fix = msg("Copy the file there, or delete the link: teams would get what it leads to")
            problems.append(Problem("EB-192", what, key, fix=fix))
            continue
        try:
            found.append(item.of_file(key, "lab-files", path, lab_name))
        except OSError as error:
            problems.append(
                Problem("EB-192", msg("{key} cannot be read: {reason}", key=key, reason=str(error.strerror)), key)
            )
    if problems:
        raise BadInput(problems)
    return tuple(found)


def _leads_out(path: Path, own: Path) -> bool:
    """Return True for a link in the event's own folder to elsewhere. An installation may consist of links."""
    return path.is_symlink() and path.is_relative_to(own) and not path.resolve().is_relative_to(own)


def _asked(lab: Lab, folder: Path) -> Iterator[Item]:
    """The lab's checkpoints, if it has some, without their answers. Raises BadInput."""
    if found := checkpoints.read(folder):
        key = f"labs/{lab.name}/{checkpoints.PACKED}"
        yield replace(item.of_bytes(key, "lab-files", checkpoints.packed(lab.name, found)), lab=lab.name)


def _taught(lab: Lab, folder: Path) -> Iterator[tuple[str, Path]]:
    """(name, file) of a lab without its answers and hidden files, then the tool's own modules that the lab uses."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not _NEVER_TAUGHT & set(parts) and not any(each.startswith(".") for each in parts):
            yield "/".join(parts), path
    for name in (f"{each}.py" for each in lab.modules):
        yield name, Path(packing.__file__).with_name(name)


def _tidy(cache: Path) -> None:
    """Delete what crashed runs have left unfinished, and what no run has used for three months."""
    for pattern, seconds in _TEMPORARY.items():
        for each in cache.glob(pattern):
            with suppress(OSError):
                if time.time() - each.stat().st_mtime < seconds:
                    continue
                if each.name == _INDEX:
                    shutil.rmtree(each.parent)
                elif each.is_dir():
                    shutil.rmtree(each)
                else:
                    each.unlink()


def _cannot_write(cache: Path, error: OSError) -> BadInput:
    what = msg("{folder} cannot be written: {reason}", folder=str(cache), reason=str(error.strerror))
    return BadInput([Problem("EB-191", what, str(cache))])
