"""Reads the dataset that event.yaml names, as JPEG pictures of one size, class after class."""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import PIL
from PIL import Image

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.dataset_settings import Dataset
from bootstrap.steps.dataset import converting, drawing, entries, fetch, folder_files, layout, zip_files
from bootstrap.steps.dataset.converting import Converted, TooLarge, TooSmall
from bootstrap.steps.dataset.entries import DatasetFile, UnreadableFile
from bootstrap.steps.dataset.layout import Layout
from bootstrap.steps.dataset.likeness import Likeness, Seen
from bootstrap.steps.dataset.progress import Progress, silent
from bootstrap.steps.dataset.survey import Survey

BUILTIN = "builtin:cars"

# Decoding takes most of the time, and Pillow releases the GIL. Number of threads, each with up to 150 MB; number of
# pictures in a batch.
_THREADS, _AT_ONCE = 4, 64
# So many bytes from the beginning have a picture's size in them, but for a few JPEGs with long notes before it.
_HEAD = 64 * 1024
_WHERE = "event.yaml: dataset.source"
# What an archive that was damaged on its way shows only when it is read.
_DAMAGE = frozenset({"EB-181", "EB-187"})


@dataclass(frozen=True, slots=True)
class DatasetPicture:
    """A picture of the dataset, ready to be packed.

    `name`: the file's name without folders; `jpeg`: square, RGB, of the dataset's size. `width`, `height`: as the file
    has it; `copy_of`: running number of an earlier picture of the class that looks almost the same.
    """

    label: str
    name: str
    jpeg: bytes
    width: int = 0
    height: int = 0
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset that can be read.

    `stamp`: the same for the same pictures; `total`: how many there are at most; `own`: the organiser's pictures.

    `read`: yields every good picture and fills the survey; at the end raises BadInput if there were bad ones.
    """

    stamp: str
    total: int
    read: Callable[[Survey], Iterator[DatasetPicture]]
    own: bool = True


def open_source(
    dataset: Dataset,
    folder: Path,
    downloads: Path,
    hub: Callable[[], Any] | None = None,
    progress: Progress = silent,
) -> Source:
    """Return the dataset's source; a remote one is downloaded to `downloads`. `folder`: start of relative paths.

    `hub`: makes an S3 client with the operator's own credentials, for s3:// only. Raises BadInput.
    """
    name = dataset.source
    if name == BUILTIN:
        return _builtin(dataset)
    if name.startswith(("https://", "s3://")):
        return _remote(dataset, downloads, hub, progress)
    path = folder / Path(name).expanduser()
    if path.is_dir():
        found = layout.of(folder_files.listing(path))
        return Source(_stamp(dataset, found), len(found.pictures), lambda survey: _read(found, dataset, survey))
    if path.is_file() and path.suffix.casefold() == ".zip":
        return _zipped(dataset, path, path.name)
    raise _none(name)


def check(dataset: Dataset, folder: Path) -> Survey | None:
    """Check what lies in the organiser's folder or zip, by names and the beginning of each picture; return the counts.

    None for a source that is drawn or lies elsewhere. Decodes no picture, so a damaged one may pass. Raises BadInput.
    """
    name = dataset.source
    if not dataset.own_files:
        return None
    path = folder / Path(name).expanduser()
    if path.is_dir():
        return _checked(layout.of(folder_files.listing(path)))
    if not path.is_file():
        raise _none(name)
    with closing(zip_files.opened(path, path.name)) as archive:
        return _checked(layout.of(zip_files.listing(archive)))


def _checked(found: Layout) -> Survey:
    problems, counts = list(found.problems), Counter[str]()
    with _bombs_refused():
        for label, entry in found.pictures:
            problem = _measured(entry)
            counts[label] += problem is None
            problems += [problem] if problem else []
    problems += layout.too_few(counts, found.left_out)
    if problems:
        raise BadInput(entries.bounded(problems))
    survey = _survey(found, Survey())
    survey.packed = len(found.pictures)
    return survey


def _measured(entry: DatasetFile) -> Problem | None:
    try:
        head = entry.read(_HEAD)
        converting.measure(head, whole=len(head) < _HEAD)
    except UnreadableFile as error:
        return _problem(entry, error)
    return None


def _none(name: str) -> BadInput:
    fix = msg(
        "use one of: {builtin}, a folder, a .zip file, {https}, {s3}",
        builtin=BUILTIN,
        https="https://...",
        s3="s3://bucket/key",
    )
    return BadInput([Problem("EB-180", msg("dataset {source} does not exist", source=name), _WHERE, fix=fix)])


def _builtin(dataset: Dataset) -> Source:
    def read(survey: Survey) -> Iterator[DatasetPicture]:
        for label, name, jpeg in drawing.pictures(dataset.seed, dataset.pictures_per_class, dataset.size):
            survey.there += 1
            survey.packed += 1
            yield DatasetPicture(label, name, jpeg, dataset.size, dataset.size)

    # Another version of Pillow may write other bytes for the same picture.
    what = (BUILTIN, drawing.VERSION, dataset.seed, dataset.pictures_per_class, dataset.size, PIL.__version__)
    total = len(drawing.LABELS) * dataset.pictures_per_class
    return Source(hashlib.sha256(repr(what).encode()).hexdigest(), total, read, own=False)


def _remote(dataset: Dataset, downloads: Path, hub: Callable[[], Any] | None, progress: Progress) -> Source:
    address = dataset.source
    if address.startswith("https://"):
        path = fetch.over_https(address, downloads, progress)
    else:
        path = fetch.from_s3(address, downloads, progress, hub)
    opened = _zipped(dataset, path, fetch.shown(address))

    def read(survey: Survey) -> Iterator[DatasetPicture]:
        try:
            yield from opened.read(survey)
        except BadInput as error:
            if any(each.code in _DAMAGE for each in error.problems):
                fetch.forget(address, downloads)
            raise

    return Source(opened.stamp, opened.total, read)


def _zipped(dataset: Dataset, path: Path, name: str) -> Source:
    def listed() -> Layout:
        with closing(zip_files.opened(path, name)) as archive:
            return layout.of(zip_files.listing(archive))

    def read(survey: Survey) -> Iterator[DatasetPicture]:
        with closing(zip_files.opened(path, name)) as archive:
            yield from _read(layout.of(zip_files.listing(archive)), dataset, survey)

    found = listed()
    return Source(_stamp(dataset, found), len(found.pictures), read)


def _stamp(dataset: Dataset, found: Layout) -> str:
    what = hashlib.sha256(repr((dataset.size, dataset.fit, PIL.__version__)).encode())
    for label, each in found.pictures:
        what.update(repr((label, each.parts, each.size, each.stamp)).encode())
    # What is left out or broken is part of what a run says.
    rest = (found.hidden, sorted(found.left_out.items()), [str(each.what) for each in found.problems])
    what.update(repr(rest).encode())
    return what.hexdigest()


def _survey(found: Layout, survey: Survey) -> Survey:
    survey.there, survey.hidden = found.there, found.hidden
    survey.left_out, survey.unused = found.left_out, found.unused
    return survey


def _read(found: Layout, dataset: Dataset, survey: Survey) -> Iterator[DatasetPicture]:
    _survey(found, survey)
    problems = list(found.problems)
    contradictions: list[Problem] = []
    counts: Counter[str] = Counter()
    likeness, rows, number = Likeness(), iter(found.pictures), 0
    with ThreadPoolExecutor(_THREADS) as pool:
        while some := list(islice(rows, _AT_ONCE)):
            for (label, entry), looked in zip(some, _looked_at(pool, some, dataset), strict=True):
                counts[label] += 0
                if isinstance(looked, Problem):
                    problems.append(looked)
                    continue
                this = Seen(label, entry.path, number)
                if (first := likeness.same(this, looked.jpeg)) is not None:
                    _repeated(this, first, survey, contradictions)
                    continue
                counts[label] += 1
                survey.packed += 1
                number += 1
                copy_of = _copied(this, likeness.alike(this, looked.look), survey)
                yield DatasetPicture(label, entry.parts[-1], looked.jpeg, looked.width, looked.height, copy_of)
    problems += contradictions + layout.too_few(counts, found.left_out)
    if problems:
        raise BadInput(entries.bounded(problems))


def _repeated(this: Seen, first: Seen, survey: Survey, contradictions: list[Problem]) -> None:
    if this.label == first.label:
        survey.same.append((this.path, first.path))
        return
    what = msg("{file} and {other} are the same picture, in two classes", file=first.path, other=this.path)
    contradictions.append(Problem("EB-193", what))


def _copied(this: Seen, other: Seen | None, survey: Survey) -> int | None:
    if other is None:
        return None
    if other.label != this.label:
        survey.confusable.append((this.path, other.path))
        return None
    survey.alike.append((this.path, other.path))
    return other.number


def _looked_at(pool: Executor, some: Iterable[tuple[str, DatasetFile]], dataset: Dataset) -> list[Converted | Problem]:
    """Decode some pictures in threads. Warning filters are the whole process's, so they are set around all threads."""
    with _bombs_refused():
        return list(pool.map(lambda row: _looked(row[1], dataset), some))


@contextmanager
def _bombs_refused() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _looked(entry: DatasetFile, dataset: Dataset) -> Converted | Problem:
    try:
        data = entry.read(entries.LARGEST_PICTURE + 1)
        if len(data) > entries.LARGEST_PICTURE:
            raise TooLarge(msg("more than {size} MB", size=entries.LARGEST_PICTURE >> 20))
        return converting.convert(data, dataset.size, dataset.fit)
    except UnreadableFile as error:
        return _problem(entry, error)


def _problem(entry: DatasetFile, error: UnreadableFile) -> Problem:
    if isinstance(error, TooLarge):
        return Problem("EB-185", msg("{file} is too large: {size}", file=entry.path, size=error.why))
    if isinstance(error, TooSmall):
        return Problem("EB-194", msg("{file} is too small or too narrow: {size}", file=entry.path, size=error.why))
    return entries.unreadable(entry.path, error.why)
