"""Draws the three pictures of docs/concepts.md: operator.svg, weeks.svg and steps.svg.

The graph of steps is read from the program, the other two are drawn as written here.
Run it from the repository: python docs/drawings.py
"""

from __future__ import annotations

import runpy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parent
WIDTH = 880

SANS = "system-ui, 'Segoe UI', 'Noto Sans', sans-serif"
MONO = "'SF Mono', 'Cascadia Mono', Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', monospace"
TEXT, TEXT_2, LINE, EDGE = "#14181f", "#525b69", "#d9dde3", "#7c8594"
PAGE, SURFACE, SUNK = "#ffffff", "#f7f8fa", "#eef0f3"
ACCENT, ACCENT_TINT = "#1d4ed8", "#e8eefc"
MONEY, MONEY_TINT = "#955f00", "#fbf0d6"

# The example of the graph: what `--from` with this name selects.
FROM = "stack:roles"
# Selected with every choice: nothing is made before what stood in the account is recorded.
ALWAYS = ("access", "marker", "baseline")
# Where a step stands in the graph: column and row. A step that is not here gets a row below the others.
PLACES = {
    "access": (0, 2.5),
    "marker": (1, 2.5),
    "baseline": (2, 2.5),
    "unused-stacks": (3, 7.0),
    "stack:buckets": (3, 0.5),
    "quotas:training": (3, 2.0),
    "quotas:endpoint": (3, 3.0),
    "scaling-role": (3, 4.0),
    "stack:notifications": (3, 5.0),
    "stack:workforce": (3, 6.0),
    "stack:roles": (4, 0.0),
    "materials": (4, 1.0),
    "notices": (4, 5.0),
    "workforce": (4, 6.0),
    "stack:notebooks": (5, 0.0),
    "smoke": (5, 1.5),
}
COLUMNS = ((16, 66), (102, 66), (188, 78), (312, 160), (514, 122), (712, 148))
ROW = 46


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def text(
    x: float, y: float, said: str, size: float = 13, colour: str = TEXT, weight: int = 400, anchor: str = "start",
    font: str = SANS,
) -> str:  # fmt: skip
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{escape(font)}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{colour}" text-anchor="{anchor}">{escape(said)}</text>'
    )


def code(x: float, y: float, said: str, size: float = 12, colour: str = TEXT, anchor: str = "start") -> str:
    return text(x, y, said, size, colour, anchor=anchor, font=MONO)


