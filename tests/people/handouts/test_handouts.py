"""The command `handouts`: files, what is kept of earlier ones, and what is refused."""

from __future__ import annotations

import csv
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli.commands import handouts
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.errors import BadInput, NothingToDo, Problem
from bootstrap.journal.journal import Journal
from bootstrap.journal.team_codes import Kept, TeamCodes
from bootstrap.journal.venue.known_codes import KnownCodes
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.handouts import codes_file, join_address
from tests.runs import choice, folder

ADDRESS = "https://ev.example.com"
HANDOUTS = Path(".event-bootstrap", "handouts")
LATER = {"opens": "2099-12-10T09:00+09:00", "closes": "2099-12-10T18:00+09:00", "expires": "2099-12-11T18:00+09:00"}


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return folder(tmp_path, teams=3, schedule=LATER)


def codes(at: Path) -> dict[str, str]:
    with (at / HANDOUTS / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["team"]: row["code"] for row in csv.DictReader(file)}


def page(at: Path) -> str:
    return (at / HANDOUTS / "cards.html").read_text(encoding="utf-8")


def make(at: Path, *teams: str, address: str = ADDRESS, **wanted: str | bool) -> int:
    return handouts.make(choice(at, *teams), HandoutOptions(address, **wanted))  # type: ignore[arg-type]


def refused(asked: Choice, wanted: HandoutOptions) -> Problem:
    with pytest.raises(BadInput) as caught:
        handouts.make(asked, wanted)
    (problem,) = caught.value.problems
    return problem


def test_cards_and_codes_lie_apart_and_only_their_owner_may_read_them(at: Path) -> None:
    assert make(at) == 0
    found = codes(at)
    assert set(found) == {"team-1", "team-2", "team-3"}
    assert not any(code in page(at) for code in found.values())
    assert all((at / HANDOUTS / each).stat().st_mode & 0o777 == 0o600 for each in ("cards.html", "codes.csv"))


def test_making_cards_again_changes_no_code_and_can_put_codes_on_them(at: Path) -> None:
    make(at)
    before = codes(at)
    make(at, with_codes=True)
    assert codes(at) == before
    assert all(code in page(at) for code in before.values())


def kept(at: Path, team: str) -> Kept | None:
    """The team's code, as the journal has it."""
    pages = VenueDatabase(at / ".event-bootstrap" / "journal.sqlite")
    try:
        return KnownCodes(pages, "car-day").valid(team, 0.0)
    finally:
        pages.close()


def test_one_team_s_new_code_leaves_the_others_alone(at: Path) -> None:
    make(at)
    before = codes(at)
    make(at, "team-2", new_codes=True)
    after = codes(at)
    assert {team for team in before if before[team] != after[team]} == {"team-2"}
    standing = kept(at, "team-2")
    assert standing is not None
    assert standing.opened_by(after["team-2"])


def test_a_code_that_was_made_elsewhere_stays_valid_and_is_said(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(at)
    (at / HANDOUTS / "codes.csv").unlink()
    make(at, "team-1", with_codes=True)
    assert "team-1: its code is not in this codes.csv" in capsys.readouterr().err
    assert codes(at) == {}


def test_the_journal_notes_each_card_and_holds_no_code(at: Path) -> None:
    make(at, with_codes=True)
    journal = at / ".event-bootstrap" / "journal.sqlite"
    with sqlite3.connect(journal) as connection:
        noted = connection.execute("select command, team, detail from actions order by number").fetchall()
    connection.close()
    assert noted == [("handouts", f"team-{n}", "card written with its code, new code") for n in (1, 2, 3)]
    raw = b"".join(each.read_bytes() for each in journal.parent.glob("journal.sqlite*"))
    assert not any(code.encode() in raw for code in codes(at).values())


def test_the_portal_is_what_provision_saw(at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(at, "team-1", language="en")
    assert "Labelling" not in page(at)
    seen = type("Seen", (), {"account_id": "100200300401", "facts": {"portal": "abc.labeling.example"}})
    monkeypatch.setattr(Journal, "last_outcomes", lambda *_: (seen,))
    make(at, "team-1", language="en")
    assert "abc.labeling.example" in page(at)


def test_spare_accounts_get_no_card(at: Path) -> None:
    (at / "accounts.csv").write_text("team,account_id,spare\nteam-1,100200300401,\nspare-1,100200300409,yes\n")
    make(at)
    assert set(codes(at)) == {"team-1"}
    with pytest.raises(NothingToDo):
        make(at, "spare-1")


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("https://ev.example.com", "https://ev.example.com"),
        ("https://EV.example.com:8443/", "https://ev.example.com:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://比赛.example.com", "https://xn--bpw482e.example.com"),
    ],
)
def test_an_address_is_a_host_that_is_reached_encrypted(typed: str, base: str) -> None:
    assert join_address.base(typed) == base


