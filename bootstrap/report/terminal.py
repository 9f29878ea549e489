"""Rich's console, which shows foreign text without what could control the terminal; reports are written to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from bootstrap.errors.printable import printable

# Columns of a line in a pipe or a log.
_PLAIN_WIDTH = 120


class ForeignTextConsole(Console):
    """A console whose texts are printable; colours and cursor movements come from rich alone."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments, with printable texts."""
        for each in super().render(renderable, options):
            yield each if each.control else Segment(printable(each.text), each.style)


def terminal(file: Any, **settings: Any) -> ForeignTextConsole:
    """Return a console that writes to `file` and colours nothing but what has a style."""
    return ForeignTextConsole(file=file, highlight=False, **settings)


def console(stream: TextIO, plain: bool = False) -> Console:
    """Return a rich console. No colours with NO_COLOR, which rich reads, or where the stream is no terminal."""
    if not stream.isatty():
        return terminal(stream, width=_PLAIN_WIDTH, color_system=None)
    return terminal(stream, color_system=None if plain else "auto")


@contextmanager
def writing(stream: TextIO, plain: bool = False) -> Iterator[Console]:
    """Give a console for a report, which is written whole at the end.

    The spaces with which tables fill their lines are left out: a log would keep them.
    """
    to = console(stream, plain)
    with to.capture() as text:
        yield to
    stream.write("".join(f"{line.rstrip()}\n" for line in text.get().splitlines()))
    stream.flush()


def bare_table() -> Table:
    """Return a table without lines, with bold headers."""
    return Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
