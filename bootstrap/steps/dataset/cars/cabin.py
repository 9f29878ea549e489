"""The cabin: panes, roof rails, mirrors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from bootstrap.steps.dataset.cars.hull import CROWN_OF_ROOF, Car
from bootstrap.steps.dataset.cars.painter import Painter
from bootstrap.steps.dataset.cars.solid import Colour, Point, Spot, mix, times
from bootstrap.steps.dataset.cars.wheels import CIRCLE

_STEEL: Colour = (158, 162, 168)
# Lower and upper edge of the side windows, as shares of the cabin's height.
_LOW, _MIDDLE, _HIGH = 0.09, 0.50, 0.87


def paint(painter: Painter, car: Car, seen: Sequence[int]) -> None:
    """Draw the cabin; `seen`: its sides that are."""
    cabin, light = car.cabin, painter.light
    near = 1 if painter.eye[2] > 0 else -1
    _mirror(painter, car, -near)
    edge = painter.skin(cabin, car.looks.paint, 0.22)
    painter.lid(edge, CROWN_OF_ROOF, car.looks.paint, 0.30)
    glass = light.on(car.looks.glass, 0.9)

    def rear(aside: float, share: float) -> Spot:
        return cabin.rear(-aside, share)

    _pane(painter, cabin.front, (-0.88, 0.88), (0.05, 0.93), glass)
    _pane(painter, rear, (-0.82, 0.82), (0.12, 0.88), glass)
    for left in seen:
        _side_windows(painter, car, left, glass)
    if car.body.rails:
        _rails(painter, car)
    _mirror(painter, car, near)


def _pane(painter: Painter, spot: Callable[[float, float], Spot], asides: Point, shares: Point, glass: Colour) -> None:
    """Draw a pane that mirrors the sky, the more the higher."""
    low, high = shares
    bands = 6
    for number in range(bands):
        between = (low + (high - low) * number / bands, low + (high - low) * (number + 1) / bands)
        painter.patch(spot, asides, between, mix(glass, painter.light.sky, 0.06 + 0.34 * number / bands), 8)


def _side_windows(painter: Painter, car: Car, left: int, glass: Colour) -> None:
    cabin, sky = car.cabin, painter.light.sky
    posts = [None, *car.body.pillars, None]
    for behind, ahead in itertools.pairwise(posts):
        outline = []
        for share in (_LOW, _MIDDLE, _HIGH):
            last = cabin.at(share).front - 0.15 - 0.10 * share
            outline.append((last if ahead is None else min(last, ahead - 0.035), share))
        for share in (_HIGH, _MIDDLE, _LOW):
            first = cabin.at(share).rear + 0.2
            outline.append((first if behind is None else max(first, behind + 0.035), share))
        painter.flat((cabin.side(x, share, left) for x, share in outline), mix(glass, sky, 0.10))
        # The upper half mirrors the sky.
        painter.flat((cabin.side(x, max(0.56, share), left) for x, share in outline), mix(glass, sky, 0.24))


def _rails(painter: Painter, car: Car) -> None:
    _, head, brow, _ = car.body.cabin
    for left in (1, -1):
        spots = []
        for step in range(9):
            _, y, z = car.cabin.side(head + 0.12 + (brow - head - 0.2) * step / 8, 1.0, left)
            up = 0.075 if 0 < step < 8 else 0.02
            spots.append((head + 0.12 + (brow - head - 0.2) * step / 8, y + up, z * 0.97))
        painter.line(spots, painter.light.on(_STEEL), 0.035)


def _mirror(painter: Painter, car: Car, left: int) -> None:
    x, y, z = car.cabin.side(car.body.cabin[3] - 0.42, 0.14, left)
    spots = ((x + 0.05 * a, y + 0.05 + 0.075 * b, z + left * (0.11 + 0.10 * a)) for a, b in CIRCLE[::2])
    painter.flat(spots, times(painter.light.on(car.looks.paint), 0.8))
