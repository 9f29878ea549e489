"""Parts on the faces of a body: lamps, grille, plates, doors."""

from __future__ import annotations

from bootstrap.steps.dataset.cars.hull import Car
from bootstrap.steps.dataset.cars.light import dark
from bootstrap.steps.dataset.cars.painter import Painter
from bootstrap.steps.dataset.cars.solid import Colour, Point, Spot, along, mix, times
from bootstrap.steps.dataset.cars.wheels import arch

_BLACK: Colour = (22, 23, 26)
_PLASTIC: Colour = (52, 54, 58)
_CHROME: Colour = (176, 180, 186)


def _ordered(one: float, other: float) -> Point:
    return (one, other) if one < other else (other, one)


def nose(painter: Painter, car: Car) -> None:
    """Draw bumper, grille, plate and head lamps."""
    if painter.eye[0] < car.body.length:
        return
    light, front, rough = painter.light, car.hull.front, car.body.cladding
    black = light.on(_BLACK, 1.1)
    painter.patch(front, (-0.80, 0.80), (0.02, 0.22 if rough else 0.13), light.on(_PLASTIC, 0.7), 6)
    painter.patch(front, (-0.62, 0.62), (0.16, 0.34), black, 6)
    high = 0.86 if rough else 0.78
    painter.patch(front, (-0.46, 0.46), (0.46, high), black, 6)
    bar = light.on(_CHROME)
    for share in (0.53, 0.61, 0.69):
        painter.patch(front, (-0.42, 0.42), (share, share + 0.022), bar, 6)
    painter.patch(front, (-0.06, 0.06), (0.59, 0.66), times(bar, 1.15), 1)
    painter.patch(front, (-0.15, 0.15), (0.34, 0.43), light.on(car.looks.plate), 2)
    lamp: Colour = (255, 251, 226) if light.lamps else light.on((226, 234, 240), 1.1)
    for left in (1, -1):
        painter.patch(front, _ordered(left * 0.52, left * 0.95), (high - 0.19, high + 0.02), black)
        painter.patch(front, _ordered(left * 0.56, left * 0.90), (high - 0.165, high - 0.005), lamp)
        painter.patch(front, _ordered(left * 0.62, left * 0.74), (high - 0.14, high - 0.03), times(lamp, 0.86), 1)
        painter.patch(front, _ordered(left * 0.66, left * 0.82), (0.20, 0.27), times(lamp, 0.85), 2)


def tail(painter: Painter, car: Car) -> None:
    """Draw bumper, boot or tailgate, plate and tail lamps."""
    if painter.eye[0] > 0:
        return
    light, body = painter.light, car.body

    def rear(aside: float, share: float) -> Spot:
        return car.hull.rear(-aside, share)

    paint = light.on(car.looks.paint)
    painter.patch(rear, (-0.84, 0.84), (0.02, 0.24 if body.cladding else 0.16), light.on(_PLASTIC, 0.7), 6)
    for share in (0.36, 0.985):
        painter.line((rear(-0.8 + 1.6 * step / 8, share) for step in range(9)), dark(paint), 0.014)
    plate = (0.40, 0.50) if body.bed else (0.50, 0.63)
    painter.patch(rear, (-0.30, 0.30), (plate[0] - 0.02, plate[1] + 0.03), times(paint, 0.7), 2)
    painter.patch(rear, (-0.19, 0.19), plate, light.on(car.looks.plate), 2)
    inner, outer, low, high = body.lamp
    red: Colour = (255, 56, 48) if light.lamps else light.on((186, 26, 34), 1.1)
    for left in (1, -1):
        middle = (inner + outer) / 2
        painter.patch(rear, _ordered(left * inner, left * outer), (low, high), times(red, 0.62))
        painter.patch(rear, _ordered(left * (inner + 0.03), left * (outer - 0.03)), (low + 0.02, high - 0.05), red)
        painter.patch(rear, _ordered(left * inner, left * middle), (low, low + 0.06), light.on((236, 226, 220)), 2)
    painter.patch(rear, (-0.06, 0.06), (0.72, 0.77), light.on(_CHROME, 1.1), 1)


def flank(painter: Painter, car: Car, left: int) -> None:
    """Draw the arches, the sill, and the doors with their handles."""
    light, body, side = painter.light, car.body, car.hull.side
    paint = light.on(car.looks.paint)
    for x in body.axles:
        arch(painter, car, x, left)
    reach = body.radius * 1.2
    first, last = body.axles[0] + reach, body.axles[1] - reach
    places = [first + (last - first) * step / 5 for step in range(6)]
    skirt = 0.15 if body.cladding else 0.07
    edge = [side(x, 0.0, left) for x in places] + [side(x, skirt, left) for x in reversed(places)]
    painter.flat(edge, light.on(_PLASTIC, 0.75))
    for x in body.doors:
        low = 0.12 if first < x < last else 0.62
        painter.line((side(x, share, left) for share in (low, 0.3, 0.54, 0.76, 0.9, 0.97)), dark(paint), 0.014)
    painter.line((side(x, 0.12, left) for x in places), dark(paint), 0.012)
    for behind in body.doors[:-1]:
        handle = ((0.06, 0.79), (0.24, 0.79), (0.24, 0.83), (0.06, 0.83))
        painter.flat((side(behind + by, share, left) for by, share in handle), times(paint, 0.55))


def bed(painter: Painter, car: Car) -> None:
    """Draw the open bed of a pickup: its far wall, seen over the near one."""
    body = car.body
    half, ends = body.width / 2 * 0.82, (0.10, body.bed)
    corners = ((ends[1], half), (ends[0], half), (ends[0], -half), (ends[1], -half))
    points = painter.pixels((x, along(car.hull.upper, x) + 0.03, z) for x, z in corners)
    paint = painter.light.on(car.looks.paint)
    painter.draw.polygon(points, fill=painter.light.on(mix(car.looks.paint, (24, 25, 28), 0.75), 0.7))
    painter.draw.line([*points, points[0]], fill=times(paint, 0.5), width=painter.width(0.02))
