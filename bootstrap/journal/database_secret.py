"""A database whose user and password are in a secret, so that neither stands in a command, a variable or a file.

    postgresql://HOST:5432/DATABASE?secret=NAME    NAME: a secret's name or ARN, which has user and password
    secretsmanager:NAME                            the secret has the host and the database, too

Who starts the program says how secrets are read (`read_with`): this room knows no AWS.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg

_SCHEME = "secretsmanager:"
_OPTION = "secret"


class ServerSecret(Protocol):
    """User and password of a database server; `host` and `dbname` are "" in a secret that does not name them."""

    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def dbname(self) -> str: ...


class SecretReader(Protocol):
    """Returns a secret; a kept one only if it was not read before `older_than`, in epoch seconds. Raises Refused."""

    def __call__(self, name: str, older_than: float | None = None) -> ServerSecret: ...


_readers: list[SecretReader] = []


def read_with(reader: SecretReader) -> None:
    """Read secrets with `reader` from now on, in this process."""
    _readers[:] = [reader]


def read(name: str, older_than: float | None = None) -> ServerSecret:
    """Return the secret, as `SecretReader` does."""
    return _readers[0](name, older_than)


def bare(where: str) -> bool:
    """Return True if the text is the name of a secret alone."""
    return where.startswith(_SCHEME)


def named(where: str) -> str | None:
    """Return the name of the secret in a journal's address; None if that names none."""
    if bare(where):
        return where.removeprefix(_SCHEME)
    if "://" not in where:
        return None
    return next((value for key, value in parse_qsl(urlsplit(where).query) if key == _OPTION), None)


def address(where: str) -> str:
    """Return the database's URL without user and password; `where` names a secret.

    Raises Refused if the secret cannot be read, BadInput (EB-766) if it must name the host and does not.
    """
    found = read(named(where) or "")
    if not bare(where):
        parts = urlsplit(where)
        kept = [each for each in parse_qsl(parts.query) if each[0] != _OPTION]
        return urlunsplit(parts._replace(query=urlencode(kept)))
    if not found.host:
        example = "postgresql://HOST:5432/DATABASE?secret=NAME"
        what = msg("the secret names no host")
        raise BadInput(
            [Problem("EB-766", what, where, fix=msg("name it beside the secret: {example}", example=example))]
        )
    return f"postgresql://{found.host}:{found.port}/{quote(found.dbname or found.username, safe='')}"
