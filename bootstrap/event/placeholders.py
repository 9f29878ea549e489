"""Words in braces that stand in lab.yaml for a team's own values, such as {bucket}.

A word in braces that is none of these is refused, so that a misspelt one is never read as a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from bootstrap.errors.message import msg
from bootstrap.event.model_problems import refuse
from bootstrap.event.suggest import did_you_mean

# No expression of JMESPath looks so: its own braces have a colon inside, {name: path}.
_WORD = re.compile(r"\{([A-Za-z_]+(?:[.-][A-Za-z_]+)*)\}")
# In an expression of JMESPath: a text, a name or a literal in its quotes, or a placeholder outside of quotes.
_QUOTED_OR_WORD = re.compile(rf"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|{_WORD.pattern}""", re.DOTALL)


class Stands(StrEnum):
    """Value that a placeholder stands for."""

    TEXT = "text"
    NUMBER = "number"
    LIST = "list"


KINDS: Mapping[str, Stands] = {
    "account": Stands.TEXT,
    "bucket": Stands.TEXT,
    "classes": Stands.LIST,
    "classes.count": Stands.NUMBER,
    "closes": Stands.TEXT,
    "each": Stands.TEXT,
    "endpoint.maximum": Stands.NUMBER,
    "endpoint.minimum": Stands.NUMBER,
    "endpoint.target": Stands.NUMBER,
    "event": Stands.TEXT,
    "notebook": Stands.TEXT,
    "now": Stands.TEXT,
    "opens": Stands.TEXT,
    "region": Stands.TEXT,
    "team": Stands.TEXT,
    "topic": Stands.TEXT,
    "training_role": Stands.TEXT,
    "workteam": Stands.TEXT,
}
Values = Mapping[str, Any]


def known(value: Any) -> Any:
    """Return the value. Raises EB-152, as a validator does, for a word in braces that is no placeholder."""
    for word in named(value):
        if word not in KINDS:
            what = did_you_mean(msg("found `{found}`, which stands for nothing", found=f"{{{word[:40]}}}"), word, KINDS)
            fix = msg("Write one of: {names}", names=", ".join(f"{{{each}}}" for each in KINDS))
            raise refuse("EB-152", what, fix)
    return value


def named(value: Any) -> list[str]:
    """Return the words in braces of all texts of the value."""
    return [word for text in _texts(value) for word in _WORD.findall(text)]


def kind_of(text: str) -> Stands | None:
    """Return what the text stands for if it is one placeholder and nothing else."""
    found = _WORD.fullmatch(text)
    return KINDS.get(found[1]) if found else None


def filled(value: Any, values: Values) -> Any:
    """Return the value with the placeholders of all its texts filled.

    A text that is one placeholder and nothing else becomes the value itself: a number stays a number, a list a list.
    """
    if isinstance(value, Mapping):
        return {key: filled(each, values) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [filled(each, values) for each in value]
    if not isinstance(value, str):
        return value
    whole = _WORD.fullmatch(value)
    if whole and whole[1] in values:
        return values[whole[1]]
    return _WORD.sub(lambda word: _text(values[word[1]]), value)


def expression(text: str, values: Values) -> str:
    """Return a JMESPath expression with its placeholders filled: as text within quotes, as a literal elsewhere."""

    def literal(found: re.Match[str]) -> str:
        if found[1]:
            return "`" + json.dumps(values[found[1]], ensure_ascii=False).replace("`", r"\`") + "`"
        return _WORD.sub(lambda word: _escaped(_text(values[word[1]]), found[0][0]), found[0])

    return _QUOTED_OR_WORD.sub(literal, text)


def _escaped(value: str, quote: str) -> str:
    """The text as it stands between these quotes: between single ones only these are escaped, else as JSON has it."""
    inside = value if quote == "'" else json.dumps(value, ensure_ascii=False)[1:-1]
    return inside.replace(quote, f"\\{quote}") if quote != '"' else inside


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else format(value, "") if value is not None else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
