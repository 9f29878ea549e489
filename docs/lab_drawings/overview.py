"""How data flows in a lab: what the team does, what AWS does, and what comes out, from overviews.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from canvas import (
    ACCENT,
    ACCENT_TINT,
    EDGE,
    LEADING,
    LINE,
    MARGIN,
    PAGE,
    PLAIN,
    STRONG,
    SUNK,
    TEXT,
    TEXT_2,
    WIDTH,
    disc,
    path,
    picture,
    rectangle,
    text,
    wrap,
)
from forms import LEFT, ROOM, Sheet

# Between two lanes there is room for an arrow.
GAP = 18
LANE = (WIDTH - 2 * MARGIN - 2 * GAP) / 3
LANES = ("team", "aws", "out")
HEADS = {
    "team": {"en": "You", "zh": "你们"},
    "aws": {"en": "AWS", "zh": "AWS"},
    "out": {"en": "In the bucket", "zh": "存储桶中"},
}
TOP, BETWEEN, PADDING, FOLD = 44, 18, 5.5, 8
# From here on a slide, which is wide, would show it too small.
TALL = 415


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its lane, and where it lies."""

    lane: str
    x: float
    y: float
    height: float
    lines: Sequence[str]

    @property
    def centre(self) -> float:
        return self.x + LANE / 2

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


def _sign(lane: str, x: float, y: float) -> str:
    """A person, a wheel, or a bucket."""
    if lane == "team":
        return disc(x + 6, y + 3, 3.5, PAGE, TEXT) + path(f"M{x},{y + 14} q0,-7 6,-7 q6,0 6,7 z", TEXT, PAGE, 1)
    if lane == "aws":
        return rectangle(x, y, 13, 6, PAGE, TEXT, 1.5) + rectangle(x, y + 8, 13, 6, PAGE, TEXT, 1.5)
    return path(f"M{x},{y + 1} h13 l-2,13 h-9 z M{x + 0.6:g},{y + 5} h11.8", TEXT, PAGE, 1)


def _drawn(box: Box) -> list[str]:
    """The box in the shape of its lane: round for people, square for AWS, a sheet with a folded corner for files."""
    if box.lane == "out":
        outline = f"M{box.x:g},{box.y:g} h{LANE - FOLD:g} l{FOLD},{FOLD} V{box.bottom:g} H{box.x:g} z"
        corner = f"M{box.x + LANE - FOLD:g},{box.y:g} v{FOLD} h{FOLD}"
        shape = path(outline, EDGE, PAGE, 1.2) + path(corner, EDGE, SUNK, 1.2)
    elif box.lane == "team":
        shape = rectangle(box.x, box.y, LANE, box.height, ACCENT_TINT, ACCENT, 10)
    else:
        shape = rectangle(box.x, box.y, LANE, box.height, SUNK, EDGE, 1)
    top = box.middle - LEADING * len(box.lines) / 2 + 11.5
    return [shape, text(box.x + PADDING, top, box.lines, PLAIN, room=_room(box.lane))]


def _room(lane: str) -> float:
    """How wide the words in a box may be; a folded corner takes some of it."""
    return LANE - 2 * PADDING - (FOLD if lane == "out" else 0)


def _arrow(start: Box, end: Box) -> str:
    """From a box to one in its row, below it in its lane, or down and then to the side of one in another lane."""
    if start.lane == end.lane:
        return path(f"M{start.centre:g},{start.bottom:g} V{end.y - 2:g}", TEXT_2, ends=True)
    rightwards = end.x > start.x
    side = end.x - 2 if rightwards else end.x + LANE + 2
    if start.y == end.y:
        begin = start.x + LANE if rightwards else start.x
        return path(f"M{begin:g},{start.middle:g} H{side:g}", TEXT_2, ends=True)
    return path(f"M{start.centre:g},{start.bottom:g} V{end.middle:g} H{side:g}", TEXT_2, ends=True)


def _boxes(sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> dict[str, Box]:
    found: dict[str, Box] = {}
    y = float(TOP)
    for number, row in enumerate(rows):
        lines = {lane: wrap(sheet.say(said), _room(lane)) for lane, said in row.items()}
        height = 12 + LEADING * max(map(len, lines.values()))
        for lane, each in lines.items():
            found[f"{lane}{number + 1}"] = Box(lane, LEFT + LANES.index(lane) * (LANE + GAP), y, height, each)
            sheet.heard.append(f"{sheet.say(HEADS[lane])}: {sheet.say(row[lane])}")
        y += height + BETWEEN
    sheet.y = y - BETWEEN + 12
    return found


def overview(name: str, data: Mapping[str, Any], language: str) -> str:
    """Return the SVG of one lab. `rows`: what each lane has in it; `arrows`: pairs like "team1 out2"."""
    sheet = Sheet(language, {})
    boxes = _boxes(sheet, data["rows"])
    for lane in LANES:
        x = LEFT + LANES.index(lane) * (LANE + GAP)
        sheet.parts.append(_sign(lane, x, 14))
        sheet.parts.append(text(x + 20, 26, sheet.say(HEADS[lane]), STRONG))
    sheet.parts.append(path(f"M{LEFT},36 h{ROOM}", LINE, width=1))
    sheet.parts += [_arrow(*(boxes[each] for each in pair.split())) for pair in data["arrows"]]
    for box in boxes.values():
        sheet.parts += _drawn(box)
    for note in data.get("notes", ()):
        sheet.lines(sheet.say(note), LEFT, ROOM)
        sheet.y += 4
        sheet.heard.append(sheet.say(note))
    height = sheet.y + 8
    # Between two rows; the upper half is the longer one.
    fold = min(box.bottom + BETWEEN / 2 for box in boxes.values() if box.bottom + BETWEEN / 2 >= height / 2)
    tall = fold if height > TALL else 0
    return picture(name, language, sheet.say(data["title"]), "; ".join(sheet.heard), height, sheet.parts, tall)
