"""Pages of the console, drawn field by field from forms.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from canvas import (
    ACCENT,
    CODE,
    EDGE,
    LABEL,
    LEADING,
    LINE,
    MARGIN,
    PAGE,
    PLAIN,
    SOFT,
    STRONG,
    SUNK,
    SURFACE,
    TEXT,
    TEXT_2,
    TITLE,
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
)  # fmt: skip

Part = Mapping[str, Any]

LEFT, RIGHT = MARGIN, WIDTH - MARGIN
INNER = 5
ROOM = RIGHT - LEFT
MARKED, MARK_IN_CELL = 24, 22

SAID = {
    "drawing": {"en": "drawing", "zh": "示意图"},
    "source": {
        "en": "Drawn, November 2026, after {page}; the console may look otherwise by now.",
        "zh": "绘于 2026 年 11 月，依据 {page}；控制台界面可能已有变化。",
    },
    "leave": {"en": "leave as it is", "zh": "保持默认"},
}  # fmt: skip


@dataclass
class Sheet:
    """A page that grows downwards. `words`: the console's words in Chinese; `heard`: what a screen reader says."""

    language: str
    words: Mapping[str, str]
    y: float = 0
    left: float = LEFT
    room: float = ROOM
    marks: int = 0
    parts: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    @property
    def right(self) -> float:
        return self.left + self.room

    def say(self, what: str | Mapping[str, str]) -> str:
        """Return what is said in the sheet's language; a word of the console in Chinese and as the console has it."""
        if isinstance(what, Mapping):
            return str(what[self.language])
        if self.language == "zh" and what in self.words:
            return f"{self.words[what]}（{what}）"
        return str(what)

    def next_mark(self, part: Part, x: float, y: float) -> bool:
        """Number the part, unless it is one to leave or only to look at."""
        if part.get("leave") or part.get("look"):
            return False
        self.marks += 1
        self.parts.append(mark(x, y, self.marks))
        return True

    def lines(self, said: str, x: float, room: float, style: Style = PLAIN) -> None:
        wrapped = wrap(said, room, style)
        self.parts.append(text(x, self.y + style.size, wrapped, style, room=room))
        self.y += LEADING * len(wrapped)


def section(sheet: Sheet, part: Part) -> None:
    said = sheet.say(part["section"])
    sheet.y += 4
    sheet.lines(said, sheet.left, sheet.room, TITLE)
    sheet.y += 5
    sheet.parts.append(path(f"M{sheet.left:g},{sheet.y:g} H{sheet.right:g}", LINE, width=1))
    sheet.y += 8
    sheet.heard.append(said)


def _label(sheet: Sheet, part: Part, said: str) -> None:
    """The label over a field, with its number, and how the API calls it."""
    top = sheet.y
    shift = MARKED if sheet.next_mark(part, sheet.left + 9, top + 9) else 0
    sheet.y += 2
    sheet.lines(said, sheet.left + shift, sheet.room - shift, LABEL)
    sheet.y = max(sheet.y, top + (20 if shift else 0)) + 3


def _hint(sheet: Sheet, part: Part) -> None:
    said = [sheet.say(part["hint"])] if "hint" in part else []
    if part.get("leave"):
        said.insert(0, sheet.say(SAID["leave"]))
    for each in said:
        sheet.lines(each, sheet.left, sheet.room, SOFT)
        sheet.y += 2


def _boxed(sheet: Sheet, lines: Sequence[str], part: Part, style: Style, opens: bool = False) -> None:
    height = 10 + LEADING * len(lines)
    room = sheet.room - 2 * INNER - (18 if opens else 0)
    sheet.parts.append(rectangle(sheet.left, sheet.y, sheet.room, height, SURFACE if part.get("leave") else PAGE))
    shown = style.of(TEXT_2) if part.get("leave") else style
    sheet.parts.append(text(sheet.left + INNER, sheet.y + 16.5, lines, shown, room=room))
    if opens:
        x, y = sheet.right - 18, sheet.y + height / 2 - 2
        sheet.parts.append(path(f"M{x:g},{y:g} l5,5 l5,-5", TEXT_2))
    sheet.y += height + 4


def entry(sheet: Sheet, part: Part) -> None:
    """A field to write into; a list of values is a line each."""
    said, value = sheet.say(part["field"]), part["value"]
    _label(sheet, part, said)
    values = value if isinstance(value, list) else [value]
    style = PLAIN if part.get("words") else CODE
    _boxed(
        sheet, [line for each in values for line in wrap(sheet.say(each), sheet.room - 2 * INNER, style)], part, style
    )
    _hint(sheet, part)
    sheet.y += 8
    sheet.heard.append(f"{said}: {' '.join(map(sheet.say, values))}")


def choice(sheet: Sheet, part: Part) -> None:
    """A list that opens, closed on what is chosen."""
    said, value = sheet.say(part["choose"]), sheet.say(part["value"])
    _label(sheet, part, said)
    style = CODE if part.get("code") else PLAIN
    _boxed(sheet, wrap(value, sheet.room - 2 * INNER - 18, style), part, style, opens=True)
    _hint(sheet, part)
    sheet.y += 8
    sheet.heard.append(f"{said}: {value}")


