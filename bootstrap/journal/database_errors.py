"""Errors of the journal's database: whether a retry may help, and the message for people."""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

from sqlalchemy.exc import DataError, ProgrammingError, SQLAlchemyError

from bootstrap.errors import clean
from bootstrap.errors.message import msg

# Extended codes of SQLite, like SQLITE_IOERR_WRITE, have the primary code in their lowest byte.
_PRIMARY = 0xFF
# "protocol_violation": with it PgBouncer refuses a transaction where it lends a session for one statement only. An open
# database never answers so, since no protocol but the driver's is spoken.
_PROTOCOL_VIOLATION = "08P01"
# What the driver itself refuses to send, such as a text with NUL: anybody can type that.
_OF_VALUES = (DataError, ProgrammingError)
_FINAL = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Replaced(SQLAlchemyError):
    """The journal's file was deleted or replaced while it was open: what is written would be lost."""


class Moved(SQLAlchemyError):
    """The journal was moved to another place; the exception's text is its address there, without a password."""


class TooNew(SQLAlchemyError):
    """The journal was changed by a newer version in a way that this one cannot live with."""


def final(error: BaseException) -> bool:
    """Return True if no retry can help: the file is damaged, is no database, or was deleted or replaced; or the
    journal was moved."""
    return isinstance(error, Replaced | Moved | TooNew) or _code(error) in _FINAL


def unreached(error: BaseException) -> bool:
    """Return True if a server could not be reached: each further try would wait as long again."""
    original = _original(error)
    if isinstance(error, _OF_VALUES):
        return False
    return not isinstance(original, sqlite3.Error) and getattr(original, "sqlstate", None) is None


def statement_pooling(error: BaseException) -> bool:
    """Return True if a connection pooler refuses transactions."""
    return getattr(_original(error), "sqlstate", None) == _PROTOCOL_VIOLATION


def words(error: BaseException) -> str:
    """Return what the database said, in one line without secrets."""
    if isinstance(error, Replaced):
        return msg("the file was deleted or replaced while it was open")
    if isinstance(error, Moved):
        return msg("it was moved to {address}", address=str(error))
    if isinstance(error, TooNew):
        return msg("a newer version of event-bootstrap has changed it")
    code, system = _code(error), getattr(error, "errno", None)
    if code == sqlite3.SQLITE_FULL or system == errno.ENOSPC:
        return msg("the disk is full")
    if code in _FINAL:
        return msg("the file is damaged, or is not a SQLite database")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return msg("another program has locked the file")
    if code == sqlite3.SQLITE_READONLY:
        return msg("the file may only be read")
    return clean(str(_original(error)))


def _original(error: BaseException) -> BaseException:
    found: Any = getattr(error, "orig", None)
    return found if isinstance(found, BaseException) else error


def _code(error: BaseException) -> int | None:
    """The primary code of SQLite; None for another database, and for what SQLite does not answer itself."""
    code: Any = getattr(_original(error), "sqlite_errorcode", None)
    return code & _PRIMARY if isinstance(code, int) else None
