"""The commands that a lab's guide tells a participant to type, and the output that it shows below them.

A block that is marked ```text shows output; the lines of every other block are typed or belong to a file.
"""

from __future__ import annotations

import re
from pathlib import Path

from bootstrap.event import lab_pages
from bootstrap.event.solution import COMMAND

_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_OUTPUT = "text"
_PROGRAM = re.compile(r"[\w.-]+")


def blocks(text: str) -> list[str]:
    """Return the code blocks of a page, without indentation and without what only shows output."""
    return [block for kind, block in _blocks(text) if kind != _OUTPUT]


def outputs(text: str) -> list[tuple[str, str]]:
    """Return (command, output) for each block of output: the last command above it, and the block's lines."""
    found, typed = [], ""
    for kind, block in _blocks(text):
        if kind == _OUTPUT:
            found.append((typed, block))
        else:
            typed = block.rpartition("\n")[2]
    return found


def _blocks(text: str) -> list[tuple[str, str]]:
    return [(kind, "\n".join(line.strip() for line in block.splitlines())) for kind, block in _BLOCK.findall(text)]


def commands(guide: Path) -> list[str]:
    """Return the guide's commands in order. A line that begins with a bracket belongs to a file, and is left out.

    Raises ValueError with the first line that cannot be run.
    """
    lines = [line for block in blocks(lab_pages.text(guide)) for line in block.splitlines()]
    typed = [line for line in lines if _PROGRAM.match(line)]
    for line in typed:
        if not COMMAND.fullmatch(line):
            raise ValueError(line)
    return typed


def filled(line: str, values: dict[str, str]) -> str:
    """Return the line with the team's values in place of the guide's words in capitals."""
    return re.sub(r"[A-Z]{3,}", lambda word: values.get(word[0], word[0]), line)