def radio(sheet: Sheet, part: Part) -> None:
    """Options of which one is chosen: a ring with a dot and heavy words."""
    said, chosen = sheet.say(part["radio"]), part.get("chosen", [])
    _label(sheet, part, said)
    for option in part["options"]:
        on = option == chosen
        sheet.parts.append(disc(sheet.left + 9, sheet.y + 9, 6.5, PAGE, TEXT if on else EDGE))
        if on:
            sheet.parts.append(disc(sheet.left + 9, sheet.y + 9, 3.5, TEXT, TEXT))
        sheet.y += 1.5
        sheet.lines(sheet.say(option), sheet.left + MARKED, sheet.room - MARKED, STRONG if on else PLAIN)
        sheet.y += 4.5
    _hint(sheet, part)
    sheet.y += 8
    sheet.heard.append(f"{said}: {sheet.say(chosen) if chosen else '…'}")


def tick(sheet: Sheet, part: Part) -> None:
    """A box with a tick in it, or without."""
    said, on, top = sheet.say(part["tick"]), bool(part["ticked"]), sheet.y
    shift = MARKED if sheet.next_mark(part, sheet.left + 9, top + 9) else 0
    x = sheet.left + shift + 2
    sheet.parts.append(rectangle(x, top + 2, 14, 14, PAGE, TEXT if on else EDGE, 3))
    if on:
        sheet.parts.append(path(f"M{x + 3:g},{top + 9:g} l3,3.5 l5.5,-7", TEXT, width=2))
    sheet.y += 1.5
    sheet.lines(said, x + 22, sheet.right - x - 22, LABEL)
    sheet.y = max(sheet.y, top + 18) + 3
    _hint(sheet, part)
    sheet.y += 8
    sheet.heard.append(f"{said}: {'✓' if on else '–'}")


def pair(sheet: Sheet, part: Part) -> None:
    """Two fields beside each other."""
    top, left, room, ends = sheet.y, sheet.left, sheet.room, []
    sheet.room = (room - 10) / 2
    for each in part["pair"]:
        sheet.y = top
        draw(sheet, each, WIDGETS)
        ends.append(sheet.y)
        sheet.left += sheet.room + 10
    sheet.y, sheet.left, sheet.room = max(ends), left, room


def note(sheet: Sheet, part: Part) -> None:
    """A sentence of ours between the fields."""
    said = sheet.say(part["note"])
    sheet.lines(said, sheet.left, sheet.room, SOFT)
    sheet.y += 8
    sheet.heard.append(said)


def buttons(sheet: Sheet, part: Part) -> None:
    """One row of buttons, the last one being the page's main one and numbered; too long ones take a row each."""
    sheet.y += 2
    room = sheet.room - MARKED - 24
    names = [wrap(sheet.say(each), room, LABEL) for each in part["buttons"]]
    spans = [max(width_of(line, LABEL) for line in name) + 24 for name in names]
    together = sum(spans) + 8 * (len(spans) - 1) + MARKED <= sheet.room
    numbered = list(zip(names, spans, range(1, len(names) + 1), strict=True))
    for row in [numbered] if together else [[each] for each in numbered]:
        x = sheet.right - sum(span for _, span, _ in row) - 8 * (len(row) - 1)
        height = 28 + LEADING * (max(len(name) for name, _, _ in row) - 1)
        for name, span, number in row:
            last = number == len(names)
            main = last and not part.get("plain")
            sheet.parts.append(rectangle(x, sheet.y, span, height, ACCENT if main else PAGE, ACCENT, 6))
            said = LABEL.of(PAGE if main else ACCENT)
            sheet.parts.append(text(x + span / 2, sheet.y + 18.5, name, said, "middle"))
            if last:
                sheet.next_mark(part, x - 15, sheet.y + height / 2)
            x += span + 8
        sheet.y += height + 6
    sheet.y += 4
    sheet.heard.append(" | ".join(map(sheet.say, part["buttons"])))


def tabs(sheet: Sheet, part: Part) -> None:
    """Tabs of which one is open: underlined, with heavy words."""
    x = sheet.left
    for each in part["tabs"]:
        name, on = sheet.say(each), each == part["open"]
        span = width_of(name, STRONG)
        numbered = on and not part.get("look")
        if x + span + (MARKED if numbered else 0) > sheet.right and x > sheet.left:
            x, sheet.y = sheet.left, sheet.y + 26
        if on and sheet.next_mark(part, x + 9, sheet.y + 9):
            x += MARKED
        said = text(x, sheet.y + 13, name, STRONG if on else SOFT)
        sheet.parts.append(said)
        if on:
            sheet.parts.append(path(f"M{x:g},{sheet.y + 20:g} h{span:g}", ACCENT, width=3))
            sheet.heard.append(name)
        x += span + 18
    sheet.y += 22
    sheet.parts.append(path(f"M{sheet.left:g},{sheet.y:g} H{sheet.right:g}", LINE, width=1))
    sheet.y += 10


