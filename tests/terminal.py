"""A terminal of its own: what is on its screen and in its scrollback after a program has written to it.

It knows what the views write, and refuses every other control sequence by name. A resize is what terminals do: the main
screen is wrapped anew, the alternate screen is cut or grows, and both keep what is left of the cursor's place.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from rich.cells import cell_len

_SEQUENCE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])")
_FLAGS = {"25": "cursor", "7": "wraps", "2026": "holds"}
Cell = str


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass
class Terminal:
    width: int
    height: int
    scrollback: list[str] = field(default_factory=list)
    alternate: bool = False
    cursor: bool = True
    wraps: bool = True
    holds: bool = False
    # Lines of the main screen, whole: a line that is wrapped is one line.
    main: list[list[Cell]] = field(default_factory=lambda: [[]])
    other: list[list[Cell]] = field(default_factory=list)
    row: int = 0
    column: int = 0
    # Frames as a person saw them: the screen whenever one was complete.
    frames: list[list[str]] = field(default_factory=list)

    def feed(self, text: str) -> None:
        place = 0
        while place < len(text):
            if text[place] == "\x1b":
                found = _SEQUENCE.match(text, place)
                assert found, f"an unknown sequence: {text[place : place + 12]!r}"
                self._control(found[1], found[2], found[3])
                place = found.end()
                continue
            self._letter(text[place])
            place += 1

    def resize(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.other = [self._cut(line) for line in self.other[:height]]
        self.other += [[] for _ in range(height - len(self.other))]
        self.row, self.column = min(self.row, height - 1), min(self.column, width - 1)

    @property
    def screen(self) -> list[str]:
        """What is seen now, without spaces at the ends of lines."""
        if self.alternate:
            return ["".join(line).rstrip() for line in self.other]
        return self.lines[-self.height :]

    @property
    def lines(self) -> list[str]:
        """Everything on the main screen and in its scrollback, as written lines."""
        return ["".join(line).rstrip() for line in self.main]

    def _control(self, private: str, numbers: str, letter: str) -> None:
        if private:
            assert letter in "hl", f"an unknown mode: {numbers}{letter}"
            self._mode(numbers, letter == "h")
        elif letter == "H":
            assert self.alternate, "the main screen is only written to line by line"
            row, column = [int(each) for each in numbers.split(";")] if numbers else [1, 1]
            self.row, self.column = min(row, self.height) - 1, min(column, self.width) - 1
        elif letter == "J":
            assert (numbers, self.alternate) == ("2", True), "only the whole alternate screen is cleared"
            self.other = [[] for _ in range(self.height)]
        elif letter == "K":
            assert self.alternate
            del self.other[self.row][self.column :]
        else:
            assert letter == "m", f"an unknown sequence: {numbers}{letter}"

    def _mode(self, number: str, on: bool) -> None:
        if number == "1049":
            assert on is not self.alternate, "the alternate screen is taken once and given back once"
            self.alternate, self.other = on, [[] for _ in range(self.height)]
            self.row = self.column = 0
            return
        setattr(self, _FLAGS[number], on)
        if number == "2026" and not on and self.alternate:
            self.frames.append(self.screen)

    def _letter(self, letter: str) -> None:
        if not self.alternate:
            if letter == "\n":
                self.main.append([])
            elif letter != "\r":
                self.main[-1].append(letter)
            return
        assert letter not in "\r\n", "a frame is drawn from absolute places"
        cells = cell_len(letter)
        if self.column + cells > self.width:
            # Autowrap is off: the last cell takes what comes.
            assert not self.wraps
            return
        line = self.other[self.row]
        line += [" "] * (self.column - len(line))
        line[self.column : self.column + cells] = [letter, *[""] * (cells - 1)]
        self.column += cells

    def _cut(self, line: list[Cell]) -> list[Cell]:
        return line[: self.width]
