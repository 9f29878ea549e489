"""What teams will get of a dataset: everything that packing does, without a package; and what kept it from more."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from bootstrap.errors import BadInput, Problem
from bootstrap.event.dataset_settings import Dataset
from bootstrap.steps.dataset import packing, sources
from bootstrap.steps.dataset.packing import Split, Spooled
from bootstrap.steps.dataset.progress import Progress, silent
from bootstrap.steps.dataset.sources import DatasetPicture
from bootstrap.steps.dataset.survey import Survey

_SAMPLE_SIDE, _SAMPLE_QUALITY = 192, 80
# Of few classes many are shown, of many few: a page of some megabytes opens everywhere. Twelve fill two rows.
_MOST_SAMPLES, _SAMPLES_A_CLASS, _FEWEST_A_CLASS = 400, 12, 2

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ClassPreview:
    """One class. `smallest`, `largest`: width and height of files, by pixels; `samples`: (name, small JPEG)."""

    label: str
    pictures: int
    training: int
    validation: int
    smallest: Size
    largest: Size
    samples: tuple[tuple[str, bytes], ...]


@dataclass(slots=True)
class Preview:
    """A dataset as teams will get it. `own`: the organiser's pictures; `megabytes`: of the pictures, as packed.

    `problems`: why nothing can be packed; the rest then shows what is left without the broken files.
    """

    own: bool
    survey: Survey = field(default_factory=Survey)
    classes: tuple[ClassPreview, ...] = ()
    training: int = 0
    validation: int = 0
    labelling: int = 0
    megabytes: float = 0.0
    problems: list[Problem] = field(default_factory=list)


def look(
    dataset: Dataset,
    folder: Path,
    cache: Path,
    hub: Callable[[], Any] | None = None,
    progress: Progress = silent,
) -> Preview:
    """Read the whole dataset and return what teams will get; arguments as those of `sources.open_source`.

    `cache`: folder for downloads and one file for the time of the call. Raises BadInput only if nothing can be listed.
    """
    downloads = cache / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    source = sources.open_source(dataset, folder, downloads, hub, progress)
    found = Preview(source.own)
    sizes: list[Size] = []
    with tempfile.TemporaryDirectory(prefix=".preview-", dir=cache) as home:
        spooled = Path(home) / "pictures"
        pictures = packing.spool(_sized(source.read(found.survey), sizes, found), spooled, source.total, progress)
        parts = _split(pictures, dataset, found)
        found.megabytes = sum(each.size for each in pictures) / 1e6
        with spooled.open("rb") as file:
            found.classes = tuple(_classes(pictures, sizes, parts, lambda each: packing.jpeg(file, each)))
    return found


def _sized(pictures: Iterator[DatasetPicture], sizes: list[Size], found: Preview) -> Iterator[DatasetPicture]:
    """Yield the good pictures and note their sizes; the errors of the others end up in the preview."""
    try:
        for each in pictures:
            sizes.append((each.width, each.height))
            yield each
    except BadInput as error:
        found.problems += error.problems


def _split(pictures: Sequence[Spooled], dataset: Dataset, found: Preview) -> Split | None:
    if not pictures:
        return None
    try:
        parts = packing.split(pictures, dataset.seed, dataset.validation_share)
    except BadInput as error:
        found.problems += error.problems
        return None
    found.training, found.validation, found.labelling = len(parts.train), len(parts.validation), len(parts.labelling)
    return parts


def _classes(
    pictures: Sequence[Spooled], sizes: Sequence[Size], parts: Split | None, jpeg: Callable[[Spooled], bytes]
) -> Iterator[ClassPreview]:
    of_class: dict[str, list[int]] = {}
    for place, each in enumerate(pictures):
        of_class.setdefault(each.label, []).append(place)
    training = Counter(each.label for each in (parts.train if parts else ()))
    most = max(_FEWEST_A_CLASS, min(_SAMPLES_A_CLASS, _MOST_SAMPLES // max(1, len(of_class))))
    for label, places in sorted(of_class.items()):
        by_pixels = sorted((sizes[place] for place in places), key=lambda size: (size[0] * size[1], size))
        # From everywhere in the class: the first pictures of a folder are often of one car.
        chosen = [places[at * len(places) // most] for at in range(most)] if len(places) > most else places
        samples = tuple((pictures[place].name, _small(jpeg(pictures[place]))) for place in chosen)
        learned = training[label]
        validation = len(places) - learned if parts else 0
        yield ClassPreview(label, len(places), learned, validation, by_pixels[0], by_pixels[-1], samples)


def _small(data: bytes) -> bytes:
    with Image.open(BytesIO(data), formats=("JPEG",)) as image:
        image.thumbnail((_SAMPLE_SIDE, _SAMPLE_SIDE))
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=_SAMPLE_QUALITY)
    return buffer.getvalue()