def table(sheet: Sheet, part: Part) -> None:
    """Rows of cells. `widths`: the columns' shares; `marked`: the row and column of the cell to choose."""
    total = sum(part["widths"])
    spans = [ROOM * each / total for each in part["widths"]]
    starts = [LEFT + sum(spans[:each]) for each in range(len(spans))]
    for number, row in enumerate([part["table"], *part["rows"]]):
        cells = list(_cells(sheet, part, number, zip(row, starts, spans, strict=True)))
        height = 8 + LEADING * max(len(lines) for _, lines, _ in cells)
        if number == 0:
            sheet.parts.append(rectangle(LEFT, sheet.y, ROOM, height, SUNK, SUNK, 0))
        for x, lines, style in cells:
            marked = (number, starts.index(x)) == tuple(part.get("marked", ()))
            shift = MARK_IN_CELL if marked and sheet.next_mark(part, x + 12, sheet.y + 11.5) else 0
            room = spans[starts.index(x)] - 8 - shift
            sheet.parts.append(text(x + 4 + shift, sheet.y + 15, lines, style, room=room))
        sheet.y += height
        sheet.parts.append(path(f"M{LEFT},{sheet.y:g} H{RIGHT}", LINE, width=1))
        sheet.heard.append(" | ".join(map(sheet.say, row)))
    sheet.y += 10


def _cells(
    sheet: Sheet, part: Part, number: int, row: Iterable[tuple[Any, float, float]]
) -> Iterator[tuple[float, list[str], Style]]:
    """Beginning, lines and style of each cell of a row."""
    for column, (said, x, span) in enumerate(row):
        marked = (number, column) == tuple(part.get("marked", ()))
        style = STRONG.of(TEXT_2) if number == 0 else CODE if column in part.get("code", ()) else PLAIN
        lines = wrap(sheet.say(said), span - 8 - (MARK_IN_CELL if marked else 0), style)
        yield x, lines, style.of(ACCENT) if marked and number else style


WIDGETS: Mapping[str, Callable[[Sheet, Part], None]] = {
    "section": section, "field": entry, "choose": choice, "radio": radio, "tick": tick, "pair": pair, "note": note,
    "buttons": buttons, "tabs": tabs, "table": table,
}  # fmt: skip


def draw(sheet: Sheet, part: Part, widgets: Mapping[str, Callable[[Sheet, Part], None]]) -> None:
    [kind] = [each for each in part if each in widgets]
    widgets[kind](sheet, part)


def _head(sheet: Sheet, where: Sequence[str]) -> None:
    """The grey bar on top: where the page is found, and that it is a drawing."""
    tag = sheet.say(SAID["drawing"])
    span = width_of(tag) + 14
    beside, crumbs = ROOM - span - 8, [""]
    for each in map(sheet.say, where):
        longer = f"{crumbs[-1]} › {each}" if crumbs[-1] else each
        # Only the first line has the tag beside it; one blank and the sign that follows need room too.
        fits = width_of(longer + " ›") <= (beside if len(crumbs) == 1 else ROOM)
        crumbs[-1:] = [longer] if fits else [crumbs[-1] + " ›", *wrap(each, ROOM)]
    height = 14 + LEADING * len(crumbs)
    sheet.parts.append(path(f"M1,{height} V8 a7,7 0 0 1 7,-7 H{WIDTH - 8} a7,7 0 0 1 7,7 V{height} z", SUNK, SUNK, 0))
    sheet.parts.append(path(f"M1,{height} H{WIDTH - 1}", LINE, width=1))
    sheet.parts.append(text(LEFT, 18, crumbs[:1], SOFT, room=beside))
    sheet.parts.append(text(LEFT, 18 + LEADING, crumbs[1:], SOFT, room=ROOM) if crumbs[1:] else "")
    sheet.parts.append(rectangle(RIGHT - span, 5.5, span, 18, PAGE, EDGE, 9, dashed=True))
    sheet.parts.append(text(RIGHT - span / 2, 18.5, tag, SOFT, anchor="middle"))
    sheet.y = height + 12


def _foot(sheet: Sheet, page: str) -> None:
    """After which page of AWS's documentation this was drawn, and when."""
    sheet.y += 2
    sheet.parts.append(path(f"M{LEFT},{sheet.y:g} H{RIGHT}", LINE, width=1, dashed="4 3"))
    sheet.y += 7
    sheet.lines(sheet.say(SAID["source"]).format(page=page), LEFT, ROOM, SOFT)
    sheet.y += 10


def form(
    name: str, data: Part, words: Mapping[str, str], language: str,
    widgets: Mapping[str, Callable[[Sheet, Part], None]] = WIDGETS,
) -> str:  # fmt: skip
    """Return the SVG of one page of the console."""
    sheet = Sheet(language, words)
    _head(sheet, data["where"])
    for part in data["parts"]:
        draw(sheet, part, widgets)
    described = "; ".join(sheet.heard)
    _foot(sheet, data["page"])
    return picture(name, language, sheet.say(data["title"]), described, sheet.y, sheet.parts)
