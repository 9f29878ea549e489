"""Accounts on hold get no lease, on a SQLite file and on a PostgreSQL server; a run loses the one that it has."""

from __future__ import annotations

from contextlib import closing

import sqlalchemy as sa

from bootstrap.engine.hold import Hold
from bootstrap.engine.states import Settled
from bootstrap.journal.holds import Holds
from bootstrap.journal.journal import Journal
from bootstrap.journal.leases import Leases
from tests.journal.test_leases import ONE, TWO, engine, operator, until

__all__ = ["engine"]
HOLD = Hold("support case open", "bo on desk", 1_795_413_600.0)


def test_a_run_keeps_away_from_an_account_on_hold_until_it_is_released(where: str, engine: sa.Engine) -> None:
    with closing(Holds(where, "cars")) as holds:
        holds.put([("team-1", ONE)], HOLD)
        assert [(each.team, each.hold) for each in holds.all()] == [("team-1", HOLD)]
        with closing(Leases(engine, operator("ana"), [ONE, TWO])) as leases:
            kept = leases.obstacle(ONE)
            assert isinstance(kept, Settled)
            assert kept.code == "EB-735"
            assert not leases.held(ONE)
            assert leases.held(TWO)
            assert leases.elsewhere() == {ONE}
        with closing(Leases(engine, operator("ana"), [ONE], on_hold=True)) as leases:
            assert leases.held(ONE)
        holds.release([ONE])
        with closing(Leases(engine, operator("ana"), [ONE])) as leases:
            assert leases.held(ONE)


def test_a_run_that_is_under_way_stops_there_at_its_next_renewal(where: str, engine: sa.Engine) -> None:
    with closing(Holds(where, "cars")) as holds, closing(Leases(engine, operator("ana"), [ONE], ttl=0.45)) as leases:
        assert leases.held(ONE)
        holds.put([("team-1", ONE)], HOLD)
        until(lambda: not leases.held(ONE))
        kept = leases.obstacle(ONE)
        assert kept
        assert kept.code == "EB-735"
        holds.release([ONE])
        with closing(Leases(engine, operator("bo"), [ONE])) as others:
            assert others.held(ONE)


def test_a_hold_is_one_event_s(where: str, engine: sa.Engine) -> None:
    with closing(Holds(where, "another")) as holds, Journal(where) as journal:
        holds.put([("team-1", ONE)], HOLD)
        assert journal.on_hold("another") == {ONE: HOLD}
        assert journal.on_hold("cars") == {}
        with closing(Leases(engine, operator("ana"), [ONE])) as leases:
            assert leases.held(ONE)
