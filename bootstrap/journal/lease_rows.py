"""Leases in the journal's database. Each change is one statement, so that only one of two runs gets an account."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bootstrap.journal import database, operators
from bootstrap.journal.tables import leases

INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# Databases limit the number of values in a statement.
_AT_ONCE = 500


class now(FunctionElement[float]):
    """Epoch seconds of the database's clock: the clocks of laptops differ."""

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
    """A run that works on an account. `token`: of one run; `since`, `until`: epoch seconds of the database's clock."""

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
    """Return by account who works on it, or who did last if nobody does. Raises Troubled (EB-395) for a damaged row."""
    found = {}
    for some in _parts(accounts):
        for each in database.rows(connection, sa.select(leases).where(leases.c.account_id.in_(some))):
            row = dict(each._mapping)
            account = row.pop("account_id")
            found[account] = Holder(**row)
    return found


def take(
    connection: sa.Connection, accounts: Collection[str], me: Holder, seconds: float, over: Collection[str] = ()
) -> tuple[frozenset[str], dict[str, Holder]]:
    """Take leases; return the accounts that are mine now, and by account who else holds it, or held it until now.

    An account that another running run holds stays with it, unless it is in `over`.
    """
    before = {account: each for account, each in holders(connection, accounts).items() if each.token}
    dead = {each.token for each in before.values() if operators.gone(each.machine, each.pid)}
    # Take over only from holders that were read above; one that took its lease since then keeps it.
    seen = {each.token for account, each in before.items() if account in over}
    mine: set[str] = set()
    for some in _parts(accounts):
        insert = INSERT[connection.dialect.name](leases)
        until = {"since": now(), "until": now() + seconds}
        wanted = insert.values([{**asdict(me), **until, "account_id": account} for account in some])
        new = {each.name: wanted.excluded[each.name] for each in leases.c if each.name != "account_id"}
        taken_over = leases.c.account_id.in_(over) & leases.c.token.in_(seen)
        idle = (leases.c.until < now()) | leases.c.token.in_(dead | {me.token})
        new["former"] = sa.case((idle, ""), else_=leases.c.token)
        free = idle | taken_over
        query = wanted.on_conflict_do_update(index_elements=["account_id"], set_=new, where=free)
        mine |= set(connection.execute(query.returning(leases.c.account_id)).scalars())
    # Somebody may have taken a lease between the two: who that was is not in what was read before.
    if late := [account for account in accounts if account not in mine and account not in before]:
        before |= {account: each for account, each in holders(connection, late).items() if each.token}
    clock = connection.execute(sa.select(now())).scalar_one()
    live = {account: each for account, each in before.items() if each.until >= clock and each.token not in dead}
    return frozenset(mine), {account: each for account, each in live.items() if each.token != me.token}


def renew(connection: sa.Connection, token: str, seconds: float) -> frozenset[str]:
    """Renew the token's leases for `seconds`, also expired ones that nobody took; return their accounts."""
    query = leases.update().where(leases.c.token == token).values(until=now() + seconds)
    return frozenset(connection.execute(query.returning(leases.c.account_id)).scalars())


def noticed(connection: sa.Connection, accounts: Collection[str]) -> frozenset[str]:
    """Return those of the accounts whose former holder has noticed that they were taken over."""
    return frozenset(account for account, each in holders(connection, accounts).items() if not each.former)


def leave(connection: sa.Connection, token: str) -> None:
    """Note that the token's run has noticed the accounts taken over from it, and no longer writes there."""
    connection.execute(leases.update().where(leases.c.former == token).values(former=""))


def give_back(connection: sa.Connection, token: str, accounts: Collection[str]) -> None:
    """End the token's leases on the accounts."""
    for some in _parts(accounts):
        mine = (leases.c.token == token) & leases.c.account_id.in_(some)
        connection.execute(leases.update().where(mine).values(token="", until=0.0))


def _parts(accounts: Collection[str]) -> list[list[str]]:
    # In one order, so that two runs that take the same accounts cannot deadlock.
    ordered = sorted(accounts)
    return [ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE)]
