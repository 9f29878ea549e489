"""builtin:cars: the same bytes for the same seed, and pictures that a classifier can use."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from bootstrap.steps.dataset import drawing


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def test_the_same_seed_draws_the_same_bytes() -> None:
    assert list(drawing.pictures(7, 3, 96)) == list(drawing.pictures(7, 3, 96))


def test_a_picture_does_not_depend_on_how_many_are_drawn() -> None:
    assert [each for each in drawing.pictures(7, 3, 96) if each[1].endswith("-0001.jpg")] == list(
        drawing.pictures(7, 1, 96)
    )


def test_another_seed_draws_other_bytes() -> None:
    ones, others = drawing.pictures(7, 2, 96), drawing.pictures(8, 2, 96)
    assert not {each[2] for each in ones} & {each[2] for each in others}


def test_there_are_four_classes_and_each_has_its_pictures_under_names_of_their_own() -> None:
    found = list(drawing.pictures(1, 5, 64))
    assert len(drawing.LABELS) >= 4
    assert [label for label, _, _ in found] == [label for label in drawing.LABELS for _ in range(5)]
    assert len({name for _, name, _ in found}) == len({data for _, _, data in found}) == len(found)


@pytest.mark.parametrize("size", [64, 256, 300])
def test_a_picture_is_a_square_colour_jpeg_of_the_size_asked_for(size: int) -> None:
    image = opened(drawing.picture(1, "suv", 0, size))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (size, size))


def test_a_picture_of_the_usual_size_takes_some_kilobytes() -> None:
    sizes = [len(drawing.picture(2020, label, 0, 256)) for label in drawing.LABELS]
    assert all(4_000 < each < 14_000 for each in sizes)


def test_scenes_differ_in_light_and_a_car_covers_a_fair_part_of_each() -> None:
    images = [opened(drawing.picture(3, "sedan", number, 96)) for number in range(20)]
    light = [ImageStat.Stat(each.convert("L")).mean[0] for each in images]
    assert max(light) - min(light) > 50
    changed = ImageChops.difference(images[0], images[1]).convert("L").point([0] * 40 + [255] * 216)
    assert ImageStat.Stat(changed).mean[0] > 255 * 0.1
