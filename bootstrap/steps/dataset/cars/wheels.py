"""Wheels, and the arches they stand in."""

from __future__ import annotations

from bootstrap.steps.dataset.cars.hull import Car
from bootstrap.steps.dataset.cars.painter import Painter
from bootstrap.steps.dataset.cars.solid import Colour, Point, Spot, around, times

_TWELFTH = ((1.0, 0.0), (0.9659, 0.2588), (0.8660, 0.5), (0.7071, 0.7071), (0.5, 0.8660), (0.2588, 0.9659))
# A circle of 24 spots.
CIRCLE: tuple[Point, ...] = (
    *_TWELFTH,
    *((-y, x) for x, y in _TWELFTH),
    *((-x, -y) for x, y in _TWELFTH),
    *((y, -x) for x, y in _TWELFTH),
)
_RUBBER: Colour = (34, 35, 38)
_ARCH: Colour = (18, 19, 22)
_PLASTIC: Colour = (52, 54, 58)


def _circle(x: float, y: float, z: float, radius: float) -> list[Spot]:
    return [(x + radius * a, y + radius * b, z) for a, b in CIRCLE]


def tyre(painter: Painter, car: Car, x: float, left: int, wide: float = 0.23) -> None:
    """Draw the tyre alone, which is all of a wheel that is seen below a car. `wide`: from its outer edge inwards."""
    r, outer = car.body.radius, car.body.width / 2 * 0.985
    spots = _circle(x, r, left * outer, r) + _circle(x, r, left * (outer - wide), r)
    painter.draw.polygon(around(painter.pixels(spots)), fill=painter.light.on(_RUBBER, 0.55))


def wheel(painter: Painter, car: Car, x: float, left: int) -> None:
    """Draw a wheel on a side that is seen."""
    tyre(painter, car, x, left, 0.08)
    r, z, light = car.body.radius, left * car.body.width / 2 * 0.985, painter.light
    rubber, metal = light.on(_RUBBER, 0.85), light.on(car.looks.rim, 1.05)
    for radius, fill in ((0.97, rubber), (0.70, metal), (0.63, times(metal, 0.28))):
        painter.flat(_circle(x, r, z, r * radius), fill)
    for number in range(car.looks.spokes):
        a, b = _at(car.looks.rolled + 24 * number / car.looks.spokes)
        foot, tip = 0.11, 0.065
        spoke = (
            (a * 0.66 - b * tip, b * 0.66 + a * tip),
            (a * 0.66 + b * tip, b * 0.66 - a * tip),
            (b * foot, -a * foot),
            (-b * foot, a * foot),
        )
        painter.flat(((x + r * p, r + r * q, z) for p, q in spoke), metal)
    painter.flat(_circle(x, r, z, r * 0.15), times(metal, 0.75))


def _at(place: float) -> Point:
    at = int(place) % 24
    part = place - int(place)
    (x0, y0), (x1, y1) = CIRCLE[at], CIRCLE[(at + 1) % 24]
    return x0 + (x1 - x0) * part, y0 + (y1 - y0) * part


def arch(painter: Painter, car: Car, x: float, left: int) -> None:
    """Draw the dark above a wheel, and the plastic around it that cars for rough ground have."""
    body = car.body
    z = left * body.width / 2 * 0.99
    rings = [(1.13, _ARCH)]
    if body.cladding:
        rings = [(1.27, painter.light.on(_PLASTIC, 0.85)), (1.12, _ARCH)]
    for wide, fill in rings:
        spots = _circle(x, body.radius, z, body.radius * wide)
        painter.flat(((x, max(body.sill - 0.02, y), z) for x, y, z in spots), fill)
