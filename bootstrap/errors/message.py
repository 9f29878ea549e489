"""A sentence for people, with its id and arguments, so that it can be shown in another language.

The id is the English text with named placeholders ("bucket {bucket} is not there"), as in gettext. `msg` makes a
Message; `report/translations.py` shows it in the reader's language. No code may branch on the text: it uses a field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

Arguments = Mapping[str, Any]
_NONE: Arguments = MappingProxyType({})
_COUNT = "count"
_PLACE = re.compile(r"\{[a-z_]{0,40}(:,|:02)?\}")


class Message(str):
    """English text, with the id and arguments it was made from.

    `plural`: the id for every count but 1; "" if nothing is counted. `parts`: messages that are joined by `id`.
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
    """Return a message; `args` fill the placeholders of `text`, which is the id. Write a literal brace twice."""
    return Message(text, args)


def counted(one: str, many: str, count: int, /, **args: Any) -> Message:
    """Return a message with a count: `one` if the count is 1, else `many`. Both may contain {count}."""
    return Message(one, {_COUNT: count, **args}, many)


def marked(text: str) -> str:
    """Mark a text for the catalogue of translations and return it unchanged; `msg` fills it later."""
    return text


def marked_counted(one: str, many: str) -> tuple[str, str]:
    """Mark singular and plural for the catalogue of translations and return them; `counted` fills them later."""
    return one, many


def answered(what: str, answer: str) -> str:
    """Return the sentence with AWS's unchanged answer in parentheses; without an answer, the sentence alone."""
    return msg("{what} ({answer})", what=what, answer=answer) if answer else what


def joined(between: str, parts: Iterable[str]) -> Message | str:
    """Return texts and messages joined by `between`; each is shown in the reader's language."""
    found = tuple(parts)
    return Message(between, parts=found) if len(found) > 1 else next(iter(found), "")


def some(names: Sequence[str], most: int = 12) -> str:
    """Return the names; the first `most` if there are more, and how many are left out."""
    if len(names) <= most:
        return joined(", ", names)
    return msg("{names} and {number} more", names=joined(", ", names[:most]), number=len(names) - most)


def _filled(text: str, plural: str, args: Arguments) -> str:
    return filled(source(plural if plural and args.get(_COUNT) != 1 else text), args)


def filled(template: str, args: Arguments) -> str:
    """Return the template with its places filled. Without arguments nothing is a place: a text may show braces."""
    return template.format_map(args) if args else template.replace("{{", "{").replace("}}", "}")


def source(text: str) -> str:
    """Return the English text of an id: the id itself. Tests replace this, to prove that no code branches on a text."""
    return text


def identity(text: str) -> str:
    """Return a key made of the message's id and arguments. Equal messages have equal keys."""
    return json.dumps(as_json(text), sort_keys=True)


def replaced(text: str, old: str, new: str) -> str:
    """Return the message or text with a word in it replaced by another, such as the id of an account."""
    kept = identity(text)
    return from_json(json.loads(kept.replace(old, new))) if old in kept else text


def as_json(text: str) -> Any:
    """Return a message as JSON values that `from_json` reads; plain text is returned unchanged."""
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
    """Return the message or text that `as_json` converted. Raises ValueError, KeyError or TypeError for anything "
    "else."""
    if not isinstance(found, Mapping):
        return str(found)
    if "parts" in found:
        return Message(str(found["between"]), parts=tuple(from_json(each) for each in found["parts"]))
    args = {str(key): from_json(each) if isinstance(each, Mapping) else each for key, each in found["args"].items()}
    texts = str(found["id"]), str(found.get("plural", ""))
    # Other places, such as {x.__class__} and {x:>999999999}, would reach into the program or fill the memory.
    if args and any(not _PLACE.fullmatch(place) for each in texts for place in re.findall(r"\{[^{}]*\}", each)):
        raise ValueError("not a message of this program")
    return Message(texts[0], args, texts[1])
