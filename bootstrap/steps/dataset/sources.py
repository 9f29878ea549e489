"""What event.yaml calls the dataset -> JPEG pictures of one size, class after class."""

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
from bootstrap.event.event import Dataset
from bootstrap.steps.dataset import drawing, entries, fetch
from bootstrap.steps.dataset.entries import DatasetFile
from bootstrap.steps.dataset.progress import Progress, silent

BUILTIN = "builtin:cars"
FEWEST_PER_CLASS = 10
FEWEST_CLASSES = 2

_MOST_PIXELS = 50_000_000
_MOST_PROBLEMS = 50
# Looking at a picture costs more than all else, and Pillow lets other threads work meanwhile. So many are decoded at
# once, which takes up to 150 MB each, and so many results wait.
_THREADS, _AT_ONCE = 4, 64
_QUALITY = 90
_WHERE = "event.yaml: dataset.source"


@dataclass(frozen=True, slots=True)
class DatasetPicture:
    """`name` is the file's name without its folders; `jpeg` is square, RGB, as large as the dataset asks."""

    label: str
    name: str
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Source:
    """`stamp` stands for the content: the same stamp, the same pictures. `total` is how many there may be.

    `read` yields every good picture and raises BadInput at its end if there was a bad one.
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
    """The dataset's source; what lies elsewhere is downloaded to `downloads`. `folder`: of relative paths.

    `hub` makes an S3 client with the operator's own credentials, for s3:// only. Raises BadInput.
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
    fix = f"one of: {BUILTIN}, a folder, a .zip file, https://..., s3://bucket/key"
    raise BadInput([Problem("EB-180", f"{name}: nothing is there", _WHERE, fix=fix)])


def square(data: bytes, size: int) -> bytes:
    """The picture's middle as a JPEG of `size` x `size`; what is that already stays as it is. Raises ValueError."""
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
            return _square(image, data, size)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _TooLarge(str(error)) from error
    except _TooLarge:
        raise
    except Exception as error:  # Pillow's decoders raise whatever damaged bytes lead them to.
        raise ValueError(f"{type(error).__name__}: {error}") from error


class _TooLarge(ValueError):
    pass


def _square(image: Image.Image, data: bytes, size: int) -> bytes:
    if image.width * image.height > _MOST_PIXELS:
        raise _TooLarge(f"{image.width} x {image.height} pixels")
    # A camera may store the picture lying on its side and say so in EXIF.
    upright = image.getexif().get(ExifTags.Base.Orientation, 1) == 1
    if (image.format, image.mode, image.size, upright) == ("JPEG", "RGB", (size, size), True):
        # All of its bytes are read, and fewer pixels made of them.
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

    # Another Pillow may write other bytes for the same picture.
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
        raise BadInput([Problem("EB-187", f"{path.name} is no readable zip: {error}", _WHERE)]) from error


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
    """The warnings are the whole process's, threads or not: set here, around all of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return list(pool.map(lambda row: _looked(row[1], size), some))


def _looked(entry: DatasetFile, size: int) -> bytes | Problem:
    try:
        return square(entry.read(), size)
    except _TooLarge as error:
        return Problem("EB-185", f"{entry.path} is too large: {error}")
    except (ValueError, OSError, RuntimeError, zipfile.BadZipFile) as error:
        return Problem("EB-181", f"{entry.path} cannot be read: {error}")


def _too_few(counts: Counter[str], others: Counter[str]) -> list[Problem]:
    ignored = ", ".join(f"{count} {ending or 'without ending'}" for ending, count in others.most_common(3))
    note = f" (files that are no pictures: {ignored})" if ignored else ""
    found = [
        Problem("EB-183", f"class {label} has {count} readable pictures, at least {FEWEST_PER_CLASS} are needed{note}")
        for label, count in sorted(counts.items())
        if count < FEWEST_PER_CLASS
    ]
    if len(counts) < FEWEST_CLASSES:
        names = ", ".join(sorted(counts)) or "none"
        found.append(Problem("EB-182", f"found {len(counts)} classes ({names}){note}", _WHERE))
    return found


def _bounded(problems: list[Problem]) -> list[Problem]:
    more = len(problems) - _MOST_PROBLEMS
    if more <= 0:
        return problems
    return [*problems[:_MOST_PROBLEMS], Problem(problems[-1].code, f"and {more} more like these", _WHERE)]
