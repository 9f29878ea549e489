"""Codes as people type them, and as the journal's database keeps them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bootstrap.errors import Troubled
from bootstrap.journal import codes
from bootstrap.journal.team_codes import Kept, TeamCodes
from bootstrap.journal.venue.known_codes import KnownCodes, ShownPasswords
from bootstrap.journal.venue.rows import VenueDatabase

END = datetime(2026, 12, 11, 18, tzinfo=UTC)
BEFORE = END.timestamp() - 86400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def where(request: pytest.FixtureRequest, path: Path) -> str:
    """A new journal's file, or the URL of a new database."""
    url: str = request.getfixturevalue("postgresql").database() if request.param == "postgresql" else str(path)
    return url


@pytest.fixture
def kept(where: str) -> Iterator[TeamCodes]:
    opened = TeamCodes(where, "cars")
    yield opened
    opened.close()


def valid(where: str, team: str, now: float, event: str = "cars") -> Kept | None:
    """As a page that reads for the first time."""
    pages = VenueDatabase(where)
    try:
        return KnownCodes(pages, event).valid(team, now)
    finally:
        pages.close()


def test_a_code_has_eighty_random_bits_in_letters_that_are_not_mistaken() -> None:
    made = {codes.new() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", each) for each in made)


WIDE = "".join(chr(ord(each) + 0xFEE0) for each in "10AB-CDEF-GHJK-MNPQ")


@pytest.mark.parametrize(
    "typed",
    ["10AB-CDEF-GHJK-MNPQ", "10abcdefghjkmnpq", "IOAB CDEF GHJK MNPQ", " lo.ab-cdef-ghjk-mnpq ", WIDE],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    salt = codes.salt()
    assert codes.digest(salt, "atlas", typed) == codes.digest(salt, "atlas", "10AB-CDEF-GHJK-MNPQ")


@pytest.mark.parametrize("typed", ["10AB-CDEF-GHJK-MNPR", "10AB-CDEF-GHJK", "", "ü"])
def test_another_code_is_another_digest(typed: str) -> None:
    salt = codes.salt()
    assert codes.digest(salt, "atlas", typed) != codes.digest(salt, "atlas", "10AB-CDEF-GHJK-MNPQ")


def test_a_code_opens_its_own_team_and_only_until_the_event_ends(kept: TeamCodes, where: str) -> None:
    made, known = kept.hand_out(["atlas", "深圳队"], END, BEFORE, "mei")
    assert (set(made), known) == ({"atlas", "深圳队"}, ())
    atlas = valid(where, "atlas", BEFORE)
    assert atlas is not None
    assert atlas.opened_by(made["atlas"])
    assert not atlas.opened_by(made["深圳队"])
    assert valid(where, "atlas", END.timestamp()) is None
    assert valid(where, "borealis", BEFORE) is None


def test_asking_again_keeps_codes_and_makes_those_that_lack(kept: TeamCodes) -> None:
    first, _ = kept.hand_out(["atlas"], END, BEFORE, "mei")
    second, known = kept.hand_out(["atlas", "borealis"], END, BEFORE, "ken")
    assert set(second) == {"borealis"}
    assert [(each.team, each.made_by, each.opened_by(first["atlas"])) for each in known] == [("atlas", "mei", True)]


def test_a_new_code_voids_the_old_one_at_once(kept: TeamCodes, where: str) -> None:
    first, _ = kept.hand_out(["atlas"], END, BEFORE, "mei")
    second, _ = kept.hand_out(["atlas"], END, BEFORE, "mei", anew=True)
    standing = valid(where, "atlas", BEFORE)
    assert standing is not None
    assert not standing.opened_by(first["atlas"])
    assert standing.opened_by(second["atlas"])


def test_an_expired_code_is_replaced_and_a_valid_one_moves_with_the_event_s_end(kept: TeamCodes) -> None:
    kept.hand_out(["atlas"], END, BEFORE, "mei")
    later = datetime(2026, 12, 20, tzinfo=UTC)
    made, known = kept.hand_out(["atlas"], later, BEFORE, "mei")
    assert (made, [each.expires for each in known]) == ({}, [later.timestamp()])
    made, _ = kept.hand_out(["atlas"], datetime(2027, 1, 1, tzinfo=UTC), later.timestamp(), "mei")
    assert set(made) == {"atlas"}


def test_no_code_is_in_the_database(path: Path) -> None:
    kept = TeamCodes(path, "cars")
    made, _ = kept.hand_out(["atlas"], END, BEFORE, "mei@example.com")
    kept.close()
    raw = b"".join(each.read_bytes() for each in path.parent.iterdir())
    for secret in (made["atlas"], made["atlas"].replace("-", ""), "mei@example.com"):
        assert secret.encode() not in raw


def test_events_do_not_share_codes(kept: TeamCodes, where: str) -> None:
    kept.hand_out(["atlas"], END, BEFORE, "mei")
    other = TeamCodes(where, "another event")
    assert valid(where, "atlas", BEFORE, "another event") is None
    other.close()


def test_a_password_is_shown_once_until_it_is_allowed_again(kept: TeamCodes, where: str) -> None:
    pages = VenueDatabase(where)
    shown = ShownPasswords(pages, "cars")
    assert shown.of("012345678901") == {}
    assert shown.show_once("012345678901", "worker", 5.0)
    assert not shown.show_once("012345678901", "worker", 6.0)
    assert shown.show_once("999999999999", "worker", 7.0)
    assert shown.of("012345678901") == {"worker": 5.0}
    assert kept.show_again(["012345678901"]) == 1
    assert shown.show_once("012345678901", "worker", 8.0)
    pages.close()


def test_of_two_operators_at_once_each_team_gets_the_code_of_one(where: str) -> None:
    teams = [f"team-{number}" for number in range(20)]
    operators = [TeamCodes(where, "cars"), TeamCodes(where, "cars")]
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(each.hand_out, teams, END, BEFORE, "mei") for each in operators]
        (first, _), (second, _) = (each.result() for each in asked)
    assert sorted([*first, *second]) == sorted(teams)
    for team, code in (first | second).items():
        standing = valid(where, team, BEFORE)
        assert standing is not None
        assert standing.opened_by(code)
    for each in operators:
        each.close()


def test_a_database_that_does_not_answer_is_said_so(path: Path) -> None:
    kept = TeamCodes(path, "cars")
    with sqlite3.connect(path) as connection:
        connection.execute("drop table codes")
    connection.close()
    with pytest.raises(Troubled, match="EB-523"):
        kept.hand_out(["atlas"], END, BEFORE, "mei")
    kept.close()
