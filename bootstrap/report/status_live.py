"""The standing of an event -> a view that stays on the terminal, folded to its size; for `status --watch`."""

from __future__ import annotations

from typing import TextIO

from bootstrap.journal.standing import Standing
from bootstrap.report import overview, panel
from bootstrap.report.full_screen import FullScreen
from bootstrap.report.words import ascii_only


class StatusView:
    """Draws on `stream`, a terminal, on its alternate screen. `stop` gives the screen back."""

    def __init__(self, stream: TextIO) -> None:
        self._simple = ascii_only(stream)
        self._screen = FullScreen(stream)
        self._screen.open()

    def show(self, standing: Standing, now: float) -> None:
        found = overview.of_standing(standing, now)
        self._screen.draw(
            lambda width, height: panel.lines(found, width, height, simple=self._simple, said=self._screen.said)
        )

    def stop(self) -> None:
        self._screen.close()
