"""Brightness of a face: by the sun, by the sky above it and by the ground below it."""

from __future__ import annotations

from dataclasses import dataclass

from bootstrap.steps.dataset.cars.solid import Colour, Spot, times


@dataclass(frozen=True, slots=True)
class Light:
    """The light of a scene.

    `sun`: where it stands, of length 1; `strength`: of the sun; `ambient`: of everything else; `tint`: by which the
    three colours are multiplied; `sky`, `ground`: what paint and glass reflect; `lamps`: cars have their lamps on.
    """

    sun: Spot
    strength: float
    ambient: float
    tint: tuple[float, float, float]
    sky: Colour
    ground: Colour
    lamps: bool = False

    @property
    def level(self) -> float:
        """Return how bright a wall is that faces the camera."""
        return self.ambient + self.strength * 0.45

    def on(self, colour: Colour, factor: float = 1.0) -> Colour:
        """Return the colour of a thing that faces the camera."""
        level = self.level * factor
        red, green, blue = (
            max(0, min(255, round(each * level * tint))) for each, tint in zip(colour, self.tint, strict=True)
        )
        return red, green, blue

    def face(self, colour: Colour, normal: Spot, sun: Spot, gloss: float) -> Colour:
        """Return the colour of a face. `sun`: as the normal has it; `gloss`: share of what is reflected."""
        x, y, z = normal
        facing = x * sun[0] + y * sun[1] + z * sun[2]
        level = self.ambient * (0.68 + 0.32 * y)
        if facing > 0:
            level += self.strength * facing
        # Paint reflects more of the sky the more it looks up, and of the ground the more it looks down.
        share = gloss * min(1.0, 0.16 + 1.3 * y) if y > -0.1 else gloss * min(0.9, -1.5 * y)
        other = self.sky if y > -0.1 else self.ground
        if share < 0:
            share = 0.0
        shine = 0.0
        if facing > 0.8 and self.strength > 0.2:
            shine = (facing - 0.8) * 5
            shine *= shine * gloss * 190 * self.strength
        rest = (1 - share) * level
        red, green, blue = colour
        tint = self.tint
        red = int(red * rest * tint[0] + other[0] * share + shine)
        green = int(green * rest * tint[1] + other[1] * share + shine)
        blue = int(blue * rest * tint[2] + other[2] * share + shine)
        return (
            0 if red < 0 else min(red, 255),
            0 if green < 0 else min(green, 255),
            0 if blue < 0 else min(blue, 255),
        )


def dark(colour: Colour) -> Colour:
    """Return the colour of a gap in a body of this colour."""
    return times(colour, 0.42)