@pytest.mark.parametrize(
    "typed",
    ["ev.example.com", "http://ev.example.com", "https://ev.example.com/x", "https://u:p@ev.example.com", "https://",
     "https://ev.example.com:99999", "https://ev.example.com?x=1", f"https://{'a' * 50}.{'b' * 30}.com",
     "ftp://ev.example.com", "https://a b.example.com"],
)  # fmt: skip
def test_any_other_address_is_refused(at: Path, typed: str) -> None:
    assert refused(choice(at), HandoutOptions(typed)).code == "EB-580"
    assert not (at / HANDOUTS).exists()


def test_a_team_s_address_is_short_plain_and_its_own() -> None:
    names = ["Team 7", "team-7", "深" * 40, "深圳队", "W" * 40, "Équipe Ångström", "team.7", "-", "a" * 24, "a" * 25]
    slugs = [join_address.slug(each) for each in names]
    assert len(set(slugs)) == len(names)
    assert all(len(each) <= 24 and each.isascii() and each == each.lower() for each in slugs)
    assert join_address.slug("TEAM-7") == join_address.slug("team-7") == "team-7"


def test_new_codes_for_no_team_in_particular_are_refused(at: Path) -> None:
    assert refused(choice(at), HandoutOptions(ADDRESS, new_codes=True)).code == "EB-583"
    with pytest.raises(BadInput, match="EB-583"):
        handouts.passwords_again(choice(at))


@pytest.mark.parametrize("contact", ["x" * 50, "队" * 33, "two\nlines"])
def test_a_contact_that_fits_no_card_is_refused(at: Path, contact: str) -> None:
    assert refused(choice(at), HandoutOptions(ADDRESS, contact=contact)).code == "EB-584"


def test_an_event_that_is_over_gets_no_codes(tmp_path: Path) -> None:
    over = {name: at.replace("2099", "2020") for name, at in LATER.items()}
    assert refused(choice(folder(tmp_path, schedule=over)), HandoutOptions(ADDRESS)).code == "EB-581"


def test_no_code_is_made_that_could_not_be_written_down(at: Path) -> None:
    (at / ".event-bootstrap").mkdir()
    (at / HANDOUTS).write_text("in the way")
    assert refused(choice(at), HandoutOptions(ADDRESS)).code == "EB-582"
    assert kept(at, "team-1") is None


def test_a_damaged_list_of_codes_is_not_overwritten(at: Path) -> None:
    make(at)
    file = at / HANDOUTS / "codes.csv"
    file.write_text("team,code\nteam-1,XXXX\n", encoding="utf-8")
    assert refused(choice(at), HandoutOptions(ADDRESS)).code == "EB-588"
    assert file.read_text(encoding="utf-8") == "team,code\nteam-1,XXXX\n"


def test_a_list_of_codes_that_a_spreadsheet_saved_its_own_way_is_read(at: Path) -> None:
    make(at)
    before, file = codes(at), at / HANDOUTS / "codes.csv"
    file.write_bytes(file.read_text(encoding="utf-8-sig").replace(",", ";").encode("gbk"))
    make(at, "team-1", with_codes=True)
    assert codes(at) == before
    assert before["team-1"] in page(at)


def test_who_makes_codes_at_the_same_time_waits_and_keeps_those_of_the_other(
    at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on, waited = threading.Event(), threading.Event(), threading.Event()
    hand_out = TeamCodes.hand_out

    def slowly(self: TeamCodes, teams: Any, *how: Any) -> Any:
        if "team-1" in teams:
            reached.set()
            assert go_on.wait(20)
        return hand_out(self, teams, *how)

    def waits(whose: str) -> None:
        assert f"process {os.getpid()}" in whose
        waited.set()
        go_on.set()

    monkeypatch.setattr(TeamCodes, "hand_out", slowly)
    monkeypatch.setattr(codes_file, "_wait", waits)
    with ThreadPoolExecutor(2) as both:
        first = both.submit(make, at, "team-1")
        assert reached.wait(20)
        second = both.submit(make, at, "team-2")
        second.add_done_callback(lambda _: go_on.set())
        assert (first.result(), second.result()) == (0, 0)
    assert waited.is_set()
    assert set(codes(at)) == {"team-1", "team-2"}
