"""Readers of an organiser's pictures: a zip, a folder, a single JPEG."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

from PIL import Image

from bootstrap.steps.dataset import sources
from bootstrap.steps.dataset.survey import Survey
from tests.steps.dataset.datasets import dataset

_SIDE = 40


def _image(seed: int) -> bytes:
    draw = random.Random(seed)
    made = Image.frombytes("RGB", (8, 8), draw.randbytes(192)).resize((_SIDE, _SIDE))
    file = io.BytesIO()
    made.save(file, "JPEG")
    return file.getvalue()


def _files() -> dict[str, bytes]:
    return {f"{label}/{number}.jpg": _image(number) for number, label in enumerate(["audi", "bmw"] * 10)}


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, data in _files().items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return file.getvalue()


JPEG, ZIP = _image(99), _zip()
# The names of a folder's files, one a line.
FOLDER = "\n".join(_files()).encode()


def _read(path: Path) -> object:
    found = dataset(path)
    sources.check(found, path.parent)
    return list(sources.open_source(found, path.parent, path.parent).read(Survey()))


def packed(data: bytes, at: Path) -> object:
    (at / "cars.zip").write_bytes(data)
    return _read(at / "cars.zip")


def folder(data: bytes, at: Path) -> object:
    """Make a folder with the names in `data`, as far as the file system takes them, and read it."""
    home = at / "cars"
    home.mkdir()
    for number, line in enumerate(data.split(b"\n")[:40]):
        name = line.decode("utf-8", errors="surrogateescape").strip("/").replace("\0", "")
        path = home / name
        try:
            if ".." in path.parts or not name:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_image(number))
        except OSError:
            continue
    return _read(home)


def jpeg(data: bytes, at: Path) -> object:
    home = at / "cars"
    for name, content in {**_files(), "audi/0.jpg": data}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    return _read(home)
