"""Standard streams that fail no command: closed, full, without a reader, or unable to write a name.

What cannot be encoded is written as `\\uXXXX`, which is also right inside JSON. What cannot be written is said once on
stderr, and the command goes on: its work does not depend on who reads. Afterwards `exit_code` tells what was lost.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, TextIO, cast

from bootstrap import errors
from bootstrap.errors.message import msg

_ESCAPING = "event-bootstrap-escape"
_STANDARD = (0, 1, 2)


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return "".join(f"\\u{each}" for each in pairs), error.end


codecs.register_error(_ESCAPING, _escape)


class Outlet(io.TextIOBase):
    """A standard stream whose `write` and `flush` never raise. `told(reason)` is called at the first failure.

    `stream`: None if the process was started without it. It has no `buffer`: click would write around it.
    """

    def __init__(self, stream: TextIO | None, told: Callable[[OSError | None], None]) -> None:
        self._stream, self._told = stream, told
        self.lost = False

    @property
    def encoding(self) -> str:  # type: ignore[override]  # TextIOWrapper has properties, too
        return getattr(self._stream, "encoding", None) or "utf-8"

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return getattr(self._stream, "errors", None)

    def write(self, text: str) -> int:
        """Write the text; what the encoding does not have is escaped."""
        if not isinstance(text, str):
            # click asks by writing bytes, and would then write bytes alone.
            raise TypeError
        if text and not self.lost:
            self._trying(lambda stream: stream.write(text), text)
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        if self._stream is not None and not self.lost:
            self._trying(lambda stream: stream.flush())

    def isatty(self) -> bool:
        return self._stream is not None and not self._stream.closed and self._stream.isatty()

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        """Do nothing: the stream is the process's own."""

    def fileno(self) -> int:
        """Return the descriptor. Raises OSError if there is none, as streams in memory do."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def _trying(self, doing: Callable[[TextIO], object], text: str = "") -> None:
        try:
            if self._stream is None:
                raise ValueError
            doing(self._stream)
        except UnicodeEncodeError:
            encoding = self.encoding
            escaped = text.encode(encoding, _ESCAPING).decode(encoding)
            self._trying(lambda stream: stream.write(escaped))
        except OSError as error:
            self._lose(error)
        except ValueError:
            # It is closed, or was never opened.
            self._lose(None)

    def _lose(self, error: OSError | None) -> None:
        self.lost = True
        # What is still in a buffer would fail again, when Python ends.
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, cast(TextIO, self._stream).fileno())
            os.close(nowhere)
        self._told(error)


class Outlets:
    """stdout and stderr of a command. `output_lost`: somebody wanted the output and does not have it."""

    def __init__(self) -> None:
        self.out = Outlet(sys.stdout, self._out_lost)
        self.err = Outlet(sys.stderr, lambda _: None)
        self.output_lost = False
        self.unread = False
        self._running = 0

    def exit_code(self, code: int) -> int:
        """Return the exit code of a command that ends with `code`: it is no success if its output was lost."""
        return errors.FAILED if code == errors.READY and self.output_lost else code

    def flush(self) -> None:
        self.out.flush()
        self.err.flush()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Say inside the block that work goes on, if the reader of the output ends: a shell waits without a word."""
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    def _out_lost(self, error: OSError | None) -> None:
        from bootstrap.report import problems
        from bootstrap.report.translations import shown

        self.unread = isinstance(error, BrokenPipeError) or (error is not None and error.errno == errno.EPIPE)
        if not self.unread:
            self.output_lost = True
            reason = error.strerror if error is not None and error.strerror else msg("it is closed")
            what = msg("the output cannot be written any more: {reason}; the command goes on without it", reason=reason)
            problems.print_to(sys.stderr, shown(msg("error[{code}]: {what}", code="EB-681", what=what)))
        elif self._running:
            what = msg("nobody reads the output any more; the command goes on to its end")
            problems.print_to(sys.stderr, shown(msg("note: {what}", what=what)))


# At most one, the last: of the command that runs.
_standing: list[Outlets] = []


@contextmanager
def standing() -> Iterator[Outlets]:
    """Put safe streams in the place of stdin, stdout and stderr inside the block."""
    kept = (sys.stdin, sys.stdout, sys.stderr)
    _fill()
    outlets = Outlets()
    _standing.append(outlets)
    stdin = io.StringIO() if sys.stdin is None else sys.stdin
    sys.stdin, sys.stdout, sys.stderr = stdin, cast(TextIO, outlets.out), cast(TextIO, outlets.err)
    try:
        yield outlets
    finally:
        outlets.flush()
        sys.stdin, sys.stdout, sys.stderr = kept
        _standing.pop()


@contextmanager
def running() -> Iterator[None]:
    """See `Outlets.running`; outside of a command it does nothing."""
    with _standing[-1].running() if _standing else nullcontext():
        yield


def lose() -> None:
    """Say that the output was not written for another reason: the command is no success."""
    for each in _standing:
        each.output_lost = True


def unread() -> bool:
    """Return True if stdout has lost its reader: who prints again and again then ends."""
    return bool(_standing) and _standing[-1].unread


def _fill() -> None:
    """Open the standard descriptors that are closed: else the next file, the journal, would take their place, and be
    written to by whatever prints there."""
    for each in _STANDARD:
        try:
            os.fstat(each)
        except OSError:
            opened: Any = os.open(os.devnull, os.O_RDWR)
            if opened != each:
                os.dup2(opened, each)
                os.close(opened)
