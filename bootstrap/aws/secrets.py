"""Secrets of Secrets Manager in the operator's own account: the user and the password of a database."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field
from functools import cache

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import own_account
from bootstrap.aws.answers import NotAws
from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.clock import RealClock
from bootstrap.errors import Refused, code_of, secret_values
from bootstrap.errors.message import answered, msg
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

_ARN = re.compile(r"arn:[a-z-]+:secretsmanager:([a-z0-9-]+):[0-9]{12}:secret:\S+")
_MISSING = "ResourceNotFoundException"


@dataclass(frozen=True, slots=True)
class DatabaseSecret:
    """Content of a database's secret; those that RDS manages have only the first two keys. `read`: epoch seconds."""

    username: str
    password: str = field(repr=False)
    host: str = ""
    port: int = 5432
    dbname: str = ""
    read: float = 0.0


class DatabaseSecrets:
    """Reads secrets with the credentials of this machine, and keeps each until a newer one is asked for.

    Safe for threads. `access`: how AWS is reached, if not as usual.
    """

    def __init__(self, access: Access | None = None) -> None:
        self._access = access or Access("venue", "")
        self._lock = threading.Lock()
        self._sessions: dict[str, AccountSession] = {}
        self._kept: dict[str, DatabaseSecret] = {}

    def __call__(self, name: str, older_than: float | None = None) -> DatabaseSecret:
        """Return the secret of a name or an ARN; a kept one only if it was not read before `older_than`.

        API: GetSecretValue. Raises Refused: EB-765 if it cannot be read, EB-766 if it is not that of a database, or why
        AWS refuses every call.
        """
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or (older_than is not None and kept.read < older_than):
                kept = self._kept[name] = self._read(name)
            return kept

    def _read(self, name: str) -> DatabaseSecret:
        match = _ARN.fullmatch(name)
        region = match[1] if match else own_account.region_here()
        if region not in self._sessions:
            sessions = Sessions(self._access, RealClock(), Limiter())
            self._sessions[region] = own_account.opened(sessions, region)
        session, now = self._sessions[region], time.time()
        try:
            answer = session.client("secretsmanager").get_secret_value(SecretId=name)
        except (BotoCoreError, ClientError, NotAws) as error:
            raise _refusal(error, name, region) from None
        finally:
            # A session keeps for some seconds what it has read; secrets must not be kept.
            session.forget_looks()
        return parsed(str(answer.get("SecretString", "")), name, now)


@cache
def of_this_machine() -> DatabaseSecrets:
    """Return the one reader of this process."""
    return DatabaseSecrets()


def parsed(text: str, name: str, now: float) -> DatabaseSecret:
    """Return what the secret's text says. Raises Refused (EB-766). From then on no text shows the password."""
    try:
        found = json_text.mapping(text)
    except Unreadable:
        found = {}
    texts = {key: found.get(key) for key in ("username", "password", "host", "dbname")}
    secret_values.hold(texts["password"] if isinstance(texts["password"], str) else None)
    port = found.get("port", 5432)
    fits = isinstance(port, int | str) and re.fullmatch("[0-9]{1,5}", str(port))
    if not fits or not all(isinstance(texts[key], str) and texts[key] for key in ("username", "password")):
        raise Refused("EB-766", msg("the secret {name} is not that of a database", name=name))
    said = {key: value for key, value in texts.items() if isinstance(value, str)}
    return DatabaseSecret(**said, port=int(port), read=now)


def _refusal(error: Exception, name: str, region: str) -> Exception:
    if code_of(error) == _MISSING:
        return Refused("EB-765", msg("there is no secret {name} in {region}, or it has no value", name=name,
                                     region=region))  # fmt: skip
    told = own_account.refused(error, region)
    if isinstance(told, Refused) and told.code == "EB-372":
        return Refused("EB-765", answered(msg("the secret {name} may not be read", name=name), code_of(error)))
    return told
