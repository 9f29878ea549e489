"""Only the shape of a car tells its class: all else is the same for every class, and no picture stands there twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from random import Random
from statistics import pstdev

import pytest
from PIL import Image, ImageStat

from bootstrap.steps.dataset import drawing
from bootstrap.steps.dataset.cars.bodies import KINDS
from bootstrap.steps.dataset.cars.scene import plan
from bootstrap.steps.dataset.converting import LOOK_SIDE
from bootstrap.steps.dataset.likeness import Likeness, Seen

Row = tuple[float, ...]
CHANCE = 1 / len(KINDS)
SEED, SHIPPED = 2020, 200
# Neither the mean colour nor the look at a picture tells its size; a large one takes twice as long to draw.
SMALL = 64


def right(rows: Mapping[str, Sequence[Row]]) -> dict[str, float]:
    """Return which share two simple classifiers get right if each picture is judged by all the others.

    One takes the class whose mean is nearest, the other what most of the 15 nearest pictures are.
    """
    spread = [pstdev(values) for values in zip(*(row for some in rows.values() for row in some), strict=True)]
    scaled = [
        (label, tuple(value / by for value, by in zip(row, spread, strict=True)))
        for label, some in rows.items()
        for row in some
    ]
    sums = {label: [sum(values) for values in zip(*(row for name, row in scaled if name == label), strict=True)]
            for label in rows}  # fmt: skip
    found = dict.fromkeys(("nearest mean", "nearest 15"), 0)
    for at, (label, row) in enumerate(scaled):
        apart = {}
        for name, total in sums.items():
            own, count = name == label, len(rows[name])
            mean = [(all_ - own * value) / (count - own) for all_, value in zip(total, row, strict=True)]
            apart[name] = distance(mean, row)
        found["nearest mean"] += min(apart, key=apart.__getitem__) == label
        others = sorted((distance(other, row), name) for place, (name, other) in enumerate(scaled) if place != at)[:15]
        votes = [name for _, name in others]
        found["nearest 15"] += max(rows, key=votes.count) == label
    return {name: count / len(scaled) for name, count in found.items()}


def distance(one: Sequence[float], other: Sequence[float]) -> float:
    return sum((a - b) * (a - b) for a, b in zip(one, other, strict=True))


def place(label: str, number: int) -> Row:
    """Return where the middle of the car is."""
    left, upper, right_, lower = drawing.scene(SEED, label, number).box
    return (left + right_) / 2, (upper + lower) / 2


def colour(jpeg: bytes) -> Row:
    """Return the mean colour."""
    with Image.open(BytesIO(jpeg)) as image:
        return tuple(ImageStat.Stat(image).mean)


def test_the_same_luck_gives_every_class_the_same_picture_but_for_the_car() -> None:
    for number in range(40):
        scenes = [plan(kind, Random(number)) for kind in KINDS]
        assert len({(each.weather.name, each.view, each.hidden, each.company) for each in scenes}) == 1
        assert len({(each.stand.cos, each.stand.sin) for each in scenes}) == 1
        for of in (
            [each.camera.focus for each in scenes],
            [each.camera.horizon - (each.box[1] + each.box[3]) / 2 for each in scenes],
        ):
            assert max(of) - min(of) < 0.05
        assert len({each.car.looks for each in scenes}) == 1
        assert len({each.car.body.label for each in scenes}) == len(KINDS)


def test_where_a_car_stands_tells_nothing_of_its_class() -> None:
    found = right({label: [place(label, number) for number in range(80)] for label in drawing.LABELS})
    assert found == pytest.approx(dict.fromkeys(found, CHANCE), abs=0.05)


@pytest.mark.more
def test_the_mean_colour_tells_nothing_and_no_picture_is_there_twice() -> None:
    """All 800 of the shipped pictures, drawn small."""
    colours: dict[str, list[Row]] = {label: [] for label in drawing.LABELS}
    likeness, copies = Likeness(), []
    for label, name, jpeg in drawing.pictures(SEED, SHIPPED, SMALL):
        colours[label].append(colour(jpeg))
        this = Seen(label, name, len(colours[label]))
        with Image.open(BytesIO(jpeg)) as image:
            look = image.resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX).tobytes()
        copies += [each for each in (likeness.same(this, jpeg), likeness.alike(this, look)) if each]
    found = right(colours)
    assert found == pytest.approx(dict.fromkeys(found, CHANCE), abs=0.05)
    assert copies == []


def test_every_view_and_weather_is_there_and_cars_are_hidden_in_part_only() -> None:
    scenes = [drawing.scene(SEED, label, number) for label in drawing.LABELS for number in range(40)]
    assert {each.view for each in scenes} == {"side", "front quarter", "front", "rear quarter", "rear"}
    assert {-1, 1} == {1 if each.stand.cos > 0 else -1 for each in scenes}
    assert {"night", "rain", "snow", "fog"} < {each.weather.name for each in scenes}
    hidden = [each for each in scenes if each.hidden]
    assert len(scenes) / 5 < len(hidden) < len(scenes) * 3 / 5
    assert {1 if each.box[2] - each.box[0] > 0.6 else 0 for each in scenes} == {0, 1}
    for each in scenes:
        assert min(each.box) > 0
        assert max(each.box) < 1
        # From the very front, a sedan and a hatchback look the same.
        assert each.stand.sin > -0.93
