"""builtin:cars: pictures of cars drawn from a seed. The same version of Pillow gives the same bytes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from bootstrap.steps.dataset import scenery
from bootstrap.steps.dataset.scenery import Colour, Light, times
from bootstrap.steps.dataset.shapes import SHAPES, Point, Shape

LABELS = tuple(each.label for each in SHAPES)

_PAINTS: tuple[Colour, ...] = (
    (178, 30, 36), (30, 66, 140), (236, 236, 232), (34, 36, 40), (150, 156, 162), (196, 160, 60),
    (40, 104, 84), (220, 110, 40), (96, 148, 190), (112, 40, 62), (88, 84, 76), (214, 204, 180),
)  # fmt: skip
_QUALITY = 82
# Pictures are drawn this much larger and then reduced: Pillow has no other way to smooth edges.
_OVERSIZE = 2


def picture(seed: int, label: str, number: int, size: int) -> bytes:
    """Return one JPEG of `size` x `size` pixels. Its bytes depend on the four arguments only."""
    shape = next(each for each in SHAPES if each.label == label)
    rng = Random(f"{seed}/{label}/{number}")
    side = size * _OVERSIZE
    image, light = scenery.paint(rng, side, horizon=int(side * rng.uniform(0.48, 0.66)))
    _park(image, shape, rng, light)
    image = image.reduce(_OVERSIZE)
    return _expose(image, rng, light)


def pictures(seed: int, per_class: int, size: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield (class, name, JPEG) of every picture, class after class."""
    for label in LABELS:
        for number in range(per_class):
            yield label, f"{label}-{number + 1:04d}.jpg", picture(seed, label, number, size)


@dataclass(frozen=True, slots=True)
class _Place:
    """The car's place in the picture. Converts units of the car's length to pixels."""

    left: float
    ground: float
    length: float
    height: float
    mirrored: bool
    lean: float

    def point(self, x: float, y: float) -> Point:
        across = (1 - x if self.mirrored else x) - 0.5
        up = y * self.height
        sin, cos = math.sin(self.lean), math.cos(self.lean)
        return (
            self.left + self.length * (0.5 + across * cos + up * sin),
            self.ground - self.length * (up * cos - across * sin),
        )

    def points(self, outline: Sequence[Point]) -> list[Point]:
        return [self.point(x, y) for x, y in outline]


def _place(shape: Shape, rng: Random, side: int) -> _Place:
    length = side * shape.length * rng.uniform(0.64, 0.80)
    spare = side - length
    return _Place(
        left=spare * rng.uniform(0.1, 0.9),
        ground=side * rng.uniform(0.74, 0.88),
        length=length,
        height=rng.uniform(0.95, 1.06),
        mirrored=rng.random() < 0.5,
        lean=rng.uniform(-0.035, 0.035),
    )


def _park(image: Image.Image, shape: Shape, rng: Random, light: Light) -> None:
    place = _place(shape, rng, image.width)
    colour = times(rng.choice(_PAINTS), light.level * rng.uniform(0.88, 1.1))
    _shadow(image, place, light)
    draw = ImageDraw.Draw(image)
    _body(image, shape, place, colour, rng)
    _glass(draw, shape, place, light, rng)
    _trim(draw, shape, place, colour, light)
    spokes, rim = rng.choice((0, 5, 6, 8)), times(rng.choice(((206, 208, 212), (120, 122, 126))), light.level)
    for x in shape.wheels:
        _wheel(draw, place, x, shape.radius, spokes, rim, rng.uniform(0, math.tau))
    if light.lamps:
        _beam(image, shape, place)


def _smooth(outline: Sequence[Point]) -> list[Point]:
    """Two rounds of cutting corners (Chaikin's curve)."""
    points = list(outline)
    for _ in range(2):
        pairs = zip(points, points[1:] + points[:1], strict=True)
        points = [(a[0] * (1 - t) + b[0] * t, a[1] * (1 - t) + b[1] * t) for a, b in pairs for t in (0.2, 0.8)]
    return points


def _shadow(image: Image.Image, place: _Place, light: Light) -> None:
    # A soft edge is cheap on a small mask that is stretched afterwards.
    small = Image.new("L", (64, 64))
    scale = 64 / image.width
    centre, depth = place.point(0.5, 0.0), place.length * 0.045
    box = (centre[0] - place.length * 0.53, centre[1] - depth, centre[0] + place.length * 0.53, centre[1] + depth)
    ImageDraw.Draw(small).ellipse([each * scale for each in box], fill=110 if light.lamps else 165)
    mask = small.filter(ImageFilter.GaussianBlur(1)).resize(image.size, Image.Resampling.BILINEAR)
    image.paste((12, 12, 16), (0, 0), mask)


