"""The kinds of car that builtin:cars draws: side views, nose to the right, in units of the car's length.

x runs from the rear (0) to the nose (1), y from the ground up. A new row is a new class.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Polygon = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of car.

    `length` is relative to a sedan's. `crease` is the height of the line along the side, `doors` are the gaps.
    """

    label: str
    length: float
    outline: Polygon
    windows: tuple[Polygon, ...]
    wheels: tuple[float, float]
    radius: float
    crease: float
    doors: tuple[float, ...]
    roof_rails: bool = False
    bed: Polygon = ()


SEDAN = Shape(
    label="sedan",
    length=1.0,
    outline=(
        (0.02, 0.06),
        (0.0, 0.10),
        (0.005, 0.18),
        (0.03, 0.205),
        (0.16, 0.215),
        (0.22, 0.25),
        (0.30, 0.298),
        (0.40, 0.312),
        (0.52, 0.308),
        (0.60, 0.275),
        (0.70, 0.212),
        (0.88, 0.188),
        (0.97, 0.155),
        (1.0, 0.11),
        (0.985, 0.06),
    ),
    windows=(
        ((0.225, 0.215), (0.30, 0.275), (0.39, 0.292), (0.415, 0.292), (0.415, 0.212)),
        ((0.435, 0.212), (0.435, 0.292), (0.51, 0.288), (0.575, 0.262), (0.65, 0.208)),
    ),
    wheels=(0.19, 0.80),
    radius=0.074,
    crease=0.165,
    doors=(0.27, 0.425, 0.63),
)

HATCHBACK = Shape(
    label="hatchback",
    length=0.80,
    outline=(
        (0.03, 0.07),
        (0.0, 0.12),
        (0.01, 0.21),
        (0.03, 0.255),
        (0.10, 0.36),
        (0.16, 0.388),
        (0.32, 0.396),
        (0.46, 0.386),
        (0.56, 0.34),
        (0.68, 0.262),
        (0.88, 0.228),
        (0.97, 0.185),
        (1.0, 0.12),
        (0.98, 0.07),
    ),
    windows=(
        ((0.085, 0.262), (0.145, 0.345), (0.20, 0.366), (0.325, 0.372), (0.325, 0.262)),
        ((0.35, 0.262), (0.35, 0.372), (0.45, 0.363), (0.53, 0.325), (0.625, 0.26)),
    ),
    wheels=(0.19, 0.80),
    radius=0.093,
    crease=0.20,
    doors=(0.337, 0.61),
)

SUV = Shape(
    label="suv",
    length=0.98,
    outline=(
        (0.02, 0.095),
        (0.0, 0.13),
        (0.0, 0.25),
        (0.015, 0.285),
        (0.04, 0.395),
        (0.075, 0.42),
        (0.30, 0.428),
        (0.52, 0.42),
        (0.60, 0.375),
        (0.69, 0.298),
        (0.92, 0.275),
        (0.985, 0.235),
        (1.0, 0.15),
        (0.985, 0.095),
    ),
    windows=(
        ((0.045, 0.292), (0.075, 0.39), (0.20, 0.402), (0.20, 0.292)),
        ((0.22, 0.292), (0.22, 0.403), (0.40, 0.401), (0.40, 0.292)),
        ((0.42, 0.292), (0.42, 0.40), (0.51, 0.394), (0.57, 0.355), (0.64, 0.29)),
    ),
    wheels=(0.19, 0.79),
    radius=0.097,
    crease=0.225,
    doors=(0.21, 0.41, 0.635),
    roof_rails=True,
)

PICKUP = Shape(
    label="pickup",
    length=1.16,
    outline=(
        (0.02, 0.09),
        (0.0, 0.115),
        (0.0, 0.212),
        (0.01, 0.222),
        (0.39, 0.222),
        (0.405, 0.228),
        (0.415, 0.32),
        (0.435, 0.345),
        (0.52, 0.352),
        (0.62, 0.343),
        (0.67, 0.305),
        (0.735, 0.242),
        (0.93, 0.222),
        (0.985, 0.19),
        (1.0, 0.12),
        (0.985, 0.085),
    ),
    windows=(
        ((0.43, 0.238), (0.435, 0.318), (0.455, 0.33), (0.53, 0.333), (0.53, 0.238)),
        ((0.547, 0.238), (0.547, 0.333), (0.61, 0.325), (0.65, 0.295), (0.70, 0.238)),
    ),
    wheels=(0.185, 0.82),
    radius=0.080,
    crease=0.175,
    doors=(0.415, 0.538, 0.69),
    bed=((0.015, 0.222), (0.385, 0.222), (0.385, 0.206), (0.015, 0.206)),
)

SHAPES = (HATCHBACK, PICKUP, SEDAN, SUV)
