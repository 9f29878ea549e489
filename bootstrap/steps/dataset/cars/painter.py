"""Draws the faces of one car that the camera sees."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from PIL import ImageDraw

from bootstrap.steps.dataset.cars.hull import Hull, loop
from bootstrap.steps.dataset.cars.light import Light
from bootstrap.steps.dataset.cars.solid import NEAR, Camera, Colour, Point, Spot, Stand, area, normal


@dataclass(slots=True)
class Painter:
    """Draws the faces of one car that the camera sees."""

    draw: ImageDraw.ImageDraw
    camera: Camera
    stand: Stand
    light: Light
    sun: Spot = field(init=False)
    eye: Spot = field(init=False)

    def __post_init__(self) -> None:
        self.sun = self.stand.inward(self.light.sun)
        x, _, z = self.stand.inward((-self.stand.right, 0.0, -self.stand.ahead))
        self.eye = (x + self.stand.middle, self.camera.height, z)

    def pixels(self, spots: Iterable[Spot]) -> list[Point]:
        """Return the pixels of spots of the car: `Camera.see` of `Stand.spot`, in one go."""
        stand, camera = self.stand, self.camera
        cos, sin, middle, right, ahead = stand.cos, stand.sin, stand.middle, stand.right, stand.ahead
        focus, left, horizon, height = camera.focus, camera.left, camera.horizon, camera.height
        found = []
        for x, y, z in spots:
            off = x - middle
            far = ahead + sin * off + cos * z
            scale = focus / (max(NEAR, far))
            found.append((left + scale * (right + cos * off - sin * z), horizon + scale * (height - y)))
        return found

    def width(self, metres: float) -> int:
        """Return the width of a line in pixels, at least 1."""
        return max(1, round(self.camera.scale(self.stand.ahead) * metres))

    def face(self, spots: Sequence[Spot], colour: Colour, gloss: float) -> None:
        """Draw a face of four spots if it is seen, shaded."""
        points = self.pixels(spots)
        if area(points) < 0:
            a, b, c, d = spots
            self.draw.polygon(points, fill=self.light.face(colour, normal(a, b, c, d), self.sun, gloss))

    def flat(self, spots: Iterable[Spot], fill: Colour) -> None:
        """Draw an outline in one colour."""
        self.draw.polygon(self.pixels(spots), fill=fill)

    def patch(
        self, spot: Callable[[float, float], Spot], asides: Point, shares: Point, fill: Colour, steps: int = 4
    ) -> None:
        """Draw a patch of a surface in upright strips, so that it bends around a corner; what is not seen is left out.

        `asides`, `shares`: the arguments of `spot`, from and to.
        """
        (first, last), (low, high) = asides, shares
        for number in range(steps):
            a, b = (first + (last - first) * (number + each) / steps for each in (0, 1))
            points = self.pixels((spot(a, low), spot(b, low), spot(b, high), spot(a, high)))
            if area(points) < 0:
                self.draw.polygon(points, fill=fill)

    def sees_side(self, left: int, half: float) -> bool:
        """Return whether a side is seen; `left`: 1 or -1; `half`: half the car's width."""
        return left * self.eye[2] > half

    def line(self, spots: Iterable[Spot], fill: Colour, metres: float) -> None:
        self.draw.line(self.pixels(spots), fill=fill, width=self.width(metres), joint="curve")

    def skin(self, hull: Hull, colour: Colour, gloss: float) -> list[Spot]:
        """Draw a hull's rings; return the left half of the uppermost."""
        below: list[Spot] = []
        below_points: list[Point] = []
        for half in hull.halves:
            above = loop(half)
            points = self.pixels(above)
            if below:
                self._band(below, above, below_points, points, colour, gloss)
            below, below_points = above, points
        return hull.halves[-1]

    def _band(
        self,
        below: Sequence[Spot],
        above: Sequence[Spot],
        low: Sequence[Point],
        high: Sequence[Point],
        colour: Colour,
        gloss: float,
    ) -> None:
        polygon, shade, sun = self.draw.polygon, self.light.face, self.sun
        for at in range(len(below)):
            before = at - 1
            a, b, c, d = low[before], low[at], high[at], high[before]
            if (c[0] - a[0]) * (d[1] - b[1]) - (c[1] - a[1]) * (d[0] - b[0]) < 0:
                towards = normal(below[before], below[at], above[at], above[before])
                polygon((a, b, c, d), fill=shade(colour, towards, sun, gloss))

    def lid(self, edge: Sequence[Spot], crown: float, colour: Colour, gloss: float) -> None:
        """Close the top of a hull, from its left upper edge to its right, with a crown along the middle."""
        rows = []
        for x, y, z in edge:
            up = crown * min(1.0, z / 0.3)
            rows.append(
                ((x, y, z), (x, y + up * 0.8, z * 0.6), (x, y + up, 0.0), (x, y + up * 0.8, -z * 0.6), (x, y, -z))
            )
        for ahead, behind in itertools.pairwise(rows):
            for at in range(4):
                self.face((ahead[at], behind[at], behind[at + 1], ahead[at + 1]), colour, gloss)
