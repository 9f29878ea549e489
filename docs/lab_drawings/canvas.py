"""Words and shapes of an SVG: how wide words are, where they wrap, and elements that need no style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

# 380 units fill a phone's 358 px: 11.7 units are 11 px there. On a desk a unit is 1.25 px, or less: a page of paper is
# about 1,000 px high.
WIDTH, SCALE, TALLEST = 380, 1.25, 960
MARGIN = 8

SANS = "system-ui, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
MONO = (
    "'SF Mono', 'Cascadia Mono', Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', 'PingFang SC', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', monospace"
)
TEXT, TEXT_2, LINE, EDGE = "#14181f", "#525b69", "#d9dde3", "#7c8594"
PAGE, SURFACE, SUNK = "#ffffff", "#f7f8fa", "#eef0f3"
ACCENT, ACCENT_TINT = "#1d4ed8", "#e8eefc"
MONEY, MONEY_TINT = "#955f00", "#fbf0d6"
READY, READY_TINT = "#177a51", "#e2f3ec"
FAILED, FAILED_TINT = "#96191c", "#fce8e6"

SMALL, BODY, HEAD = 11.7, 12.6, 14.0
BOLD = 600
LEADING = 15
# A last line of less than this share of the others looks lost.
CRUMB = 0.2


@dataclass(frozen=True, slots=True)
class Style:
    """How words look."""

    size: float = SMALL
    colour: str = TEXT
    weight: int = 400
    mono: bool = False

    def of(self, colour: str) -> Style:
        return replace(self, colour=colour)


PLAIN, STRONG, CODE, LABEL, TITLE = (
    Style(), Style(weight=BOLD), Style(mono=True), Style(BODY, weight=BOLD), Style(HEAD, weight=650),
)  # fmt: skip
SOFT = PLAIN.of(TEXT_2)

# Words that a page fills with a team's own values, and how long those are. A bucket's name has up to 63 letters.
SAMPLES = {
    "EVENT": "car-day",
    "TEAM": "borealis",
    "ACCOUNT": "111122223333",
    "REGION": "ap-northeast-1",
    "BUCKET": "car-day-sagemaker-111122223333-ap-northeast-1",
}
_TOKEN = re.compile(rf"\b({'|'.join(SAMPLES)})\b")

# Advance widths in em of DejaVu Sans, one of the widest fonts of the stack.
_WIDE = (
    (0.28, "'ijl"), (0.33, "IJ ,.|·’"), (0.35, "/:;\\"), (0.37, "f-"), (0.41, "()[]t!‹›"), (0.47, 'r"'), (0.5, "*_`–"),
    (0.54, "sz?“”"), (0.56, "cL"), (0.59, "Fk"), (0.62, "vxyPTYaeo"), (0.64, "$0123456789ESbdghnpqu{}"),
    (0.7, "KABVXZCR"), (0.77, "UNHD"), (0.8, "&GOQ"), (0.84, "w#+<=>^~→×▾✓"), (0.88, "M"), (1.0, "%mW@…"),
)  # fmt: skip
_ADVANCE = {letter: width for width, letters in _WIDE for letter in letters}
_MONO_ADVANCE, _BOLD_WIDER = 0.603, 1.14
_NO_LINE_BEGINS, _NO_LINE_ENDS = "，。、；：？！）」”…)],.;:?!", "（「“(["


def filled(said: str) -> str:
    """Return the words with a team's values in them."""
    return _TOKEN.sub(lambda found: SAMPLES[found[1]], said)


def has_token(said: str) -> bool:
    return _TOKEN.search(said) is not None


