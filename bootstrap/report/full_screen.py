"""Frames on a terminal's alternate screen, as `less` and `htop` use it: nothing of them stays in the scrollback.

A frame is drawn from absolute places and its lines never wrap, so a terminal that was resized since the last frame
cannot leave parts of it behind. What others write to stderr or stdout meanwhile is put above, into the scrollback.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import FrameType
from typing import Any, TextIO

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.style import Style
from rich.text import Text

from bootstrap.errors.printable import printable
from bootstrap.report.terminal import terminal

# Parts of a line: text and style.
Line = tuple[tuple[str, str], ...]
_Handler = Callable[[int, FrameType | None], None]
# Autowrap off: a line that is longer than a terminal that has just shrunk is cut.
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[H\x1b[2J\x1b[?7h\x1b[?25h\x1b[?1049l"
# A terminal that knows this shows the frame at once; others ignore it.
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
# Seconds after which the whole frame is drawn again, whatever another program has written over it.
_WHOLE = 10.0
# Lines of others that the frame may show.
_LAST_SAID = 3
# Share of the time that may go into drawing, and the least seconds between two frames.
_SHARE, _SOONEST = 0.01, 0.125


def text_of(line: Line) -> Text:
    """Return a line for rich."""
    return Text.assemble(*line, no_wrap=True, overflow="crop")


def plain(line: Line) -> str:
    """Return a line without its styles."""
    return "".join(text for text, _ in line)


class FullScreen:
    """Draws on `stream`, a terminal, between `open` and `close`. Only one is open at a time."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console = terminal(stream, force_terminal=True)
        self._rows: list[str] = []
        self._size = (0, 0)
        self._whole = 0.0
        self._next = 0.0
        self._shown = False
        self._aside = _Aside(stream)
        self._replaced: list[tuple[str, TextIO]] = []
        self._handlers: dict[int, Any] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the terminal now."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            found = os.get_terminal_size(self._stream.fileno())
            if found.columns and found.lines:
                return found.columns, found.lines
        return self._console.size.width, self._console.size.height

    @property
    def said(self) -> Sequence[str]:
        """The last lines that others have written while it is open."""
        return tuple(self._aside.last)

    def open(self) -> None:
        """Take the screen."""
        # A run that ends by an error must give the screen back.
        atexit.register(self._at_exit)
        for name in ("stderr", "stdout"):
            stream: TextIO | None = getattr(sys, name)
            if stream is self._stream or (stream is not None and not stream.closed and stream.isatty()):
                self._replaced.append((name, stream))
                setattr(sys, name, self._aside)
        if threading.current_thread() is threading.main_thread() and _has_number(self._stream):
            for number, handler in self._signals().items():
                self._handlers[number] = signal.signal(number, handler)

    def close(self) -> None:
        """Give the screen back as it was, and write what others said in the meantime."""
        atexit.unregister(self._at_exit)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        for name, stream in self._replaced:
            setattr(sys, name, stream)
        self._handlers, self._replaced = {}, []
        self._write((_LEAVE if self._shown else "") + self._aside.taken(whole=True))
        self._shown = False

    def _at_exit(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.close()

    def due(self) -> bool:
        """Return True if it is time for the next frame: drawing takes at most a hundredth of the time."""
        return time.monotonic() >= self._next

    def draw(self, make: Callable[[int, int], Sequence[Line]]) -> None:
        """Draw what `make` returns for so many columns and rows. Only what has changed is written."""
        began = time.thread_time()
        said, size = self._aside.taken(), self.size
        now = time.monotonic()
        again = bool(said) or not self._shown or size != self._size or now - self._whole > _WHOLE
        rows = [_coded(each, size[0], self._colours, self._plain_only) for each in make(*size)[: size[1]]]
        out = []
        if said and self._shown:
            out.append(_LEAVE)
        out.append(said)
        if again:
            out.append(f"{_ENTER}\x1b[2J" if said or not self._shown else "\x1b[?7l\x1b[?25l\x1b[2J")
            self._rows, self._size, self._whole = [], size, now
        for place in range(max(len(rows), len(self._rows))):
            row = rows[place] if place < len(rows) else ""
            if place >= len(self._rows) or row != self._rows[place]:
                out.append(f"\x1b[{place + 1};1H{row}\x1b[K")
        self._rows, self._shown = rows, True
        self._write(f"{_BEGIN}{''.join(out)}{_END}")
        self._next = now + max(_SOONEST, (time.thread_time() - began) / _SHARE)

    @property
    def _colours(self) -> ColorSystem | None:
        return self._console._color_system

    @property
    def _plain_only(self) -> bool:
        return self._console.no_color

    def _write(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        # A terminal that has only ASCII shows a question mark for other letters.
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()

    def _signals(self) -> dict[int, _Handler]:
        names: dict[str, _Handler] = {"SIGWINCH": self._resized, "SIGTSTP": self._suspended, "SIGTERM": self._ended}
        return {getattr(signal, name): handler for name, handler in names.items() if hasattr(signal, name)}

    def _resized(self, _: int, __: FrameType | None) -> None:
        # Also if the size is the old one again by the next frame: the terminal may have cut what it showed.
        self._size, self._next = (0, 0), 0.0

    def _suspended(self, number: int, _: FrameType | None) -> None:
        self._leave_now()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        # Here it goes on in the foreground.
        signal.signal(number, self._suspended)

    def _ended(self, number: int, _: FrameType | None) -> None:
        self._leave_now()
        signal.signal(number, self._handlers.get(number, signal.SIG_DFL))
        os.kill(os.getpid(), number)

    def _leave_now(self) -> None:
        # Not by the stream: the signal may have come while it is written to.
        if self._shown:
            os.write(self._stream.fileno(), _LEAVE.encode())
        self._shown, self._next = False, 0.0


def _has_number(stream: TextIO) -> bool:
    try:
        return stream.isatty() and stream.fileno() >= 0
    except (OSError, ValueError):
        return False


class _Aside:
    """In the place of stderr while a frame is shown: keeps whole lines until the next frame. Thread-safe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._text = ""
        self.last: deque[str] = deque(maxlen=_LAST_SAID)

    def write(self, text: str) -> int:
        with self._lock:
            self._text += text
        return len(text)

    def flush(self) -> None:
        """Do nothing: the next frame writes it."""

    def taken(self, *, whole: bool = False) -> str:
        """Return the lines since the last time. `whole`: also one that has no end yet."""
        with self._lock:
            lines, mark, rest = self._text.rpartition("\n")
            text = f"{lines}{mark}"
            self._text = rest
            if whole:
                text, self._text = text + rest, ""
        self.last.extend(each for each in text.splitlines() if each.strip())
        return text

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _coded(line: Line, width: int, colours: ColorSystem | None, no_colour: bool) -> str:
    """Return a line with its colours, cut to the width, without an ellipsis: East Asian terminals draw it wide."""
    found, left = [], width
    for text, style in line:
        shown = printable(text).replace("\n", " ").replace("\t", " ")
        cells = cell_len(shown)
        if cells > left:
            shown, cells = set_cell_size(shown, left), left
        before, after = _codes(style, colours, no_colour)
        found.append(f"{before}{shown}{after}" if shown else "")
        left -= cells
        if left <= 0:
            break
    return "".join(found)


@lru_cache(maxsize=256)
def _codes(style: str, colours: ColorSystem | None, no_colour: bool) -> tuple[str, str]:
    if not style or colours is None:
        return "", ""
    parsed = Style.parse(style)
    before, _, after = (
        (parsed.without_color if no_colour else parsed).render("\0", color_system=colours).partition("\0")
    )
    return before, after
