"""The drawings of the introduction: one function each, its words from lessons.yaml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from canvas import (
    ACCENT,
    ACCENT_TINT,
    CODE,
    EDGE,
    LABEL,
    LEADING,
    LINE,
    MONEY,
    MONEY_TINT,
    PAGE,
    PLAIN,
    SOFT,
    STRONG,
    SUNK,
    TEXT,
    TEXT_2,
    WIDTH,
    Style,
    disc,
    mark,
    path,
    picture,
    rectangle,
    text,
    width_of,
    wrap,
)
from forms import LEFT, RIGHT, ROOM, Sheet
from scenes import LEARNT, axes, car, curve

MIDDLE = WIDTH / 2
CLASSES = ("hatchback", "pickup", "sedan", "suv")


class Page(Sheet):
    """A sheet whose words are looked up by name in the picture's data."""

    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        super().__init__(language, {})
        self.data = data
        self.y = 10

    def word(self, name: str) -> str:
        said = self.say(self.data[name])
        self.heard.append(said)
        return said

    def head(self, name: str) -> None:
        self.lines(self.word(name), LEFT, ROOM, LABEL)
        self.y += 6

    def block(self, x: float, width: float, said: str, fill: str = SUNK, stroke: str = EDGE) -> float:
        """Words in a box at the present height; return the box's height."""
        lines = wrap(said, width - 14)
        height = 12 + LEADING * len(lines)
        self.parts.append(rectangle(x, self.y, width, height, fill, stroke, 6))
        self.parts.append(text(x + width / 2, self.y + 17, lines, anchor="middle", room=width - 14))
        return height

    def down(self, x: float = MIDDLE, length: float = 20) -> None:
        self.parts.append(path(f"M{x:g},{self.y + 2:g} v{length - 5:g}", TEXT_2, ends=True))
        self.y += length


def learning(page: Page) -> None:
    page.head("examples")
    step = ROOM / 4
    for number, kind in enumerate(CLASSES):
        x = LEFT + number * step
        page.parts.append(rectangle(x, page.y, step - 6, 62, PAGE, EDGE, 6))
        page.parts.append(car(x + 5, page.y + 6, step - 16, kind))
        page.parts.append(text(x + (step - 6) / 2, page.y + 54, kind, CODE, "middle"))
    page.y += 64
    page.down()
    page.y += page.block(MIDDLE - 130, 260, page.word("training"))
    page.down()
    page.y += page.block(MIDDLE - 75, 150, page.word("model"), ACCENT_TINT, ACCENT) + 16
    page.parts.append(path(f"M{LEFT},{page.y - 8:g} H{RIGHT}", LINE, width=1, dashed="4 3"))
    page.head("new")
    top = page.y
    page.parts.append(rectangle(LEFT, top, 96, 72, PAGE, EDGE, 6))
    page.parts.append(car(LEFT + 8, top + 10, 80, "suv", PAGE))
    page.parts.append(text(LEFT + 48, top + 64, "?", STRONG, "middle"))
    page.parts.append(path(f"M{LEFT + 98},{top + 36:g} h14", TEXT_2, ends=True))
    page.y = top + 22
    page.block(LEFT + 116, 80, page.say(page.data["short"]), ACCENT_TINT, ACCENT)
    page.parts.append(path(f"M{LEFT + 198},{top + 36:g} h12", TEXT_2, ends=True))
    for row, (kind, share) in enumerate(zip(CLASSES, (0.06, 0.01, 0.02, 0.91), strict=True)):
        y, style = top + 14 + 18 * row, STRONG if share > 0.5 else PLAIN
        page.parts.append(text(LEFT + 216, y, kind, style))
        page.parts.append(text(RIGHT, y, f"{share:.2f}", style, "end"))
        page.parts.append(
            rectangle(LEFT + 288, y - 9, max(2, 42 * share), 10, ACCENT if share > 0.5 else EDGE, EDGE, 1)
        )
    page.y = top + 80
    page.lines(page.word("sure"), LEFT, ROOM, SOFT)


