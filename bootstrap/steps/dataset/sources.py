"""Reads the dataset that event.yaml names, as JPEG pictures of one size, class after class."""

from __future__ import annotations

import hashlib
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import PIL
from PIL import ExifTags, Image, ImageOps

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import Message, counted, msg
from bootstrap.errors.message import marked as _
from bootstrap.event.dataset_settings import Dataset
from bootstrap.steps.dataset import drawing, entries, fetch
from bootstrap.steps.dataset.entries import DatasetFile
from bootstrap.steps.dataset.progress import Progress, silent

BUILTIN = "builtin:cars"
FEWEST_PER_CLASS = 10
FEWEST_CLASSES = 2

_MOST_PIXELS = 50_000_000
_MOST_PROBLEMS = 50
# Decoding takes most of the time, and Pillow releases the GIL. Number of threads, each with up to 150 MB; number of
# pictures in a batch.
_THREADS, _AT_ONCE = 4, 64
_QUALITY = 90
_WHERE = "event.yaml: dataset.source"


@dataclass(frozen=True, slots=True)
class DatasetPicture:
    """A picture of the dataset, ready to be packed.

    `name`: the file's name without folders; `jpeg`: square, RGB, of the dataset's size.
    """

    label: str
    name: str
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset that can be read.

    `stamp`: the same for the same pictures; `total`: how many there are at most.

    `read`: yields every good picture, and at the end raises BadInput if there were bad ones.
    """

    stamp: str
    total: int
    read: Callable[[], Iterator[DatasetPicture]]


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
    if name.startswith("https://"):
        path = fetch.over_https(name, downloads, progress)
    elif name.startswith("s3://"):
        path = fetch.from_s3(name, downloads, progress, hub)
    else:
        path = folder / Path(name).expanduser()
    if path.is_dir():
        found = entries.in_folder(path)
        return Source(_stamp(dataset, found), len(found), lambda: _read(found, dataset.size))
    if path.is_file() and (path.suffix.lower() == ".zip" or "://" in name):
        with closing(_archive(path)) as archive:
            found = entries.in_zip(archive)
        return Source(_stamp(dataset, found), len(found), lambda: _read_zip(path, dataset.size))
    fix = msg(
        "use one of: {builtin}, a folder, a .zip file, {https}, {s3}",
        builtin=BUILTIN,
        https="https://...",
        s3="s3://bucket/key",
    )
    raise BadInput([Problem("EB-180", msg("dataset {source} does not exist", source=name), _WHERE, fix=fix)])


def square(data: bytes, size: int) -> bytes:
    """Return the picture's middle as a JPEG of `size` x `size`; returned unchanged if already in that form.

    Raises ValueError for bytes that are no picture, or a picture that is too large.
    """
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
            return _square(image, data, size)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _TooLarge(str(error)) from error
    except _TooLarge:
        raise
    except Exception as error:  # Pillow's decoders raise any exception for damaged bytes.
        raise ValueError(f"{type(error).__name__}: {error}") from error


class _TooLarge(ValueError):
    pass


def _square(image: Image.Image, data: bytes, size: int) -> bytes:
    if image.width * image.height > _MOST_PIXELS:
        raise _TooLarge(msg("{width} x {height} pixels", width=image.width, height=image.height))
    # A camera may store the picture turned, and note that in EXIF.
    upright = image.getexif().get(ExifTags.Base.Orientation, 1) == 1
    if (image.format, image.mode, image.size, upright) == ("JPEG", "RGB", (size, size), True):
        # Reads all bytes, which finds damaged files, but decodes fewer pixels.
        image.draft("L", (1, 1))
        image.load()
        return data
    turned = ImageOps.exif_transpose(image).convert("RGB")
    fitted = ImageOps.fit(turned, (size, size), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    fitted.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _builtin(dataset: Dataset) -> Source:
    def read() -> Iterator[DatasetPicture]:
        drawn = drawing.pictures(dataset.seed, dataset.pictures_per_class, dataset.size)
        return (DatasetPicture(*each) for each in drawn)

    # Another version of Pillow may write other bytes for the same picture.
    what = (BUILTIN, dataset.seed, dataset.pictures_per_class, dataset.size, PIL.__version__)
    total = len(drawing.LABELS) * dataset.pictures_per_class
    return Source(hashlib.sha256(repr(what).encode()).hexdigest(), total, read)


def _stamp(dataset: Dataset, found: list[DatasetFile]) -> str:
    what = hashlib.sha256(repr((dataset.size, PIL.__version__)).encode())
    for each in found:
        what.update(repr((each.parts, each.size, each.stamp)).encode())
    return what.hexdigest()


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        what = msg("{file} is not a readable zip: {error}", file=path.name, error=str(error))
        raise BadInput([Problem("EB-187", what, _WHERE)]) from error


def _read_zip(path: Path, size: int) -> Iterator[DatasetPicture]:
    with closing(_archive(path)) as archive:
        yield from _read(entries.in_zip(archive), size)


def _read(found: list[DatasetFile], size: int) -> Iterator[DatasetPicture]:
    problems: list[Problem] = []
    misplaced: list[Problem] = []
    counts: Counter[str] = Counter()
    rows = entries.by_class(found, misplaced)
    with ThreadPoolExecutor(_THREADS) as pool:
        while some := list(islice(rows, _AT_ONCE)):
            for (label, entry), looked in zip(some, _looked_at(pool, some, size), strict=True):
                counts[label] += isinstance(looked, bytes)
                if isinstance(looked, bytes):
                    yield DatasetPicture(label, entry.parts[-1], looked)
                else:
                    problems.append(looked)
    problems += misplaced + _too_few(counts, entries.others(found))
    if problems:
        raise BadInput(_bounded(problems))


def _looked_at(pool: Executor, some: Iterable[tuple[str, DatasetFile]], size: int) -> list[bytes | Problem]:
    """Decode some pictures in threads. Warning filters are the whole process's, so they are set around all threads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return list(pool.map(lambda row: _looked(row[1], size), some))


