"""Columns and rows of the journal that are about people: looked at, and removed.

Every column of every table is in one of the lists below, which a test checks. A new table needs one line here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bootstrap.journal import operators
from bootstrap.journal.byte_search import Values
from bootstrap.journal.tables import codes, leases, metadata, runs, shown_passwords

# Names of people: a number stands in their place, the same in the whole event, so that it still tells who did the same.
NAMES = frozenset({"runs.actor", "events.actor", "actions.actor", "holds.actor"})
# Texts that may repeat a name.
TEXTS = frozenset(
    {"events.detail", "events.cause", "events.facts", "actions.detail", "action_messages.message", "holds.reason"}
)
# Rows that are only needed while the event lasts: digests of codes, who worked where last, whose password was shown.
ROWS = frozenset({codes.name, leases.name, shown_passwords.name})
# Not about people: teams and accounts, commands and steps, times, outcomes.
KEPT = frozenset({
    "about.name", "about.value",
    "runs.number", "runs.id", "runs.command", "runs.event", "runs.whole", "runs.scenario", "runs.started",
    "runs.ended", "runs.outcome",
    "events.number", "events.run", "events.seq", "events.at", "events.team", "events.account_id", "events.step",
    "events.state", "events.settled", "events.code",
    "results.number", "results.run", "results.team", "results.account_id", "results.result", "results.labs",
    "results.steps", "results.at",
    "actions.number", "actions.id", "actions.at", "actions.command", "actions.event", "actions.team",
    "actions.account_id", "actions.outcome",
    "action_messages.action",
    "holds.event", "holds.account_id", "holds.team", "holds.since",
})  # fmt: skip
PERSON = "person "
# On a server a cursor of the transaction, which a connection pooler leaves to it.
_STREAMED = {"yield_per": 2000}
# The columns of rows that go whose values are searched for afterwards; others are short words or times.
_SECRETS = {codes.name: ("salt", "digest", "made_by"), leases.name: ("actor", "machine")}


@dataclass(slots=True)
class About:
    """The people in an event's rows. `names` with what replaces each; `others`: names in rows of other events.

    `gone`: values of rows that are removed; `rows`: by table, how many rows are removed or have a name.
    """

    names: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    events: tuple[str, ...] = ()


def look(connection: sa.Connection, event: str) -> About:
    """Return what the event's rows say about people."""
    found = About()
    there: list[str] = []
    for table in _named():
        actor = table.c.actor
        here = _of(table, event)
        there += connection.execute(sa.select(actor).where(here).group_by(actor).order_by(actor)).scalars()
        found.others |= set(connection.execute(sa.select(actor).where(~here).distinct()).scalars())
        count = sa.select(actor, sa.func.count()).where(here).group_by(actor)
        found.rows[table.name] = sum(n for name, n in connection.execute(count) if operators.is_person(name))
    for name in sorted(ROWS):
        table = metadata.tables[name]
        rows = connection.execute(sa.select(table).where(_of(table, event))).mappings().all()
        found.rows[name] = len(rows)
        found.gone |= {row[column] for row in rows for column in _SECRETS.get(name, ()) if row[column]}
        there += [row[column] for row in rows for column in ("actor", "made_by") if column in row]
    there = [name for name in there if operators.is_person(name) or name.startswith(PERSON)]
    known = {name for name in there if name.startswith(PERSON)}
    new = (f"{PERSON}{number}" for number in range(1, len(known) + len(there) + 2) if f"{PERSON}{number}" not in known)
    found.names = {name: next(new) for name in dict.fromkeys(there) if name not in known}
    found.gone -= found.names.keys()
    query = sa.select(runs.c.event).where(runs.c.event != event).distinct().order_by(runs.c.event)
    found.events = tuple(connection.execute(query).scalars())
    return found


def forget(connection: sa.Connection, event: str, names: Mapping[str, str], values: Values) -> None:
    """Replace names, also in texts, and delete rows that are only about people."""
    for name in sorted(ROWS):
        table = metadata.tables[name]
        connection.execute(table.delete().where(_of(table, event)))
    for table in metadata.sorted_tables:
        if any(f"{table.name}.{column.name}" in NAMES for column in table.c):
            for old, new in names.items():
                mine = _of(table, event) & (table.c.actor == old)
                connection.execute(table.update().where(mine).values(actor=new))
        columns = [column for column in table.c if f"{table.name}.{column.name}" in TEXTS]
        if columns:
            _rewrite(connection, table, columns, event, values)


def every_row(connection: sa.Connection) -> Iterable[Mapping[str, Any]]:
    """Yield every row of every table."""
    for table in metadata.sorted_tables:
        for row in connection.execute(sa.select(table), execution_options=_STREAMED).mappings():
            yield dict(row)


def _named() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if f"{table.name}.actor" in NAMES]


def _of(table: sa.Table, event: str) -> sa.ColumnElement[bool]:
    """The rows of the event. A table has its event, or the run or action that has it."""
    if "event" in table.c:
        return table.c.event == event
    if "run" in table.c:
        return table.c.run.in_(sa.select(runs.c.id).where(runs.c.event == event))
    actions = metadata.tables["actions"]
    return table.c.action.in_(sa.select(actions.c.id).where(actions.c.event == event))


def _rewrite(
    connection: sa.Connection, table: sa.Table, columns: list[sa.Column[Any]], event: str, values: Values
) -> None:
    key = list(table.primary_key)
    query = sa.select(*key, *columns).where(_of(table, event))
    changed = []
    for row in connection.execute(query, execution_options=_STREAMED).mappings():
        new = {column.name: values.everywhere(row[column.name]) for column in columns}
        if any(new[name] != row[name] for name in new):
            where = {f"at_{each.name}": row[each.name] for each in key}
            changed.append({f"new_{name}": value for name, value in new.items()} | where)
    if changed:
        bound = {column.name: sa.bindparam(f"new_{column.name}", type_=column.type) for column in columns}
        row_is = sa.and_(*(each == sa.bindparam(f"at_{each.name}") for each in key))
        connection.execute(table.update().where(row_is).values(bound), changed)
