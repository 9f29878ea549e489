"""The schema number of event.yaml, lab.yaml and their like: no file is read as what it is not."""

from __future__ import annotations

from dataclasses import replace

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.yaml_file import Document

KEY = "schema"
# Grows when a key changes its meaning or goes. Files of version 0.1.0 carry no number: theirs is schema 1.
CURRENT = 1


def without(document: Document, name: str) -> Document:
    """Return the document without its `schema`. Raises BadInput (EB-151) for a schema that this version cannot read."""
    if not isinstance(document.values, dict) or KEY not in document.values:
        return document
    found = document.values[KEY]
    # True is an int, and equal to 1.
    if type(found) is not int or found != CURRENT:
        where = f"{name}:{document.lines.get((KEY,), 1)}: {KEY}"
        what = msg("follows schema {found}; this version of event-bootstrap reads schema {known}",
                   found=document.written.get((KEY,), str(found)), known=CURRENT)  # fmt: skip
        fix = msg("Install the version that wrote the file, or write the file again from what init writes")
        raise BadInput([Problem("EB-151", what, where, fix=fix)])
    return replace(document, values={key: value for key, value in document.values.items() if key != KEY})
