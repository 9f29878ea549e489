"""Mutated datasets, and what every one of them must end in: counts, or problems that name a file and a cause.

`outcome` is the entry for anything that fuzzes: it takes the bytes of a picture, of a zip, or a folder's files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image

from bootstrap.errors import BadInput, catalogue
from bootstrap.steps.dataset import converting, sources
from bootstrap.steps.dataset.entries import UnreadableFile
from bootstrap.steps.dataset.survey import Survey
from tests.steps.dataset.datasets import archive, dataset, files, folder

GOOD = {"audi": 10, "bmw": 10}
FORMS: Mapping[str, dict[str, object]] = {
    "JPEG": {}, "JPEG progressive": {"progressive": True}, "JPEG restarts": {"restart_marker_rows": 1},
    "PNG": {}, "WEBP": {}, "TIFF": {"compression": "tiff_lzw"}, "BMP": {}, "GIF": {},
}  # fmt: skip


def picture(form: str) -> bytes:
    """A good picture of one of FORMS, with a note of how the camera was held."""
    buffer, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6
    noise = Image.frombytes("RGB", (16, 12), Random(1).randbytes(16 * 12 * 3)).resize((80, 60))
    kind, options = form.partition(" ")[0], dict(FORMS[form])
    if kind in ("JPEG", "PNG", "WEBP"):
        options["exif"] = exif
    noise.save(buffer, kind, **options)
    return buffer.getvalue()


def zipped(home: Path) -> bytes:
    """A good zip of two classes."""
    return archive(home / "good.zip", files(GOOD)).read_bytes()


def mutate(data: bytes, seed: int) -> bytes:
    """The bytes with one to four changes: turned bits, holes, lost, doubled, foreign and extreme parts."""
    rng, found = Random(seed), bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at, length = rng.randrange(len(found) + 1), rng.choice((1, 2, 4, 16, 200, 2000))
        part = found[at : at + length]
        found[at : at + length] = rng.choice(
            (
                lambda part=part: bytes(each ^ 1 << rng.randrange(8) for each in part),
                lambda part=part: bytes(len(part)),
                lambda part=part: b"\xff" * len(part),
                lambda: b"",
                lambda part=part: part * 2,
                lambda part=part: rng.randbytes(len(part)),
                lambda part=part: part + b"PK\5\6" + b"\xff\xd9",
            )
        )()
    return bytes(found[: rng.randrange(len(found) + 1)] if rng.random() < 0.1 else found)


def misnamed(contents: Mapping[str, bytes], seed: int) -> dict[str, bytes]:
    """The files of a folder with some names, places and contents changed."""
    rng, found = Random(seed), dict(contents)
    names = sorted(found)
    for name in rng.sample(names, rng.randint(1, 4)):
        data = found.pop(name)
        kind, _, file = name.partition("/")
        odd = rng.choice(
            ("a\nb", "..jpg", ".jpg", "x.heic", "CON.jpg", "é.jpg", "e\u0301.jpg", "x" * 200 + ".jpg", "\u202e.png")
        )
        place = rng.choice(
            (f"{kind}/{odd}", odd, f"{kind}/{kind}/{file}", f"{kind.upper()}/{file}", f" {kind}/{file}", name)
        )
        found.setdefault(place, mutate(data, seed) if rng.random() < 0.5 else data)
    return found


def of_picture(data: bytes) -> str:
    """Convert one picture; return "converted" or the cause. Anything else that is raised is a defect."""
    try:
        converting.measure(data, whole=True)
        found = converting.convert(data, 64, "letterbox")
    except UnreadableFile as error:
        return _said(error.why)
    with Image.open(BytesIO(found.jpeg)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (64, 64))
        image.load()
    return "converted"


def of_source(path: Path) -> str:
    """Check and read a folder or zip; return "read" or the problems. Anything else that is raised is a defect."""
    given = dataset(path)
    survey = Survey()
    try:
        sources.check(given, path.parent)
        list(sources.open_source(given, path.parent, path.parent).read(survey))
    except BadInput as error:
        problems = error.problems
    else:
        problems = ()
    if problems:
        assert all(each.code in catalogue() for each in problems)
        return _said("; ".join(str(each.what) for each in problems))
    assert survey.there == survey.packed + sum(survey.left_out.values()) + len(survey.same)
    assert survey.lines()
    return "read"


def _said(words: str) -> str:
    assert words
    assert not any(each in words for each in ("0x", "Error", "Traceback", "<_io", "object at"))
    words.encode()
    return words


def of_zip(data: bytes, home: Path) -> str:
    """Return the outcome of a zip's bytes."""
    path = home / "mutated.zip"
    path.write_bytes(data)
    return of_source(path)


def of_folder(contents: Mapping[str, bytes], home: Path) -> str:
    """Return the outcome of a folder's files."""
    return of_source(folder(home / f"mutated-{os.urandom(4).hex()}", contents))


def outcome(kind: str, seed: int, home: Path) -> str:
    """Return the outcome of the mutation `seed` of a kind: one of FORMS, "zip" or "folder". `home`: an empty folder."""
    kinds: dict[str, Callable[[], str]] = {
        "zip": lambda: of_zip(mutate(zipped(home), seed), home),
        "folder": lambda: of_folder(misnamed(files(GOOD), seed), home),
    }
    return kinds.get(kind, lambda: of_picture(mutate(picture(kind), seed)))()


KINDS = (*FORMS, "zip", "folder")
