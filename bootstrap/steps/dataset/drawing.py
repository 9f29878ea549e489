"""builtin:cars: pictures of cars drawn from a seed. The same version of Pillow gives the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from bootstrap.steps.dataset import several
from bootstrap.steps.dataset.cars.bodies import KINDS
from bootstrap.steps.dataset.cars.scene import Scene, paint, plan

LABELS = tuple(each.label for each, _ in KINDS)
# A new one for each change of what is drawn, so that old packages in caches are not used.
VERSION = 6

_QUALITY = 82
# Pictures are drawn this much larger and then reduced: Pillow has no other way to smooth edges.
_OVERSIZE = 2
# So many pictures are drawn by several processes; fewer are done sooner than those have started.
_MANY, _MOST_PROCESSES = 200, 4
_HELP = "bootstrap.steps.dataset.drawing:help_out"


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
    wanted = _wanted(per_class)
    many = len(wanted) >= _MANY
    with several.helpers(_HELP, (seed, per_class, size), _processes() if many else 0) as from_others:
        for (label, number), jpeg in zip(wanted, from_others, strict=False):
            # A helper that has ended sends nothing more.
            yield label, f"{label}-{number + 1:04d}.jpg", jpeg or picture(seed, label, number, size)


def _wanted(per_class: int) -> list[tuple[str, int]]:
    return [(label, number) for label in LABELS for number in range(per_class)]


def help_out(seed: int, per_class: int, size: int, first: int, every: int) -> Iterator[bytes]:
    """Yield the pictures that one of several processes draws."""
    for label, number in _wanted(per_class)[first::every]:
        yield picture(seed, label, number, size)


def _processes() -> int:
    return min(_MOST_PROCESSES, os.cpu_count() or 1)


def _rng(seed: int, label: str, number: int) -> Random:
    return Random(f"{seed}/{label}/{number}")


def _expose(image: Image.Image, rng: Random, scene: Scene) -> bytes:
    """Add a camera's effects (exposure, colour, a little blur, grain), then encode as JPEG."""
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.92, 1.08))
    image = ImageEnhance.Color(image).enhance(rng.uniform(0.92, 1.20))
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
