"""Removes what one event's entries say about people, down to the pages of the database, and searches for it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.journal import database, database_errors, people
from bootstrap.journal.byte_search import Values
from bootstrap.journal.live import live
from bootstrap.journal.tables import metadata


class Forgetting:
    """An event's entries about people, to be removed. Raises BadInput (EB-698) if a run works with the journal."""

    def __init__(self, engine: sa.Engine, where: str, event: str) -> None:
        self._engine, self._where, self._event = engine, where, event
        self._refused: list[str] = []
        try:
            with engine.connect() as connection:
                running = live(connection)
                self.about = people.look(connection, event)
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None
        if running:
            fix = msg("wait for its end, then run the same command again")
            raise BadInput([each.in_the_way(fix) for each in running])

    def ready(self) -> None:
        """Raise BadInput (EB-702) if another program has the SQLite file open: its pages could not be written anew."""
        if self._engine.dialect.name == "sqlite":
            with self._alone():
                pass

    def apply(self, values: Values) -> None:
        """Replace names and delete rows in one transaction; then have the database write its pages anew.

        Raises BadInput (EB-702) if another program has opened a SQLite file, Troubled (EB-523, EB-395).
        """
        try:
            if self._engine.dialect.name == "sqlite":
                self._in_file(values)
            else:
                with self._engine.begin() as connection:
                    people.forget(connection, self._event, self.about.names, values)
                self._rewrite_server()
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    def files(self) -> list[Path]:
        """Return the files of a SQLite journal, wherever they are."""
        file = database.file_of(self._where)
        if file is None:
            return []
        return [each for end in ("", "-wal", "-shm") if (each := file.resolve().with_name(file.name + end)).exists()]

    def entries(self, values: Values) -> tuple[int, int]:
        """Return how many rows were read again, of all events, and how often a removed value is in them."""
        number = found = 0
        try:
            with self._engine.connect() as connection:
                for row in people.every_row(connection):
                    number += 1
                    found += values.count(json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "replace"))
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None
        return number, found

    def unseen(self) -> list[str]:
        """Return where removed values may still be that cannot be searched, or could not be."""
        if self._engine.dialect.name == "sqlite":
            return [msg("what the disk keeps of overwritten and deleted files; backups and snapshots of it")]
        return [
            *self._refused,
            msg("the server's write-ahead log, its own log, its backups and replicas: they keep what was removed until "
                "the server lets them go"),
        ]  # fmt: skip

    @contextmanager
    def _alone(self) -> Iterator[sa.Connection]:
        """The only connection to the file: only that can do without the write-ahead file, which keeps old pages."""
        self._engine.dispose()
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                alone = connection.exec_driver_sql("PRAGMA journal_mode = DELETE").scalar() == "delete"
            except SQLAlchemyError as error:
                if database_errors.final(error):
                    raise
                alone = False
            if not alone:
                what = msg("another program has the journal open: its pages cannot be written anew; it is as it was")
                fix = msg("end that program, such as `serve` or `status --watch`; then run the same command again")
                raise BadInput([Problem("EB-702", what, self._where, fix=fix)])
            yield connection
        self._engine.dispose()

    def _in_file(self, values: Values) -> None:
        with self._alone() as connection:
            # What is deleted is overwritten, also in pages that stay in use.
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            people.forget(connection, self._event, self.about.names, values)
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM")

    def _rewrite_server(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in metadata.sorted_tables:
                try:
                    connection.exec_driver_sql(f"VACUUM FULL {table.name}")
                except SQLAlchemyError as error:
                    self._refused.append(msg("old pages of the table `{table}`: VACUUM FULL was refused ({cause})",
                                             table=table.name, cause=database_errors.words(error)))  # fmt: skip