def _chinese(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef"


def width_of(said: str, style: Style = PLAIN) -> float:
    """Return how wide the words are at most, in units, once a team's values are filled in."""
    wider = _BOLD_WIDER if style.weight > 500 and not style.mono else 1.0
    ems = 0.0
    for letter in filled(said):
        latin = _MONO_ADVANCE if style.mono else _ADVANCE.get(letter, 0.84) * wider
        ems += 1.0 if _chinese(letter) else latin
    return ems * style.size


def _may_break(before: str, after: str, mono: bool) -> bool:
    if before == " ":
        return True
    if after in _NO_LINE_BEGINS or before in _NO_LINE_ENDS or after == " ":
        return False
    at_slash = after == "/" and before not in "/:" if mono else before == "/"
    return at_slash or _chinese(before) or _chinese(after)


def wrap(said: str, room: float, style: Style = PLAIN) -> list[str]:
    """Return the words in lines of at most `room` units, the last one no crumb where that needs no further line.

    Raises ValueError if a word is wider than that.
    """
    pieces: list[str] = []
    for letter in said:
        if pieces and not _may_break(pieces[-1][-1], letter, style.mono):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    lines = _in_lines(pieces, room, style)
    if style.mono or len(lines) == 1:
        return lines
    widest = max(width_of(piece.rstrip(), style) for piece in pieces)
    for narrower in range(int(room) - 2, int(max(widest, room / 2)), -2):
        if width_of(lines[-1], style) >= CRUMB * room and len(re.findall(r"\w", lines[-1])) > 1:
            break
        other = _in_lines(pieces, narrower, style)
        if len(other) > len(lines):
            break
        lines = other
    return lines


def _in_lines(pieces: Sequence[str], room: float, style: Style) -> list[str]:
    lines = [""]
    for piece in pieces:
        if width_of((lines[-1] + piece).rstrip(), style) <= room:
            lines[-1] += piece
        elif width_of(piece.rstrip(), style) > room:
            raise ValueError(f"{piece!r} is wider than {room:g} units")
        else:
            lines.append(piece)
    return [each.strip() for each in lines]


def text(
    x: float, y: float, said: str | Sequence[str], style: Style = PLAIN, anchor: str = "start", room: float = 0
) -> str:
    """Return lines of words, the first one's base line at `y`.

    `room`: units that a line may fill; whoever fills in values narrows a longer line to it.
    """
    spans = []
    for row, line in enumerate([said] if isinstance(said, str) else said):
        narrow = f' data-room="{room:g}"' if room and has_token(line) else ""
        spans.append(f'<tspan x="{x:g}" y="{y + row * LEADING:g}"{narrow}>{escape(line, quote=False)}</tspan>')
    inherited = {
        "font-family": (escape(MONO) if style.mono else "", ""),
        "font-size": (f"{style.size:g}", f"{SMALL:g}"),
        "font-weight": (str(style.weight), "400"),
        "fill": (style.colour, TEXT),
        "text-anchor": (anchor, "start"),
    }
    own = "".join(f' {name}="{value}"' for name, (value, other) in inherited.items() if value != other)
    return f"<text{own}>{''.join(spans)}</text>"


def rectangle(
    x: float, y: float, width: float, height: float, fill: str = PAGE, stroke: str = EDGE, radius: float = 4,
    dashed: bool = False,
) -> str:  # fmt: skip
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="1"{dash}/>'
    )


def disc(x: float, y: float, radius: float, fill: str = PAGE, stroke: str = EDGE) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="1"/>'


def path(
    lines: str, stroke: str = EDGE, fill: str = "none", width: float = 1.5, dashed: str = "", ends: bool = False
) -> str:
    """Return a path. `ends`: with an arrow head; `dashed`: the lengths of dashes and gaps."""
    dash = f' stroke-dasharray="{dashed}"' if dashed else ""
    head = f' marker-end="url(#{"head-accent" if stroke == ACCENT else "head"})"' if ends else ""
    return (
        f'<path d="{lines}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round" '
        f'stroke-linecap="round"{dash}{head}/>'
    )


def mark(x: float, y: float, number: int | str) -> str:
    """Return a number in a disc, its middle at (x, y)."""
    return disc(x, y, 9, ACCENT, ACCENT) + text(x, y + 4.2, str(number), STRONG.of(PAGE), "middle")


def picture(
    name: str, language: str, title: str, described: str, height: float, parts: Iterable[str], fold: float = 0
) -> str:
    """Return a whole SVG with a page of its own colour, so that it reads the same on a dark one.

    `fold`: how far down a slide may cut a tall picture to show its halves beside each other.
    """
    known = name.replace("/", "-")
    body = "\n".join(parts)
    heads = "".join(
        f'<marker id="{head}" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{colour}"/></marker>'
        for head, colour in (("head", EDGE), ("head-accent", ACCENT))
        if f"url(#{head})" in body
    )
    # Pages keep as much room for a picture as its view box says.
    scale = round(min(SCALE, TALLEST / height), 3)
    wide, high = round(WIDTH * scale), round(height * scale)
    folded = f' data-fold="{round(fold * scale)}"' if fold else ""
    spoken = "zh-CN" if language == "zh" else "en"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'font-family="{escape(SANS)}" font-size="{SMALL:g}" fill="{TEXT}" '
        f'role="img" lang="{spoken}" xml:lang="{spoken}" aria-labelledby="{known}-title {known}-described"{folded}>\n'
        f'<title id="{known}-title">{escape(title, quote=False)}</title>\n'
        f'<desc id="{known}-described">{escape(described, quote=False)}</desc>\n'
        + (f"<defs>{heads}</defs>\n" if heads else "")
        + f'<g transform="scale({scale:g})">\n'
        f"{rectangle(0.5, 0.5, WIDTH - 1, height - 1, PAGE, LINE, 8)}\n{body}\n</g>\n</svg>\n"
    )
