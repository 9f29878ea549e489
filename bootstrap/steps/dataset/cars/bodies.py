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
    label="sedan", length=4.76, width=1.83, height=1.42, sill=0.20, axles=(1.00, 3.84), radius=0.335,
    top=((0.0, 0.90), (0.08, 0.98), (0.85, 1.01), (1.5, 1.00), (3.3, 0.95), (3.7, 0.93), (4.3, 0.83), (4.66, 0.72),
         (4.76, 0.66)),
    nose=(0.16, 0.04, 0.0, 0.02, 0.05, 0.10, 0.14, 0.20), tail=(0.18, 0.06, 0.0, 0.01, 0.02, 0.03, 0.05, 0.10),
    cabin=(0.98, 1.72, 2.80, 3.62), roof=(0.05, 0.005, 0.0, 0.015, 0.05), waist=0.94, crown=0.66,
    pillars=(1.58, 2.36), doors=(1.50, 2.38, 3.34), lamp=(0.50, 0.99, 0.62, 0.86),
)  # fmt: skip
_SALOON = replace(
    _SEDAN, length=4.94, height=1.39, axles=(1.06, 4.00), radius=0.35,
    top=((0.0, 0.90), (0.08, 0.97), (0.85, 1.00), (1.5, 0.99), (3.4, 0.93), (3.8, 0.91), (4.5, 0.81), (4.84, 0.70),
         (4.94, 0.64)),
    cabin=(0.92, 1.82, 2.88, 3.80), pillars=(1.60, 2.44), doors=(1.54, 2.46, 3.50), lamp=(0.34, 0.99, 0.68, 0.86),
)  # fmt: skip

_HATCHBACK = Body(
    label="hatchback", length=3.92, width=1.75, height=1.52, sill=0.20, axles=(0.62, 3.14), radius=0.315,
    top=((0.0, 0.90), (0.05, 0.97), (0.5, 1.02), (1.5, 1.00), (2.6, 0.97), (3.0, 0.95), (3.5, 0.87), (3.82, 0.76),
         (3.92, 0.68)),
    nose=(0.14, 0.04, 0.0, 0.02, 0.05, 0.10, 0.14, 0.20), tail=(0.14, 0.04, 0.0, 0.02, 0.05, 0.07, 0.08, 0.10),
    cabin=(0.10, 0.50, 2.04, 2.94), roof=(0.13, 0.03, 0.0, 0.01, 0.05), waist=0.94, crown=0.66,
    pillars=(0.80, 1.62), doors=(0.92, 1.64, 2.66), lamp=(0.64, 0.99, 0.58, 0.95),
)  # fmt: skip
_CITY_CAR = replace(
    _HATCHBACK, length=3.46, width=1.66, height=1.54, axles=(0.48, 2.80), radius=0.295,
    top=((0.0, 0.91), (0.05, 0.98), (0.4, 1.02), (1.3, 1.00), (2.3, 0.98), (2.7, 0.96), (3.1, 0.88), (3.37, 0.77),
         (3.46, 0.68)),
    cabin=(0.08, 0.36, 1.80, 2.68), pillars=(0.64, 1.38), doors=(0.68, 1.40, 2.40), lamp=(0.72, 0.99, 0.55, 0.96),
)  # fmt: skip

_SUV = Body(
    label="suv", length=4.62, width=1.91, height=1.77, sill=0.30, axles=(0.88, 3.62), radius=0.385,
    top=((0.0, 1.05), (0.05, 1.13), (0.6, 1.16), (1.6, 1.14), (3.1, 1.11), (3.45, 1.10), (4.1, 1.06), (4.5, 0.99),
         (4.62, 0.91)),
    nose=(0.20, 0.06, 0.0, 0.01, 0.03, 0.05, 0.08, 0.14), tail=(0.18, 0.04, 0.0, 0.01, 0.03, 0.04, 0.05, 0.06),
    cabin=(0.07, 0.24, 2.60, 3.32), roof=(0.03, 0.01, 0.0, 0.01, 0.04), waist=0.94, crown=0.74,
    pillars=(0.98, 1.98), doors=(1.02, 2.0, 3.06), lamp=(0.78, 0.99, 0.50, 0.92), cladding=True, rails=True,
)  # fmt: skip
_BOXY = replace(
    _SUV, length=4.66, width=1.94, height=1.88, sill=0.33, radius=0.40,
    top=((0.0, 1.10), (0.04, 1.17), (0.6, 1.18), (1.6, 1.17), (3.1, 1.16), (3.5, 1.15), (4.2, 1.13), (4.56, 1.09),
         (4.66, 1.01)),
    cabin=(0.06, 0.12, 2.74, 3.20), roof=(0.02, 0.01, 0.0, 0.005, 0.03), crown=0.79,
    lamp=(0.83, 0.99, 0.46, 0.90),
)  # fmt: skip

_PICKUP = Body(
    label="pickup", length=5.36, width=1.92, height=1.82, sill=0.34, axles=(1.14, 4.38), radius=0.395,
    top=((0.0, 1.04), (0.04, 1.07), (0.6, 1.07), (1.6, 1.07), (1.9, 1.12), (3.9, 1.12), (4.2, 1.11), (4.8, 1.06),
         (5.24, 0.98), (5.36, 0.90)),
    nose=(0.22, 0.06, 0.0, 0.01, 0.03, 0.05, 0.08, 0.14), tail=(0.18, 0.03, 0.0, 0.03, 0.04, 0.04, 0.04, 0.05),
    cabin=(1.80, 1.92, 3.34, 4.10), roof=(0.04, 0.01, 0.0, 0.01, 0.05), waist=0.94, crown=0.72,
    pillars=(2.80,), doors=(1.84, 2.80, 3.84), lamp=(0.86, 0.99, 0.42, 0.92), bed=1.68, cladding=True,
)  # fmt: skip
_WORK_TRUCK = replace(
    _PICKUP, length=5.20, width=1.88, height=1.76, sill=0.32, radius=0.375, axles=(1.10, 4.24),
    top=((0.0, 0.97), (0.04, 1.00), (0.6, 1.00), (1.9, 1.00), (2.2, 1.06), (3.7, 1.06), (4.1, 1.05), (4.7, 0.99),
         (5.10, 0.90), (5.20, 0.82)),
    cabin=(2.16, 2.26, 3.26, 4.00), pillars=(2.70,), doors=(2.20, 2.70, 3.72), bed=2.02,
)  # fmt: skip

KINDS = ((_HATCHBACK, _CITY_CAR), (_PICKUP, _WORK_TRUCK), (_SEDAN, _SALOON), (_SUV, _BOXY))


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