def overfitting(page: Page) -> None:
    # Room above for the name of the upper curve.
    learnt = [(across, 0.86 * up) for across, up in LEARNT]
    kept = ((0, 0.19), (0.2, 0.47), (0.45, 0.63), (0.7, 0.6), (1, 0.55))
    page.lines(page.word("up"), LEFT, ROOM, SOFT)
    box = (LEFT + 4, page.y + 6, ROOM - 8, 170.0)
    x = box[0] + box[2] * 0.45
    page.parts.append(rectangle(x, box[1], RIGHT - 4 - x, 170, SUNK, SUNK, 0))
    page.parts.append(axes(box))
    page.parts.append(path(f"M{x:g},{box[1]:g} v170", TEXT, dashed="2 4"))
    for points, colour, dashed in ((learnt, ACCENT, ""), (kept, TEXT, "6 4")):
        page.parts.append(path(curve(points, box), colour, width=2.4, dashed=dashed))
    page.parts.append(text(RIGHT - 10, box[1] + 15, page.word("learnt"), STRONG.of(ACCENT), "end"))
    page.parts.append(text(RIGHT - 10, box[1] + 96, page.word("kept"), STRONG, "end"))
    for name, left, width in (("better", box[0] + 8, x - box[0] - 16), ("heart", x + 8, RIGHT - 8 - x - 8)):
        lines = wrap(page.word(name), width)
        page.parts.append(text(left, box[1] + 165 - LEADING * (len(lines) - 1), lines))
    page.y = box[1] + 174
    page.parts.append(text(RIGHT - 4, page.y + 12, page.word("across"), SOFT, "end"))
    page.y += 22
    page.lines(page.word("so"), LEFT, ROOM)


def transfer(page: Page) -> None:
    layers = [page.word(each) for each in ("edges", "shapes", "parts")]
    wide, gap = 76.0, 16.0
    starts = [LEFT + number * (wide + gap) for number in range(4)]
    ys = []
    for name, last in (("others", "thousand"), ("yours", "four")):
        own = name == "yours"
        page.head(name)
        ys.append(page.y)
        for number, said in enumerate([*layers, page.word(last)]):
            new = own and number == 3
            fill, stroke = (ACCENT_TINT, ACCENT) if new else (SUNK, EDGE)
            lines = wrap(said, wide - 10, STRONG if new else PLAIN)
            page.parts.append(rectangle(starts[number], page.y, wide, 52, fill, stroke, 4))
            y = page.y + 30 - LEADING * (len(lines) - 1) / 2
            style = STRONG if new else PLAIN
            page.parts.append(text(starts[number] + wide / 2, y, lines, style, "middle"))
            if number:
                page.parts.append(
                    path(f"M{starts[number] - gap + 1:g},{page.y + 26:g} h{gap - 4:g}", TEXT_2, ends=True)
                )
        page.y += 58
        page.y += 0 if own else 30
    for x in starts[:3]:
        # Between the two rows, beside the second heading: taken over as they are.
        page.parts.append(path(f"M{x + wide / 2:g},{ys[0] + 54:g} v22", TEXT_2, dashed="3 3", ends=True))
    page.parts.append(text(starts[3] + wide / 2, ys[0] + 72, page.word("new"), STRONG.of(ACCENT), "middle"))
    page.lines(page.word("so"), LEFT, ROOM)


RIGHT_AND_WRONG = ((36, 0, 1, 3), (0, 40, 0, 0), (2, 0, 38, 0), (1, 1, 0, 38))


def confusion(page: Page) -> None:
    wide, tall, side = 66.0, 36.0, 94.0
    page.parts.append(text(LEFT + side + 2 * wide, page.y + 12, page.word("answer"), STRONG, "middle"))
    page.parts.append(text(LEFT, page.y + 32, page.word("truth"), STRONG))
    for column, kind in enumerate(CLASSES):
        page.parts.append(text(LEFT + side + wide * (column + 0.5), page.y + 32, kind, PLAIN, "middle"))
    page.y += 40
    for row, kind in enumerate(CLASSES):
        page.parts.append(text(LEFT, page.y + 22, kind, PLAIN))
        for column, count in enumerate(RIGHT_AND_WRONG[row]):
            x, right = LEFT + side + wide * column, row == column
            page.parts.append(rectangle(x, page.y, wide - 4, tall - 4, ACCENT_TINT if right else PAGE, EDGE, 3))
            style = STRONG if right else PLAIN if count else SOFT
            page.parts.append(text(x + wide / 2 - 2, page.y + 20.5, str(count), style, "middle"))
        page.y += tall
    last = LEFT + side + wide * 3
    top = page.y - 4 * tall
    page.parts.append(
        f'<g stroke-width="2">{path(f"M{last - 2},{top - 2:g} h{wide} v{tall} h-{wide} z", TEXT, width=2.4)}</g>'
    )
    page.parts.append(mark(last + wide - 17, top + 16, 1))
    page.y += 6
    for number, name in enumerate(("one", "diagonal")):
        y = page.y
        if number == 0:
            page.parts.append(mark(LEFT + 9, y + 8, 1))
        else:
            page.parts.append(rectangle(LEFT + 1, y, 17, 16, ACCENT_TINT, EDGE, 3))
        page.lines(page.word(name), LEFT + 26, ROOM - 26)
        page.y = max(page.y, y + 18) + 5


