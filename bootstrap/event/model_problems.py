"""Turn pydantic's validation errors into problems that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.suggest import did_you_mean
from bootstrap.reading.yaml_file import Document, Place, dotted

_Model = TypeVar("_Model", bound=BaseModel)

_WRONG_KIND = {
    "string_type": msg("text, in quotes if it looks like a number or like yes or no"),
    "int_type": msg("a whole number"),
    "float_type": msg("a number"),
    "bool_type": msg("true or false"),
    "tuple_type": msg("a list"),
    "dict_type": msg("`key: value` lines"),
    "model_type": msg("`key: value` lines"),
}


def refuse(code: LiteralString, what: str, fix: str) -> PydanticCustomError:
    """Return the error that a validator raises; `problems` turns it into a Problem with this code."""
    return PydanticCustomError(code, "{what}", {"what": what, "fix": fix})


def problems(error: ValidationError, model: type[BaseModel], document: Document, name: str) -> list[Problem]:
    """Return all problems in the order of the file. Values are shown as the file has them."""
    details = error.errors(include_url=False)
    # pydantic leaves wrong items out when it counts a list; the file has them, so "too short" would be wrong.
    above = {each["loc"][:length] for each in details for length in range(len(each["loc"]))}
    details = [each for each in details if each["type"] != "too_short" or each["loc"] not in above]
    details = _once(details, model, document)
    found = [(_line(each["loc"], document), _problem(each, model, document, name)) for each in details]
    return [problem for _, problem in sorted(found, key=lambda each: each[0])]


def validated(model: type[_Model], document: Document, name: str) -> _Model:
    """Return the document as the model. Raises BadInput with all problems of the document."""
    found = list(document.problems)
    try:
        made = model.model_validate(document.values)
    except ValidationError as error:
        raise BadInput(found + problems(error, model, document, name)) from None
    if found:
        raise BadInput(found)
    return made


def _once(details: list[ErrorDetails], model: type[BaseModel], document: Document) -> list[ErrorDetails]:
    """Return one error for each place. Where several kinds of value may stand, pydantic has an error for each kind, and
    the kind's name in the place; what a validator of ours says of a value, or of a part of it, is what matters."""
    told: dict[Place, ErrorDetails] = {}
    placed = [(_in_file(each, model, document), each) for each in details]
    kinds = {place for place, each in placed if place != each["loc"]}
    for place, each in placed:
        if place in kinds and any(deep[: len(place)] == place and deep != place for deep, _ in placed):
            continue
        if place not in told or (each["type"].startswith("EB-") and place in kinds):
            told[place] = {**each, "loc": place}
    return list(told.values())


def _in_file(each: ErrorDetails, model: type[BaseModel], document: Document) -> Place:
    """The place without the names of kinds of values; a key that is missing is named although the file has none."""
    found: Place = ()
    for number, part in enumerate(each["loc"], 1):
        missing = each["type"] == "missing" and number == len(each["loc"])
        known = isinstance(part, int) or (*found, part) in document.lines or part in _fields(model, found)
        if known or missing:
            found = (*found, part)
    return found


def _problem(each: ErrorDetails, model: type[BaseModel], document: Document, name: str) -> Problem:
    place, kind = each["loc"], each["type"]
    line = _line(place, document)
    # A key that is missing at the top level has no line, and no parent with a line.
    nowhere = place not in document.lines and place[:-1] == ()
    where = f"{name}: {dotted(place)}" if nowhere else f"{name}:{line}: {dotted(place)}"
    where = where if place else name
    if kind.startswith("EB-"):
        return Problem(kind, each["ctx"]["what"], where, fix=each["ctx"]["fix"])
    if kind == "extra_forbidden":
        keys = sorted(_fields(model, place[:-1]))
        fix = msg("Use one of: {keys}", keys=", ".join(keys))
        what = did_you_mean(msg("is not a known key"), str(place[-1]), keys)
        return Problem("EB-133", what, where, fix=fix)
    wants = _wants(model, place)
    if kind == "missing":
        return Problem("EB-134", msg("is missing"), where, fix=msg("Write {wanted}", wanted=wants) if wants else "")
    if each["input"] is None:
        fix = msg("Write {wanted}, or delete the line", wanted=wants)
        return Problem("EB-135", msg("has nothing after the colon"), where, fix=fix)
    code = "EB-135" if kind in _WRONG_KIND else "EB-136"
    fix = msg("Write {wanted}", wanted=wants or _WRONG_KIND.get(kind) or _plain(each))
    return Problem(code, _found(each["input"], place, document), where, fix=fix)


def _found(value: Any, place: Place, document: Document) -> str:
    if isinstance(value, list | tuple):
        return msg("found a list")
    if isinstance(value, Mapping):
        return msg("found `key: value` lines")
    text = document.written.get(place, str(value))
    if "@" in text:
        return msg("found text that is not shown here, because it may be a mail address")
    return msg("found `{found}`", found=text[:60])


def _plain(each: ErrorDetails) -> str:
    return each["msg"].removeprefix("Input should be ")


def _line(place: Place, document: Document) -> int:
    """Return the line of the place, or of its nearest parent that is in the file."""
    while place and place not in document.lines:
        place = place[:-1]
    return document.lines.get(place, 1)


def _fields(model: type[BaseModel], place: Place) -> Mapping[str, Any]:
    """Return the fields that the model allows at this place of the file."""
    for part in place:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        annotation = model.model_fields[part].annotation
        for inner in (annotation, *get_args(annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return model.model_fields


def _wants(model: type[BaseModel], place: Place) -> str:
    """Return the description of the field, or of the list that it is an item of; "" if there is none."""
    while place:
        fields = _fields(model, place[:-1])
        if place[-1] in fields:
            return fields[str(place[-1])].description or ""
        place = place[:-1]
    return ""
