"""Puts a picture together: which car, from where, in which weather, and what hides a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from random import Random

from PIL import Image, ImageDraw

from bootstrap.steps.dataset.cars import backdrop, car, glow, street, weather
from bootstrap.steps.dataset.cars.backdrop import Stage
from bootstrap.steps.dataset.cars.bodies import KINDS, Body, built
from bootstrap.steps.dataset.cars.ground import Ground
from bootstrap.steps.dataset.cars.hull import Car, Looks, loop
from bootstrap.steps.dataset.cars.hull import car as assembled
from bootstrap.steps.dataset.cars.solid import Camera, Colour, Point, Spot, Stand, turn
from bootstrap.steps.dataset.cars.weather import HOW_OFTEN, WEATHERS, Weather

_PAINTS: tuple[Colour, ...] = (
    (198, 38, 44), (34, 78, 158), (240, 240, 236), (42, 44, 50), (172, 178, 184), (214, 168, 60), (38, 116, 98),
    (226, 112, 46), (98, 158, 204), (124, 44, 70), (98, 96, 90), (222, 212, 188), (66, 138, 150), (70, 96, 70),
)  # fmt: skip
_RIMS: tuple[Colour, ...] = ((212, 215, 220), (126, 130, 136), (70, 72, 78))
_GLASS: tuple[Colour, ...] = ((34, 42, 52), (52, 66, 80), (46, 58, 60))
_PLATES: tuple[Colour, ...] = ((242, 242, 236), (246, 218, 96), (70, 120, 196), (242, 242, 236))
# Tangents of half the angle by which a car is turned, and whether its nose then points at the camera. From the very
# front a saloon and a hatchback look the same, so no picture is nearer to it than 22 degrees.
_VIEWS = (
    ("side", -0.12, 0.12, 1),
    ("front quarter", 0.16, 0.42, -1),
    ("front", 0.44, 0.67, -1),
    ("rear quarter", 0.16, 0.50, 1),
    ("rear", 0.60, 1.0, 1),
)
_SHARES = (0.32, 0.26, 0.08, 0.22, 0.12)


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture before it is drawn; all lengths of the picture are shares of its side.

    `box`: the car's left, upper, right and lower end; `hidden`: what stands before it: (kind, place in the box).
    """

    car: Car
    view: str
    stand: Stand
    camera: Camera
    weather: Weather
    box: tuple[float, float, float, float]
    hidden: tuple[tuple[str, float], ...]
    company: str


def plan(kind: tuple[Body, Body], rng: Random) -> Scene:
    """Choose everything that makes a picture. Only the body depends on the class: nothing else may betray it."""
    body = built(kind, rng)
    vehicle = assembled(body, _looks(rng))
    view, cos, sin = _turned(rng)
    stand, camera, box = _framed(vehicle, Stand(0.0, 10.0, cos, sin, body.length / 2), _frame(rng, view))
    hidden: list[tuple[str, float]] = []
    if rng.random() < 0.22:
        # Not before its middle: of a car seen from behind, little else would be left.
        place = rng.uniform(0.08, 0.36)
        hidden.append(("narrow", rng.choice((place, 1 - place))))
    if rng.random() < 0.20:
        hidden.append(("low", rng.uniform(0.0, 1.0)))
    chosen = rng.random()
    # In a view along the row, the next car would be hidden.
    company = "row" if chosen < 0.16 and view not in ("front", "rear") else ""
    if view == "side" and chosen > 0.80:
        company = "before"
    return Scene(vehicle, view, stand, camera, rng.choices(WEATHERS, HOW_OFTEN)[0], box, tuple(hidden), company)


def _turned(rng: Random) -> tuple[str, float, float]:
    name, low, high, towards = rng.choices(_VIEWS, _SHARES)[0]
    cos, sin = turn(rng.uniform(low, high))
    return name, cos * rng.choice((-1, 1)), sin * towards


def _looks(rng: Random) -> Looks:
    return Looks(
        paint=rng.choice(_PAINTS),
        rim=rng.choice(_RIMS),
        spokes=rng.choice((5, 6, 7, 10)),
        glass=rng.choice(_GLASS),
        rolled=rng.uniform(0, 24),
        plate=rng.choice(_PLATES),
    )


