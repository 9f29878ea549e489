"""Columns and rows of the journal that are about people: looked at, and removed.

Every column of every table is in one of the lists below, which a test checks. A new table needs one line here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bootstrap.engine.run_kind import RunKind
from bootstrap.journal import operators
from bootstrap.journal.byte_search import Values
from bootstrap.journal.tables import (
    ballots,
    codes,
    entries,
    leases,
    limits,
    metadata,
    runs,
    shown_passwords,
    venue_people,
)

# Names of people, as operators.here and on_duty write them: a number stands in their place, the same in the whole
# event, so that it still tells who did the same.
NAMES = frozenset({
    "runs.actor", "events.actor", "actions.actor", "holds.actor", "hands.taken_by", "hands.answered_by",
    "notices.actor",
})  # fmt: skip
# Texts that may repeat a name.
TEXTS = frozenset({
    "events.detail", "events.cause", "events.facts", "actions.detail", "action_messages.message", "holds.reason",
    "hands.finding", "notices.text_en", "notices.text_zh",
})  # fmt: skip
# What teams wrote in their own words, about anything: nothing stays of it.
WORDS = frozenset({"hands.words", "surveys.words"})
# Rows that are only needed while the event lasts: digests of codes and sign-ins, who worked where last, whose password
# was shown, who voted how.
ROWS = frozenset({each.name for each in (codes, leases, shown_passwords, entries, limits, venue_people, ballots)})
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
    "hands.number", "hands.id", "hands.event", "hands.team", "hands.account_id", "hands.what", "hands.language",
    "hands.raised", "hands.examined", "hands.code", "hands.cause", "hands.taken", "hands.answered", "hands.how",
    "hands.notice",
    "notices.number", "notices.id", "notices.event", "notices.at", "notices.teams", "notices.cause", "notices.ended",
    "surveys.event", "surveys.id", "surveys.team", "surveys.answers", "surveys.language", "surveys.at",
    "labelling_jobs.event", "labelling_jobs.account_id", "labelling_jobs.job", "labelling_jobs.team",
    "labelling_jobs.workers", "labelling_jobs.task", "labelling_jobs.opened", "labelling_jobs.compared",
    "labelling_jobs.changes", "labelling_jobs.saved",
    "labelling_jobs.written", "labelling_jobs.sha256", "labelling_jobs.token", "labelling_jobs.until",
})  # fmt: skip
# How pages name somebody who is not signed in, before the address of the browser, which goes.
_PAGES = ("join page", "staff page")
PERSON = "person "
# On a server a cursor of the transaction, which a connection pooler leaves to it.
_STREAMED = {"yield_per": 2000}
# The columns of rows that go whose values are searched for afterwards; others are short words or times.
_SECRETS = {
    codes.name: ("salt", "digest", "made_by"),
    leases.name: ("actor", "machine"),
    venue_people.name: ("salt", "digest", "made_by"),
}
# The columns with names in rows that go. The bare names of the staff are not searched for: they are short, and would
# be found in other words.
_NAMES_OF_ROWS = {codes.name: ("made_by",), leases.name: ("actor",), venue_people.name: ("made_by",)}


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
    for table in metadata.sorted_tables:
        for column in _named(table):
            here = _of(table, event)
            there += connection.execute(sa.select(column).where(here).group_by(column).order_by(column)).scalars()
            found.others |= set(connection.execute(sa.select(column).where(~here).distinct()).scalars())
        if _named(table) or _worded(table):
            found.rows[table.name] = _number_about_people(connection, table, event)
    for name in sorted(ROWS):
        there += _rows_that_go(connection, metadata.tables[name], event, found)
    there = [name for name in there if operators.is_person(name) or name.startswith(PERSON)]
    known = {name for name in there if name.startswith(PERSON)}
    new = (f"{PERSON}{number}" for number in range(1, len(known) + len(there) + 2) if f"{PERSON}{number}" not in known)
    found.names = {name: next(new) for name in dict.fromkeys(there) if name not in known}
    found.gone -= found.names.keys()
    query = sa.select(runs.c.event).where(runs.c.event != event).distinct().order_by(runs.c.event)
    found.events = tuple(connection.execute(query).scalars())
    return found


def forget(connection: sa.Connection, event: str, names: Mapping[str, str], values: Values) -> None:
    """Replace names, also in texts, empty what teams wrote, and delete rows that are only about people."""
    for name in sorted(ROWS):
        table = metadata.tables[name]
        connection.execute(table.delete().where(_of(table, event)))
    _forget_actions(connection, event)
    for table in metadata.sorted_tables:
        for column in _named(table):
            for old, new in names.items():
                mine = _of(table, event) & (column == old)
                connection.execute(table.update().where(mine).values({column: new}))
        for column in _worded(table):
            mine = _of(table, event) & (column != "")
            connection.execute(table.update().where(mine).values({column: ""}))
        columns = [column for column in table.c if str(column) in TEXTS]
        if columns:
            _rewrite(connection, table, columns, event, values)


def _forget_actions(connection: sa.Connection, event: str) -> None:
    """Empty what the staff noted, and remove the addresses of browsers."""
    actions, messages = metadata.tables["actions"], metadata.tables["action_messages"]
    mine = _of(actions, event)
    rows = connection.execute(sa.select(actions.c.id, actions.c.command).where(mine))
    for note in [row.id for row in rows if RunKind.of(row.command) is RunKind.NOTE]:
        connection.execute(messages.delete().where(messages.c.action == note))
        connection.execute(actions.update().where(actions.c.id == note).values(detail=""))
    for page in _PAGES:
        connection.execute(actions.update().where(mine & actions.c.actor.startswith(f"{page}, ")).values(actor=page))


def every_row(connection: sa.Connection) -> Iterable[Mapping[str, Any]]:
    """Yield every row of every table."""
    for table in metadata.sorted_tables:
        for row in connection.execute(sa.select(table), execution_options=_STREAMED).mappings():
            yield dict(row)


def _named(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if str(column) in NAMES]


def _worded(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if str(column) in WORDS]


def _number_about_people(connection: sa.Connection, table: sa.Table, event: str) -> int:
    """Number of the event's rows that name a person, or have a team's own words."""
    told = [each.contains(operators.ON) for each in _named(table)] + [each != "" for each in _worded(table)]
    query = sa.select(sa.func.count()).select_from(table).where(_of(table, event) & sa.or_(*told))
    return connection.execute(query).scalar_one()


def _rows_that_go(connection: sa.Connection, table: sa.Table, event: str, found: About) -> list[str]:
    """Note what becomes of a table's rows, which are deleted; return the names of people in them."""
    mine = _of(table, event)
    found.rows[table.name] = connection.execute(sa.select(sa.func.count()).select_from(table).where(mine)).scalar_one()
    secret, named = _SECRETS.get(table.name, ()), _NAMES_OF_ROWS.get(table.name, ())
    there: list[str] = []
    if secret:
        for row in connection.execute(sa.select(table).where(mine)).mappings():
            found.gone |= {row[column] for column in secret if row[column]}
            there += [row[column] for column in named]
            there += [operators.on_duty(row["name"])] if table is venue_people else []
    return there


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
