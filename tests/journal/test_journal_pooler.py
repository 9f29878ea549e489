"""The journal behind a connection pooler, which lends a session for a whole connection or for one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from bootstrap.errors import BadInput
from bootstrap.journal import database
from bootstrap.journal import lease_rows as rows
from bootstrap.journal.journal import Journal
from bootstrap.journal.last_seen import LastSeen
from bootstrap.journal.leases import Leases, holder
from bootstrap.journal.team_codes import TeamCodes
from bootstrap.journal.venue.entries import Entries
from bootstrap.journal.venue.known_codes import KnownCodes, ShownPasswords
from bootstrap.journal.venue.limits import Limits, Pausing
from bootstrap.journal.venue.rows import VenueDatabase
from tests import pooler
from tests.journal.test_journal import ILL, plan, ran
from tests.needs import absent
from tests.postgresql import Server

pytestmark = pytest.mark.postgresql
ACCOUNTS = [f"{number:012}" for number in range(1, 41)]


@contextmanager
def pooled(mode: str, server: Server) -> Iterator[int]:
    program = pooler.binary()
    if program is None:
        absent("PgBouncer")
    with pooler.running(program, server, mode) as port:
        yield port


@pytest.fixture(scope="module", params=["session", "transaction"])
def port(request: pytest.FixtureRequest, postgresql: Server) -> Iterator[int]:
    with pooled(request.param, postgresql) as found:
        yield found


@pytest.fixture
def url(port: int, postgresql: Server) -> str:
    return pooler.through(postgresql.database(), port)


def test_two_writers_at_once_lose_nothing_and_prepare_nothing(url: str, postgresql: Server) -> None:
    began = postgresql.log_length()

    def write(name: str) -> None:
        with Journal(url) as journal:
            ran(journal, plan(f"run-of-{name}"), ILL)
            for number in range(8):
                journal.act("console", "cars", f"link {number}", actor=name)
                assert journal.flush(10)
            assert journal.close() == ()

    writers = [threading.Thread(target=write, args=[name]) for name in ("ana", "bo")]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    with Journal(url) as journal:
        assert {each.id for each in journal.runs("cars")} == {"run-of-ana", "run-of-bo"}
        assert len(journal.actions("cars")) == 16
    assert "ERROR" not in postgresql.log_from(began)


def test_an_account_is_leased_to_one_of_two(url: str) -> None:
    engine = database.connect(url)
    ana = Leases(engine, holder("ana on laptop", "provision", "run-of-ana", "cars"), ACCOUNTS[:30])
    bo = Leases(engine, holder("bo on laptop", "provision", "run-of-bo", "cars"), ACCOUNTS)
    try:
        assert [each for each in ACCOUNTS if ana.held(each) and bo.held(each)] == []
        assert bo.elsewhere() == set(ACCOUNTS[:30])
    finally:
        ana.close()
        bo.close()
    with engine.connect() as connection:
        assert not any(each.token for each in rows.holders(connection, ACCOUNTS).values())
    engine.dispose()


def test_codes_and_the_state_are_read_and_written(url: str) -> None:
    kept = TeamCodes(url, "cars")
    made, _ = kept.hand_out(["team-1"], datetime(2100, 1, 1, tzinfo=UTC), 0.0, "ana")
    kept.close()
    pages = VenueDatabase(url)
    assert KnownCodes(pages, "cars").opened_by("team-1", made["team-1"], 1.0)
    shown = ShownPasswords(pages, "cars")
    assert [shown.show_once(ACCOUNTS[0], "worker-1", 1.0) for _ in range(2)] == [True, False]
    secret = Entries(pages, "cars").open("team", "team-1", "d" * 64, 9.0, 1.0)
    assert Entries(pages, "cars").of(secret, 2.0)
    limits = Limits(pages, "cars")
    assert [limits.count("code", "team-1", {"10.0.0.1": Pausing(float)}, now) for now in (1.0, 1.5, 2.0)] == [0, 0.5, 0]
    pages.close()
    seen = LastSeen(url, "cars")
    assert set(seen.mark()) == {0}
    assert seen.read().happened == ()
    seen.close()


def test_each_transaction_has_its_limits_and_leaves_none_to_the_next_client(url: str) -> None:
    engine = database.connect(url)
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    for _ in range(3):
        with engine.connect() as connection:
            found = [connection.exec_driver_sql(f"SHOW {each}").scalar_one() for each in names]
        assert found == ["5s", "10s", "1min"]
    with engine.connect() as connection:
        bare = connection.execution_options(isolation_level="AUTOCOMMIT")
        assert [bare.exec_driver_sql(f"SHOW {each}").scalar_one() for each in names] == ["0", "0", "0"]
    engine.dispose()


def test_what_lends_a_session_for_one_statement_is_refused_with_the_way_out(postgresql: Server) -> None:
    with pooled("statement", postgresql) as port, pytest.raises(BadInput) as caught:
        Journal(pooler.through(postgresql.database(), port))
    (problem,) = caught.value.problems
    assert (problem.code, problem.cause) == ("EB-395", "transaction blocks not allowed in statement pooling mode")
    assert "`transaction`" in problem.fix
