"""People, posts and plants in the street. They hide a part of the car at most."""

from __future__ import annotations

from random import Random

from bootstrap.steps.dataset.cars.backdrop import Stage, greens, tree
from bootstrap.steps.dataset.cars.solid import Colour, mix, times

_CLOTHES: tuple[Colour, ...] = (
    (206, 74, 66), (58, 104, 160), (236, 184, 76), (76, 132, 104), (232, 226, 214), (70, 72, 82), (148, 96, 140),
    (226, 136, 92), (120, 164, 190),
)  # fmt: skip
_TROUSERS: tuple[Colour, ...] = ((52, 58, 74), (92, 84, 78), (70, 92, 122), (40, 42, 46), (150, 136, 116))
_SKIN: tuple[Colour, ...] = ((244, 206, 176), (222, 172, 136), (176, 124, 90), (122, 82, 60), (250, 218, 190))
_HAIR: tuple[Colour, ...] = ((44, 36, 34), (98, 66, 46), (186, 144, 88), (150, 146, 142), (70, 46, 40))


def person(stage: Stage, rng: Random, right: float, ahead: float) -> None:
    """A person who walks or stands, in the rain under an umbrella."""
    tall, way = rng.uniform(1.56, 1.84), rng.choice((-1, 1))
    coat, trousers = stage.tint(rng.choice(_CLOTHES), ahead), stage.tint(rng.choice(_TROUSERS), ahead)
    skin, hair = stage.tint(rng.choice(_SKIN), ahead), stage.tint(rng.choice(_HAIR), ahead)
    step, skirt = rng.choice((0.05, 0.16, 0.22)), rng.random() < 0.3

    def shape(points: list[tuple[float, float]], fill: Colour) -> None:
        stage.shape([(right + way * x * tall, y * tall) for x, y in points], ahead, fill)

    shoe = stage.tint((46, 42, 42), ahead)
    for foot, tone in ((-step, 0.82), (step, 1.0)):
        shape([(-0.055, 0.50), (0.055, 0.50), (foot + 0.04, 0.03), (foot - 0.035, 0.03)], times(trousers, tone))
        shape([(foot - 0.04, 0.03), (foot + 0.045, 0.03), (foot + 0.085, 0.0), (foot - 0.04, 0.0)], shoe)
    hem = 0.34 if skirt else 0.47
    shape(
        [
            (-0.085, 0.80),
            (-0.05, 0.835),
            (0.05, 0.835),
            (0.085, 0.80),
            (0.10 + 0.03 * skirt, hem),
            (-0.10 - 0.03 * skirt, hem),
        ],
        coat,
    )
    shape([(0.0, 0.835), (0.05, 0.835), (0.085, 0.80), (0.10 + 0.03 * skirt, hem), (0.02, hem)], times(coat, 1.08))
    swing = step * 0.7
    shape([(-0.03, 0.80), (0.035, 0.80), (0.03 + swing, 0.50), (-0.01 + swing, 0.49)], times(coat, 0.84))
    stage.disc(right + way * (0.01 + swing) * tall, 0.485 * tall, ahead, 0.025 * tall, skin)
    shape([(-0.022, 0.86), (0.026, 0.86), (0.03, 0.82), (-0.03, 0.82)], times(skin, 0.9))
    stage.disc(right, 0.915 * tall, ahead, 0.062 * tall, hair)
    stage.disc(right + way * 0.016 * tall, 0.905 * tall, ahead, 0.052 * tall, skin)
    shape([(-0.06, 0.93), (-0.03, 0.975), (0.03, 0.978), (0.062, 0.935), (0.03, 0.94)], hair)
    if stage.weather.falling == "rain" or rng.random() < 0.06:
        _umbrella(stage, rng, right + way * 0.06, tall, ahead)
    elif rng.random() < 0.35:
        shape(
            [(-0.13, 0.66), (-0.05, 0.66), (-0.04, 0.50), (-0.14, 0.50)],
            times(stage.tint(rng.choice(_CLOTHES), ahead), 0.8),
        )


