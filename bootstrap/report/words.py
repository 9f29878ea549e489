"""Words of states, times and counts, the same in every view. Glyph and word, never colour alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import Any, TextIO

from bootstrap.engine.outcomes import Phase, Result
from bootstrap.engine.states import Outcome
from bootstrap.engine.time_left import TimeLeft
from bootstrap.errors import Explanation, catalogue
from bootstrap.errors.message import Message, counted, joined, msg
from bootstrap.journal.standing import Going
from bootstrap.report import translations
from bootstrap.report.translations import shown

# Letters and signs that no East Asian terminal draws two cells wide.
_GLYPHS = {"ready": "✓", "changed": "+", "planned": ">", "waiting": "~", "blocked": "⊘", "failed": "✗", "skipped": "-"}
_GLYPHS |= {"working": "*", "queued": ".", "done": "✓", "elsewhere": "="}
# How a sweep ends.
_GLYPHS |= {"stopped": "-", "clean": "✓", "left": "✗", "unknown": "?"}
_ASCII = {"✓": "v", "⊘": "o", "✗": "x"}
_STYLES = {"ready": "green", "changed": "bold green", "done": "green", "planned": "cyan", "waiting": "yellow"}
_STYLES |= {"blocked": "bold magenta", "failed": "bold red", "skipped": "dim", "working": "blue", "queued": "dim"}
_STYLES |= {"elsewhere": "cyan", "stopped": "yellow", "clean": "green", "left": "bold red", "unknown": "bold magenta"}
_WORDS: Mapping[str, Message] = {
    "ready": msg("ready"),
    "changed": msg("changed"),
    "planned": msg("planned"),
    "waiting": msg("waiting"),
    "blocked": msg("blocked"),
    "failed": msg("failed"),
    "skipped": msg("skipped"),
    "elsewhere": msg("left alone"),
    "working": msg("working"),
    "queued": msg("queued"),
    "done": msg("done"),
    "clean": msg("clean"),
    "stopped": msg("stopped"),
    "left": msg("left"),
    "unknown": msg("unknown"),
}
# Other outcomes in the journal: of an action that is not a run, or of a run that has not ended.
_OUTCOMES: Mapping[str, Message] = {
    **_WORDS,
    "refused": msg("refused"),
    "unfinished": msg("unfinished"),
    "interrupted": msg("interrupted"),
}

# Of one cause, so many different findings are listed; a page folds the others.
MOST_SAID = 6

Word = Outcome | Result | Phase


def glyph(state: Word, ascii_only: bool = False) -> str:
    """Return the sign of a state; a letter where the terminal has only ASCII."""
    sign = _GLYPHS[state.value]
    return _ASCII.get(sign, sign) if ascii_only else sign


def message(state: Word) -> Message:
    """Return the state's word, to be shown in any language."""
    return _WORDS[state.value]


def word(state: Word, language: str | None = None) -> str:
    """Return the state's word in a language; None: that of the terminal."""
    return shown(_WORDS[state.value], language)


def outcome(value: str) -> str:
    """Return the word for an outcome in the journal, in the language of the terminal; an unknown one as it is."""
    return shown(_OUTCOMES.get(value, value))


def style(state: Word) -> str:
    """Return a rich style."""
    return _STYLES[state.value]


