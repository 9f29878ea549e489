"""builtin:cars: the same bytes for the same seed, and pictures that a classifier can use."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

import PIL
import pytest
from PIL import Image, ImageChops, ImageStat

from bootstrap.steps.dataset import drawing, several


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.fixture(scope="module")
def some() -> list[tuple[str, str, bytes]]:
    """Two small pictures of each class."""
    return list(drawing.pictures(7, 2, 64))


def test_the_same_seed_draws_the_same_bytes(some: list[tuple[str, str, bytes]]) -> None:
    assert list(drawing.pictures(7, 2, 64)) == some


@pytest.mark.skipif(PIL.__version__ != "13.0.0", reason="another version of Pillow may write other bytes")
def test_the_bytes_are_those_of_every_other_machine() -> None:
    """What is drawn has changed on purpose if this fails: then drawing.VERSION and this digest are new ones."""
    found = hashlib.sha256(b"".join(data for _, _, data in drawing.pictures(2020, 1, 64))).hexdigest()
    assert (drawing.VERSION, found[:16]) == (6, "e992cc7bebe9e6ad")


def test_a_picture_does_not_depend_on_how_many_are_drawn(some: list[tuple[str, str, bytes]]) -> None:
    assert [each for each in some if each[1].endswith("-0001.jpg")] == list(drawing.pictures(7, 1, 64))


def test_another_seed_draws_other_bytes(some: list[tuple[str, str, bytes]]) -> None:
    assert not {each[2] for each in some} & {each[2] for each in drawing.pictures(8, 1, 64)}


def test_there_are_four_classes_and_each_has_its_pictures_under_names_of_their_own(
    some: list[tuple[str, str, bytes]],
) -> None:
    assert len(drawing.LABELS) >= 4
    assert [label for label, _, _ in some] == [label for label in drawing.LABELS for _ in range(2)]
    assert len({name for _, name, _ in some}) == len({data for _, _, data in some}) == len(some)


@pytest.mark.parametrize("size", [64, 256, 300])
def test_a_picture_is_a_square_colour_jpeg_of_the_size_asked_for(size: int) -> None:
    image = opened(drawing.picture(1, "suv", 0, size))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (size, size))


def test_a_picture_of_the_usual_size_takes_some_kilobytes() -> None:
    sizes = [len(drawing.picture(2020, label, 0, 256)) for label in drawing.LABELS]
    assert all(4_000 < each < 14_000 for each in sizes)


def test_many_are_drawn_by_other_processes_with_the_same_bytes_in_the_same_order(
    some: list[tuple[str, str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "_MANY", 8)
    monkeypatch.setattr(drawing, "_MOST_PROCESSES", 2)
    drawn: list[str] = []
    monkeypatch.setattr(drawing, "picture", lambda seed, label, number, size: drawn.append(label))
    assert list(drawing.pictures(7, 2, 64)) == some
    assert drawn == []


@pytest.mark.parametrize("way", ["no process starts", "all end at once", "one ends"])
def test_what_other_processes_do_not_draw_is_drawn_here(
    way: str, some: list[tuple[str, str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "_MANY", 4)
    monkeypatch.setattr(drawing, "_MOST_PROCESSES", 2)
    broken = "import sys; sys.stdout.buffer.write(bytes([0, 0, 9, 9, 1, 2]))"
    start = {"no process starts": sys.executable + "-not-there", "all end at once": sys.executable}
    monkeypatch.setattr(several, "_START", several._START if way == "one ends" else broken)
    monkeypatch.setattr(sys, "executable", start.get(way, sys.executable))
    found: list[tuple[str, str, bytes]] = []
    for each in drawing.pictures(7, 1, 64):
        if way == "one ends" and not found:
            monkeypatch.setattr(several, "_received", one_ends(several._received))
        found.append(each)
    assert found == some[::2]


def one_ends(received: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """End the first process that is asked, and go on."""
    ended: list[Any] = []

    def asked(process: Any) -> bytes:
        if not ended:
            ended.append(process)
            process.kill()
            process.stdout.read()
        return received(process)

    return asked


def test_scenes_differ_in_light_and_a_car_covers_a_fair_part_of_each() -> None:
    images = [opened(drawing.picture(3, "sedan", number, 64)) for number in range(12)]
    light = [ImageStat.Stat(each.convert("L")).mean[0] for each in images]
    assert max(light) - min(light) > 50
    changed = ImageChops.difference(images[0], images[1]).convert("L").point([0] * 40 + [255] * 216)
    assert ImageStat.Stat(changed).mean[0] > 255 * 0.1
