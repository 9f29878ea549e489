"""Check the end states of a lab before anything runs: each read is one that the tool may make, and can be made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bootstrap.aws import models
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import lab, placeholders, shipped
from bootstrap.event.end_state import EndState, Read
from bootstrap.event.event import Event
from bootstrap.event.lab import Lab
from bootstrap.event.placeholders import Values
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.suggest import did_you_mean
from bootstrap.reading import yaml_file
from bootstrap.reading.yaml_file import Place, dotted
from bootstrap.scoring.evidence import query, reading, values

# Where below the end state, code, what, fix.
_Found = Iterator[tuple[tuple[str, ...], str, str, str]]


def check(event: Event, account: TeamAccount, labs: Iterable[Lab]) -> None:
    """Raise BadInput with all that is wrong with the end states of these labs, by trying them with a team's values."""
    folders = shipped.lab_folders(event.folder)
    tried = values.of(event, account, ("sedan",), event.schedule.opens.timestamp())
    found = [problem for each in labs for problem in problems(each, folders[each.name], tried)]
    if found:
        raise BadInput(found)


def problems(checked: Lab, folder: Path, tried: Values) -> list[Problem]:
    """Return what is wrong with the end states of the lab in this folder. `tried`: of any team, to try them with."""
    called = f"labs/{folder.name}/{lab.FILE}"
    lines = yaml_file.read(folder / lab.FILE, called).lines if checked.end_states else {}
    found = []
    for index, state in enumerate(checked.end_states):
        for key, code, what, fix in _state(state, tried):
            place: Place = ("end_states", index, *key)
            near = next((place[:length] for length in range(len(place), 0, -1) if place[:length] in lines), ())
            found.append(Problem(code, what, f"{called}:{lines.get(near, 1)}: {dotted(place)}", fix=fix))
    return found


def _state(state: EndState, tried: Values) -> _Found:
    tried = {**tried, "each": "cars"}
    parts: list[tuple[tuple[str, ...], Read, str]] = [((), state.read, state.expression)]
    parts += [(("each",), state.each.read, state.each.expression)] if state.each else []
    for above, read, expression in parts:
        wrong = list(_read(read, tried))
        known = ["Each"] if state.each and not above else () if wrong else _keys(read)
        paged = models.of_a_page(read.service, read.operation) if known and "Each" not in known else ()
        for key, code, what, fix in (*wrong, *_expression(expression, known, paged, tried)):
            yield (*above, *key), code, what, fix
    yield from _expected(state, tried)


def _expected(state: EndState, tried: Values) -> _Found:
    """A text is expected that evidence never has."""
    test = state.expect.test
    wanted = placeholders.filled(getattr(state.expect, test), tried)
    for each in wanted if isinstance(wanted, list) else [wanted]:
        if isinstance(each, str) and reading.kept(each) != each:
            yield ("expect", test), "EB-156", *_never()


def _never() -> tuple[str, str]:
    what = msg(
        "compares with text that event-bootstrap keeps of no answer: a mail address, or what looks like a secret"
    )
    return what, msg("Expect something else, such as how many there are")


def _keys(read: Read) -> list[str]:
    """Shape of the answer in which an expression searches."""
    known = models.gives(read.service, read.operation)
    return [*known, "Json", "Rows", "Text"] if "Body" in known else known


def _read(read: Read, tried: Values) -> _Found:
    services = models.services()
    if read.service not in services:
        what = msg("found `{found}`, a service of which event-bootstrap reads nothing", found=read.service[:60])
        fix = msg("Write one of: {names}", names=", ".join(services))
        yield ("read", "service"), "EB-153", did_you_mean(what, read.service, services), fix
        return
    allowed = models.readable(read.service)
    if read.operation not in allowed:
        what = msg("found `{found}`, which event-bootstrap may not call to read {service}",
                   found=read.operation[:60], service=read.service)  # fmt: skip
        fix = msg("Write one of: {names}", names=", ".join(allowed))
        yield ("read", "operation"), "EB-153", did_you_mean(what, read.operation, allowed), fix
        return
    known = models.takes(read.service, read.operation)
    strange = [each for each in read.parameters if each not in known]
    for name in strange:
        what = did_you_mean(msg("is not a parameter of {operation}", operation=read.operation), name, known)
        yield ("read", "parameters", name), "EB-154", what, msg("Use one of: {keys}", keys=", ".join(known))
    if not strange and (said := models.misfit(read.service, read.operation, _filled(read, tried))):
        what = msg(
            "AWS would not take these parameters of {operation}: {reason}", operation=read.operation, reason=said
        )
        fix = msg("Correct them as AWS's API reference has them")
        yield ("read", "parameters"), "EB-154", what, fix


def _filled(read: Read, tried: Values) -> Any:
    return placeholders.filled(read.parameters, tried)


def _expression(text: str, keys: Sequence[str], paged: Sequence[str], tried: Values) -> _Found:
    filled = placeholders.expression(text, tried)
    if said := query.fault(filled):
        what = msg("is not an expression of JMESPath: {reason}", reason=said)
        yield ("expression",), "EB-155", what, msg("Correct it; jmespath.org has a tutorial")
        return
    for name in query.functions(filled):
        if name not in query.FUNCTIONS:
            what = did_you_mean(msg("JMESPath has no function `{name}`", name=name[:40]), name, query.FUNCTIONS)
            yield ("expression",), "EB-155", what, msg("Use one of: {keys}", keys=", ".join(query.FUNCTIONS))
    for name, given in query.miscalled(filled):
        what = msg("gives `{name}` a number of arguments that it does not take: {given}", name=name, given=given)
        yield ("expression",), "EB-155", what, msg("Correct it; jmespath.org has a tutorial")
    if any(reading.kept(each) != each for each in query.texts(filled)):
        yield ("expression",), "EB-156", *_never()
    for name in query.first_keys(filled):
        if name in paged:
            what = msg("`{name}` is of one page of the answer, and all pages are read together", name=name)
            yield (
                ("expression",),
                "EB-155",
                what,
                msg("Count with length(...), or use one of: {keys}", keys=", ".join(keys)),
            )
        elif keys and name not in keys:
            what = did_you_mean(msg("the answer has no `{name}`", name=name[:60]), name, keys)
            yield ("expression",), "EB-155", what, msg("Use one of: {keys}", keys=", ".join(keys))
