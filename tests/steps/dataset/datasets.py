"""Small datasets for tests: folders and zips of real pictures."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image

from bootstrap.event import event
from bootstrap.event.dataset_settings import Dataset
from bootstrap.event.event import Event
from bootstrap.event.lab import Lab

ROOT = Path(__file__).resolve().parents[3]


def image(colour: int, size: tuple[int, int] = (64, 64), form: str = "JPEG") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, (colour % 256, colour * 7 % 256, colour * 13 % 256)).save(buffer, form)
    return buffer.getvalue()


def files(classes: Mapping[str, int], top: str = "") -> dict[str, bytes]:
    return {
        f"{top}{label}/{number}.jpg": image(number * 5 + len(label))
        for label, count in classes.items()
        for number in range(count)
    }


def folder(path: Path, contents: Mapping[str, bytes]) -> Path:
    for name, data in contents.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def archive(path: Path, contents: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as written:
        for name, data in contents.items():
            written.writestr(name, data)
    return path


def dataset(source: str | Path = "builtin:cars", **values: object) -> Dataset:
    return Dataset.model_validate({"source": str(source), "size": 64, "pictures_per_class": 12, **values})


def an_event(data: Dataset, base: Path, labs: tuple[Lab, ...] = ()) -> Event:
    """The shipped event with another dataset, folder and, if any are given, labs."""
    shipped = event.read(ROOT / "event.yaml")
    return shipped.model_copy(update={"dataset": data, "folder": base, "labs": labs or shipped.labs})
