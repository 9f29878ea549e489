"""A sentence for people that can be shown in another language: its English text, its id and its arguments.

The id is the English text with named places ("bucket {bucket} is not there"), as in gettext. `msg` makes a Message;
`report/translations.py` shows it in the reader's language. Nothing may decide by the text: what decides is a field.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

Arguments = Mapping[str, Any]
_NONE: Arguments = MappingProxyType({})
_COUNT = "count"


class Message(str):
    """English text that knows how it was made. `plural`: the id for every number but one; "" where nothing is counted.

    `parts`: messages in a row, shown with `id` between them.
    """

    __slots__ = ("args", "id", "parts", "plural")
    id: str
    plural: str
    args: Arguments
    parts: tuple[str, ...]

    def __new__(cls, text: str, args: Arguments = _NONE, plural: str = "", parts: tuple[str, ...] = ()) -> Message:
        made = super().__new__(cls, text.join(parts) if parts else _filled(text, plural, args))
        made.id, made.plural, made.args, made.parts = text, plural, args, parts
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Message, (self.id, dict(self.args), self.plural, self.parts)


def msg(text: str, /, **args: Any) -> Message:
    """Return a message; `args` fill the places of `text`, which is the id. Braces of the text itself are doubled."""
    return Message(text, args)


def counted(one: str, many: str, count: int, /, **args: Any) -> Message:
    """Return a message about a number of things: `one` for exactly one, else `many`; both may name {count}."""
    return Message(one, {_COUNT: count, **args}, many)


def marked(text: str) -> str:
    """Mark a text of a table for the catalogue; it is filled where it is used."""
    return text


def marked_counted(one: str, many: str) -> tuple[str, str]:
    """Mark the two texts of a number of things for the catalogue; `counted` fills them where they are used."""
    return one, many


def answered(what: str, answer: str) -> str:
    """Return a sentence with AWS's own answer behind it, quoted as it came; the sentence alone if there is none."""
    return msg("{what} ({answer})", what=what, answer=answer) if answer else what


def joined(between: str, parts: Iterable[str]) -> Message | str:
    """Return texts and messages in a row; each is shown in the reader's language."""
    found = tuple(parts)
    return Message(between, parts=found) if len(found) > 1 else next(iter(found), "")


def _filled(text: str, plural: str, args: Arguments) -> str:
    template = source(plural if plural and args.get(_COUNT) != 1 else text)
    return template.format_map(args) if args else template.format()


def source(text: str) -> str:
    """Return the English text of an id, which is the id itself. A test puts nonsense here."""
    return text


def identity(text: str) -> str:
    """Return a key that is equal for equal messages: their ids and arguments, not their wording, make it."""
    return json.dumps(as_json(text), sort_keys=True)


def as_json(text: str) -> Any:
    """Return a message as JSON can hold it, to be read by `from_json`; a text of another kind as it is."""
    if not isinstance(text, Message):
        return str(text)
    if text.parts:
        return {"between": text.id, "parts": [as_json(each) for each in text.parts]}
    made: dict[str, Any] = {"id": text.id, "args": {name: _plain(value) for name, value in text.args.items()}}
    return {**made, "plural": text.plural} if text.plural else made


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return as_json(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def from_json(found: Any) -> str:
    """Return what `as_json` was given. Raises ValueError, KeyError or TypeError for anything else."""
    if not isinstance(found, Mapping):
        return str(found)
    if "parts" in found:
        return Message(str(found["between"]), parts=tuple(from_json(each) for each in found["parts"]))
    args = {str(key): from_json(each) if isinstance(each, Mapping) else each for key, each in found["args"].items()}
    return Message(str(found["id"]), args, str(found.get("plural", "")))
