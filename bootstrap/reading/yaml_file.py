"""Read a YAML file into plain values and the line of each, and report all problems of the file at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import Message, msg
from bootstrap.reading import bounded
from bootstrap.reading.decoding import is_workbook, text_of
from bootstrap.reading.unreadable import Unreadable

try:
    from yaml import CSafeLoader as FastestLoader
except ImportError:
    # PyYAML that was built on a machine without libyaml.
    from yaml import SafeLoader as FastestLoader  # type: ignore[assignment]

_LARGEST = 256 * 1024

Key = str | int
Place = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """`values` as YAML reads them, except that times stay text; `written` is a scalar's text in the file."""

    values: Any
    lines: Mapping[Place, int]
    written: Mapping[Place, str]
    problems: tuple[Problem, ...] = ()


class _Composer(yaml.composer.Composer):
    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[attr-defined]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            mark = event.start_mark
            raise yaml.composer.ComposerError(None, None, msg("anchors and aliases (& and *) are not allowed"), mark)
        return super().compose_node(parent, index)


class _Loader(_Composer, yaml.SafeLoader):
    """The parser that says best what is wrong."""


class _FastLoader(_Composer, FastestLoader):
    """libyaml's parser: it takes a tenth of the time, and says less of what is wrong."""

    def __init__(self, text: str) -> None:
        FastestLoader.__init__(self, text)
        _Composer.__init__(self)


# PyYAML would read a time without an offset as UTC and say nothing, so the model reads times itself.
_Loader.yaml_implicit_resolvers = _FastLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path, name: str) -> Document:
    """Read the file. `name`: the file's name in problems. Raises BadInput if the file cannot be read or parsed."""
    text = _text(path, name)
    try:
        return _document(_FastLoader, text, name)
    except (yaml.YAMLError, RecursionError):
        pass
    try:
        return _document(_Loader, text, name)
    except yaml.YAMLError as error:
        raise BadInput([_syntax(error, name)]) from None
    except RecursionError:
        fix = msg("Follow the structure of the shipped file")
        raise BadInput([Problem("EB-131", msg("is nested too deeply"), name, fix=fix)]) from None


def _document(kind: type[_Loader | _FastLoader], text: str, name: str) -> Document:
    loader = kind(text)
    try:
        node = loader.get_single_node()
        tree = _Tree(loader, name)
        values = {} if node is None else tree.value(node, ())
    finally:
        loader.dispose()
    return Document(values, tree.lines, tree.written, tuple(tree.problems))


def dotted(place: Place) -> str:
    """("labs", 1, "required") -> labs[1].required"""
    text = ""
    for part in place:
        if isinstance(part, int) or "." in part:
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def _text(path: Path, name: str) -> str:
    try:
        data = bounded.file(path, _LARGEST)
    except FileNotFoundError:
        fix = msg("Run `event-bootstrap init`: it writes accounts.csv and event.yaml to start from")
        raise BadInput([Problem("EB-130", msg("there is no such file"), name, fix=fix)]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput([Problem("EB-130", msg("cannot be read: {error}", error=reason), name)]) from None
    except Unreadable as unreadable:
        raise BadInput([Problem("EB-130", unreadable.what, name)]) from None
    try:
        if is_workbook(data):
            raise UnicodeError
        return text_of(data)
    except UnicodeError:
        fix = msg("Save it as plain text in UTF-8")
        raise BadInput([Problem("EB-130", msg("is not a text file"), name, fix=fix)]) from None


def _syntax(error: yaml.YAMLError, name: str) -> Problem:
    where, what = name, " ".join(str(error).split())
    if isinstance(error, yaml.MarkedYAMLError):
        found = error.problem or error.context
        what = found if isinstance(found, Message) else " ".join(str(found or what).split())
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            where = f"{name}:{mark.line + 1}:{mark.column + 1}"
    elif isinstance(error, yaml.reader.ReaderError) and isinstance(error.character, int):
        what = msg("the character {character} is not allowed", character=f"U+{error.character:04X}")
    fix = msg(
        "Check this line and the one before it: indent with spaces; put text that contains `: ` or ` #` in quotes"
    )
    return Problem("EB-131", what, where, msg("The file is not valid YAML"), fix)


@dataclass
class _Tree:
    loader: _Loader | _FastLoader
    name: str
    lines: dict[Place, int] = field(default_factory=dict)
    written: dict[Place, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def value(self, node: Any, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each, (*place, index)) for index, each in enumerate(node.value)]
        self.written[place] = node.value
        try:
            return self.loader.construct_object(node)
        except (ValueError, OverflowError, LookupError, AttributeError, TypeError):
            # PyYAML takes a value apart without a look when a tag names its type: `!!int ""`, `!!bool x`.
            return str(node.value)

    def _mapping(self, node: Any, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = key_node.start_mark
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.composer.ComposerError(None, None, msg("a key must be a single word"), mark)
            key = str(key_node.value)
            below = (*place, key)
            if key in values:
                self.problems.append(self._twice(below, mark.line + 1))
                continue
            self.lines[below] = mark.line + 1
            values[key] = self.value(value_node, below)
        return values

    def _twice(self, place: Place, line: int) -> Problem:
        what = msg("is written twice; first on line {line}", line=self.lines[place])
        fix = msg("Keep one of the two; YAML would use only the last one")
        return Problem("EB-132", what, f"{self.name}:{line}: {dotted(place)}", fix=fix)
