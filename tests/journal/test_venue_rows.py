"""What the pages keep in the database: bounded, shared, and remembered while it is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bootstrap.errors import Troubled
from bootstrap.journal.tables import entries as entry_rows
from bootstrap.journal.tables import limits as limit_rows
from bootstrap.journal.venue.entries import Entries
from bootstrap.journal.venue.limits import EVERYBODY, Limits, Pausing
from bootstrap.journal.venue.remembered import Remembered
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.journal.venue.turns import Turns
from tests.postgresql import Server

CODE = "d" * 64


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(path: Path, clock: Clock) -> Iterator[VenueDatabase]:
    made = VenueDatabase(path, clock)
    yield made
    made.close()


def test_of_too_many_entries_the_oldest_is_closed_and_another_team_s_stay(database: VenueDatabase) -> None:
    entries = Entries(database, "cars")
    other = entries.open("team", "team-2", CODE, 9e9, 0.0)
    secrets = [entries.open("team", "team-1", CODE, 9e9, float(number)) for number in range(204)]
    again = Entries(database, "cars")
    assert [again.of(each, 300.0) is not None for each in secrets] == [False] * 4 + [True] * 200
    assert again.of(other, 300.0)
    assert Entries(database, "another event").of(other, 300.0) is None


def test_an_entry_ends_with_its_code_s_time_and_its_row_goes_with_the_next_one(database: VenueDatabase) -> None:
    entries = Entries(database, "cars")
    secret = entries.open("team", "team-1", CODE, 10.0, 0.0)
    assert entries.of(secret, 9.9)
    assert entries.of(secret, 10.0) is None
    entries.open("team", "team-1", CODE, 20.0, 10.0)
    with database.begun() as connection:
        assert connection.execute(sa.select(entry_rows.c.expires)).scalars().all() == [20.0]


def test_no_cookie_of_another_kind_asks_the_database(database: VenueDatabase, clock: Clock) -> None:
    entries = Entries(database, "cars")
    secret = entries.open("team", "team-1", CODE, 9e9, 0.0)
    assert [entries.of(each, 1.0) for each in ("", "x", secret + "x", secret[:-1])] == [None] * 4
    assert entries.of(secret[:-1] + ("A" if secret[-1] != "A" else "B"), 1.0) is None
    entries.close_all("team", "team-1")
    assert entries.of(secret, 1.0) is None


def test_what_was_read_stays_while_the_database_is_away(path: Path, database: VenueDatabase, clock: Clock) -> None:
    entries, limits = Entries(database, "cars"), Limits(database, "cars")
    secret = entries.open("team", "team-1", CODE, 9e9, 0.0)
    assert entries.of(secret, 1.0)
    path.rename(path.with_name("elsewhere"))
    for _ in range(3):
        clock.seconds += 60
        assert entries.of(secret, 2.0)
        for asks in (
            lambda: entries.open("team", "team-1", CODE, 9e9, 2.0),
            lambda: entries.close(secret),
            lambda: limits.count("code", "team-1", {EVERYBODY: Pausing(float)}, 2.0),
        ):
            with pytest.raises(Troubled):
                asks()
        assert entries.of(secret, 2.0), "what could not be saved has changed nothing"


def test_rows_of_clients_that_no_longer_count_go(database: VenueDatabase) -> None:
    limits, pausing = Limits(database, "cars"), Pausing(lambda _: 1.0, forgotten=100.0)
    for number in range(20):
        assert limits.count("code", "team-1", {f"10.0.0.{number}": pausing}, float(number)) == 0
    limits.count("other", "team-1", {EVERYBODY: pausing}, 5.0)
    limits.count("code", "team-2", {EVERYBODY: pausing}, 500.0)
    with database.begun() as connection:
        left = connection.execute(sa.select(limit_rows.c.what, limit_rows.c.whose)).all()
    assert sorted(map(tuple, left)) == [("code", "team-2"), ("other", "team-1")]


def test_a_pause_is_no_longer_than_it_lasts_should_the_clock_be_set_back(database: VenueDatabase) -> None:
    pausing = {EVERYBODY: Pausing(lambda _: 60.0)}
    assert Limits(database, "cars").count("code", "team-1", pausing, 1e6) == 0
    assert Limits(database, "cars").count("code", "team-1", pausing, 0.0) == 60


def test_one_reading_serves_all_until_it_is_old_or_something_was_written(database: VenueDatabase, clock: Clock) -> None:
    readings = []

    def read(connection: sa.Connection) -> int:
        readings.append(connection)
        return len(readings)

    remembered = Remembered(database, read, 2.0)
    assert [remembered() for _ in range(5)] == [1] * 5
    clock.seconds = 1.0
    assert (remembered(), remembered.within(1.5), remembered.within(0.5)) == (1, 1, 2)
    remembered.forget()
    clock.seconds = 1.1
    assert [remembered(), remembered()] == [3, 3]
    clock.seconds = 3.2
    assert remembered() == 4


@pytest.mark.postgresql
def test_a_server_that_is_away_is_asked_every_two_seconds_only(clock: Clock) -> None:
    database = VenueDatabase("postgresql://nobody@127.0.0.1:1/none", clock)
    for away in (False, True, True):
        assert database.away is away
        with pytest.raises(Troubled), database.begun():
            pass
    clock.seconds = 2.1
    assert not database.away
    assert not database.reached()
    database.close()


@pytest.mark.postgresql
def test_a_text_that_the_server_cannot_keep_is_no_reason_to_leave_all_others_waiting(
    clock: Clock, postgresql: Server
) -> None:
    database = VenueDatabase(postgresql.database(), clock)
    with pytest.raises(Troubled), database.begun() as connection:
        connection.execute(sa.select(sa.bindparam("typed", "a\0b")))
    assert not database.away
    database.close()


def test_a_turn_that_was_taken_before_the_clock_was_set_back_is_free(database: VenueDatabase) -> None:
    turns = Turns(database, "cars")
    assert turns.take("doctor", "team-1", "", 7200.0, 30.0)
    assert turns.take("doctor", "team-1", "", 7199.0, 30.0) is None
    assert turns.take("doctor", "team-1", "", 3600.0, 30.0)
    assert turns.take("doctor", "team-1", "", 3601.0, 30.0) is None
