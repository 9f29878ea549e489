"""Hours and weathers: the sky, its light, and what falls from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bootstrap.steps.dataset.cars.light import Light
from bootstrap.steps.dataset.cars.solid import Camera, Colour, Point, mix


@dataclass(frozen=True, slots=True)
class Weather:
    """One hour in one weather.

    `top`, `low`: the sky, above and at the horizon; `haze`: how much of a thing 100 m away the air hides, 0 to 1.
    `clouds`: how many there are at most; `wet`, `snow`: what lies on the ground.
    """

    name: str
    top: Colour
    low: Colour
    light: Light
    haze: float = 0.35
    clouds: int = 0
    stars: bool = False
    wet: bool = False
    snow: bool = False

    @property
    def falling(self) -> str:
        """Return what falls: rain, snow or nothing."""
        return "rain" if self.wet else "snow" if self.name == "snow" else ""

    @property
    def shade(self) -> float:
        """Return how dark the shadow of the sun is, 0 to 1."""
        return min(1.0, self.light.strength * 1.1)


def _light(
    side: float, strength: float, ambient: float, tint: tuple[float, float, float], sky: Colour, lamps: bool = False
) -> Light:
    high, away = 0.68, 0.42
    across = sqrt(1 - high * high - away * away)
    return Light((across * side, high, -away), strength, ambient, tint, sky, (96, 96, 98), lamps)


_PLAIN, _WARM, _RED, _ROSE = (1.0, 1.0, 1.0), (1.08, 0.98, 0.86), (1.14, 0.94, 0.80), (1.02, 0.92, 1.06)
_COOL, _COLD, _BLUE = (0.92, 0.98, 1.10), (0.97, 1.0, 1.06), (0.90, 0.95, 1.14)

WEATHERS = (
    Weather("noon", (74, 146, 226), (206, 230, 246), _light(-1, 0.62, 0.62, _PLAIN, (214, 232, 250)), clouds=3),
    Weather("summer", (38, 116, 206), (222, 236, 238), _light(1, 0.70, 0.60, _PLAIN, (220, 236, 250)), clouds=2),
    Weather("morning", (122, 176, 224), (250, 232, 206), _light(1, 0.58, 0.60, _WARM, (246, 232, 212)), 0.5, 1),
    Weather("overcast", (158, 170, 182), (212, 216, 218), _light(-1, 0.12, 0.86, _PLAIN, (206, 212, 218)), 0.5),
    Weather("evening", (84, 92, 158), (252, 178, 116), _light(-1, 0.50, 0.50, _RED, (250, 196, 150)), 0.5, 2),
    Weather("dusk", (46, 48, 98), (214, 128, 132), _light(1, 0.22, 0.56, _ROSE, (196, 150, 170), True), 0.5, 1),
    Weather("night", (10, 16, 38), (44, 56, 94), _light(1, 0.12, 0.52, _BLUE, (70, 84, 124), True), 0.4, stars=True),
    Weather("rain", (112, 126, 140), (176, 186, 192), _light(-1, 0.06, 0.70, _COOL, (186, 196, 204)), 0.7, wet=True),
    Weather("wet night", (16, 20, 36), (58, 62, 84), _light(-1, 0.10, 0.52, _BLUE, (84, 92, 124), True), wet=True),
    Weather("snow", (176, 188, 202), (226, 232, 238), _light(1, 0.12, 0.84, _COLD, (226, 234, 242)), 0.7, snow=True),
    Weather(
        "winter", (108, 166, 222), (232, 240, 246), _light(1, 0.5, 0.66, _COLD, (230, 240, 250)), snow=True, clouds=1
    ),
    Weather("fog", (190, 196, 200), (216, 220, 222), _light(-1, 0.05, 0.84, _PLAIN, (216, 220, 222)), 0.93),
)
# Noon to fog, as above.
HOW_OFTEN = (6, 6, 5, 4, 4, 2, 2, 2, 1, 2, 3, 1)


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """Return a gradient from `top` to `bottom`."""
    wide, tall = size
    column = Image.new("RGB", (1, tall))
    column.putdata([mix(top, bottom, row / max(1, tall - 1)) for row in range(tall)])
    return column.resize((wide, tall), Image.Resampling.NEAREST)


def sky(image: Image.Image, camera: Camera, weather: Weather, rng: Random) -> None:
    """Paint the sky down to the horizon."""
    side, horizon = image.width, max(1, round(camera.horizon) + 1)
    image.paste(gradient((side, horizon), weather.top, weather.low), (0, 0))
    draw = ImageDraw.Draw(image)
    if weather.stars:
        for _ in range(26):
            x, y, r = rng.uniform(0, side), rng.uniform(0, horizon * 0.8), side * rng.choice((0.0012, 0.002))
            draw.ellipse((x - r, y - r, x + r, y + r), fill=mix(weather.top, (255, 255, 255), rng.uniform(0.5, 0.95)))
        x, y, r = side * rng.uniform(0.1, 0.9), horizon * rng.uniform(0.15, 0.5), side * 0.028
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(244, 240, 222))
        if rng.random() < 0.6:
            x += r * 0.6
            draw.ellipse((x - r, y - r * 1.1, x + r, y + r * 0.9), fill=mix(weather.top, weather.low, y / horizon))
    for _ in range(rng.randrange(weather.clouds + 1)):
        _cloud(draw, rng, side, horizon, weather)


def _cloud(draw: ImageDraw.ImageDraw, rng: Random, side: int, horizon: int, weather: Weather) -> None:
    tint = mix(weather.low, (255, 255, 255), 0.55)
    x, y, wide = side * rng.uniform(-0.1, 1.0), horizon * rng.uniform(0.1, 0.6), side * rng.uniform(0.05, 0.11)
    base = y + wide * 0.3
    for puff, high in enumerate((0.35, 0.62, 0.8, 0.5, 0.3)):
        left = x + puff * wide * 0.52
        draw.pieslice((left, base - wide * high, left + wide, base + wide * high), 180, 360, fill=tint)


def haze(image: Image.Image, camera: Camera, weather: Weather) -> None:
    """Lay fog over a finished picture, densest at the horizon."""
    side, at = image.height, camera.horizon / image.height
    column = Image.new("L", (1, 32))
    for row in range(32):
        off = abs((row + 0.5) / 32 - at)
        column.putpixel((0, row), round(max(46.0, 150 - 330 * off)))
    image.paste(weather.low, (0, 0), column.resize((image.width, side), Image.Resampling.BILINEAR))


def reflect(image: Image.Image, box: Sequence[float]) -> None:
    """Let wet ground mirror the car in this box, the less the farther below it."""
    left, upper, right, lower = (round(each) for each in box)
    tall = min((lower - upper) * 2 // 3, image.height - lower)
    left, right = max(0, left), min(image.width, right)
    if tall < 2:
        return
    # The car's lower edge runs aslant; from a little above it, the mirrored picture meets it everywhere.
    start = lower - tall // 8
    mirrored = image.crop((left, start - tall, right, start)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    mirrored = mirrored.filter(ImageFilter.BoxBlur((1, image.height // 90)))
    fading = Image.new("L", (1, tall))
    fading.putdata([round(105 * (1 - row / tall)) for row in range(tall)])
    mask = fading.resize((right - left, tall), Image.Resampling.NEAREST)
    sides = Image.new("L", (16, 1), 255)
    sides.putdata([0, 120, *[255] * 12, 120, 0])
    mask = ImageChops.multiply(mask, sides.resize(mask.size, Image.Resampling.BILINEAR))
    clear = Image.new("L", mask.size)
    clear.paste(mask.crop((0, lower - start, right - left, tall)), (0, lower - start))
    image.paste(mirrored, (left, start), clear)


def fall(image: Image.Image, weather: Weather, rng: Random) -> None:
    """Let it rain or snow in front of everything."""
    side = image.width
    layer = Image.new("L", image.size)
    draw = ImageDraw.Draw(layer)
    if weather.falling == "rain":
        lean = rng.uniform(-0.25, 0.25)
        for _ in range(rng.randrange(70, 170)):
            x, y, long = rng.uniform(-0.1, 1.1) * side, rng.uniform(-0.1, 1) * side, side * rng.uniform(0.02, 0.07)
            draw.line((x, y, x + lean * long, y + long), fill=rng.randrange(50, 120), width=max(1, side // 340))
        image.paste((226, 234, 242), (0, 0), layer)
    else:
        for _ in range(rng.randrange(60, 150)):
            x, y, r = rng.uniform(0, side), rng.uniform(0, side), side * rng.choice((0.002, 0.003, 0.004, 0.006))
            draw.ellipse((x - r, y - r, x + r, y + r), fill=rng.randrange(150, 235))
        for _ in range(rng.randrange(4)):
            x, y, r = rng.uniform(0, side), rng.uniform(0, side), side * rng.uniform(0.010, 0.018)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=rng.randrange(60, 110))
        image.paste((250, 252, 255), (0, 0), layer)


def lay(image: Image.Image, areas: Sequence[Sequence[Point]], blur: float, colour: Colour, strength: int) -> None:
    """Lay areas with soft edges over the picture. `blur`: share of its side; `strength`: 255 hides what is below."""
    margin = 2 * blur * image.width + 2
    across = [x for each in areas for x, _ in each]
    down = [y for each in areas for _, y in each]
    left, upper = (max(0, round(min(each) - margin)) for each in (across, down))
    right, lower = (min(image.width, round(max(each) + margin)) for each in (across, down))
    if right - left < 2 or lower - upper < 2:
        return
    # A soft edge is cheap on a small mask that is stretched afterwards.
    scale = min(1.0, 96 / max(right - left, lower - upper))
    small = Image.new("L", (max(1, round((right - left) * scale)), max(1, round((lower - upper) * scale))))
    draw = ImageDraw.Draw(small)
    for each in areas:
        draw.polygon([((x - left) * scale, (y - upper) * scale) for x, y in each], fill=strength)
    small = small.filter(ImageFilter.GaussianBlur(blur * image.width * scale))
    mask = small.resize((right - left, lower - upper), Image.Resampling.BILINEAR)
    image.paste(colour, (left, upper, right, lower), mask)
