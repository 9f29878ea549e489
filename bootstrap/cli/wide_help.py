"""Help texts that count columns: a Chinese character is two columns wide, and no spaces stand between words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import click

_WIDE, _OPENING, _CLOSING = "\u2e80-\u9fff\uff00-\uffef", r"（《「“\[", r"，。；：！？、）》」”…\]"
# No line begins with a mark that closes, nor ends with one that opens.
_PIECES = re.compile(rf"\s+|[{_OPENING}]*(?:[^\s{_WIDE}{_OPENING}]+|[{_WIDE}])[{_CLOSING}]*|[{_OPENING}]")
# click prints a paragraph that begins with this line as it is.
_AS_IT_IS = "\b\n"


def columns(text: str) -> int:
    """Return how many columns of a terminal the text takes; characters of uncertain width count as two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)


def wrapped(text: str, width: int) -> str:
    """Return the text in lines of at most `width` columns; between Chinese characters a line may end anywhere."""
    lines, line, used = [], "", 0
    for piece in _PIECES.findall(re.sub(r"\s*\n\s*", " ", text)):
        wide = columns(piece)
        if line and used + wide > width:
            lines.append(line.rstrip())
            line, used = "", 0
        if line or not piece.isspace():
            line, used = line + piece, used + wide
    return "\n".join([*lines, line.rstrip()])


class WideHelp(click.HelpFormatter):
    """click's formatter, but it wraps by columns, where click counts characters, and never at a hyphen."""

    def write_heading(self, heading: str) -> None:
        """Write a heading, in Chinese with a Chinese colon."""
        if heading.isascii():
            super().write_heading(heading)
        else:
            self.write(f"{' ' * self.current_indent}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        room = self.width - self.current_indent
        super().write_text("\n\n".join(_wrapped(each, room) for each in text.split("\n\n")))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and what they mean in two columns."""
        rows = list(rows)
        first = min(max((len(name) for name, _ in rows), default=0), col_max) + col_spacing
        room = max(self.width - first - 2, 10)
        super().write_dl([(name, _wrapped(said, room)) for name, said in rows], col_max, col_spacing)


def _wrapped(text: str, room: int) -> str:
    return text if text.startswith("\b") else _AS_IT_IS + wrapped(text, room)
