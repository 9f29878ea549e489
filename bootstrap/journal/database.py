"""The connection to the journal's database: a SQLite file, or a PostgreSQL server by its URL."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from bootstrap.errors import BadInput, Problem, Refused, Troubled, clean, secret_values
from bootstrap.errors.message import msg
from bootstrap.journal import database_errors, database_secret, schema
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

# Longer than a commit takes, shorter than a person waits after Ctrl-C.
_BUSY_MILLISECONDS = 1000
# A secret that was read so long ago is read anew when the server refuses its password.
_SECRET_SECONDS = 10.0
# A dead server must be noticed within seconds, not after TCP's default of two hours.
_SERVER = {
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    # Without this, a database without an encoding (SQL_ASCII) returns text as bytes.
    "client_encoding": "utf8",
    "application_name": "event-bootstrap",
    # A connection pooler may give each transaction another session, where a prepared statement is unknown or taken.
    "prepare_threshold": None,
}
_POOL: Mapping[str, Any] = {"pool_pre_ping": True}
# In milliseconds, set anew in each transaction: poolers refuse startup options, and lend sessions.
_TIMEOUTS = {"lock_timeout": 5000, "statement_timeout": 10000, "idle_in_transaction_session_timeout": 60000}
# What a column of a type holds.
_KINDS: dict[type, Any] = {
    sa.String: str, sa.Text: str, sa.Float: (int, float), sa.Integer: int, sa.Boolean: (bool, int), sa.JSON: dict
}  # fmt: skip


def file_of(where: str | Path) -> Path | None:
    """Return the SQLite file that `where` names; None if it is the URL of a database server, or a secret's name."""
    text = str(where)
    if database_secret.bare(text):
        return None
    if "://" not in text:
        return Path(text)
    name = sa.make_url(text).database if text.startswith("sqlite") else None
    return Path(name) if name else None


def unsaved(where: str | Path, beside: Path | None) -> Path | None:
    """Return the path of the spill file: beside a SQLite file; for a server in the folder `beside`, if given."""
    file = file_of(where)
    if file:
        return file.with_name(f"{file.name}.unsaved.ndjson")
    if beside is None:
        return None
    named = str(where)
    if not database_secret.bare(named):
        url = _server_url(named)
        named = f"{url.host} {url.port} {url.database}"
    which = hashlib.sha256(named.encode()).hexdigest()[:8]
    return beside / f"journal-{which}.unsaved.ndjson"


def connect(where: str | Path, moved: bool = False, pool: Mapping[str, Any] = _POOL) -> sa.Engine:
    """Return an engine on the journal, with its tables created. Raises BadInput (EB-395) if that fails, or for the
    secret that it names: EB-765 and EB-766, or why AWS refuses every call.

    Also EB-696 if it was moved, unless `moved`; EB-697 if this version is too old for it. `pool`: how connections to a
    server are kept, as SQLAlchemy's create_engine is told.
    """
    engine = None
    try:
        file = file_of(where)
        engine = _of_file(file, moved) if file else _of_server(str(where), moved, pool)
        schema.prepare(engine)
    except (SQLAlchemyError, OSError, ImportError, ValueError) as error:
        if engine:
            engine.dispose()
        raise BadInput([_problem(where, error)]) from None
    except Refused as refused:
        raise BadInput([Problem(refused.code, refused.detail, in_public(where))]) from None
    return engine


def checked(where: str) -> None:
    """Raise BadInput (EB-395) if it is a URL, but not one of a journal."""
    try:
        server = file_of(where) is None and not database_secret.bare(where)
        if server and _server_url(where).get_backend_name() != "postgresql":
            raise NoSuchModuleError(where)
    except (SQLAlchemyError, ValueError) as error:
        raise BadInput([_problem(where, error)]) from None


def in_public(where: str | Path) -> str:
    """Return the path, or the URL without its user, password and options."""
    if "://" not in str(where):
        return str(where)
    url = sa.make_url(str(where))
    return url.set(username=None, password=None, query={}).render_as_string()


def unanswered(error: SQLAlchemyError | OSError) -> Troubled:
    """Return the exception for an open database that does not answer (EB-523), or never will (EB-395)."""
    if isinstance(error, database_errors.Moved | database_errors.TooNew):
        return BadInput([_problem("", error)])
    if database_errors.final(error):
        return BadInput([_unopened("", database_errors.words(error), msg("name another file with --journal"))])
    cause, fix = database_errors.words(error), msg("run the same command again when it answers")
    return Troubled([Problem("EB-523", msg("the journal's database does not answer"), "", cause, fix)])


def _of_file(file: Path, moved: bool) -> sa.Engine:
    url = sa.URL.create("sqlite", database=str(file))
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_MILLISECONDS / 1000}, json_deserializer=json_value)
    file.parent.mkdir(parents=True, exist_ok=True)
    # The journal has account ids, so that by default only the operator may read it.
    file.touch(mode=0o600)
    sa.event.listen(engine, "connect", _tune)
    sa.event.listen(engine, "begin", _Watched(file))
    if not moved:
        sa.event.listen(engine, "begin", schema.stay)
    return engine


def json_value(text: str | bytes) -> Any:
    """Return the value of a JSON column. Raises ValueError for what this tool cannot have written."""
    try:
        return json_text.parsed(text)
    except Unreadable as error:
        raise ValueError(error.what) from None


def damaged(error: Exception) -> Troubled:
    """Return the error of a row that this tool cannot have written (EB-395)."""
    fix = msg("restore the journal from a copy, or name another file with --journal")
    what = msg("a row of the journal is damaged")
    return Troubled([Problem("EB-395", what, cause=clean(f"{type(error).__name__}: {error}")[:200], fix=fix)])


