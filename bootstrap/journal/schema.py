"""The journal's tables in a database: made, completed by what this version adds, and refused if they are too new.

Several versions may use one journal at the same time: a version only ever adds tables, and columns that may be empty.
`about` has a row for each version of the tables that was here, so that an older and a newer tool each find their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bootstrap.journal import database_errors
from bootstrap.journal.tables import about, metadata

# A change that older versions cannot live with raises the number that the journal then needs.
KNOWS = 1
_NEEDS = "needs"
_VERSION = "tables "
_MOVED = "moved"
_moved = sa.table(_MOVED, sa.column("address", sa.Text))
_OPEN_TRIES = 5
# The advisory lock of a process that makes the tables: "EB" and the year of the first ones.
_MAKING_TABLES = 45_42_2026


def prepare(engine: sa.Engine) -> None:
    """Make or complete the tables, all or nothing; only reads if they are this version's.

    Raises database_errors.TooNew, OperationalError.
    """
    for tries_left in reversed(range(_OPEN_TRIES)):
        try:
            with engine.connect() as connection:
                if _complete(connection):
                    return
            with engine.begin() as connection:
                _make(connection)
            return
        except OperationalError as error:
            # Another command makes them at this moment.
            if not tries_left or database_errors.unreached(error):
                raise


def version() -> str:
    """Return the name of this version of the tables: a digest of their columns."""
    columns = sorted(f"{column.table.name}.{column.name} {column.type}" for column in _columns())
    return _VERSION + hashlib.sha256("\n".join(columns).encode()).hexdigest()[:16]


def move(connection: sa.Connection, address: str) -> None:
    """Note in the journal that it was moved: from the commit on, every transaction of this tool ends with Moved."""
    connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {_MOVED} (address text NOT NULL)")
    connection.execute(sa.delete(_moved))
    connection.execute(sa.insert(_moved).values(address=address))


def stay(connection: sa.Connection) -> None:
    """Raise database_errors.Moved if this SQLite file was moved. Called at the beginning of each transaction."""
    if connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = ?", (_MOVED,)).scalar():
        raise database_errors.Moved(moved_to(connection))


def server_begin(limits: dict[str, int], moved: bool) -> Callable[[sa.Connection], None]:
    """Return what begins a transaction on a server: it sets the limits for it, and raises Moved, unless `moved`.

    One statement, since each is a way to the server and back. `limits`: in milliseconds.
    """
    parts = [f"set_config('{name}', '{value}', true)" for name, value in limits.items()]
    said = f"SELECT to_regclass('{_MOVED}'), {', '.join(parts)}".removesuffix(", ")

    def begin(connection: sa.Connection) -> None:
        there = connection.exec_driver_sql(said).scalar()
        if there and not moved:
            raise database_errors.Moved(moved_to(connection))

    return begin


def moved_to(connection: sa.Connection) -> str:
    """Return the address that `move` noted; the table is there."""
    return str(connection.execute(sa.select(_moved.c.address)).scalar())


def unknown(connection: sa.Connection) -> tuple[str, ...]:
    """Return the names of tables and columns of a newer version, which this one would leave behind."""
    found: list[str] = []
    looked = sa.inspect(connection)
    for name in looked.get_table_names():
        known = metadata.tables.get(name)
        if known is None:
            found += [] if name == _MOVED else [name]
            continue
        found += [f"{name}.{each['name']}" for each in looked.get_columns(name) if each["name"] not in known.c]
    return tuple(sorted(found))


def _columns() -> list[sa.Column[Any]]:
    return [column for table in metadata.sorted_tables for column in table.c]


def _complete(connection: sa.Connection) -> bool:
    """True if the tables are those of this version, or more."""
    if not sa.inspect(connection).has_table(about.name):
        return False
    said = {each.name: each.value for each in connection.execute(sa.select(about))}
    needs = said.get(_NEEDS, "0")
    if not needs.isdecimal() or int(needs) > KNOWS:
        raise database_errors.TooNew
    return version() in said


def _make(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        # If two commands are the first at the same time, the second waits and finds the tables.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING_TABLES)))
    else:
        # The driver begins no transaction for CREATE TABLE by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    metadata.create_all(connection)
    looked = sa.inspect(connection)
    for table in metadata.sorted_tables:
        there = {each["name"] for each in looked.get_columns(table.name)}
        for column in table.c:
            if column.name not in there:
                _add(connection, column)
    if not _complete(connection):
        connection.execute(sa.insert(about).values(name=version(), value=""))


def _add(connection: sa.Connection, column: sa.Column[Any]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    kind = column.type.compile(connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {quote(column.table.name)} ADD COLUMN {quote(column.name)} {kind}")
