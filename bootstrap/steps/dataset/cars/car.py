"""Draws one car: what is farther away first."""

from __future__ import annotations

from PIL import ImageDraw

from bootstrap.steps.dataset.cars import cabin, details, wheels
from bootstrap.steps.dataset.cars.hull import CROWN_OF_BODY, Car, loop
from bootstrap.steps.dataset.cars.light import Light
from bootstrap.steps.dataset.cars.painter import Painter
from bootstrap.steps.dataset.cars.solid import Camera, Stand

_BELOW = (20, 21, 24)


def paint(draw: ImageDraw.ImageDraw, camera: Camera, stand: Stand, light: Light, car: Car) -> None:
    """Draw the car."""
    painter = Painter(draw, camera, stand, light)
    body = car.body
    seen = [left for left in (1, -1) if painter.sees_side(left, body.width / 2)]
    for left in (1, -1):
        for x in body.axles:
            wheels.tyre(painter, car, x, left)
    ring = loop(car.hull.halves[0])
    painter.flat(ring, _BELOW)
    painter.flat(((x, y - 0.07, z * 0.93) for x, y, z in ring), _BELOW)
    edge = painter.skin(car.hull, car.looks.paint, 0.22)
    painter.lid(edge, CROWN_OF_BODY, car.looks.paint, 0.30)
    if body.bed:
        details.bed(painter, car)
    details.nose(painter, car)
    details.tail(painter, car)
    for left in seen:
        details.flank(painter, car, left)
        for x in sorted(body.axles, key=lambda x: -painter.stand.spot(x, 0, 0)[2]):
            wheels.wheel(painter, car, x, left)
    cabin.paint(painter, car, seen)