def _umbrella(stage: Stage, rng: Random, right: float, tall: float, ahead: float) -> None:
    colour = stage.tint(rng.choice(_CLOTHES), ahead)
    stage.box(right - 0.012, right + 0.012, tall * 0.55, tall * 1.16, ahead, stage.tint((60, 60, 64), ahead))
    dome = [(-0.55, 1.02), (-0.46, 1.13), (-0.28, 1.21), (0.0, 1.25), (0.28, 1.21), (0.46, 1.13), (0.55, 1.02)]
    for first, last, tone in ((0, 7, 1.0), (2, 5, 1.14)):
        part = dome[first:last]
        edge = [(part[-1][0] * 0.5, 1.05), (0.0, 1.02), (part[0][0] * 0.5, 1.05)]
        stage.shape([(right + x, y * tall) for x, y in part + edge], ahead, times(colour, tone))


def lamp_post(stage: Stage, rng: Random, right: float, ahead: float) -> None:
    iron = stage.tint(rng.choice(((72, 78, 84), (58, 76, 72), (120, 124, 128))), ahead)
    way, high = rng.choice((-1, 1)), rng.uniform(4.6, 6.0)
    stage.box(right - 0.09, right + 0.09, 0, 0.6, ahead, times(iron, 0.85))
    stage.box(right - 0.05, right + 0.05, 0.5, high, ahead, iron)
    stage.box(right - 0.05, right - 0.02, 0.5, high, ahead, times(iron, 1.2))
    stage.shape(
        [(right, high - 0.1), (right, high), (right + way * 1.0, high + 0.25), (right + way * 1.0, high + 0.15)],
        ahead,
        iron,
    )
    head = [
        (right + way * 0.8, high + 0.14),
        (right + way * 1.35, high + 0.14),
        (right + way * 1.25, high + 0.32),
        (right + way * 0.9, high + 0.32),
    ]
    stage.shape(head, ahead, iron)


def sign(stage: Stage, rng: Random, right: float, ahead: float) -> None:
    """A post with a round, square or pointed sign."""
    stage.box(right - 0.035, right + 0.035, 0, 2.5, ahead, stage.tint((158, 162, 166), ahead))
    blue, red, white = (stage.tint(each, ahead) for each in ((44, 96, 168), (204, 52, 50), (244, 244, 240)))
    kind = rng.randrange(3)
    if kind == 0:
        for radius, fill in ((0.33, red), (0.25, white)):
            stage.disc(right, 2.5, ahead, radius, fill)
        stage.box(right - 0.16, right + 0.16, 2.44, 2.56, ahead, red)
    elif kind == 1:
        stage.box(right - 0.31, right + 0.31, 2.2, 2.85, ahead, white)
        stage.box(right - 0.28, right + 0.28, 2.23, 2.82, ahead, blue)
        stage.box(right - 0.12, right - 0.03, 2.3, 2.75, ahead, white)
        stage.disc(right + 0.02, 2.62, ahead, 0.13, white)
        stage.disc(right + 0.02, 2.62, ahead, 0.06, blue)
    else:
        stage.shape([(right - 0.40, 2.2), (right + 0.40, 2.2), (right, 2.88)], ahead, red)
        stage.shape([(right - 0.27, 2.28), (right + 0.27, 2.28), (right, 2.74)], ahead, white)


def bollards(stage: Stage, rng: Random, right: float, ahead: float) -> None:
    dark = stage.tint(rng.choice(((74, 78, 84), (196, 70, 60), (228, 224, 214))), ahead)
    for number in range(rng.randrange(2, 5)):
        x = right + (number - 1) * 1.25
        stage.box(x - 0.075, x + 0.075, 0, 0.86, ahead, dark)
        stage.box(x - 0.075, x - 0.03, 0, 0.86, ahead, times(dark, 1.2))
        stage.disc(x, 0.86, ahead, 0.075, dark)
        stage.box(x - 0.075, x + 0.075, 0.66, 0.78, ahead, stage.tint((244, 242, 236), ahead))


