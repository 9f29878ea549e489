"""How states, times and counts are written, the same in every view. Glyph and word, never colour alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TextIO

from bootstrap.engine.outcomes import Phase, Result
from bootstrap.engine.states import Outcome
from bootstrap.errors import Explanation, catalogue

# Letters and signs that no East Asian terminal draws two cells wide.
_GLYPHS = {"ready": "✓", "changed": "+", "planned": ">", "waiting": "~", "blocked": "⊘", "failed": "✗", "skipped": "-"}
_GLYPHS |= {"working": "*", "queued": ".", "done": "✓"}
# How a sweep ends.
_GLYPHS |= {"clean": "✓", "left": "✗", "unknown": "?"}
_ASCII = {"✓": "v", "⊘": "o", "✗": "x"}
_STYLES = {"ready": "green", "changed": "bold green", "done": "green", "planned": "cyan", "waiting": "yellow"}
_STYLES |= {"blocked": "bold magenta", "failed": "bold red", "skipped": "dim", "working": "blue", "queued": "dim"}
_STYLES |= {"clean": "green", "left": "bold red", "unknown": "bold magenta"}
_CHINESE = {
    Result.READY: "就绪",
    Result.PLANNED: "计划中",
    Result.WAITING: "等待中",
    Result.FAILED: "失败",
    Result.CLEAN: "已清空",
    Result.LEFT: "有残留",
    Result.UNKNOWN: "未能确认",
}

Word = Outcome | Result | Phase


def glyph(word: Word, ascii_only: bool = False) -> str:
    sign = _GLYPHS[word.value]
    return _ASCII.get(sign, sign) if ascii_only else sign


def chinese(result: Result) -> str:
    """The result's word for readers of Chinese."""
    return _CHINESE[result]


def style(word: Word) -> str:
    """A rich style."""
    return _STYLES[word.value]


def ascii_only(stream: TextIO) -> bool:
    """Whether the stream's encoding lacks the glyphs."""
    try:
        "✓⊘✗".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def duration(seconds: float) -> str:
    """0:07, 12:40, 1:02:03."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def ago(seconds: float) -> str:
    """now, 5 min ago, 3 h ago, 2 days ago."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= (2 * size if unit == "days" else size):
            return f"{int(seconds // size)} {unit} ago"
    return "now"


def clock_time(at: float) -> str:
    """The time of day where the operator is, to the second."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%H:%M:%S")


def moment(at: float, now: float) -> str:
    """10:41 where the operator is, with the date if it is another day's."""
    there, here = (datetime.fromtimestamp(each, UTC).astimezone() for each in (at, now))
    return there.strftime("%H:%M" if there.date() == here.date() else "%Y-%m-%d %H:%M")


def day_and_time(at: float) -> str:
    """With the offset from UTC: 2026-11-23 14:03 +0900."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M %z")


def utc(at: float) -> str:
    """ISO-8601 to the millisecond: 2026-11-23T05:03:07.120Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def some(names: tuple[str, ...], most: int = 12) -> str:
    """The names, the first ones if they are many."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def explanation(code: str | None) -> Explanation | None:
    return catalogue().get(code) if code else None
