"""Backdrops of the car: towns, villages, woods, hills, the sea."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from random import Random

from PIL import ImageDraw

from bootstrap.steps.dataset.cars.solid import Camera, Colour, mix, times
from bootstrap.steps.dataset.cars.weather import Weather

_WALLS: tuple[Colour, ...] = (
    (196, 142, 112), (222, 208, 184), (170, 178, 186), (226, 198, 148), (150, 112, 98), (206, 168, 152),
    (182, 196, 186), (236, 228, 214), (142, 158, 176),
)  # fmt: skip
_ROOFS: tuple[Colour, ...] = ((156, 78, 62), (98, 92, 96), (122, 88, 70), (84, 98, 112))
_GREENS: tuple[Colour, ...] = ((92, 140, 78), (66, 116, 76), (136, 156, 84), (108, 146, 112), (80, 126, 98))
_AUTUMN: tuple[Colour, ...] = ((206, 138, 62), (186, 96, 58), (214, 174, 84))
_BARK: Colour = (104, 80, 62)


@dataclass(frozen=True, slots=True)
class Stage:
    """Surface of a scene: everything on it takes its distance from the camera in metres."""

    draw: ImageDraw.ImageDraw
    camera: Camera
    weather: Weather
    side: int

    def tint(self, colour: Colour, ahead: float, factor: float = 1.0) -> Colour:
        """Return a colour as it looks from so far away."""
        seen = self.weather.light.on(colour, factor)
        return mix(seen, self.weather.low, min(0.96, (0.16 + self.weather.haze) * sqrt(ahead / 100)))

    def box(self, left: float, right: float, low: float, high: float, ahead: float, fill: Colour) -> None:
        """Draw an upright rectangle, in metres."""
        x0, y0 = self.camera.see((left, high, ahead))
        x1, y1 = self.camera.see((right, low, ahead))
        if x1 >= x0 and y1 >= y0:
            self.draw.rectangle((x0, y0, x1, y1), fill=fill)

    def disc(self, right: float, up: float, ahead: float, radius: float, fill: Colour) -> None:
        x, y = self.camera.see((right, up, ahead))
        r = self.camera.scale(ahead) * radius
        self.draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def shape(self, spots: list[tuple[float, float]], ahead: float, fill: Colour) -> None:
        self.draw.polygon([self.camera.see((x, y, ahead)) for x, y in spots], fill=fill)

    def span(self, ahead: float) -> tuple[float, float]:
        """Return the left and right end of what is seen so far away."""
        scale = self.camera.scale(ahead)
        return -self.camera.left / scale, (self.side - self.camera.left) / scale


def greens(rng: Random) -> tuple[Colour, ...]:
    """Return the leaves of a season."""
    return _AUTUMN + _GREENS[:1] if rng.random() < 0.25 else _GREENS


def paint(stage: Stage, rng: Random) -> None:
    """Paint one of the backdrops."""
    rng.choice((_town, _town, _village, _village, _woods, _hills, _mountains, _sea, _works))(stage, rng)


def tree(stage: Stage, rng: Random, right: float, ahead: float, high: float, leaves: tuple[Colour, ...]) -> None:
    """A tree with a round crown, or a fir."""
    snow = stage.weather.snow
    bark = stage.tint(_BARK, ahead)
    leaf = stage.tint(mix(rng.choice(leaves), (226, 232, 238), 0.45 if snow else 0.0), ahead)
    stage.box(right - high * 0.025, right + high * 0.025, 0, high * 0.5, ahead, bark)
    if rng.random() < 0.3:
        for step in range(4):
            low, wide = high * (0.16 + 0.2 * step), high * (0.25 - 0.05 * step)
            tip = low + high * 0.30
            stage.shape(
                [(right - wide, low), (right + wide, low), (right, tip)], ahead, times(leaf, 0.78 + 0.07 * step)
            )
            if snow:
                cap, across = tip - high * 0.12, wide * 0.4
                tops = [(right - across, cap), (right + across, cap), (right, tip)]
                stage.shape(tops, ahead, stage.tint((236, 240, 246), ahead))
        return
    blobs = [(rng.uniform(-0.17, 0.17) * high, rng.uniform(0.52, 0.80) * high, rng.uniform(0.15, 0.21) * high)
             for _ in range(5)]  # fmt: skip
    for shift, factor in ((0.0, 0.84), (0.035, 1.0), (0.075, 1.13)):
        for x, y, r in blobs:
            stage.disc(
                right + x - shift * high * 0.7, y + shift * high, ahead, r * (1 - 2.4 * shift), times(leaf, factor)
            )


def _ridge(stage: Stage, rng: Random, ahead: float, low: float, high: float, fill: Colour, rough: float) -> None:
    first, last = stage.span(ahead)
    spots, x = [(first - 5, -20.0)], first - 5
    step = (last - first) / 7
    y = rng.uniform(low, high)
    while x < last + step:
        spots.append((x, y))
        x += step * rng.uniform(0.6, 1.3)
        y = max(low, min(high, y + rng.uniform(-rough, rough) * (high - low)))
    spots.append((last + 2 * step, -20.0))
    stage.shape(spots, ahead, fill)


def _hills(stage: Stage, rng: Random) -> None:
    leaves = greens(rng)
    for ahead, high in ((900.0, 130.0), (420.0, 46.0), (160.0, 13.0)):
        green = mix(rng.choice(leaves), (228, 234, 240), 0.7 if stage.weather.snow else 0.0)
        tint = mix(stage.weather.light.on(green), stage.weather.low, min(0.9, stage.weather.haze + ahead / 2200))
        first, last = stage.span(ahead)
        for _ in range(4):
            x, wide = rng.uniform(first, last), (last - first) * rng.uniform(0.3, 0.6)
            peak = high * rng.uniform(0.3, 1.0)
            x0, y0 = stage.camera.see((x - wide, peak, ahead))
            x1, y1 = stage.camera.see((x + wide, -peak, ahead))
            stage.draw.ellipse((x0, y0, x1, y1), fill=tint)
    for _ in range(rng.randrange(2, 7)):
        ahead = rng.uniform(45, 90)
        tree(stage, rng, rng.uniform(*stage.span(ahead)), ahead, rng.uniform(5, 10), leaves)


def _mountains(stage: Stage, rng: Random) -> None:
    low = stage.weather.low
    for ahead, high, share in ((3000.0, 900.0, 0.62), (1500.0, 330.0, 0.42)):
        rock = mix(stage.weather.light.on((104, 116, 138)), low, min(0.92, share + stage.weather.haze * 0.4))
        first, last = stage.span(ahead)
        x = first - (last - first) * 0.1
        while x < last:
            wide, peak = (last - first) * rng.uniform(0.16, 0.34), high * rng.uniform(0.45, 1.0)
            top = x + wide * rng.uniform(0.4, 0.6)
            stage.shape([(x, -10), (top, peak), (x + wide, -10)], ahead, rock)
            stage.shape([(top, peak), (x + wide, -10), (top + wide * 0.1, -10)], ahead, times(rock, 0.92))
            cap = peak * 0.68
            across = wide * 0.32 * 0.5
            white = mix(stage.weather.light.on((246, 248, 252)), low, share * 0.8)
            stage.shape([(top - across, cap), (top - across * 0.4, cap * 1.07), (top, cap * 0.97),
                         (top + across * 0.5, cap * 1.06), (top + across, cap), (top, peak)], ahead, white)  # fmt: skip
            x += wide * rng.uniform(0.55, 0.9)
    leaves = greens(rng)
    _ridge(
        stage,
        rng,
        200.0,
        3.0,
        12.0,
        stage.tint(mix(rng.choice(leaves), (230, 236, 242), 0.6 * stage.weather.snow), 90),
        0.5,
    )
    for _ in range(rng.randrange(3, 8)):
        ahead = rng.uniform(40, 80)
        tree(stage, rng, rng.uniform(*stage.span(ahead)), ahead, rng.uniform(6, 11), leaves)


def _sea(stage: Stage, rng: Random) -> None:
    shore = rng.uniform(30, 46)
    water = stage.tint((64, 132, 168), 30)
    _, y0 = stage.camera.see((0, 0, 4000.0))
    _, y1 = stage.camera.see((0, 0, shore))
    stage.draw.rectangle((0, y0, stage.side, y1), fill=mix(water, stage.weather.low, 0.25))
    stage.draw.rectangle((0, (y0 + y1) / 2, stage.side, y1), fill=water)
    for _ in range(16):
        x, y = rng.uniform(0, stage.side), rng.uniform(y0, y1)
        long = stage.side * rng.uniform(0.01, 0.05)
        stage.draw.line((x, y, x + long, y), fill=mix(water, stage.weather.low, 0.6), width=max(1, stage.side // 300))
    for _ in range(rng.randrange(4)):
        ahead = rng.uniform(120, 300)
        x, s = rng.uniform(*stage.span(ahead)), rng.uniform(6, 11)
        stage.shape([(x, 1), (x + s * 0.4, 1), (x, s)], ahead, stage.tint((250, 248, 240), 20))
        stage.shape(
            [(x - s * 0.35, 1), (x - s * 0.05, 1), (x - s * 0.05, s * 0.85)], ahead, stage.tint((236, 110, 84), 20)
        )
        stage.shape(
            [(x - s * 0.4, 1), (x + s * 0.5, 1), (x + s * 0.35, 0), (x - s * 0.3, 0)],
            ahead,
            stage.tint((60, 70, 90), 20),
        )
    for _ in range(rng.randrange(4)):
        _palm(stage, rng, rng.uniform(*stage.span(shore - 6)), shore - 6, rng.uniform(5, 8))


def _palm(stage: Stage, rng: Random, right: float, ahead: float, high: float) -> None:
    lean = rng.uniform(-0.12, 0.12) * high
    bark, leaf = stage.tint((150, 120, 88), ahead), stage.tint((76, 132, 84), ahead)
    stage.shape(
        [(right - 0.16, 0), (right + 0.16, 0), (right + lean + 0.10, high), (right + lean - 0.10, high)], ahead, bark
    )
    top = right + lean
    for a, b in ((-1.0, -0.15), (-0.8, 0.35), (-0.35, 0.6), (0.35, 0.6), (0.8, 0.35), (1.0, -0.15)):
        x, y = top + a * high * 0.34, high + b * high * 0.30
        mid = (top + a * high * 0.2, high + b * high * 0.28 + high * 0.10)
        stage.shape(
            [(top, high), mid, (x, y - high * 0.05), (mid[0], mid[1] - high * 0.06)],
            ahead,
            times(leaf, 0.85 + 0.25 * (b > 0)),
        )


def _woods(stage: Stage, rng: Random) -> None:
    leaves = greens(rng)
    for ahead in (110.0, 70.0, 42.0):
        tint = stage.tint(mix(rng.choice(leaves), (230, 236, 242), 0.4 * stage.weather.snow), ahead + 40, 0.8)
        first, last = stage.span(ahead)
        if ahead > 60:
            _ridge(stage, rng, ahead, ahead * 0.05, ahead * 0.11, tint, 0.6)
        for _ in range(7):
            tree(stage, rng, rng.uniform(first, last), ahead, ahead * rng.uniform(0.10, 0.17), leaves)


def _town(stage: Stage, rng: Random) -> None:
    far = 160.0
    first, last = stage.span(far)
    x = first - 5
    while x < last:
        wide = rng.uniform(9, 22)
        stage.box(x, x + wide, 0, rng.uniform(14, 62), far, stage.tint((142, 156, 176), 100, 0.9))
        x += wide + rng.uniform(-3, 9)
    ahead = rng.uniform(34, 48)
    first, last = stage.span(ahead)
    x = first - rng.uniform(0, 6)
    while x < last:
        wide, high = rng.uniform(7, 13), rng.uniform(9, 21)
        _block(stage, rng, x, wide, high, ahead)
        x += wide + rng.choice((0.0, 0.0, rng.uniform(1, 4)))
    leaves = greens(rng)
    for _ in range(rng.randrange(4)):
        tree(stage, rng, rng.uniform(first, last), ahead - 8, rng.uniform(4, 7), leaves)


def _block(stage: Stage, rng: Random, x: float, wide: float, high: float, ahead: float) -> None:
    wall = rng.choice(_WALLS)
    night = stage.weather.light.lamps
    stage.box(x, x + wide, 0, high, ahead, stage.tint(wall, ahead, 0.95))
    stage.box(x, x + wide, high - 0.5, high + 0.25, ahead, stage.tint(wall, ahead, 0.78))
    columns = max(2, int(wide / 2.4))
    step = wide / columns
    pane, floor = stage.tint((92, 112, 132), ahead), rng.uniform(2.9, 3.4)
    frame = stage.tint(wall, ahead, 1.12)
    for row in range(1, int((high - 1) / floor)):
        for column in range(columns):
            left, low = x + step * (column + 0.25), row * floor + 0.9
            lit = rng.random() < (0.5 if night else 0.06)
            stage.box(left - 0.12, left + step * 0.5 + 0.12, low - 0.15, low + 1.7, ahead, frame)
            stage.box(left, left + step * 0.5, low, low + 1.55, ahead, (250, 214, 132) if lit and night else
                      mix(pane, stage.weather.low, 0.5 if lit else rng.choice((0.1, 0.2))))  # fmt: skip
    shop = rng.choice(((196, 66, 62), (46, 104, 128), (224, 158, 60), (62, 120, 86), (110, 84, 132)))
    stage.box(x + 0.4, x + wide - 0.4, 0.3, 2.4, ahead, (252, 222, 150) if night else mix(pane, (255, 255, 255), 0.12))
    stage.box(x + 0.2, x + wide - 0.2, 2.35, 3.0, ahead, stage.tint(shop, ahead))
    stage.box(x + wide * 0.45, x + wide * 0.45 + 1.1, 0, 2.3, ahead, stage.tint(shop, ahead, 0.6))


def _village(stage: Stage, rng: Random) -> None:
    leaves = greens(rng)
    _ridge(
        stage,
        rng,
        220.0,
        6.0,
        20.0,
        stage.tint(mix(rng.choice(leaves), (230, 236, 242), 0.6 * stage.weather.snow), 110),
        0.6,
    )
    ahead = rng.uniform(30, 42)
    first, last = stage.span(ahead)
    x = first - rng.uniform(0, 7)
    while x < last:
        wide = rng.uniform(7, 11)
        _house(stage, rng, x, wide, ahead)
        tree(stage, rng, x + wide + rng.uniform(0.6, 2.4), ahead - 3, rng.uniform(3.5, 7), leaves)
        x += wide + rng.uniform(2.5, 7)


def _house(stage: Stage, rng: Random, x: float, wide: float, ahead: float) -> None:
    wall, high, night = rng.choice(_WALLS), rng.uniform(3.2, 5.8), stage.weather.light.lamps
    roof = (234, 239, 245) if stage.weather.snow else rng.choice(_ROOFS)
    over, ridge = 0.5, high + wide * rng.uniform(0.28, 0.42)
    stage.box(x + wide * 0.72, x + wide * 0.8, high, ridge + 0.5, ahead, stage.tint(wall, ahead, 0.7))
    left, middle, right = x - over, x + wide / 2, x + wide + over
    if rng.random() < 0.5:
        gable = [(x, 0.0), (x, high), (middle, ridge), (x + wide, high), (x + wide, 0.0)]
        stage.shape(gable, ahead, stage.tint(wall, ahead))
        eaves = [(left, high - 0.3), (middle, ridge + 0.1), (right, high - 0.3)]
        top = [(right, high + 0.1), (middle, ridge + 0.55), (left, high + 0.1)]
        stage.shape(eaves + top, ahead, stage.tint(roof, ahead))
    else:
        stage.box(x, x + wide, 0, high, ahead, stage.tint(wall, ahead))
        slope = [(left, high - 0.1), (right, high - 0.1), (right - 1.7, ridge), (left + 1.7, ridge)]
        stage.shape(slope, ahead, stage.tint(roof, ahead))
    pane = (250, 214, 132) if night and rng.random() < 0.8 else stage.tint((96, 118, 138), ahead)
    frame = stage.tint((240, 238, 232), ahead)
    for row in range(1 + (high > 4.6)):
        for share in (0.14, 0.68):
            left, low = x + wide * share, 1.0 + row * 2.4
            stage.box(left - 0.15, left + 1.45, low - 0.15, low + 1.35, ahead, frame)
            stage.box(left, left + 1.3, low, low + 1.2, ahead, pane)
            stage.box(left + 0.6, left + 0.7, low, low + 1.2, ahead, frame)
    stage.box(x + wide * 0.44, x + wide * 0.44 + 1.1, 0, 2.1, ahead, stage.tint(rng.choice(_ROOFS), ahead, 0.9))


def _works(stage: Stage, rng: Random) -> None:
    ahead = rng.uniform(26, 40)
    first, last = stage.span(ahead)
    wall, high = rng.choice(_WALLS), rng.uniform(4.5, 7.5)
    stage.box(first - 1, last + 1, 0, high, ahead, stage.tint(wall, ahead, 0.92))
    band = rng.choice(((62, 104, 152), (190, 80, 62), (70, 128, 102), (218, 160, 66)))
    stage.box(first - 1, last + 1, high * 0.72, high * 0.84, ahead, stage.tint(band, ahead))
    stage.box(first - 1, last + 1, high - 0.1, high + 0.3, ahead, stage.tint(wall, ahead, 0.7))
    x = first + rng.uniform(0, 5)
    while x < last:
        wide, kind = rng.uniform(3.4, 4.6), rng.random()
        if kind < 0.6:
            stage.box(x, x + wide, 0, high * 0.55, ahead, stage.tint(band, ahead, 0.82))
            for step in range(1, 6):
                up = high * 0.55 * step / 6
                stage.box(x, x + wide, up, up + 0.06, ahead, stage.tint(band, ahead, 0.66))
        else:
            lit = stage.weather.light.lamps
            stage.box(
                x,
                x + wide,
                high * 0.3,
                high * 0.6,
                ahead,
                (250, 220, 150) if lit else stage.tint((110, 134, 152), ahead),
            )
        x += wide + rng.uniform(2, 6)
