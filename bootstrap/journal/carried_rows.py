"""The rows of one event that a host without access to this journal needs, as a text that is carried there.

What changes is carried whole, and replaces what the host has: digests of codes, people of the venue, holds. What
happened is added to: runs, their events and results, the newest runs first and as many as the text has room for.
Votes, hands, notices and entries are made on the host, and never carried there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bootstrap.journal import database
from bootstrap.journal.tables import metadata
from bootstrap.reading import json_text
from bootstrap.reading.json_text import JsonLine

# One event's rows of these are replaced; a version without one of them carries none.
_REPLACED = ("codes", "venue_people", "holds")
_RUNS, _OF_RUNS = "runs", ("events", "results")
# Columns that tell whether a row is there already.
_KEYS = {"runs": ("id",), "events": ("run", "team", "account_id", "seq"), "results": ("run", "team", "account_id")}
# Characters of the rows of runs.
_ROOM = 32 * 1024 * 1024
_TRIES = 3
_MOST_BOUND = 500
_NUMBER = "number"


class NotCarried(ValueError):
    """The text is none that `read` has made; the number is the line's."""


def read(where: str, event: str) -> str:
    """Return the event's rows, a JSON text in each line. The same for the same rows.

    Raises BadInput (EB-395) if the journal cannot be opened, Troubled (EB-523) if it does not answer.
    """
    engine = database.connect(where)
    try:
        with engine.connect() as connection:
            return "".join(_lines(connection, event))
    except SQLAlchemyError as error:
        raise database.unanswered(error) from None
    finally:
        engine.dispose()


def take(where: str, event: str, data: bytes) -> None:
    """Put the rows into the host's database, all or none. The same rows again change nothing.

    Raises NotCarried, BadInput (EB-395) and Troubled (EB-523).
    """
    rows = _parsed(data, event)
    engine = database.connect(where)
    try:
        for tries_left in reversed(range(_TRIES)):
            try:
                with engine.begin() as connection:
                    _take(connection, event, rows)
                return
            except IntegrityError:
                # Another instance takes the same rows at this moment.
                if not tries_left:
                    raise
    except SQLAlchemyError as error:
        raise database.unanswered(error) from None
    finally:
        engine.dispose()


def _lines(connection: sa.Connection, event: str) -> Iterator[str]:
    for name in _REPLACED:
        table = metadata.tables.get(name)
        if table is not None:
            query = sa.select(table).where(table.c.event == event).order_by(*table.primary_key)
            yield from (_line(name, row) for row in connection.execute(query).mappings())
    runs = metadata.tables[_RUNS]
    room = _ROOM
    newest = sa.select(runs).where(runs.c.event == event, runs.c.scenario.is_(None)).order_by(runs.c.number.desc())
    for run in connection.execute(newest).mappings().all():
        found = [_line(_RUNS, run)]
        for name in _OF_RUNS:
            table = metadata.tables[name]
            query = sa.select(table).where(table.c.run == run["id"]).order_by(table.c.number)
            with closing(connection.execute(query)) as rows:
                found += [_line(name, row) for row in rows.mappings()]
        room -= sum(map(len, found))
        if room < 0:
            return
        yield from found


def _line(table: str, row: Mapping[Any, Any]) -> str:
    values = {str(name): value for name, value in row.items() if name != _NUMBER}
    return json.dumps({"table": table, "row": values}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _parsed(data: bytes, event: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in (*_REPLACED, _RUNS, *_OF_RUNS)}
    for line in json_text.lines(json_text.utf8(data)):
        if line.empty:
            continue
        name, row = _row(line)
        if row.get("event", event) != event:
            raise NotCarried(line.number)
        found[name].append(row)
    ours = {each["id"] for each in found[_RUNS]}
    if any(row["run"] not in ours for name in _OF_RUNS for row in found[name]):
        raise NotCarried(0)
    return found


def _row(line: JsonLine) -> tuple[str, dict[str, Any]]:
    """Return the table and the row of a line, if its values fit the table's columns."""
    said = line.value if line.error is None and isinstance(line.value, dict) else {}
    name, row = said.get("table"), said.get("row")
    if name not in (*_REPLACED, _RUNS, *_OF_RUNS) or not isinstance(row, dict):
        raise NotCarried(line.number)
    table = metadata.tables.get(name)
    if table is None:
        # Of a newer version, whose host it is not.
        raise NotCarried(line.number)
    columns = {each.name: each for each in table.c if each.name != _NUMBER}
    if row.keys() - columns or any(not _fits(row.get(key), each) for key, each in columns.items()):
        raise NotCarried(line.number)
    return name, row


def _fits(value: Any, column: sa.Column[Any]) -> bool:
    if value is None:
        return bool(column.nullable)
    return isinstance(value, database.kind_of(column))


def _take(connection: sa.Connection, event: str, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    for name in _REPLACED:
        table = metadata.tables.get(name)
        if table is not None:
            connection.execute(table.delete().where(table.c.event == event))
            if rows[name]:
                connection.execute(table.insert(), rows[name])
    runs = metadata.tables[_RUNS]
    for run in rows[_RUNS]:
        # A run that went on when it was carried has ended since.
        values = {"ended": run.get("ended"), "outcome": run.get("outcome")}
        connection.execute(runs.update().where(runs.c.id == run["id"], runs.c.ended.is_(None)).values(values))
    for name in (_RUNS, *_OF_RUNS):
        there = _there(connection, name, {each["id"] for each in rows[_RUNS]})
        new = [row for row in rows[name] if tuple(row[key] for key in _KEYS[name]) not in there]
        if new:
            connection.execute(metadata.tables[name].insert(), new)


def _there(connection: sa.Connection, name: str, run_ids: Collection[str]) -> set[tuple[Any, ...]]:
    """Return the keys of the rows of these runs that are there."""
    table = metadata.tables[name]
    of = table.c.id if name == _RUNS else table.c.run
    found: set[tuple[Any, ...]] = set()
    ids = sorted(run_ids)
    for at in range(0, len(ids), _MOST_BOUND):
        query = sa.select(*(table.c[key] for key in _KEYS[name])).where(of.in_(ids[at : at + _MOST_BOUND]))
        found |= {tuple(row) for row in connection.execute(query)}
    return found
