"""builtin:cars: pictures of cars drawn from a seed. The same version of Pillow gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from bootstrap.steps.dataset.cars.bodies import KINDS
from bootstrap.steps.dataset.cars.scene import Scene, paint, plan

LABELS = tuple(each.label for each, _ in KINDS)
# A new one for each change of what is drawn, so that old packages in caches are not used.
VERSION = 2

_QUALITY = 82
# Pictures are drawn this much larger and then reduced: Pillow has no other way to smooth edges.
_OVERSIZE = 2


def picture(seed: int, label: str, number: int, size: int) -> bytes:
    """Return one JPEG of `size` x `size` pixels. Its bytes depend on the four arguments only."""
    rng = _rng(seed, label, number)
    scene = plan(KINDS[LABELS.index(label)], rng)
    image = paint(scene, rng, size * _OVERSIZE).reduce(_OVERSIZE)
    return _expose(image, rng, scene)


def scene(seed: int, label: str, number: int) -> Scene:
    """Return what `picture` draws, without drawing it."""
    return plan(KINDS[LABELS.index(label)], _rng(seed, label, number))


def pictures(seed: int, per_class: int, size: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield (class, name, JPEG) of every picture, class after class."""
    for label in LABELS:
        for number in range(per_class):
            yield label, f"{label}-{number + 1:04d}.jpg", picture(seed, label, number, size)


def _rng(seed: int, label: str, number: int) -> Random:
    return Random(f"{seed}/{label}/{number}")


def _expose(image: Image.Image, rng: Random, scene: Scene) -> bytes:
    """Add a camera's effects (exposure, colour, a little blur, grain), then encode as JPEG."""
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.92, 1.08))
    image = ImageEnhance.Color(image).enhance(rng.uniform(0.86, 1.12))
    if rng.random() < 0.12:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.7)))
    # Image.effect_noise uses C's rand(), which no seed of ours sets.
    strength = 7 if scene.weather.light.lamps else 4
    grain = Image.frombytes("L", image.size, rng.randbytes(image.width * image.height))
    grain = grain.point([each * strength // 255 for each in range(256)])
    image = ImageChops.add(image, Image.merge("RGB", (grain, grain, grain)), offset=-(strength // 2))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, subsampling=2)
    return buffer.getvalue()
