"""Leases on accounts, on a SQLite file and on a PostgreSQL server: one operator at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bootstrap.engine.states import Again, Outcome, Settled
from bootstrap.errors import Paused
from bootstrap.journal import database, leases
from bootstrap.journal import lease_rows as rows
from bootstrap.journal.lease_rows import Holder
from bootstrap.journal.leases import Leases, holder
from tests.postgresql import Server

ONE, TWO = "111111111111", "222222222222"
# Renewed every two thirds of a second, certain for two.
SHORT = 3.0


@pytest.fixture
def engine(where: str) -> Iterator[sa.Engine]:
    made = database.connect(where)
    yield made
    made.dispose()


@pytest.fixture
def made(engine: sa.Engine) -> Iterator[Callable[..., Leases]]:
    """Makes leases, which are closed in the end."""
    all_made: list[Leases] = []

    def make(who: Holder, *accounts: str, told: list[tuple[str, Holder]] | None = None, **how: Any) -> Leases:
        heard = [] if told is None else told
        all_made.append(Leases(engine, who, accounts, taken_over=lambda *what: heard.append(what), **how))
        return all_made[-1]

    yield make
    for each in all_made:
        each.close()


def operator(name: str, command: str = "provision", **changed: object) -> Holder:
    return replace(holder(f"{name} on laptop", command, f"run-of-{name}", "cars"), **changed)  # type: ignore[arg-type]


def stored(engine: sa.Engine, account: str) -> Holder:
    with engine.connect() as connection:
        return rows.holders(connection, [account])[account]


def put(engine: sa.Engine, who: Holder, account: str, seconds: float) -> None:
    """A lease of a run that is never heard of again."""
    with engine.begin() as connection:
        assert rows.take(connection, [account], who, seconds)[0] == {account}


def until(true: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def paused(held: Leases, account: str) -> str:
    """The code for which the account pauses; "" if it does not."""
    with suppress(Paused):
        return "" if held.held(account) else "lost"
    answer = held.obstacle(account)
    return str(answer.code) if isinstance(answer, Again) else "over by now"


def test_the_second_operator_is_told_who_has_it_and_goes_on_with_the_rest(made: Callable[..., Leases]) -> None:
    first = made(operator("ana"), ONE)
    second = made(operator("bo", "sweep --apply"), ONE, TWO)
    assert first.held(ONE)
    assert first.obstacle(ONE) is None
    assert not second.held(ONE)
    told = second.obstacle(ONE)
    assert isinstance(told, Settled)
    assert (told.outcome, told.code, told.unseen) == (Outcome.ELSEWHERE, "EB-520", True)
    assert "ana on laptop (provision, since " in told.detail
    assert (told.facts["actor"], told.facts["command"]) == ("ana on laptop", "provision")
    assert 0 < told.facts["until"] - told.facts["since"] < leases.TTL + 1
    assert second.held(TWO)
    assert second.obstacle(TWO) is None


def test_of_many_at_once_each_account_goes_to_exactly_one(made: Callable[..., Leases]) -> None:
    accounts = [f"{number:012}" for number in range(60)]
    gate = threading.Barrier(6)

    def take(number: int) -> Leases:
        gate.wait()
        return made(operator(f"operator-{number}"), *accounts)

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, range(6)))
    until(lambda: not any(paused(each, account).startswith("EB-522") for each in taken for account in accounts))
    assert {account: sum(each.held(account) for each in taken) for account in accounts} == dict.fromkeys(accounts, 1)


def test_what_a_run_is_done_with_is_free_at_once_and_all_of_it_at_its_end(
    made: Callable[..., Leases], engine: sa.Engine
) -> None:
    first = made(operator("ana"), ONE, TWO)
    first.give_back(ONE)
    assert not first.held(ONE)
    until(lambda: not stored(engine, ONE).token)
    second = made(operator("bo"), ONE, TWO)
    assert second.held(ONE)
    assert not second.held(TWO)
    first.close()
    assert not first.held(TWO)
    assert made(operator("cy"), TWO).held(TWO)
    assert stored(engine, ONE).actor == "bo on laptop"


def test_a_run_that_lives_keeps_its_account_beyond_the_lapse(made: Callable[..., Leases], engine: sa.Engine) -> None:
    first = made(operator("ana"), ONE, ttl=SHORT)
    ends = stored(engine, ONE).until
    until(lambda: stored(engine, ONE).until > ends + SHORT)
    assert not made(operator("bo"), ONE).held(ONE)
    assert first.obstacle(ONE) is None


def test_a_run_that_died_elsewhere_holds_its_account_until_the_lapse(
    made: Callable[..., Leases], engine: sa.Engine
) -> None:
    put(engine, operator("ana", machine="another laptop", pid=1), ONE, 1.0)
    assert not made(operator("bo"), ONE).held(ONE)
    until(lambda: made(operator("cy"), ONE).held(ONE))


def test_a_run_that_died_on_this_machine_holds_nothing_up(made: Callable[..., Leases], engine: sa.Engine) -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    put(engine, operator("ana", pid=child.pid), ONE, 90.0)
    told: list[tuple[str, Holder]] = []
    assert made(operator("bo"), ONE, told=told).held(ONE)
    assert told == []


def test_who_takes_over_waits_for_the_other_to_notice_who_then_stops_and_names_him(
    made: Callable[..., Leases],
) -> None:
    told: list[tuple[str, Holder]] = []
    first = made(operator("ana"), ONE, TWO, ttl=SHORT)
    second = made(operator("bo", "repair"), ONE, over=True, told=told)
    assert [(account, whose.actor) for account, whose in told] == [(ONE, "ana on laptop")]
    assert paused(second, ONE) == "EB-524"
    until(lambda: paused(second, ONE) == "")
    assert not first.held(ONE)
    lost = first.obstacle(ONE)
    assert isinstance(lost, Settled)
    assert (lost.outcome, lost.code) == (Outcome.ELSEWHERE, "EB-521")
    assert "bo on laptop (repair, since " in lost.detail
    assert first.held(TWO)


def test_a_take_over_takes_only_what_it_has_seen(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = rows.holders

    def and_somebody_comes_between(connection: sa.Connection, accounts: Collection[str]) -> dict[str, Holder]:
        found = looked(connection, accounts)
        monkeypatch.undo()
        rows.take(connection, accounts, operator("cy"), 90.0, over=accounts)
        return found

    put(engine, operator("ana"), ONE, 90.0)
    monkeypatch.setattr(rows, "holders", and_somebody_comes_between)
    with engine.begin() as connection:
        assert rows.take(connection, [ONE], operator("bo"), 90.0, over=[ONE])[0] == frozenset()
    assert stored(engine, ONE).actor == "cy on laptop"


def test_who_takes_a_lease_between_the_two_is_named(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = rows.holders

    def and_somebody_comes_between(connection: sa.Connection, accounts: Collection[str]) -> dict[str, Holder]:
        found = looked(connection, accounts)
        monkeypatch.undo()
        rows.take(connection, accounts, operator("cy"), 90.0)
        return found

    monkeypatch.setattr(rows, "holders", and_somebody_comes_between)
    with engine.begin() as connection:
        mine, whose = rows.take(connection, [ONE], operator("bo"), 90.0)
    assert (mine, whose[ONE].actor) == (frozenset(), "cy on laptop")


def test_who_takes_over_from_a_run_that_cannot_notice_waits_until_that_one_cannot_be_certain(
    made: Callable[..., Leases], engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = 0.0
    monkeypatch.setattr(leases, "elapsed", lambda real=leases.elapsed: real() + ahead)
    put(engine, operator("ana", machine="another laptop", pid=1), ONE, 90.0)
    second = made(operator("bo"), ONE, over=True)
    second._renew()
    ahead = 59.0
    assert paused(second, ONE) == "EB-524"
    ahead = 61.0
    second._renew()
    assert paused(second, ONE) == ""


def test_who_took_over_does_not_take_back_what_was_taken_from_him(made: Callable[..., Leases]) -> None:
    first = made(operator("ana"), ONE, over=True, ttl=SHORT)
    second = made(operator("bo"), ONE, over=True, ttl=SHORT)
    until(lambda: not first.held(ONE))
    until(lambda: paused(second, ONE) == "")
    assert isinstance(first.obstacle(ONE), Settled)


def test_the_clock_is_the_database_s(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert abs(connection.execute(sa.select(rows.now())).scalar_one() - time.time()) < 5


@pytest.mark.postgresql
def test_a_database_that_is_away_stops_nothing_while_the_lease_is_certain_then_pauses_it(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = 0.0
    monkeypatch.setattr(leases, "elapsed", lambda real=leases.elapsed: real() + ahead)
    engine = database.connect(postgresql.database())
    held = Leases(engine, operator("ana"), [ONE], ttl=60.0)
    assert held.held(ONE)
    postgresql.stop()
    ahead = 39.0
    assert held.held(ONE)
    ahead = 41.0
    assert paused(held, ONE) == "EB-522"
    assert "does not answer" in str(held.obstacle(ONE))
    postgresql.start()
    until(lambda: paused(held, ONE) == "")
    held.close()
    engine.dispose()


@pytest.mark.postgresql
def test_an_account_that_somebody_took_meanwhile_is_lost_and_one_that_is_free_again_is_not(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = 0.0
    monkeypatch.setattr(leases, "elapsed", lambda real=leases.elapsed: real() + ahead)
    url = postgresql.database()
    engine = database.connect(url)
    held = Leases(engine, operator("ana"), [ONE, TWO], over=True, ttl=60.0)
    postgresql.stop()
    ahead = 41.0
    assert paused(held, ONE) == paused(held, TWO) == "EB-522"
    postgresql.start()
    # As others leave them who came after the lapse: one at work still, one done.
    for account, token in ((ONE, "of-bo"), (TWO, "")):
        postgresql.query(url, f"update leases set token = '{token}', actor = 'bo on desk', until = {time.time() + 60} "
                         f"where account_id = '{account}' returning 1")  # fmt: skip
    until(lambda: paused(held, ONE) != "EB-522")
    lost = held.obstacle(ONE)
    assert isinstance(lost, Settled)
    assert "bo on desk" in lost.detail
    held.close()
    engine.dispose()
