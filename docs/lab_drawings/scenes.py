"""Parts of a page besides fields: cars, curves, a mail, files, cells of a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from canvas import (
    ACCENT,
    ACCENT_TINT,
    CODE,
    EDGE,
    LEADING,
    LINE,
    PAGE,
    PLAIN,
    SOFT,
    STRONG,
    SUNK,
    SURFACE,
    TEXT,
    TEXT_2,
    disc,
    path,
    rectangle,
    text,
    wrap,
)
from forms import LEFT, MARKED, RIGHT, ROOM, WIDGETS, Part, Sheet

# The four classes from the side, in a box of 100 by 44: the outline, then the windows.
_CARS = {
    "hatchback": (
        "M6,34 L8,26 Q10,23 20,22 L32,11 Q36,8 44,8 L70,8 Q78,8 82,14 L88,24 Q91,27 91,34 z",
        "M28,21 L38,12 H52 V21 z M56,12 H71 Q75,12 77,15 L80,21 H56 z",
    ),
    "pickup": (
        "M4,34 L6,25 Q8,21 20,20 L30,9 Q33,6 40,6 L56,6 L58,20 L95,20 L96,34 z",
        "M28,19 L36,10 H52 L53,19 z",
    ),
    "sedan": (
        "M4,34 L6,26 Q8,23 18,22 L30,12 Q34,9 42,9 L60,9 Q66,9 71,13 L82,22 L92,24 Q96,25 96,30 L96,34 z",
        "M26,21 L36,13 H50 V21 z M54,13 H61 Q65,13 68,16 L74,21 H54 z",
    ),
    "suv": (
        "M5,34 L6,24 Q8,20 20,19 L28,7 Q30,4 36,4 L80,4 Q86,4 88,9 L93,20 Q95,24 95,34 z",
        "M27,18 L33,8 H48 V18 z M52,8 H66 V18 H52 z M70,8 H80 Q84,8 85,11 L88,18 H70 z",
    ),
}


def car(x: float, y: float, width: float, kind: str, fill: str = SUNK) -> str:
    """Return a car of one of the four classes; it is 0.44 times as high as wide."""
    outline, windows = _CARS[kind]
    wheels = "".join(disc(at, 35, 8, TEXT_2, TEXT) + disc(at, 35, 3, PAGE, TEXT) for at in (24, 76))
    drawn = path(outline, TEXT, fill) + path(windows, TEXT, PAGE, 1) + wheels
    return f'<g transform="translate({x:g} {y:g}) scale({width / 100:g})">{drawn}</g>'


def curve(points: Sequence[tuple[float, float]], box: tuple[float, float, float, float]) -> str:
    """Return the smooth path through points of (0, 0) to (1, 1), which lies in a box (x, y, width, height)."""
    x, y, width, height = box
    at = [(x + width * across, y + height * (1 - up)) for across, up in points]
    steps = [f"M{at[0][0]:g},{at[0][1]:g}"]
    for (x1, y1), (x2, y2) in pairwise(at):
        middle = (x1 + x2) / 2
        steps.append(f"C{middle:g},{y1:g} {middle:g},{y2:g} {x2:g},{y2:g}")
    return " ".join(steps)


LEARNT = ((0, 0.25), (0.2, 0.62), (0.45, 0.85), (0.7, 0.95), (1, 0.98))
KEPT = ((0, 0.22), (0.2, 0.55), (0.45, 0.74), (0.7, 0.78), (1, 0.78))


def axes(box: tuple[float, float, float, float]) -> str:
    x, y, width, height = box
    lines = "".join(path(f"M{x:g},{y + height * part:g} h{width:g}", LINE, width=1) for part in (0.25, 0.5, 0.75))
    return lines + path(f"M{x:g},{y:g} v{height:g} h{width:g}", TEXT_2)


def curves(sheet: Sheet, part: Part) -> None:
    """Two curves over the epochs: a solid one and a dashed one, each named at its side. `curves`: their names."""
    box = (LEFT + 8, sheet.y + 6, ROOM - 16, 108)
    sheet.parts.append(axes(box))
    sheet.parts.append(rectangle(LEFT + 182, sheet.y + 32, ROOM - 186, 66, PAGE, PAGE))
    for name, points, colour, dashed, y in zip(
        part["curves"], (LEARNT, KEPT), (ACCENT, TEXT), ("", "6 4"), (30, 70), strict=True
    ):
        said = sheet.say(name)
        sheet.parts.append(path(curve(points, box), colour, width=2.2, dashed=dashed))
        sheet.parts.append(path(f"M{LEFT + 190},{sheet.y + y + 12:g} h26", colour, width=2.2, dashed=dashed))
        sheet.parts.append(text(LEFT + 222, sheet.y + y + 16, said, PLAIN))
        sheet.heard.append(said)
    sheet.parts.append(text(RIGHT - 8, sheet.y + 130, sheet.say(part["across"]), SOFT, "end"))
    sheet.y += 142


def mail(sheet: Sheet, part: Part) -> None:
    """A mail: an envelope, then its lines; those in code are made up."""
    top, lines = sheet.y, [("", PLAIN)]
    for each in part["mail"]:
        made_up = isinstance(each, str)
        if not made_up and lines[-1][0]:
            lines.append(("", PLAIN))
        lines += [(line, CODE if made_up else PLAIN) for line in wrap(sheet.say(each), ROOM - 24)]
    height = 30 + LEADING * len(lines)
    sheet.parts.append(rectangle(LEFT, top, ROOM, height, SURFACE, EDGE, 6))
    sheet.parts.append(path(f"M{LEFT + 12},{top + 10:g} h24 v15 h-24 z l12,9 l12,-9", TEXT_2, PAGE, 1.2))
    for row, (line, style) in enumerate(lines):
        if line:
            sheet.parts.append(text(LEFT + 12, top + 33 + LEADING * row, line, style, room=ROOM - 24))
    sheet.heard += [line for line, _ in lines if line]
    sheet.y += height + 12


def scene(sheet: Sheet, part: Part) -> None:
    """A picture to be labelled: a car on a road."""
    height = 118
    sheet.parts.append(rectangle(LEFT, sheet.y, ROOM, height, SUNK, EDGE, 2))
    sheet.parts.append(path(f"M{LEFT + 1},{sheet.y + 92:g} H{RIGHT - 1}", EDGE, width=1))
    sheet.parts.append(path(f"M{LEFT + 20},{sheet.y + 106:g} H{RIGHT - 20}", EDGE, width=1.5, dashed="16 12"))
    sheet.parts.append(car(LEFT + 92, sheet.y + 17, 184, part["scene"], ACCENT_TINT))
    sheet.heard.append(sheet.say(part["heard"]))
    sheet.y += height + 12


def files(sheet: Sheet, part: Part) -> None:
    """A list of folders and files. `marked`: the one to open."""
    for name in part["files"]:
        said, folder = sheet.say(name), str(name).endswith("/")
        x = float(LEFT)
        if name == part.get("marked"):
            sheet.next_mark(part, LEFT + 9, sheet.y + 11)
            x += MARKED
        y = sheet.y + 4
        shape = f"M{x + 2:g},{y + 13:g} v-11 h5 l2,2 h8 v9 z" if folder else f"M{x + 4:g},{y + 14:g} v-13 h7 l4,4 v9 z"
        sheet.parts.append(path(shape, TEXT_2, SUNK if folder else PAGE, 1.2))
        style = STRONG.of(ACCENT) if name == part.get("marked") else PLAIN
        sheet.parts.append(text(x + 24, sheet.y + 15, said, style, room=RIGHT - x - 24))
        sheet.heard.append(said)
        sheet.y += 22
    sheet.y += 8


def cell(sheet: Sheet, part: Part) -> None:
    """A cell of a notebook: its number or star, code as grey lines, and what the state says."""
    top, x = sheet.y, LEFT + 56
    left = LEFT + MARKED if sheet.next_mark(part, LEFT + 9, top + 14) else LEFT
    sheet.parts.append(rectangle(x, top, RIGHT - x, 30, SURFACE, EDGE, 2))
    sheet.parts.append(text(left, top + 18, f"[{part['cell']}]", CODE.of(TEXT_2)))
    for row, width in enumerate(part["code"]):
        sheet.parts.append(path(f"M{x + 8},{top + 10 + 10 * row:g} h{width}", EDGE, width=3))
    sheet.y += 31
    sheet.lines(sheet.say(part["state"]), x + 2, RIGHT - x - 2, SOFT)
    sheet.y += 8
    sheet.heard.append(f"[{part['cell']}] {sheet.say(part['state'])}")


SCENES: Mapping[str, Callable[[Sheet, Part], None]] = {
    **WIDGETS, "curves": curves, "mail": mail, "scene": scene, "files": files, "cell": cell,
}  # fmt: skip
