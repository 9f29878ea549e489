"""Writes answers in XML, as moto's serializers of query and ec2 do with xmltodict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_PROLOG = '<?xml version="1.0" encoding="utf-8"?>\n'


def document(body: Mapping[str, Any], prolog: bool) -> str:
    """Return the document: a dict has elements and, with an @, attributes; a list repeats its element."""
    return (_PROLOG if prolog else "") + "".join(part for name, value in body.items() for part in _element(name, value))


def _element(name: str, value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list | tuple) else (value,):
        if isinstance(each, dict):
            inside = "".join(part for key, held in each.items() if key[0] not in "@#" for part in _element(key, held))
            inside += escape(_text(each["#text"])) if each.get("#text") is not None else ""
            said = "".join(f" {key[1:]}={quoteattr(_text(held))}" for key, held in each.items() if key[0] == "@")
        else:
            inside, said = escape(_text(each)), ""
        yield f"<{name}{said}>{inside}</{name}>" if inside else f"<{name}{said}/>"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