def _looked(entry: DatasetFile, size: int) -> bytes | Problem:
    try:
        return square(entry.read(), size)
    except _TooLarge as error:
        return Problem("EB-185", msg("{file} is too large: {size}", file=entry.path, size=_text(error)))
    except (ValueError, OSError, RuntimeError, zipfile.BadZipFile) as error:
        return Problem("EB-181", msg("{file} cannot be read: {error}", file=entry.path, error=str(error)))


def _text(error: Exception) -> str:
    """The exception's text; a message, if it was raised with one."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else str(error)


def _too_few(counts: Counter[str], others: Counter[str]) -> list[Problem]:
    ignored = ", ".join(f"{count} {ending or '?'}" for ending, count in others.most_common(3))
    found = []
    for label, count in sorted(counts.items()):
        if count < FEWEST_PER_CLASS:
            places = {"label": label, "count": count, "least": FEWEST_PER_CLASS}
            found.append(Problem("EB-183", _with_ignored(_FEW_PICTURES, ignored, places)))
    if len(counts) < FEWEST_CLASSES:
        places = {"count": len(counts), "names": ", ".join(sorted(counts)), "least": FEWEST_CLASSES}
        few = _FEW_CLASSES if counts else _NO_CLASSES
        found.append(Problem("EB-182", _with_ignored(few, ignored, places), _WHERE))
    return found


_FEW_PICTURES = _("class {label} has {count} readable pictures; at least {least} are needed")
_FEW_CLASSES = _("found {count} classes ({names}); at least {least} are needed")
_NO_CLASSES = _("found no classes; at least {least} are needed")


def _with_ignored(words: str, ignored: str, places: dict[str, Any]) -> str:
    """The sentence, with the numbers of files by ending that are not used as pictures, if there are any."""
    what = Message(words, places)
    return msg("{what} (files not used as pictures: {ignored})", what=what, ignored=ignored) if ignored else what


def _bounded(problems: list[Problem]) -> list[Problem]:
    more = len(problems) - _MOST_PROBLEMS
    if more <= 0:
        return problems
    return [
        *problems[:_MOST_PROBLEMS],
        Problem(
            problems[-1].code,
            counted("and {count} more problem of this kind", "and {count} more problems of this kind", more),
            _WHERE,
        ),
    ]
