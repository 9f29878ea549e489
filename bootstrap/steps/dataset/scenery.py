"""The background of a drawn car: sky, skyline, road."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Light:
    """Colours and brightness of a scene.

    `level`: brightness of everything; `lamps`: the headlights are on.
    """

    top: Colour
    horizon: Colour
    level: float
    lamps: bool = False


_LIGHTS = (
    Light((88, 150, 222), (208, 228, 244), 1.0),
    Light((60, 120, 200), (232, 236, 226), 1.08),
    Light((150, 158, 168), (206, 208, 210), 0.88),
    Light((94, 82, 130), (244, 178, 120), 0.82),
    Light((18, 24, 48), (58, 62, 92), 0.52, lamps=True),
)
_GROUNDS: tuple[Colour, ...] = ((92, 94, 98), (118, 116, 112), (146, 138, 122), (80, 84, 84), (168, 166, 160))
_WALLS: tuple[Colour, ...] = ((166, 120, 98), (188, 180, 164), (134, 142, 150), (204, 188, 150), (112, 98, 92))
_GREENS: tuple[Colour, ...] = ((86, 124, 72), (62, 100, 66), (126, 140, 82), (104, 130, 110))


def times(colour: Colour, factor: float) -> Colour:
    """Return the colour made brighter or darker."""
    red, green, blue = (max(0, min(255, round(each * factor))) for each in colour)
    return red, green, blue


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with this share (0 to 1) of `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """Return a gradient from `top` to `bottom`: a stretched column of 16 pixels."""
    column = Image.new("RGB", (1, 16))
    for row in range(16):
        column.putpixel((0, row), mix(top, bottom, row / 15))
    return column.resize(size, Image.Resampling.BILINEAR)


def paint(rng: Random, side: int, horizon: int) -> tuple[Image.Image, Light]:
    """Return a scene without a car, `side` x `side` pixels, and its light."""
    light = rng.choice(_LIGHTS)
    image = Image.new("RGB", (side, side))
    image.paste(gradient((side, horizon), light.top, light.horizon), (0, 0))
    draw = ImageDraw.Draw(image)
    if not light.lamps:
        _clouds(draw, rng, side, horizon, light)
    rng.choice((_hills, _houses, _trees, _sea))(draw, rng, side, horizon, light)
    _ground(image, draw, rng, horizon, light)
    return image, light


def _clouds(draw: ImageDraw.ImageDraw, rng: Random, side: int, horizon: int, light: Light) -> None:
    tint = mix(light.horizon, (255, 255, 255), 0.5)
    for _ in range(rng.randrange(4)):
        x, y, wide = rng.uniform(0, side), rng.uniform(0, horizon * 0.5), side * rng.uniform(0.06, 0.14)
        for puff in range(4):
            left, high = x + puff * wide * 0.5, wide * rng.uniform(0.3, 0.55)
            draw.ellipse((left, y - high, left + wide, y + high * 0.5), fill=tint)


def _hills(draw: ImageDraw.ImageDraw, rng: Random, side: int, horizon: int, light: Light) -> None:
    for layer in range(2):
        tint = mix(times(rng.choice(_GREENS), light.level), light.horizon, 0.55 - 0.4 * layer)
        for _ in range(3):
            x, wide, high = rng.uniform(0, side), side * rng.uniform(0.3, 0.6), side * rng.uniform(0.05, 0.2)
            draw.ellipse((x - wide, horizon - high, x + wide, horizon + high), fill=tint)


def _houses(draw: ImageDraw.ImageDraw, rng: Random, side: int, horizon: int, light: Light) -> None:
    x = -side * rng.uniform(0, 0.1)
    while x < side:
        wide, high = side * rng.uniform(0.14, 0.28), side * rng.uniform(0.18, 0.45)
        wall = times(rng.choice(_WALLS), light.level)
        draw.rectangle((x, horizon - high, x + wide, horizon), fill=wall)
        lit = (236, 206, 130) if light.lamps else times(wall, 0.62)
        step = side * 0.05
        for row in range(1, int(high / step)):
            for column in range(int(wide / step) - 1):
                if rng.random() < 0.75:
                    left, top = x + step * (column + 0.55), horizon - high + step * (row - 0.5)
                    draw.rectangle((left, top, left + step * 0.5, top + step * 0.6), fill=lit)
        x += wide + side * rng.uniform(0, 0.04)


def _trees(draw: ImageDraw.ImageDraw, rng: Random, side: int, horizon: int, light: Light) -> None:
    for _ in range(rng.randrange(4, 9)):
        x, high = rng.uniform(0, side), side * rng.uniform(0.16, 0.34)
        leaf, trunk = times(rng.choice(_GREENS), light.level), times((92, 70, 52), light.level)
        draw.rectangle((x - side * 0.008, horizon - high * 0.5, x + side * 0.008, horizon), fill=trunk)
        for _ in range(5):
            a, b = x + rng.uniform(-0.25, 0.25) * high, horizon - high * rng.uniform(0.5, 0.85)
            r = high * rng.uniform(0.16, 0.26)
            draw.ellipse((a - r, b - r, a + r, b + r), fill=times(leaf, rng.uniform(0.85, 1.15)))


def _sea(draw: ImageDraw.ImageDraw, rng: Random, side: int, horizon: int, light: Light) -> None:
    top = horizon - side * rng.uniform(0.08, 0.16)
    water = times((70, 120, 150), light.level)
    draw.rectangle((0, top, side, horizon), fill=water)
    for _ in range(12):
        x, y = rng.uniform(0, side), rng.uniform(top, horizon)
        draw.line((x, y, x + side * 0.06, y), fill=times(water, 1.2), width=max(1, side // 256))


def _ground(image: Image.Image, draw: ImageDraw.ImageDraw, rng: Random, horizon: int, light: Light) -> None:
    side = image.width
    near = times(rng.choice(_GROUNDS), light.level)
    image.paste(gradient((side, side - horizon), times(near, 1.12), times(near, 0.85)), (0, horizon))
    kerb = side * rng.uniform(0.01, 0.03)
    draw.rectangle((0, horizon, side, horizon + kerb), fill=times(near, 1.3))
    if rng.random() < 0.5:
        y, dash, shift = side * rng.uniform(0.92, 0.97), side * 0.16, rng.uniform(0, side * 0.16)
        for number in range(-1, 6):
            x = number * dash * 1.6 + shift
            draw.rectangle((x, y, x + dash, y + side * 0.012), fill=times((226, 222, 204), light.level))
