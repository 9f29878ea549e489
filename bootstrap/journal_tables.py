"""The journal's tables and its connection; loaded by journal.py when a journal is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError

from bootstrap.errors import BadInput, Problem, clean

# Longer than a commit takes, shorter than a person waits after Ctrl-C.
_BUSY_MILLISECONDS = 1000
_OPEN_TRIES = 5
# SQLite counts rows only in a column that is exactly INTEGER.
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

metadata = sa.MetaData()

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("command", sa.String(32), nullable=False),
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("whole", sa.Boolean, nullable=False),
    sa.Column("scenario", sa.String(64)),
    sa.Column("started", sa.Float, nullable=False),
    sa.Column("ended", sa.Float),
    sa.Column("outcome", sa.String(16)),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("account_id", sa.String(12), nullable=False),
    sa.Column("step", sa.String(128), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("settled", sa.Boolean, nullable=False),
    sa.Column("code", sa.String(16)),
    sa.Column("cause", sa.Text),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.UniqueConstraint("run", "team", "account_id", "seq"),
    sa.Index("events_by_step", "team", "account_id", "step"),
)

results = sa.Table(
    "results",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("account_id", sa.String(12), nullable=False),
    sa.Column("result", sa.String(16), nullable=False),
    sa.Column("labs", sa.JSON, nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.UniqueConstraint("run", "team", "account_id"),
)

actions = sa.Table(
    "actions",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("command", sa.String(32), nullable=False),
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("account_id", sa.String(12), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
)

# What follows is no diary: it changes. A row a team: its code, of which only a digest is kept.
codes = sa.Table(
    "codes",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("team", sa.String(128), primary_key=True),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("made", sa.Float, nullable=False),
    sa.Column("made_by", sa.String(256), nullable=False),
    sa.Column("expires", sa.Float, nullable=False),
)

# A row for each worker whose password a page has shown; `worker` holds no address.
shown_passwords = sa.Table(
    "shown_passwords",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(12), primary_key=True),
    sa.Column("worker", sa.String(32), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)


def file_of(where: str | Path) -> Path | None:
    """The SQLite file that `where` means; None when it is the URL of a database server."""
    text = str(where)
    if "://" not in text:
        return Path(text)
    name = sa.make_url(text).database if text.startswith("sqlite") else None
    return Path(name) if name else None


def connect(where: str | Path) -> sa.Engine:
    """An engine on the journal, its tables made. Raises BadInput (EB-395) if there is no way to write there."""
    try:
        file = file_of(where)
        engine = sa.create_engine(_url(where, file), connect_args=_patience(file))
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Whoever may read the journal may read account ids: nobody but the operator by default.
            file.touch(mode=0o600)
            sa.event.listen(engine, "connect", _tune)
        _make_tables(engine)
    except (SQLAlchemyError, OSError, ImportError) as error:
        raise BadInput([_problem(where, error)]) from error
    return engine


def _url(where: str | Path, file: Path | None) -> sa.URL:
    return sa.URL.create("sqlite", database=str(file)) if file else sa.make_url(str(where))


def _patience(file: Path | None) -> dict[str, Any]:
    return {"timeout": _BUSY_MILLISECONDS / 1000} if file else {}


def _tune(connection: Any, _record: object) -> None:
    # Readers and the writer do not stop each other; NORMAL survives kill -9, if not a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={_BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _make_tables(engine: sa.Engine) -> None:
    for tries_left in reversed(range(_OPEN_TRIES)):
        try:
            metadata.create_all(engine)
            return
        except OperationalError:
            # Two first commands at once: the other one made the tables, or is at it.
            if not tries_left:
                raise


def _problem(where: str | Path, error: Exception) -> Problem:
    if isinstance(error, (ArgumentError, NoSuchModuleError, ImportError)):
        cause = "the URL is of no database that is installed here"
    else:
        cause = clean(str(getattr(error, "orig", None) or error))
    shown = sa.make_url(str(where)).render_as_string() if _is_url(where) else str(where)
    return Problem("EB-395", "the journal cannot be opened", shown, cause, "name another file with --journal")


def _is_url(where: str | Path) -> bool:
    try:
        return "://" in str(where) and bool(sa.make_url(str(where)))
    except ArgumentError:
        return False