def rectangle(box: Box, fill: str = PAGE, stroke: str = EDGE, radius: float = 8, width: float = 1) -> str:
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{radius:g}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def arrow(points: Sequence[tuple[float, float]], colour: str = EDGE) -> str:
    """A polyline that ends in an arrow head."""
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    head = "head-accent" if colour == ACCENT else "head"
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5" marker-end="url(#{head})"/>'


def curve(start: tuple[float, float], end: tuple[float, float], colour: str = EDGE) -> str:
    """A line from left to right that leaves and arrives level, and ends in an arrow head."""
    (x1, y1), (x2, y2) = start, end
    bend = (x2 - x1) / 2
    head = "head-accent" if colour == ACCENT else "head"
    return (
        f'<path d="M{x1:g},{y1:g} C{x1 + bend:g},{y1:g} {x2 - bend:g},{y2:g} {x2:g},{y2:g}" fill="none" '
        f'stroke="{colour}" stroke-width="1.5" marker-end="url(#{head})"/>'
    )


def picture(title: str, described: str, height: float, parts: Iterable[str]) -> str:
    """A whole SVG on a white page, so that it reads the same on a dark one; it refers to nothing outside itself."""
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{colour}"/></marker>'
        for name, colour in (("head", EDGE), ("head-accent", ACCENT))
    )
    whole = Box(0.5, 0.5, WIDTH - 1, height - 1)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
        f'viewBox="0 0 {WIDTH} {height:g}" role="img" aria-labelledby="title described">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="described">{escape(described)}</desc>',
        f"<defs>{heads}</defs>",
        rectangle(whole, PAGE, LINE, 10),
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def operator() -> str:
    """The operator's machine, the access role, the accounts, and what one account is given."""
    parts: list[str] = []
    mine = Box(20, 56, 190, 250)
    parts += [text(20, 36, "Your machine", 15, weight=650), rectangle(mine, SURFACE)]
    parts += [code(36, 84, "event-bootstrap", 13)]
    for row, (name, what) in enumerate(
        (
            ("accounts.csv", "one row a team"),
            ("event.yaml", "what each team is given"),
            (".event-bootstrap/", "journal, reports, cards"),
        )
    ):
        y = 112 + row * 62
        parts += [rectangle(Box(32, y, 166, 52)), code(42, y + 21, name), text(42, y + 40, what, 12, TEXT_2)]

    parts += [text(330, 36, "AWS accounts, one a team", 15, weight=650)]
    teams = (("atlas", 56), ("borealis", 146), ("spare-1", 236))
    for team, y in teams:
        box = Box(330, y, 190, 70)
        parts += [rectangle(box, SURFACE), text(346, y + 24, team, 13, weight=550)]
        role = Box(330, y + 36, 172, 24)
        parts += [rectangle(role, ACCENT_TINT, ACCENT, 6), code(338, y + 52, "event-bootstrap-access", 11.5)]
        parts.append(curve((mine.right, 181), (324, role.middle), ACCENT))
    parts += [code(216, 70, "sts:AssumeRole", 11.5, ACCENT)]
    parts += [text(330, 330, "The role is made by access.yaml:", 12, TEXT_2)]
    parts += [text(330, 347, "delete its stack after the sweep.", 12, TEXT_2)]
    parts += [text(20, 330, "Runs with your own AWS credentials,", 12, TEXT_2)]
    parts += [text(20, 347, "which may assume one role in each account.", 12, TEXT_2)]

    given = Box(576, 56, 284, 250)
    parts += [text(576, 36, "What each account is given", 15, weight=650), rectangle(given, SURFACE)]
    parts.append(arrow(((520, 91), (570, 91))))
    made = (
        ("marker, baseline", "what stood there", False),
        ("quotas", "GPU training, endpoints", False),
        ("bucket", "pictures and lab files", False),
        ("three roles", "training, participant, support", False),
        ("notebook", "bills by the hour", True),
        ("work team", "people who label, passwords", False),
        ("mail topic, rule", "when a training job ends", False),
        ("one training job", "proves it all; bills once", True),
    )
    for row, (name, what, billed) in enumerate(made):
        y = 64 + row * 30
        fill, stroke = (MONEY_TINT, MONEY) if billed else (PAGE, LINE)
        parts += [rectangle(Box(584, y, 268, 26), fill, stroke, 6), text(592, y + 17, name, 12, weight=550)]
        parts.append(text(844, y + 17, what, 11.5, MONEY if billed else TEXT_2, anchor="end"))
    parts += [text(576, 330, "The sweep deletes it, with all the team made.", 12, TEXT_2)]
    parts += [text(576, 347, "Raised quotas stay.", 12, TEXT_2)]
    return picture(
        "From your machine to the accounts",
        "event-bootstrap runs on your machine, assumes the role event-bootstrap-access in each team's account, and "
        "makes the marker, quotas, bucket, roles, notebook, work team, mail topic and one training job there.",
        366,
        parts,
    )


WEEKS = (
    ("2 to 3 weeks before", ("deploy access.yaml in every account", "event-bootstrap quotas --request"),
     "A person at AWS may have to decide on GPU quotas.", False),
    ("the week before", ("event-bootstrap validate", "event-bootstrap rehearse", "event-bootstrap plan"),
     "Files, forecast and accounts are checked. AWS is only read.", False),
    ("1 to 2 days before", ("event-bootstrap provision", "event-bootstrap status"),
     "Every account gets what it lacks, or the tool says why not.", True),
    ("the day before", ("event-bootstrap handouts", "event-bootstrap serve"),
     "Print the cards. Try the join page with a phone at the venue.", True),
    ("the morning", ("event-bootstrap provision --step smoke --again --every 10",),
     "One account in ten trains once more: is there capacity today?", True),
    ("the day", ("event-bootstrap doctor TEAM", "event-bootstrap repair TEAM", "event-bootstrap swap TEAM ACCOUNT_ID"),
     "Teams work; one broken account is fixed in minutes.", True),
    ("the evening", ("event-bootstrap sweep --apply --stop-only",),
     "Stops what is billed by the hour. Results stay.", False),
    ("the next morning", ("event-bootstrap sweep --apply", "delete the stack of access.yaml"),
     "Deletes the rest and proves each account clean.", False),
)  # fmt: skip


