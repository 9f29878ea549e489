"""The ground under a car: a road at a kerb, a car park, a square, gravel, grass, snow."""

from __future__ import annotations

from random import Random

from PIL import Image

from bootstrap.steps.dataset.cars.backdrop import Stage
from bootstrap.steps.dataset.cars.solid import Colour, Point, Stand, mix, times
from bootstrap.steps.dataset.cars.weather import gradient

_ASPHALT: tuple[Colour, ...] = ((104, 107, 112), (122, 122, 122), (92, 96, 102), (136, 134, 130))
_PAVING: tuple[Colour, ...] = ((196, 190, 180), (178, 178, 176), (206, 194, 172), (168, 160, 154))
_SOFT: tuple[Colour, ...] = ((126, 154, 92), (108, 146, 96), (186, 166, 128), (150, 150, 104), (172, 160, 140))
_PAINT: Colour = (240, 238, 228)
_SNOW: Colour = (232, 238, 245)
_LONG = 90.0


class Ground:
    """The ground around a car; `across` runs from the camera's side of the car to the far one, in metres."""

    def __init__(self, image: Image.Image, stage: Stage, stand: Stand, rng: Random) -> None:
        self.image, self.stage, self.stand, self.rng = image, stage, stand, rng
        facing = stand.cos if abs(stand.cos) > 0.25 else rng.choice((-1.0, 1.0))
        self.far = 1 if facing > 0 else -1

    def paint(self) -> None:
        base = self._colour(self.rng.choice(_SOFT + _PAVING[:2]))
        self._fill(base)
        self.rng.choice((self._road, self._road, self._road, self._bays, self._square, self._plain))()

    def _colour(self, colour: Colour) -> Colour:
        weather = self.stage.weather
        if weather.snow:
            colour = mix(colour, _SNOW, 0.78)
        if weather.wet:
            colour = times(colour, 0.72)
        return weather.light.on(colour, 1.02)

    def _fill(self, near: Colour) -> None:
        side, horizon = self.image.width, min(self.image.height - 2, max(0, round(self.stage.camera.horizon)))
        far = mix(near, self.stage.weather.low, 0.25 + 0.5 * self.stage.weather.haze)
        self.image.paste(gradient((side, side - horizon), far, near).crop((0, 0, side, side - horizon)), (0, horizon))

    def _strip(
        self, across: tuple[float, float], fill: Colour, along: tuple[float, float] = (-_LONG, _LONG), up: float = 0
    ) -> None:
        points = self.stage.camera.ground(self._outline(across, along), up)
        if len(points) > 2:
            self.stage.draw.polygon(points, fill=fill)

    def _outline(self, across: tuple[float, float], along: tuple[float, float]) -> list[Point]:
        stand = self.stand
        corners = ((0, 0), (1, 0), (1, 1), (0, 1))
        spots = [stand.spot(stand.middle + along[a], 0, self.far * across[b]) for a, b in corners]
        return [(right, ahead) for right, _, ahead in spots]

    def _road(self) -> None:
        rng = self.rng
        asphalt, paving = self._colour(rng.choice(_ASPHALT)), self._colour(rng.choice(_PAVING))
        kerb, paint = self._colour((206, 204, 198)), self._colour(_PAINT)
        self._strip((-12.0, 1.45), times(asphalt, 0.96))
        self._strip((-6.2, 1.45), asphalt)
        self._strip((1.45, 4.6), paving)
        self._strip((1.45, 1.62), times(kerb, 0.72))
        self._strip((1.5, 1.75), kerb, up=0.10)
        for number in range(-22, 23):
            at = number * 1.2
            self._strip((1.76, 4.6), times(paving, 0.93), (at, at + 0.05))
        if rng.random() < 0.8:
            shift = rng.uniform(0, 6)
            for number in range(-9, 10):
                at = number * 6 + shift
                self._strip((-2.45, -2.30), paint, (at, at + 3))
        if rng.random() < 0.5:
            self._strip((-6.0, -5.86), paint)
        if rng.random() < 0.25:
            at = rng.choice((-1, 1)) * rng.uniform(4.5, 7)
            for number in range(7):
                self._strip((-6.0 + number * 1.05, -5.5 + number * 1.05), paint, (at, at + 2.6))

    def _bays(self) -> None:
        asphalt, paint = self._colour(self.rng.choice(_ASPHALT)), self._colour(_PAINT)
        self._strip((-40.0, 40.0), asphalt)
        for number in range(-6, 7):
            at = (number + 0.5) * 2.9
            self._strip((at - 0.06, at + 0.06), paint, (-2.9, 2.9))
        self._strip((-20.0, 20.0), paint, (2.9, 3.02) if self.rng.random() < 0.5 else (-3.02, -2.9))

    def _square(self) -> None:
        paving = self._colour(self.rng.choice(_PAVING))
        self._strip((-60.0, 60.0), paving)
        seam, wide = times(paving, 0.93), self.rng.choice((1.5, 2.0, 2.5))
        for number in range(-14, 15):
            self._strip((number * wide, number * wide + 0.06), seam, (-40, 40))
            self._strip((-40, 40), seam, (number * wide, number * wide + 0.06))

    def _plain(self) -> None:
        rng = self.rng
        track = times(self._colour(rng.choice(_SOFT)), 0.92)
        self._strip((-1.25, 1.25), track)
        self._strip((-0.95, -0.55), times(track, 0.93))
        self._strip((0.55, 0.95), times(track, 0.93))
        for _ in range(60):
            x, z, s = rng.uniform(-9, 9), rng.uniform(-7, 9), rng.uniform(0.06, 0.22)
            self._strip((z, z + s), times(track, rng.uniform(0.86, 1.1)), (x, x + s * 2))