def _coins(page: Page, x: float, y: float, number: int, step: float) -> None:
    for each in range(number):
        page.parts.append(disc(x + each * step, y, 7.5, MONEY_TINT, MONEY))
        page.parts.append(text(x + each * step, y + 4.2, "$", STRONG.of(MONEY), "middle"))


def endpoint(page: Page) -> None:
    left, right = LEFT + 4.0, RIGHT - 4.0
    page.head("job")
    page.parts.append(rectangle(left, page.y, 92, 26, SUNK, EDGE, 4))
    page.parts.append(text(left + 46, page.y + 17.5, page.word("trains"), PLAIN, "middle"))
    page.parts.append(path(f"M{left + 92:g},{page.y + 13:g} H{right:g}", EDGE, dashed="2 5"))
    page.parts.append(text(left + 104, page.y + 8, page.word("ends"), SOFT))
    _coins(page, left + 22, page.y + 40, 2, 48)
    page.y += 58
    page.head("endpoint")
    said = page.word("delete")
    cut = right - width_of(said, STRONG) - 14
    page.parts.append(rectangle(left, page.y, cut - left, 26, SUNK, EDGE, 4))
    page.parts.append(text((left + cut) / 2, page.y + 17.5, page.word("waits"), PLAIN, "middle"))
    page.parts.append(path(f"M{cut:g},{page.y - 4:g} v34", TEXT, width=2.4))
    page.parts.append(text(right, page.y + 17.5, said, STRONG, "end"))
    number = int((cut - left) // 27)
    _coins(page, left + 14, page.y + 40, number, (cut - left - 28) / (number - 1))
    page.y += 54
    page.parts.append(path(f"M{left:g},{page.y:g} H{right:g}", TEXT_2, ends=True))
    page.parts.append(text(right, page.y + 16, page.word("time"), SOFT, "end"))
    page.y += 24
    for name in ("first", "second"):
        page.lines(page.word(name), LEFT, ROOM)
        page.y += 4


def day(page: Page) -> None:
    x = LEFT + 20.0
    names = ("lab1", "lab2", "lab3", "quiz", "diagram")
    start = page.y + 22
    stations = []
    for number, name in enumerate(names):
        title, what = page.word(name), page.word(f"{name}_what")
        top, room = page.y, RIGHT - x - 32
        stations.append((top + 16, str(number + 1) if number < 3 else "?" if name == "quiz" else "↗"))
        page.lines(title, x + 32, room, LABEL)
        page.y += 1
        page.lines(what, x + 32, room)
        page.y = max(page.y, top + 38) + 12
    page.parts.insert(0, path(f"M{x},{start:g} V{stations[-1][0]:g}", EDGE, width=4))
    for y, sign in stations:
        page.parts.append(disc(x, y, 14, PAGE, TEXT))
        page.parts.append(text(x, y + 4.6, sign, Style(12.6, weight=650), "middle"))
    page.y -= 6


LESSONS: Mapping[str, Callable[[Page], None]] = {
    "learning": learning, "overfitting": overfitting, "transfer-learning": transfer, "confusion-matrix": confusion,
    "training-and-endpoint": endpoint, "day": day,
}  # fmt: skip


def lesson(name: str, data: Mapping[str, Any], language: str) -> str:
    """Return the SVG of one drawing of the introduction."""
    page = Page(data, language)
    LESSONS[name](page)
    return picture(name, language, page.say(data["title"]), "; ".join(page.heard), page.y + 10, page.parts)
