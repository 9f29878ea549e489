"""Decide what to do with one thing next. No calls."""

from __future__ import annotations

from enum import StrEnum

from bootstrap.aws.kinds import Thing


class Verb(StrEnum):
    STOP = "stop"
    DELETE = "delete"
    WAIT = "wait"
    REPORT = "report"
    NOTHING = "nothing"


def verb(thing: Thing) -> Verb:
    """Return what to do with a thing.

    | state of the thing                | verb    |
    |-----------------------------------|---------|
    | its kind has no states            | delete  |
    | in done_in                        | nothing |
    | in stop_in                        | stop    |
    | in wait_in, or part of another    | wait    |
    | else of a kind that is reported   | report  |
    | in delete_in, or a new state      | delete  |
    | a new state of what only stops    | wait    |
    """
    kind, state = thing.kind, thing.status
    if state in kind.done_in:
        return Verb.NOTHING
    if state in kind.stop_in:
        return Verb.STOP
    if state in kind.wait_in or thing.shown.get("ParentId"):
        return Verb.WAIT
    if kind.report:
        return Verb.REPORT
    only_stops = bool(kind.status) and not kind.delete_in
    return Verb.WAIT if only_stops else Verb.DELETE


def verb_to_stop(thing: Thing) -> Verb:
    """Return the verb for `--stop-only`: only things billed by the hour; a thing that can be stopped is not deleted."""
    if not thing.kind.costs:
        return Verb.NOTHING
    found = verb(thing)
    return Verb.NOTHING if found is Verb.DELETE and thing.kind.stop else found
