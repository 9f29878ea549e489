"""Leases in the journal's database: each change is one statement, so that of two who want an account one gets it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bootstrap.journal import operators
from bootstrap.journal.tables import leases

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# A statement's length has its limits.
_AT_ONCE = 500


class now(FunctionElement[float]):
    """Epoch seconds of the database's clock: laptops' own differ."""

    type = sa.Float()
    inherit_cache = True


@compiles(now, "postgresql")
def _postgresql(_element: object, _compiler: object, **_: object) -> str:
    return "extract(epoch from clock_timestamp())::float8"


@compiles(now, "sqlite")
def _sqlite(_element: object, _compiler: object, **_: object) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works on an account. `token` is one run's own; `since` and `until` are in the database's epoch seconds."""

    token: str
    actor: str
    command: str
    run: str
    event: str
    machine: str
    pid: int
    since: float = 0.0
    until: float = 0.0
    former: str = ""


def holders(connection: sa.Connection, accounts: Collection[str]) -> dict[str, Holder]:
    """By account who works on it; of one that nobody works on, who did last."""
    found = {}
    for some in _parts(accounts):
        for row in connection.execute(sa.select(leases).where(leases.c.account_id.in_(some))).mappings():
            found[row["account_id"]] = Holder(**{name: value for name, value in row.items() if name != "account_id"})
    return found


def take(
    connection: sa.Connection, accounts: Collection[str], me: Holder, seconds: float, over: Collection[str] = ()
) -> tuple[frozenset[str], dict[str, Holder]]:
    """The accounts that are mine now, and by account from whom: those who have it still, or had it until now.

    What is held by another, alive, stays so; what is in `over` becomes mine all the same.
    """
    before = {account: each for account, each in holders(connection, accounts).items() if each.token}
    dead = {each.token for each in before.values() if each.machine == me.machine and not operators.alive(each.pid)}
    # Who took an account since that look is told nothing of a take-over, nor waited for.
    seen = {each.token for account, each in before.items() if account in over}
    mine: set[str] = set()
    for some in _parts(accounts):
        insert = _INSERT[connection.dialect.name](leases)
        until = {"since": now(), "until": now() + seconds}
        wanted = insert.values([{**asdict(me), **until, "account_id": account} for account in some])
        new = {each.name: wanted.excluded[each.name] for each in leases.c if each.name != "account_id"}
        taken_over = leases.c.account_id.in_(over) & leases.c.token.in_(seen)
        idle = (leases.c.until < now()) | leases.c.token.in_(dead | {me.token})
        new["former"] = sa.case((idle, ""), else_=leases.c.token)
        free = idle | taken_over
        query = wanted.on_conflict_do_update(index_elements=["account_id"], set_=new, where=free)
        mine |= set(connection.execute(query.returning(leases.c.account_id)).scalars())
    clock = connection.execute(sa.select(now())).scalar_one()
    live = {account: each for account, each in before.items() if each.until >= clock and each.token not in dead}
    return frozenset(mine), {account: each for account, each in live.items() if each.token != me.token}


def renew(connection: sa.Connection, token: str, seconds: float) -> frozenset[str]:
    """The accounts that still are the token's, from now on for so long; one that lapsed too, if nobody took it."""
    query = leases.update().where(leases.c.token == token).values(until=now() + seconds)
    return frozenset(connection.execute(query.returning(leases.c.account_id)).scalars())


def noticed(connection: sa.Connection, accounts: Collection[str]) -> frozenset[str]:
    """Those of the accounts whose former holder knows that they were taken over."""
    return frozenset(account for account, each in holders(connection, accounts).items() if not each.former)


def leave(connection: sa.Connection, token: str) -> None:
    """The token's run knows what was taken over from it, and does not write there any more."""
    connection.execute(leases.update().where(leases.c.former == token).values(former=""))


def give_back(connection: sa.Connection, token: str, accounts: Collection[str]) -> None:
    for some in _parts(accounts):
        mine = (leases.c.token == token) & leases.c.account_id.in_(some)
        connection.execute(leases.update().where(mine).values(token="", until=0.0))


def _parts(accounts: Collection[str]) -> list[list[str]]:
    # In one order: two who take the same ones never wait for each other in a circle.
    ordered = sorted(accounts)
    return [ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE)]
