"""The kinds of car that builtin:cars draws, in metres. A new pair of rows is a new class.

x runs from the tail (0) to the nose, y from the ground up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any

Curve = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """One car. A class is everything between its two rows: each number is drawn between theirs.

    `sill`: height of the lower edge; `top`: where the lower body ends, tail to nose: bed or boot, waist, bonnet.
    `nose`, `tail`: by how much the body stays behind its ends, from the lower edge to the upper.

    `cabin`: x of the rear window's foot and head, and of the windscreen's head and foot; `roof`: by how much the roof
    falls, from its rear to its front. `waist`, `crown`: width of the cabin's foot and head, of the car's width.

    `pillars`: x of the posts between side windows; `doors`: x of the gaps; `lamp`: of the tail lamps, which are (inner
    edge, outer edge, lower edge, upper edge) as shares of half the width and of the body's height.
    """

    label: str
    length: float
    width: float
    height: float
    sill: float
    axles: tuple[float, float]
    radius: float
    top: Curve
    nose: Sequence[float]
    tail: Sequence[float]
    cabin: tuple[float, float, float, float]
    roof: Sequence[float]
    waist: float
    crown: float
    pillars: Sequence[float]
    doors: Sequence[float]
    lamp: tuple[float, float, float, float]
    bed: float = 0.0
    cladding: bool = False
    rails: bool = False


_SEDAN = Body(
    label="sedan", length=4.72, width=1.83, height=1.43, sill=0.21, axles=(0.98, 3.80), radius=0.335,
    top=((0.0, 0.94), (0.10, 1.02), (0.75, 1.06), (1.5, 1.02), (3.3, 0.97), (3.7, 0.95), (4.3, 0.84), (4.62, 0.72),
         (4.72, 0.66)),
    nose=(0.16, 0.04, 0.0, 0.02, 0.05, 0.10, 0.14, 0.20), tail=(0.18, 0.06, 0.0, 0.01, 0.02, 0.03, 0.05, 0.10),
    cabin=(0.66, 1.62, 2.78, 3.62), roof=(0.05, 0.005, 0.0, 0.015, 0.05), waist=0.94, crown=0.66,
    pillars=(1.42, 2.28), doors=(1.40, 2.30, 3.32), lamp=(0.50, 0.99, 0.66, 0.86),
)  # fmt: skip
_FASTBACK = replace(
    _SEDAN, length=4.86, height=1.40, axles=(1.02, 3.92), radius=0.35,
    top=((0.0, 0.96), (0.10, 1.03), (0.70, 1.07), (1.5, 1.03), (3.4, 0.96), (3.8, 0.93), (4.4, 0.82), (4.76, 0.70),
         (4.86, 0.64)),
    cabin=(0.58, 1.78, 2.84, 3.76), pillars=(1.30, 2.34), doors=(1.36, 2.36, 3.42), lamp=(0.30, 0.99, 0.74, 0.86),
)  # fmt: skip

_HATCHBACK = Body(
    label="hatchback", length=4.02, width=1.77, height=1.49, sill=0.21, axles=(0.68, 3.22), radius=0.32,
    top=((0.0, 0.92), (0.05, 0.99), (0.5, 1.04), (1.5, 1.01), (2.7, 0.98), (3.1, 0.96), (3.6, 0.87), (3.92, 0.76),
         (4.02, 0.68)),
    nose=(0.14, 0.04, 0.0, 0.02, 0.05, 0.10, 0.14, 0.20), tail=(0.14, 0.04, 0.0, 0.02, 0.05, 0.07, 0.08, 0.10),
    cabin=(0.11, 0.52, 2.14, 3.02), roof=(0.10, 0.02, 0.0, 0.01, 0.05), waist=0.94, crown=0.68,
    pillars=(0.80, 1.66), doors=(0.98, 1.68, 2.74), lamp=(0.62, 0.99, 0.60, 0.93),
)  # fmt: skip
_CITY_CAR = replace(
    _HATCHBACK, length=3.62, width=1.67, height=1.52, axles=(0.54, 2.92), radius=0.30,
    top=((0.0, 0.93), (0.05, 1.0), (0.4, 1.04), (1.3, 1.02), (2.4, 0.99), (2.8, 0.97), (3.25, 0.89), (3.53, 0.77),
         (3.62, 0.68)),
    cabin=(0.09, 0.36, 1.92, 2.80), pillars=(0.62, 1.44), doors=(0.74, 1.46, 2.50), lamp=(0.72, 0.99, 0.55, 0.96),
)  # fmt: skip

_SUV = Body(
    label="suv", length=4.62, width=1.90, height=1.70, sill=0.28, axles=(0.88, 3.60), radius=0.375,
    top=((0.0, 1.02), (0.05, 1.10), (0.6, 1.14), (1.6, 1.12), (3.1, 1.08), (3.45, 1.07), (4.1, 1.02), (4.5, 0.94),
         (4.62, 0.86)),
    nose=(0.20, 0.06, 0.0, 0.01, 0.03, 0.06, 0.10, 0.16), tail=(0.18, 0.04, 0.0, 0.01, 0.03, 0.05, 0.06, 0.08),
    cabin=(0.09, 0.36, 2.56, 3.36), roof=(0.05, 0.01, 0.0, 0.01, 0.05), waist=0.94, crown=0.72,
    pillars=(0.98, 1.98), doors=(1.02, 2.0, 3.06), lamp=(0.70, 0.99, 0.58, 0.92), cladding=True, rails=True,
)  # fmt: skip
_BOXY = replace(
    _SUV, length=4.70, width=1.93, height=1.84, sill=0.32, radius=0.395,
    top=((0.0, 1.08), (0.04, 1.16), (0.6, 1.17), (1.6, 1.16), (3.1, 1.14), (3.5, 1.13), (4.2, 1.11), (4.6, 1.06),
         (4.70, 0.98)),
    cabin=(0.07, 0.14, 2.72, 3.24), roof=(0.03, 0.01, 0.0, 0.005, 0.03), crown=0.78,
    lamp=(0.82, 0.99, 0.48, 0.90),
)  # fmt: skip

_PICKUP = Body(
    label="pickup", length=5.30, width=1.92, height=1.80, sill=0.34, axles=(1.14, 4.32), radius=0.395,
    top=((0.0, 1.10), (0.04, 1.13), (0.6, 1.13), (1.6, 1.13), (2.0, 1.14), (3.9, 1.13), (4.2, 1.12), (4.8, 1.07),
         (5.18, 0.98), (5.30, 0.90)),
    nose=(0.22, 0.06, 0.0, 0.01, 0.03, 0.05, 0.08, 0.14), tail=(0.18, 0.03, 0.0, 0.03, 0.04, 0.04, 0.04, 0.05),
    cabin=(1.66, 1.80, 3.26, 4.06), roof=(0.04, 0.01, 0.0, 0.01, 0.05), waist=0.94, crown=0.72,
    pillars=(2.72,), doors=(1.72, 2.72, 3.78), lamp=(0.86, 0.99, 0.42, 0.92), bed=1.54, cladding=True,
)  # fmt: skip
_WORK_TRUCK = replace(
    _PICKUP, length=5.15, width=1.88, height=1.74, sill=0.32, radius=0.375, axles=(1.10, 4.20),
    top=((0.0, 1.02), (0.04, 1.05), (0.6, 1.05), (1.6, 1.05), (2.2, 1.07), (3.7, 1.06), (4.1, 1.05), (4.7, 0.99),
         (5.05, 0.90), (5.15, 0.82)),
    cabin=(2.02, 2.14, 3.22, 3.98), pillars=(2.60,), doors=(2.06, 2.60, 3.68), bed=1.90,
)  # fmt: skip

KINDS = ((_HATCHBACK, _CITY_CAR), (_PICKUP, _WORK_TRUCK), (_SEDAN, _FASTBACK), (_SUV, _BOXY))


def built(kind: tuple[Body, Body], rng: Random) -> Body:
    """Return a car of this kind: somewhere between its two rows, and a little taller or lower than they are."""
    share, taller = rng.random(), rng.uniform(0.975, 1.03)
    found = {each.name: _between(getattr(kind[0], each.name), getattr(kind[1], each.name), share)
             for each in fields(Body)}  # fmt: skip
    found["height"] *= taller
    return Body(**found)


def _between(one: Any, other: Any, share: float) -> Any:
    if isinstance(one, float):
        return one + (other - one) * share
    if isinstance(one, tuple):
        return tuple(_between(a, b, share) for a, b in zip(one, other, strict=True))
    return one