def kind_of(column: sa.ColumnElement[Any]) -> Any:
    """Return the type, or the types, that the column's values have in Python."""
    return _KINDS.get(type(column.type), object)


def rows(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """Return the query's rows. Raises Troubled (EB-395) for a value that does not fit its column."""
    found = connection.execute(query).all()
    # SQLite keeps any value in any column.
    kinds = [kind_of(each) for each in query.selected_columns]
    for row in found:
        for value, kind in zip(row, kinds, strict=True):
            if value is not None and not isinstance(value, kind):
                raise damaged(ValueError(f"{kind} {value!r}"))
    return found


class _Watched:
    """Notices that the file was deleted or replaced: SQLite would go on writing to the old one, which nobody reads."""

    def __init__(self, file: Path) -> None:
        self._file, self._opened = file, file.stat()

    def __call__(self, _: object) -> None:
        try:
            same = os.path.samestat(self._file.stat(), self._opened)
        except FileNotFoundError:
            same = False
        if not same:
            raise database_errors.Replaced(str(self._file))


def _of_server(where: str, moved: bool, pool: Mapping[str, Any]) -> sa.Engine:
    secret = database_secret.named(where)
    url = _server_url(database_secret.address(where) if secret else where)
    if url.get_backend_name() != "postgresql":
        raise NoSuchModuleError(url.get_backend_name())
    # Options in the URL take precedence.
    given = {name: value for name, value in _SERVER.items() if name not in url.query}
    engine = sa.create_engine(url, connect_args=given, hide_parameters=True, json_deserializer=json_value, **pool)
    own = str(url.query.get("options", ""))
    limits = {name: value for name, value in _TIMEOUTS.items() if name not in own}
    sa.event.listen(engine, "begin", schema.server_begin(limits, moved))
    if secret:
        sa.event.listen(engine, "do_connect", _with_secret(secret))
    return engine


def _with_secret(name: str) -> Callable[[sa.Dialect, object, Any, dict[str, Any]], Any]:
    """Return what connects with a secret's user and password, and reads it anew if the server refuses them."""

    def connect(dialect: sa.Dialect, _record: object, given: Any, options: dict[str, Any]) -> Any:
        driver: Any = dialect.loaded_dbapi
        try:
            secret = database_secret.read(name)
            try:
                return dialect.connect(*given, **options, user=secret.username, password=secret.password)
            except driver.Error:
                # The password may have been rotated since it was read.
                newer = database_secret.read(name, time.time() - _SECRET_SECONDS)
                if newer.password == secret.password:
                    raise
                return dialect.connect(*given, **options, user=newer.username, password=newer.password)
        except Refused as refused:
            # As of a server that does not answer: what was read of the secret before may be valid again.
            raise driver.OperationalError(f"{refused.code} {refused.detail}") from None

    return connect


def _whole(where: str) -> sa.URL:
    """Return the URL. Raises ArgumentError if a part of the password would pass for what follows it, and be shown."""
    url = sa.make_url(where)
    if "@" in f"{url.host}{url.database}":
        raise ArgumentError("@ in the password")
    return url


def _server_url(where: str) -> sa.URL:
    url = _whole(where)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _tune(connection: Any, _record: object) -> None:
    # WAL: readers and the writer do not block each other. NORMAL survives kill -9, though not a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={_BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _problem(where: str | Path, error: Exception) -> Problem:
    """The problem, with host and database of a URL, never its password, which drivers may repeat in their messages."""
    if isinstance(error, database_errors.Moved):
        fix = msg("name that place with --journal, or in EVENT_BOOTSTRAP_JOURNAL")
        what = msg("the journal was moved to {address}", address=str(error))
        return Problem("EB-696", what, in_public(where), fix=fix)
    if isinstance(error, database_errors.TooNew):
        what = msg("a newer version of event-bootstrap has changed the journal: this one would damage it")
        return Problem("EB-697", what, in_public(where), fix=msg("use that version here, too"))
    if "://" not in str(where) and not database_secret.bare(str(where)):
        return _unopened(str(where), database_errors.words(error), msg("name another file with --journal"))
    try:
        url = sa.URL.create(str(where)) if database_secret.bare(str(where)) else _whole(str(where))
        password = str(url.password or "")
    except (ArgumentError, ValueError):
        # Without a password, which would be taken for one that must not be shown.
        example = "postgresql://USER@HOST/DATABASE"
        fix = msg("write it as {example}; in a password, @ is %40, / is %2F and : is %3A", example=example)
        return _unopened("", msg("it is not the URL of a database"), fix)
    shown = str(where) if database_secret.bare(str(where)) else url.set(query={}).render_as_string()
    if isinstance(error, ImportError):
        command = "pip install -r requirements/postgresql.txt"
        return _unopened(shown, msg("this installation has no driver for PostgreSQL"), command)
    if isinstance(error, (ArgumentError, NoSuchModuleError)):
        return _unopened(shown, msg("a journal is a SQLite file or a PostgreSQL database"), msg("see --journal"))
    # A driver may repeat the URL, in whatever form.
    cause: str = secret_values.without(database_errors.words(error), password)
    if database_errors.statement_pooling(error):
        fix = msg("let the connection pooler pool by `transaction` or `session`, or name the server's own address")
        return _unopened(shown, cause, fix)
    return _unopened(shown, cause, msg("check that the server runs and that user and database exist there"))


def _unopened(where: str, cause: str, fix: str) -> Problem:
    return Problem("EB-395", msg("the journal cannot be opened"), where, cause, fix)