def weeks() -> str:
    """The weeks from the first quota request to the deleted access role, with the commands of each day."""
    parts: list[str] = []
    y, line, placed = 24.0, 196, []
    for when, commands, why, billed in WEEKS:
        height = 30 + 19 * len(commands)
        placed.append((y, height, when, commands, why, billed))
        y += height + 12
    for top, height, when, commands, why, billed in placed:
        if billed:
            parts.append(f'<rect x="{line - 5}" y="{top:g}" width="10" height="{height + 12:g}" fill="{MONEY_TINT}"/>')
        parts.append(text(178, top + 22, when, 13, weight=550, anchor="end"))
        box = Box(216, top, 644, height)
        parts.append(rectangle(box, SURFACE, LINE, 6))
        for row, said in enumerate(commands):
            drawn = code if said.startswith("event-bootstrap") else text
            parts.append(drawn(230, top + 21 + 19 * row, said, 12.5))
        parts.append(text(230, top + height - 9, why, 12, TEXT_2))
    end = placed[-1][0] + 17
    dots = [
        f'<circle cx="{line}" cy="{top + 17:g}" r="5" fill="{MONEY if billed else ACCENT}" stroke="{PAGE}" '
        f'stroke-width="2"/>'
        for top, _, _, _, _, billed in placed
    ]
    axis = f'<line x1="{line}" y1="41" x2="{line}" y2="{end:g}" stroke="{EDGE}" stroke-width="1.5"/>'
    parts += [axis, *dots]
    parts.append(rectangle(Box(line - 5, y + 2, 10, 16), MONEY_TINT, MONEY, 2))
    parts.append(text(216, y + 15, "Notebooks are billed by the hour.", 12.5, MONEY))
    return picture(
        "The weeks, and the commands of each day",
        "; ".join(f"{when}: {', '.join(commands)}" for when, commands, _, _ in WEEKS),
        y + 32,
        parts,
    )


def descendants(needs: Mapping[str, Sequence[str]], start: str) -> set[str]:
    """`start` and every step that depends on it, directly or not."""
    found = {start}
    while True:
        more = {step for step, before in needs.items() if step not in found and found & set(before)}
        if not more:
            return found
        found |= more


def direct(needs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The needs without those that another need of the same step already waits for."""
    return {
        step: [each for each in before if not any(other in descendants(needs, each) - {each} for other in before)]
        for step, before in needs.items()
    }


def steps(needs: Mapping[str, Sequence[str]], optional: frozenset[str]) -> str:
    """The steps of an account and what each waits for. `optional`: those that only an optional lab wants."""
    extra = [step for step in needs if step not in PLACES]
    places = {**PLACES, **{step: (3, 7.0 + row) for row, step in enumerate(extra)}}
    rows = max(row for step, (_, row) in places.items() if step in needs) + 1
    boxes = {
        step: Box(COLUMNS[places[step][0]][0], 24 + places[step][1] * ROW, COLUMNS[places[step][0]][1], 32)
        for step in needs
    }
    chosen = descendants(needs, FROM)
    parts = []
    for step, before in direct(needs).items():
        for need in before:
            start, end = boxes[need], boxes[step]
            colour = ACCENT if need in chosen else EDGE
            # Several arrows arrive at one box: apart from each other, from the top down.
            arrivals = sorted(before, key=lambda each: boxes[each].middle)
            shift = (arrivals.index(need) - (len(arrivals) - 1) / 2) * 8
            parts.append(curve((start.right, start.middle), (end.x - 3, end.middle + shift), colour))
    for step, box in boxes.items():
        fill, stroke, width = (PAGE, EDGE, 1.0)
        if step in chosen:
            fill, stroke, width = ACCENT_TINT, ACCENT, 1.5
        elif step in ALWAYS:
            fill, stroke = SUNK, EDGE
        dashed = ' stroke-dasharray="4 3"' if step in optional else ""
        parts.append(rectangle(box, fill, stroke, 6, width).replace("/>", f"{dashed}/>"))
        parts.append(code(box.x + box.width / 2, box.middle + 4, step, 12, anchor="middle"))
    foot = 24 + rows * ROW + 10
    notes = (
        (ACCENT_TINT, ACCENT, "", f"selected by --from {FROM}: the step and every step that depends on it"),
        (SUNK, EDGE, "", "always run: who the account is, and what stood there before, come first"),
        (PAGE, EDGE, ' stroke-dasharray="4 3"', "only for the lab ground-truth, which is optional as shipped"),
    )
    for row, (fill, stroke, dashed, said) in enumerate(notes):
        y = foot + row * 22
        parts.append(rectangle(Box(16, y, 28, 14), fill, stroke, 4).replace("/>", f"{dashed}/>"))
        parts.append(text(54, y + 12, said, 12.5, TEXT_2))
    described = "; ".join(f"{step} after {', '.join(before) or 'nothing'}" for step, before in needs.items())
    return picture("The steps of an account: an arrow leads from a step to those that wait for it", described,
                   foot + len(notes) * 22 + 10, parts)  # fmt: skip


def pictures() -> dict[Path, str]:
    """What stands in docs/, by path."""
    account = runpy.run_path(str(DOCS / "live_view.py"))["planned"]().accounts[0]
    needs = {step.id: step.needs for step in account.steps}
    optional = frozenset(step.id for step in account.steps if step.counts and step.id not in account.counted)
    return {
        DOCS / "operator.svg": operator(),
        DOCS / "weeks.svg": weeks(),
        DOCS / "steps.svg": steps(needs, optional),
    }


if __name__ == "__main__":
    for path, drawn in pictures().items():
        path.write_text(drawn, encoding="utf-8")
