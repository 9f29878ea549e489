"""Rich's console, which shows foreign text without what could control the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from bootstrap.errors.printable import printable


class ForeignTextConsole(Console):
    """A console whose texts are printable; colours and cursor movements come from rich alone."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments, with printable texts."""
        for each in super().render(renderable, options):
            yield each if each.control else Segment(printable(each.text), each.style)


def terminal(file: Any, **settings: Any) -> ForeignTextConsole:
    """Return a console that writes to `file` and colours nothing but what has a style."""
    return ForeignTextConsole(file=file, highlight=False, **settings)
