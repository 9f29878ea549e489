"""What pydantic found wrong -> problems that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bootstrap.errors import Problem
from bootstrap.event.suggest import did_you_mean
from bootstrap.event.yaml_file import Document, Place, dotted

_WRONG_KIND = {
    "string_type": "text, in quotes if it looks like a number or like yes and no",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a list of `key: value`",
    "model_type": "a list of `key: value`",
}


def refuse(code: LiteralString, what: str, fix: str) -> PydanticCustomError:
    """An error for validators to raise; it becomes the Problem of this code."""
    return PydanticCustomError(code, "{what}", {"what": what, "fix": fix})


def problems(error: ValidationError, model: type[BaseModel], document: Document, name: str) -> list[Problem]:
    """Every problem, in the order of the file. Values are shown as they are written there."""
    details = error.errors(include_url=False)
    # A list's items that are wrong do not count for its length, but they are in the file.
    above = {each["loc"][:length] for each in details for length in range(len(each["loc"]))}
    details = [each for each in details if each["type"] != "too_short" or each["loc"] not in above]
    found = [(_line(each["loc"], document), _problem(each, model, document, name)) for each in details]
    return [problem for _, problem in sorted(found, key=lambda each: each[0])]


def _problem(each: ErrorDetails, model: type[BaseModel], document: Document, name: str) -> Problem:
    place, kind = each["loc"], each["type"]
    line = _line(place, document)
    # What is missing from the top of the file has no line, nor anything that it stands in.
    nowhere = place not in document.lines and place[:-1] == ()
    where = f"{name}: {dotted(place)}" if nowhere else f"{name}:{line}: {dotted(place)}"
    where = where if place else name
    if kind.startswith("EB-"):
        return Problem(kind, each["ctx"]["what"], where, fix=each["ctx"]["fix"])
    if kind == "extra_forbidden":
        keys = sorted(_fields(model, place[:-1]))
        fix = f"Allowed here: {', '.join(keys)}"
        return Problem("EB-133", f"is not a key of this file.{did_you_mean(str(place[-1]), keys)}", where, fix=fix)
    wants = _wants(model, place)
    if kind == "missing":
        return Problem("EB-134", "is missing", where, fix=f"Write {wants}" if wants else "")
    if each["input"] is None:
        return Problem("EB-135", "has nothing after the colon", where, fix=f"Write {wants}, or take the line out")
    code = "EB-135" if kind in _WRONG_KIND else "EB-136"
    what = f"found {_found(each['input'], place, document)}"
    return Problem(code, what, where, fix=f"Write {wants or _WRONG_KIND.get(kind) or _plain(each)}")


def _found(value: Any, place: Place, document: Document) -> str:
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return "a list of `key: value`"
    text = document.written.get(place, str(value))
    return f"`{text[:60]}`" if "@" not in text else "text that is not shown here, as it may be an address"


def _plain(each: ErrorDetails) -> str:
    return each["msg"].removeprefix("Input should be ")


def _line(place: Place, document: Document) -> int:
    """The line of the place, or of what it would stand in."""
    while place and place not in document.lines:
        place = place[:-1]
    return document.lines.get(place, 1)


def _fields(model: type[BaseModel], place: Place) -> Mapping[str, Any]:
    """The fields of the model at this place of the file."""
    for part in place:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        annotation = model.model_fields[part].annotation
        for inner in (annotation, *get_args(annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return model.model_fields


def _wants(model: type[BaseModel], place: Place) -> str:
    """The description of the field, or of the list it is an item of."""
    while place:
        fields = _fields(model, place[:-1])
        if place[-1] in fields:
            return str(fields[str(place[-1])].description or "")
        place = place[:-1]
    return ""