def ascii_only(stream: TextIO) -> bool:
    """Return True if the stream's encoding lacks the glyphs."""
    try:
        "✓⊘✗".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def duration(seconds: float) -> str:
    """Return 0:07, 12:40 or 1:02:03."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float) -> Message:
    """Return "under 1 min", "about 12 min" or "about 1 h 40 min": no more exact than an estimate is."""
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return msg("under 1 min")
    if minutes > 20:
        minutes = 5 * math.ceil(minutes / 5)
    if minutes < 100:
        return msg("about {minutes} min", minutes=minutes)
    return msg("about {hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60 // 10 * 10)


def left(found: TimeLeft, now: float) -> Message | None:
    """Return "about 12 min left", or what is left at least while AWS decides, and since when; None if nothing is."""
    if not found.undecided or found.since is None:
        return None if found.until is None else msg("{time} left", time=about(found.seconds(now)))
    told = msg(
        "quotas of {teams}: AWS decides, so far {time}", teams=teams(found.teams), time=so_far(now - found.since)
    )
    # It may decide at once.
    least = max(found.after, 0.0 if found.until is None else found.seconds(now))
    return msg("{time} left or more; {why}", time=about(least), why=told) if least else told


def left_here(found: TimeLeft, now: float) -> Message | None:
    """Return the same in two words, for a row; None if nothing is left."""
    if found.undecided:
        return msg("AWS decides")
    return None if found.until is None else about(found.seconds(now))


def so_far(seconds: float) -> Message:
    """Return "0 min", "14 min", "3 h 10 min" or "2 days"."""
    minutes = max(0, int(seconds)) // 60
    if minutes < 60:
        return msg("{minutes} min", minutes=minutes)
    if minutes < 48 * 60:
        return msg("{hours} h {minutes:02} min", hours=minutes // 60, minutes=minutes % 60)
    return msg("{days} days", days=minutes // 1440)


def some_time(seconds: float) -> Message:
    """Return "14 min", "3 h" or "2 days"."""
    if seconds >= 2 * 86400:
        return msg("{days} days", days=int(seconds // 86400))
    if seconds >= 3600:
        return msg("{hours} h", hours=int(seconds // 3600))
    return msg("{minutes} min", minutes=max(0, int(seconds)) // 60)


def ago(seconds: float) -> Message:
    """Return "now", "5 min ago", "3 h ago" or "2 days ago", to be shown in any language."""
    if seconds >= 2 * 86400:
        return msg("{days} days ago", days=int(seconds // 86400))
    if seconds >= 3600:
        return msg("{hours} h ago", hours=int(seconds // 3600))
    return msg("{minutes} min ago", minutes=int(seconds // 60)) if seconds >= 60 else msg("now")


def clock_time(at: float) -> str:
    """Return the time of day in this machine's time zone, to the second. `at`: epoch seconds."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%H:%M:%S")


def moment(at: float, now: float) -> str:
    """Return 10:41 in this machine's time zone, with the date unless it is today. Both in epoch seconds."""
    there, here = (datetime.fromtimestamp(each, UTC).astimezone() for each in (at, now))
    return there.strftime("%H:%M" if there.date() == here.date() else "%Y-%m-%d %H:%M")


def day_and_time(at: float) -> str:
    """Return 2026-11-23 14:03 +0900: in this machine's time zone, with its offset from UTC."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M %z")


def utc(at: float) -> str:
    """Return ISO-8601 to the millisecond: 2026-11-23T05:03:07.120Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def going(run: Going, now: float) -> tuple[Message, Message | None]:
    """Return whose run it is, how far it is and when it last wrote to the journal; and a warning, if there is one."""
    line = msg(
        "now: {command} by {actor}: {done}/{total} accounts finished, started {began}, last activity {heard}",
        command=run.command, actor=run.actor, done=run.done, total=run.total,
        began=ago(now - run.began), heard=ago(now - run.heard),
    )  # fmt: skip
    if run.died:
        return line, msg("; stopped unexpectedly (lease expired)")
    return line, msg("; no activity for 5 minutes: waiting, or crashed") if run.silent(now) else None


def accounts(number: int) -> Message:
    return counted("{count:,} account", "{count:,} accounts", number)


def teams(number: int) -> Message:
    return counted("{count:,} team", "{count:,} teams", number)


def calls(number: int) -> Message:
    return counted("{count:,} call", "{count:,} calls", number)


def listed(parts: Iterable[str], language: str | None = None) -> str:
    """Return texts and messages in a row, with the language's own sign between them."""
    return shown(msg(", "), language).join(shown(each, language) for each in parts)


def clauses(parts: Iterable[str]) -> str:
    """Return parts in a row that may have commas of their own; "" for none."""
    found = list(parts)
    return reduce(lambda one, more: msg("{one}, {more}", one=one, more=more), found) if found else ""


def counts(numbers: Mapping[Any, int]) -> str:
    """Return "1 failed, 5 ready" for numbers by state, to be shown in any language."""
    return joined(", ", [msg("{number} {state}", number=each, state=message(state)) for state, each in numbers.items()])


def tallied(numbers: Mapping[Any, int], language: str | None = None) -> str:
    """Return "1 failed, 5 ready" for numbers by state."""
    return shown(counts(numbers), language)


def few(names: Sequence[str], most: int = 2) -> str:
    """Return "atlas, borealis +12": the first `most` names, and the number of the others."""
    rest = len(names) - most
    # One name takes no more room than "+1".
    rest = rest if rest > 1 else 0
    return f"{', '.join(names[:most])} +{rest}" if rest else ", ".join(names)


def explanation(code: str | None, language: str | None = None) -> Explanation | None:
    """Return what `explain` says of a code, in a language (None: that of the terminal); None if it says nothing."""
    known = catalogue().get(code) if code else None
    if known is None:
        return None
    said = translations.catalogue(language or translations.current())
    # The catalogue has its own header under the empty text.
    parts = (known.title, known.cause, known.fix, known.more)
    return Explanation(*(said.gettext(each) if each else "" for each in parts))