def _ends(vehicle: Car) -> list[Spot]:
    """Return the spots that a car reaches farthest with."""
    body, hull, cabin = vehicle.body, vehicle.hull, vehicle.cabin
    spots = [spot for ring in hull.halves[::2] + cabin.halves[1::2] for spot in ring[::3]]
    spots += [(x + by, 0.0, body.width * 0.48) for x in body.axles for by in (-body.radius, body.radius)]
    return spots + [(x, y, -z) for x, y, z in spots]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Place of the car in the picture, in shares of its side.

    `size`: root of the area that it takes; (`across`, `down`): its middle; `above`: from there up to the horizon;
    `lens`: the camera's focus.
    """

    size: float
    across: float
    down: float
    above: float
    lens: float


def _frame(rng: Random, view: str) -> _Frame:
    ends_on = view in ("front", "rear")
    return _Frame(
        size=rng.uniform(0.48, 0.62) if rng.random() < 0.84 else rng.uniform(0.36, 0.48),
        across=rng.uniform(0.40, 0.60),
        down=rng.uniform(0.50, 0.67),
        # From the front and from behind, more of its upper side is shown: bonnet, boot, bed.
        above=rng.uniform(0.08, 0.25) + (0.06 if ends_on else 0.0),
        lens=rng.uniform(1.9, 2.6) * (1.25 if ends_on else 1.0),
    )


def _framed(vehicle: Car, stand: Stand, frame: _Frame) -> tuple[Stand, Camera, tuple[float, float, float, float]]:
    """Return stand and camera that make this frame, whatever the kind of the car.

    Neither horizon nor lens then tells how large the car is, as they would with a camera that stays where it is.
    """
    high = 2.0
    for last in (False, False, True):
        eye = Camera(1.0, 0.0, 0.0, high)
        pixels = [eye.see(stand.spot(*each)) for each in _ends(vehicle)]
        left, right = min(x for x, _ in pixels), max(x for x, _ in pixels)
        upper, lower = min(y for _, y in pixels), max(y for _, y in pixels)
        wide, tall = right - left, lower - upper
        focus = sqrt(min(frame.size * frame.size / (wide * tall), (0.94 / wide) ** 2, (0.64 / tall) ** 2))
        if not last:
            stand = replace(stand, ahead=stand.ahead * frame.lens / focus)
            high = vehicle.body.height / 2 + frame.above * stand.ahead / frame.lens
    half, rise = focus * wide / 2, focus * tall / 2
    across = max(half + 0.025, min(0.975 - half, frame.across))
    down = min(frame.down, 0.97 - rise)
    camera = Camera(focus, across - focus * (left + right) / 2, down - focus * (upper + lower) / 2, high)
    return stand, camera, (across - half, down - rise, across + half, down + rise)


def paint(scene: Scene, rng: Random, side: int) -> Image.Image:
    """Return the picture, `side` x `side` pixels."""
    image = Image.new("RGB", (side, side))
    eye = scene.camera
    camera = Camera(eye.focus * side, eye.left * side, eye.horizon * side, eye.height)
    stage = Stage(ImageDraw.Draw(image), camera, scene.weather, side)
    weather.sky(image, camera, scene.weather, rng)
    backdrop.paint(stage, rng)
    Ground(image, stage, scene.stand, rng).paint()
    street.background(stage, rng, scene.stand.ahead + 2.6)
    cars = sorted([*_company(scene, rng), (scene.stand, scene.car)], key=lambda each: -each[0].ahead)
    for stand, vehicle in cars:
        _park(image, stage, stand, vehicle)
    if scene.weather.wet:
        weather.reflect(image, [each * side for each in scene.box])
    _hide(stage, scene, rng)
    if scene.weather.haze > 0.9:
        weather.haze(image, camera, scene.weather)
    if scene.weather.falling:
        weather.fall(image, scene.weather, rng)
    return image


def _park(image: Image.Image, stage: Stage, stand: Stand, vehicle: Car) -> None:
    light = stage.weather.light
    _shadow(image, stage, stand, vehicle)
    car.paint(stage.draw, stage.camera, stand, light, vehicle)
    if light.lamps:
        glow.lamps(image, stage.camera, stand, vehicle)


def _shadow(image: Image.Image, stage: Stage, stand: Stand, vehicle: Car) -> None:
    """Lay the shadow of the sun and the dark below the car on the ground."""
    camera, sun = stage.camera, stage.weather.light.sun
    hull, cabin = vehicle.hull, vehicle.cabin
    if stage.weather.shade > 0.15:
        areas = []
        for half in (hull.halves[0], hull.halves[3], hull.halves[-1], cabin.halves[2], cabin.halves[-1]):
            spots = [stand.spot(*each) for each in loop(half)]
            areas.append(camera.ground([(x - sun[0] / sun[1] * y, z - sun[2] / sun[1] * y) for x, y, z in spots]))
        weather.lay(image, areas, 0.004, (18, 20, 34), round(165 * stage.weather.shade))
    areas = [_footprint(camera, stand, vehicle.body, wide) for wide in (1.06, 1.0)]
    weather.lay(image, areas, 0.01, (14, 15, 20), 175)


def _footprint(camera: Camera, stand: Stand, body: Body, wide: float) -> list[Point]:
    half, rear, front = body.width / 2 * wide, 0.12, body.length - 0.12
    corners = [(rear, half), (front, half), (front, -half), (rear, -half)]
    return camera.ground([(x, z) for x, _, z in (stand.spot(x, 0.0, z) for x, z in corners)])


def _company(scene: Scene, rng: Random) -> Sequence[tuple[Stand, Car]]:
    """Return another car: the next one in the row, farther away, or one that stands before the nose of a side view."""
    if not scene.company:
        return ()
    body = built(rng.choice(KINDS), rng)
    own = scene.stand
    if scene.company == "row":
        gap = (scene.car.body.length + body.length) / 2 + rng.uniform(0.9, 1.8)
        right, _, ahead = own.spot(own.middle + (gap if own.sin > 0 else -gap), 0.0, 0.0)
    else:
        ahead = own.ahead - rng.uniform(2.3, 2.8)
        left, _, end, _ = scene.box
        hidden = (end - left) * rng.uniform(0.12, 0.24)
        edge = end - hidden if own.cos > 0 else left + hidden
        away = body.length / 2 * abs(own.cos) + body.width / 2 * abs(own.sin)
        right = (edge - scene.camera.left) / scene.camera.scale(ahead) + (away if own.cos > 0 else -away)
    return [(replace(own, right=right, ahead=ahead, middle=body.length / 2), assembled(body, _looks(rng)))]


def _hide(stage: Stage, scene: Scene, rng: Random) -> None:
    left, _, right, _ = (each * stage.side for each in scene.box)
    for kind, place in scene.hidden:
        nearest = scene.stand.ahead - abs(scene.stand.sin) * scene.car.body.length / 2 - scene.car.body.width / 2
        ahead = nearest * (rng.uniform(0.82, 0.97) if kind == "narrow" else rng.uniform(0.74, 0.95))
        at = (left + (right - left) * place - stage.camera.left) / stage.camera.scale(ahead)
        rng.choice(street.NARROW if kind == "narrow" else street.LOW)(stage, rng, at, ahead)