def planter(stage: Stage, rng: Random, right: float, ahead: float) -> None:
    """A box of stone with bushes and flowers."""
    wide, high = rng.uniform(0.7, 1.2), rng.uniform(0.30, 0.42)
    stone = stage.tint(rng.choice(((178, 172, 162), (146, 112, 92), (120, 124, 128))), ahead)
    leaf = stage.tint(rng.choice(((74, 128, 76), (96, 142, 82), (60, 112, 84))), ahead)
    bloom = stage.tint(rng.choice(((226, 88, 112), (246, 196, 76), (250, 246, 240), (170, 110, 190))), ahead)
    for tone in (0.82, 1.0, 1.15):
        for _ in range(7):
            x, r = rng.uniform(-wide, wide) * 0.9, rng.uniform(0.10, 0.19)
            stage.disc(right + x, high + rng.uniform(0.02, 0.20) + 0.06 * tone, ahead, r, times(leaf, tone))
    for _ in range(rng.choice((0, 8, 12))):
        stage.disc(right + rng.uniform(-wide, wide) * 0.9, high + rng.uniform(0.08, 0.40), ahead, 0.045, bloom)
    stage.box(right - wide, right + wide, 0, high, ahead, stone)
    stage.box(right - wide - 0.05, right + wide + 0.05, high - 0.08, high + 0.02, ahead, times(stone, 1.12))


def hedge(stage: Stage, rng: Random, right: float, ahead: float) -> None:
    """Bushes in the foreground, as high as a car's sill or its lamps."""
    leaf = mix(rng.choice(greens(rng)), (232, 238, 244), 0.5 if stage.weather.snow else 0.0)
    leaf = stage.tint(leaf, ahead, 0.9)
    wide, high = rng.uniform(0.9, 1.8), rng.uniform(0.35, 0.6)
    for tone in (0.72, 0.88, 1.0, 1.12):
        for _ in range(9):
            x = rng.uniform(-wide, wide)
            y = high * rng.uniform(0.05, 0.75) * (1 - 0.5 * abs(x) / wide) + 0.10 * (tone - 0.7)
            stage.disc(right + x, y, ahead, rng.uniform(0.12, 0.22), times(leaf, tone))


def trunk(stage: Stage, rng: Random, right: float, ahead: float) -> None:
    """A tree so near that its crown is above the picture."""
    bark = stage.tint(rng.choice(((112, 88, 70), (134, 120, 104), (92, 78, 68))), ahead)
    r = rng.uniform(0.09, 0.15)
    stage.shape(
        [
            (right - r * 1.7, 0),
            (right + r * 1.7, 0),
            (right + r, 0.5),
            (right + r * 0.9, 6),
            (right - r * 0.9, 6),
            (right - r, 0.5),
        ],
        ahead,
        bark,
    )
    stage.shape(
        [(right + r * 0.2, 0), (right + r * 1.7, 0), (right + r, 0.5), (right + r * 0.9, 6), (right + r * 0.2, 6)],
        ahead,
        times(bark, 0.82),
    )
    leaves = greens(rng)
    for tone in (0.8, 1.0, 1.12):
        for _ in range(6):
            tint = mix(rng.choice(leaves), (232, 238, 244), 0.5 if stage.weather.snow else 0.0)
            stage.disc(
                right + rng.uniform(-1.4, 1.4),
                rng.uniform(3.6, 5.2),
                ahead,
                rng.uniform(0.35, 0.7),
                times(stage.tint(tint, ahead), tone),
            )


def background(stage: Stage, rng: Random, ahead: float) -> None:
    """Put some trees, posts and people behind the car, whose far side is so far ahead."""
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        far = ahead + rng.uniform(1.5, 9)
        where = rng.uniform(*stage.span(far))
        kind = rng.random()
        if kind < 0.30:
            lamp_post(stage, rng, where, far)
        elif kind < 0.55:
            tree(stage, rng, where, far, rng.uniform(3.4, 5.5), greens(rng))
        elif kind < 0.90:
            person(stage, rng, where, far)
        else:
            sign(stage, rng, where, far)


NARROW = (lamp_post, sign, trunk, person, person)
LOW = (planter, hedge, bollards, hedge)
