"""Wrong codes: how many are counted, for whom, and how long the pauses are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.journal.venue.limits import Limits
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.web.sign_in.tries import Tries


@pytest.fixture
def limits(tmp_path: Path) -> Iterator[Limits]:
    database = VenueDatabase(tmp_path / "journal.sqlite")
    yield Limits(database, "cars")
    database.close()


def test_who_tries_for_days_waits_a_minute_each_time(limits: Limits) -> None:
    tries, now = Tries(limits), 0.0
    for _ in range(60):
        tries.wrong("team-1", "10.0.0.9", now)
        now += 60
    assert tries.wrong("team-1", "10.0.0.9", now - 59) == 59


def test_a_right_code_makes_the_clients_wrong_ones_forgotten(limits: Limits) -> None:
    tries = Tries(limits)
    for _ in range(4):
        assert tries.wrong("team-1", "10.0.0.9", 0.0) == 0
    tries.right("team-1", "10.0.0.9")
    assert [tries.wrong("team-1", "10.0.0.9", 0.0) for _ in range(6)] == [0] * 5 + [2]


def test_all_addresses_of_one_ipv6_connection_are_one_client(limits: Limits) -> None:
    tries = Tries(limits)
    for number in range(5):
        assert tries.wrong("team-1", f"2001:db8:0:1::{number}", 0.0) == 0
    assert tries.wrong("team-1", "2001:db8:0:1:ffff::9", 0.0) > 0
    assert tries.wrong("team-1", "2001:db8:0:2::9", 0.0) == 0
