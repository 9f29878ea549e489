"""Lamps that shine: a car's own at dusk and at night."""

from __future__ import annotations

from functools import cache

from PIL import Image

from bootstrap.steps.dataset.cars.hull import Car
from bootstrap.steps.dataset.cars.solid import Camera, Colour, Spot, Stand
from bootstrap.steps.dataset.cars.weather import lay

_WHITE: Colour = (255, 244, 208)
_RED: Colour = (255, 60, 50)


@cache
def _spark() -> Image.Image:
    """Return a round glow that fades towards its edge."""
    fading = Image.radial_gradient("L").point([max(0, 255 - each) for each in range(256)])
    return fading.point([each * each * each // (255 * 255) for each in range(256)])


def shine(image: Image.Image, at: tuple[float, float], radius: float, colour: Colour, strength: float) -> None:
    """Let a lamp shine around a pixel."""
    r = max(2, round(radius))
    mask = (
        _spark()
        .resize((2 * r, 2 * r), Image.Resampling.BILINEAR)
        .point([round(each * strength) for each in range(256)])
    )
    image.paste(colour, (round(at[0]) - r, round(at[1]) - r), mask)


def lamps(image: Image.Image, camera: Camera, stand: Stand, vehicle: Car) -> None:
    """Let a car's head lamps and tail lamps shine, and its head lamps light the ground before it."""
    hull, end = vehicle.hull, vehicle.body.length
    scale = camera.scale(stand.ahead)
    facing = -stand.sin
    if facing > -0.5:
        beam: list[Spot] = [
            (end, 0.0, 0.7),
            (end + 5.5, 0.0, 2.0),
            (end + 5.5, 0.0, -2.0),
            (end, 0.0, -0.7),
        ]
        area = camera.ground([(x, z) for x, _, z in (stand.spot(*each) for each in beam)])
        if len(area) > 2:
            lay(image, [area], 0.05, _WHITE, 100)
    for left in (1, -1):
        if facing > -0.15:
            spot = camera.see(stand.spot(*hull.front(left * 0.72, 0.72)))
            shine(image, spot, scale * (0.45 + 0.55 * max(0.0, facing)), _WHITE, 0.9)
        if facing < 0.15:
            spot = camera.see(stand.spot(*hull.rear(left * 0.80, 0.74)))
            shine(image, spot, scale * 0.42, _RED, 0.75)
