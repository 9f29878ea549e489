"""A camera, and surfaces seen by it. Only + - * / and square roots: the same numbers on every machine."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Point = tuple[float, float]
Spot = tuple[float, float, float]
Colour = tuple[int, int, int]

# What is nearer to the camera than this many metres is cut off.
NEAR = 0.6


def times(colour: Colour, factor: float) -> Colour:
    """Return the colour made brighter or darker."""
    red, green, blue = (max(0, min(255, round(each * factor))) for each in colour)
    return red, green, blue


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with this share (0 to 1) of `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def turn(half: float) -> tuple[float, float]:
    """Return cosine and sine of an angle, given the tangent of its half: no library of the machine rounds them."""
    whole = 1 + half * half
    return (1 - half * half) / whole, 2 * half / whole


def along(curve: Sequence[Point], x: float) -> float:
    """Return the height of a line of straight pieces at `x`; beyond its ends, that of the end."""
    if x <= curve[0][0]:
        return curve[0][1]
    if x >= curve[-1][0]:
        return curve[-1][1]
    at = bisect_right(curve, (x, 1e9))
    (x0, y0), (x1, y1) = curve[at - 1], curve[at]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def even(values: Sequence[float], share: float) -> float:
    """Return the value at this share (0 to 1) of a list whose values are equally far apart."""
    place = max(0.0, min(1.0, share)) * (len(values) - 1)
    at = min(int(place), len(values) - 2)
    return values[at] + (values[at + 1] - values[at]) * (place - at)


def smooth(curve: Sequence[Point], rounds: int = 2) -> tuple[Point, ...]:
    """Return an open line with its corners cut off (Chaikin)."""
    points = list(curve)
    for _ in range(rounds):
        cut = [points[0]]
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            cut += [(x0 * 0.75 + x1 * 0.25, y0 * 0.75 + y1 * 0.25), (x0 * 0.25 + x1 * 0.75, y0 * 0.25 + y1 * 0.75)]
        points = [*cut, points[-1]]
    return tuple(points)


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that looks straight ahead from `height` metres: the horizon is level and upright lines stay upright.

    `focus`: pixels; (`left`, `horizon`): the pixel straight ahead. The world is (right, up, ahead) of it, in metres.
    """

    focus: float
    left: float
    horizon: float
    height: float

    def see(self, spot: Spot) -> Point:
        """Return the pixel of a spot."""
        scale = self.focus / max(spot[2], NEAR)
        return self.left + scale * spot[0], self.horizon + scale * (self.height - spot[1])

    def scale(self, ahead: float) -> float:
        """Return how many pixels a metre has so far ahead."""
        return self.focus / max(ahead, NEAR)

    def ground(self, outline: Sequence[Point], up: float = 0.0) -> list[Point]:
        """Return the pixels of an area of the ground, given as (right, ahead); what is behind the camera is cut off."""
        kept: list[Point] = []
        for one, other in zip(outline, (*outline[1:], outline[0]), strict=True):
            if one[1] >= NEAR:
                kept.append(one)
            if (one[1] >= NEAR) != (other[1] >= NEAR):
                share = (NEAR - one[1]) / (other[1] - one[1])
                kept.append((one[0] + (other[0] - one[0]) * share, NEAR))
        return [self.see((right, up, ahead)) for right, ahead in kept]


@dataclass(frozen=True, slots=True)
class Stand:
    """Place and direction of a car. `cos` is 1 if its nose points right, `sin` 1 if it points away."""

    right: float
    ahead: float
    cos: float
    sin: float
    middle: float

    def spot(self, x: float, y: float, z: float) -> Spot:
        """Return where in the world a spot of the car is; `z`: to the left of its driver."""
        x -= self.middle
        return self.right + self.cos * x - self.sin * z, y, self.ahead + self.sin * x + self.cos * z

    def inward(self, vector: Spot) -> Spot:
        """Return a direction of the world as the car has it."""
        right, up, ahead = vector
        return right * self.cos + ahead * self.sin, up, ahead * self.cos - right * self.sin


def area(points: Sequence[Point]) -> float:
    """Return twice the area; below 0 if the points run against the clock, as those of visible faces do."""
    total, (x0, y0) = 0.0, points[-1]
    for x1, y1 in points:
        total += x0 * y1 - x1 * y0
        x0, y0 = x1, y1
    return total


def normal(a: Spot, b: Spot, c: Spot, d: Spot) -> Spot:
    """Return the direction that a face looks at, of length 1, by its two diagonals."""
    ux, uy, uz = d[0] - b[0], d[1] - b[1], d[2] - b[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    long = sqrt(x * x + y * y + z * z) or 1.0
    return x / long, y / long, z / long


def around(points: Sequence[Point]) -> list[Point]:
    """Return the outline of all points, as a string around them would run (Andrew's monotone chain)."""

    def chain(ordered: Sequence[Point]) -> list[Point]:
        kept: list[Point] = []
        for x, y in ordered:
            while len(kept) > 1:
                (x0, y0), (x1, y1) = kept[-2:]
                if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0:
                    break
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    ordered = sorted(points)
    return chain(ordered) + chain(ordered[::-1])
