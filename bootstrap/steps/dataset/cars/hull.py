"""A hull: rings around a car, one above the other, that are blunt at its nose and its tail."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from bootstrap.steps.dataset.cars.bodies import Body
from bootstrap.steps.dataset.cars.solid import Colour, Point, Spot, along, even, smooth

# Heights of the rings, and how wide they are: of the body, then of the cabin (0: as its foot, 1: as its head).
_BODY = ((0.0, 0.92), (0.10, 0.965), (0.30, 0.985), (0.54, 1.0), (0.76, 0.99), (0.90, 0.972), (0.97, 0.945), (1.0, 0.9))
_CABIN = ((0.0, 0.0), (0.30, 0.20), (0.60, 0.45), (0.84, 0.70), (0.95, 0.86), (1.0, 1.0))
CROWN_OF_BODY, CROWN_OF_ROOF = 0.035, 0.05

# The corner of a ring seen from above: from the middle of the nose (how far ahead, 0 to 1; how far aside, 0 to 1).
_CORNER = ((1.0, 0.0), (0.99, 0.34), (0.95, 0.58), (0.86, 0.77), (0.70, 0.89), (0.45, 0.96), (0.0, 1.0))
_AHEAD = tuple((aside, ahead) for ahead, aside in _CORNER)
_SIDE = 7


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring. `share`: how high it is between the hull's two edges; `half`: half its width."""

    share: float
    rear: float
    front: float
    half: float


@dataclass(frozen=True, slots=True)
class Hull:
    """Rings from the lower edge to the upper. `blunt`: how long the corners are at the rear and at the front.

    `halves`: the left half of each ring, from the nose to the tail.
    """

    rings: Sequence[Ring]
    lower: Sequence[Point]
    upper: Sequence[Point]
    blunt: tuple[float, float]
    halves: list[list[Spot]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "halves", [self._half(each) for each in self.rings])

    def up(self, share: float, x: float) -> float:
        """Return the height at `x`; `share`: 0 at the lower edge, 1 at the upper."""
        low = along(self.lower, x)
        return low + share * (along(self.upper, x) - low)

    def _half(self, ring: Ring) -> list[Spot]:
        rear, front = self.blunt
        first, last = ring.front - front, ring.rear + rear
        flat = [(ring.front - front * (1 - ahead), ring.half * aside) for ahead, aside in _CORNER]
        flat += [(first + (last - first) * number / _SIDE, ring.half) for number in range(1, _SIDE)]
        flat += [(ring.rear + rear * (1 - ahead), ring.half * aside) for ahead, aside in reversed(_CORNER)]
        return [(x, self.up(ring.share, x), z) for x, z in flat]

    def at(self, share: float) -> Ring:
        """Return the ring at this share of the height."""
        rings = self.rings
        for low, high in itertools.pairwise(rings):
            if share <= high.share:
                part = (share - low.share) / (high.share - low.share)
                return Ring(
                    share,
                    low.rear + (high.rear - low.rear) * part,
                    low.front + (high.front - low.front) * part,
                    low.half + (high.half - low.half) * part,
                )
        return rings[-1]

    def front(self, aside: float, share: float) -> Spot:
        """Return a spot of the nose; `aside`: -1 right edge, 1 left edge."""
        ring = self.at(share)
        x = ring.front - self.blunt[1] * (1 - along(_AHEAD, abs(aside)))
        return x, self.up(share, x), ring.half * aside

    def rear(self, aside: float, share: float) -> Spot:
        """Return a spot of the tail; `aside`: -1 right edge, 1 left edge."""
        ring = self.at(share)
        x = ring.rear + self.blunt[0] * (1 - along(_AHEAD, abs(aside)))
        return x, self.up(share, x), ring.half * aside

    def side(self, x: float, share: float, left: int) -> Spot:
        """Return a spot of a side; `left`: 1 or -1."""
        ring = self.at(share)
        return x, self.up(share, x), ring.half * left


def loop(half: Sequence[Spot]) -> list[Spot]:
    """Return a whole ring, given its left half."""
    return [*half, *((x, y, -z) for x, y, z in reversed(half))]


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks of a car beside its shape. `rim`: its colour; `spokes`: how many; `rolled`: how far, of 24."""

    paint: Colour
    rim: Colour
    spokes: int
    glass: Colour
    rolled: float
    plate: Colour


@dataclass(frozen=True, slots=True)
class Car:
    """A car to be drawn."""

    body: Body
    looks: Looks
    hull: Hull
    cabin: Hull


def car(body: Body, looks: Looks) -> Car:
    """Return the car with this body."""
    hull = _lower_body(body)
    return Car(body, looks, hull, _cabin(body, hull.upper))


def _lower_body(body: Body) -> Hull:
    sill, half = body.sill, body.width / 2
    lower = ((0.0, sill + 0.06), (0.45, sill), (body.length - 0.5, sill - 0.01), (body.length, sill + 0.02))
    rings = []
    for at, (share, wide) in enumerate(_BODY):
        place = at / (len(_BODY) - 1)
        rings.append(Ring(share, even(body.tail, place), body.length - even(body.nose, place), half * wide))
    return Hull(rings, lower, smooth(body.top), (0.42, 0.62))


def _cabin(body: Body, upper: Sequence[Point]) -> Hull:
    foot, head, brow, nose = body.cabin
    last = len(body.roof) - 1
    rise = [(head + (brow - head) * at / last, body.height - CROWN_OF_ROOF - fall) for at, fall in enumerate(body.roof)]
    rings = []
    for share, narrow in _CABIN:
        # Panes are bent: halfway up they stand farther out than a straight line.
        bow = share - 0.16 * share * (1 - share)
        half = body.width / 2 * (body.waist + (body.crown - body.waist) * narrow)
        rings.append(Ring(share, foot + (head - foot) * bow, nose + (brow - nose) * bow, half))
    # Its foot is sunk into the body, so that no gap is seen.
    return Hull(rings, [(x, y - 0.015) for x, y in upper], smooth(rise), (0.16 if body.bed else 0.26, 0.42))
