"""Check the schema number of event.yaml, lab.yaml and the other files that people write."""

from __future__ import annotations

from dataclasses import replace

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.reading.yaml_file import Document

KEY = "schema"
# Increase it when a key is removed or changes its meaning. A file without a number has schema 1 (version 0.1.0).
CURRENT = 1


def without(document: Document, name: str) -> Document:
    """Return the document without its `schema`. Raises BadInput (EB-151) for a schema that this version cannot read."""
    if not isinstance(document.values, dict) or KEY not in document.values:
        return document
    found = document.values[KEY]
    # `schema: true` must be refused, although True == 1.
    if type(found) is not int or found != CURRENT:
        where = f"{name}:{document.lines.get((KEY,), 1)}: {KEY}"
        what = msg("follows schema {found}; this version of event-bootstrap reads schema {known}",
                   found=document.written.get((KEY,), str(found)), known=CURRENT)  # fmt: skip
        fix = msg("Install the version that wrote the file, or copy your settings into a file that init writes")
        raise BadInput([Problem("EB-151", what, where, fix=fix)])
    return replace(document, values={key: value for key, value in document.values.items() if key != KEY})