def _body(image: Image.Image, shape: Shape, place: _Place, colour: Colour, rng: Random) -> None:
    outline = place.points(_smooth([(x + rng.uniform(-0.004, 0.004), y) for x, y in shape.outline]))
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    box = mask.getbbox()
    if box is None:
        return
    size = (box[2] - box[0], box[3] - box[1])
    paint = scenery.gradient(size, times(colour, 1.28), times(colour, 0.62))
    image.paste(paint, box[:2], mask.crop(box))
    draw = ImageDraw.Draw(image)
    wide = max(1, image.width // 170)
    draw.line([*outline, outline[0]], fill=times(colour, 0.42), width=max(1, wide // 2))
    low = [place.point(x, y) for x, y in ((0.03, 0.085), (0.97, 0.085))]
    draw.line(low, fill=times(colour, 0.34), width=wide * 3)
    crease = [place.point(0.02, shape.crease), place.point(0.97, shape.crease - 0.012)]
    draw.line(crease, fill=times(colour, 1.5), width=wide)


def _glass(draw: ImageDraw.ImageDraw, shape: Shape, place: _Place, light: Light, rng: Random) -> None:
    tint = rng.choice(((38, 46, 56), (58, 74, 88), (84, 104, 116)))
    glass = times(tint, 0.5 + 0.6 * light.level)
    for window in shape.windows:
        draw.polygon(place.points(window), fill=glass)
        (x, y), (far, high) = window[0], window[2]
        glare = [(x + (far - x) * a, y + (high - y) * b) for a, b in ((0.62, 0.1), (0.8, 0.1), (1.0, 0.9), (0.85, 0.9))]
        draw.polygon(place.points(glare), fill=times(glass, 1.45))


def _trim(draw: ImageDraw.ImageDraw, shape: Shape, place: _Place, colour: Colour, light: Light) -> None:
    """Door gaps, handles, bed, rails, bumpers, lamps."""
    line, thin = times(colour, 0.5), max(1, round(place.length / 220))
    base = shape.windows[-1][0][1]
    for x in shape.doors:
        draw.line([place.point(x, base), place.point(x + 0.004, 0.1)], fill=line, width=thin)
        draw.line([place.point(x - 0.055, base - 0.03), place.point(x - 0.025, base - 0.03)], fill=line, width=thin * 2)
    if shape.bed:
        draw.polygon(place.points(shape.bed), fill=times(colour, 0.3))
    if shape.roof_rails:
        top = max(y for _, y in shape.outline)
        draw.line([place.point(0.09, top + 0.005), place.point(0.5, top + 0.005)], fill=(52, 54, 58), width=thin * 2)
    dark = times((58, 60, 64), light.level)
    for x in (0.005, 0.955):
        draw.polygon(place.points(((x, 0.075), (x, 0.115), (x + 0.04, 0.115), (x + 0.04, 0.075))), fill=dark)
    nose = next(y for x, y in shape.outline if x > 0.95)
    white = (255, 250, 214) if light.lamps else times((236, 238, 232), light.level)
    draw.polygon(place.points(((0.925, nose - 0.005), (0.985, nose - 0.035), (0.93, nose - 0.045))), fill=white)
    red = (240, 40, 36) if light.lamps else times((170, 26, 30), light.level)
    draw.polygon(
        place.points(((0.004, base - 0.012), (0.035, base - 0.012), (0.03, base - 0.06), (0.004, base - 0.06))),
        fill=red,
    )


def _wheel(
    draw: ImageDraw.ImageDraw, place: _Place, x: float, radius: float, spokes: int, rim: Colour, turn: float
) -> None:
    centre_x, centre_y = place.point(x, radius / place.height * 0.98)

    def disc(share: float, fill: Colour) -> None:
        r = place.length * radius * share
        draw.ellipse((centre_x - r, centre_y - r, centre_x + r, centre_y + r), fill=fill)

    disc(1.14, (16, 16, 18))
    disc(1.0, (34, 34, 37))
    disc(0.64, rim)
    if spokes:
        disc(0.55, times(rim, 0.4))
        r = place.length * radius * 0.58
        for number in range(spokes):
            angle = turn + math.tau * number / spokes
            end = (centre_x + r * math.cos(angle), centre_y + r * math.sin(angle))
            draw.line([(centre_x, centre_y), end], fill=rim, width=max(2, round(r / 4)))
    disc(0.14, times(rim, 0.7))


def _beam(image: Image.Image, shape: Shape, place: _Place) -> None:
    nose = next(y for x, y in shape.outline if x > 0.95)
    cone = place.points(((0.97, nose - 0.02), (1.5, nose + 0.03), (1.5, -0.06)))
    small = Image.new("L", (64, 64))
    ImageDraw.Draw(small).polygon([(x * 64 / image.width, y * 64 / image.width) for x, y in cone], fill=90)
    mask = small.filter(ImageFilter.GaussianBlur(2)).resize(image.size, Image.Resampling.BILINEAR)
    image.paste((255, 246, 204), (0, 0), mask)


def _expose(image: Image.Image, rng: Random, light: Light) -> bytes:
    """Add a camera's effects (exposure, colour, a little blur, grain), then encode as JPEG."""
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.85, 1.12))
    image = ImageEnhance.Color(image).enhance(rng.uniform(0.75, 1.15))
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.9)))
    # Image.effect_noise uses C's rand(), which no seed of ours sets.
    strength = 10 if light.lamps else 7
    grain = Image.frombytes("L", image.size, rng.randbytes(image.width * image.height))
    grain = grain.point([each * strength // 255 for each in range(256)])
    image = ImageChops.add(image, Image.merge("RGB", (grain, grain, grain)), offset=-(strength // 2))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, subsampling=2)
    return buffer.getvalue()
