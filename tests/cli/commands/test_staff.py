"""The command `staff`: a code for each person, written once, and ended."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path

import pytest

from bootstrap.cli.commands import journal, staff
from bootstrap.cli.commands.choice import Choice
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput
from bootstrap.journal.venue.people_codes import PersonRole, VenuePeople
from bootstrap.journal.venue.rows import VenueDatabase
from tests.people.handouts.test_handouts import HANDOUTS, LATER
from tests.runs import choice, folder

FILE = HANDOUTS / "staff.csv"
LONG_AFTER = 9_999_999_999.0


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return folder(tmp_path, teams=1, schedule=LATER)


def codes(at: Path) -> dict[str, str]:
    with (at / FILE).open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: row["code"] for row in csv.DictReader(file)}


def owner(at: Path, typed: str, role: PersonRole = PersonRole.STAFF, now: float = 0.0) -> str | None:
    """Whose code it is."""
    with closing(VenueDatabase(choice(at).journal_path)) as database:
        found = VenuePeople(database, "car-day").opened_by(role, typed, now)
    return found.name if found else None


def test_each_person_gets_a_code_that_only_the_owner_of_the_file_may_read(
    at: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert staff.add(choice(at), ["Ana", " Desk   2 ", "陈"]) == 0
    assert staff.add(choice(at), ["Bo"], judge=True) == 0
    found = codes(at)
    assert list(found) == ["Ana", "Desk 2", "陈", "Bo"]
    assert (at / FILE).stat().st_mode & 0o777 == 0o600
    assert [owner(at, found[name].lower().replace("-", " ")) for name in found] == ["Ana", "Desk 2", "陈", None]
    assert owner(at, found["Bo"], PersonRole.JUDGE) == "Bo"
    assert owner(at, found["Ana"], now=LONG_AFTER) is None
    staff.show(choice(at))
    journal.show(Choice(RunKind.JOURNAL, at / "event.yaml", at / "accounts.csv", output="plain"), None)
    told = capsys.readouterr().out
    assert "Desk 2: staff" in told
    assert "code made for Ana on duty, staff" in told
    kept = b"".join(each.read_bytes() for each in (at / ".event-bootstrap").glob("journal*"))
    assert not any(code in told or code.encode() in kept for code in found.values())


def test_a_new_code_ends_the_old_one_and_keeps_the_role(at: Path) -> None:
    staff.add(choice(at), ["Ana", "Chen"], judge=True)
    before = codes(at)
    staff.new_code(choice(at), ["ana"])
    after = codes(at)
    assert {name for name in before if before[name] != after[name]} == {"Ana"}
    assert owner(at, before["Ana"], PersonRole.JUDGE) is None
    assert owner(at, after["Ana"], PersonRole.JUDGE) == "Ana"


def test_who_is_removed_has_no_code_anywhere(at: Path) -> None:
    staff.add(choice(at), ["Ana", "Bo"])
    gone = codes(at)["Bo"]
    assert staff.remove(choice(at), ["bo"]) == 0
    assert owner(at, gone) is None
    assert list(codes(at)) == ["Ana"]


@pytest.mark.parametrize("name", ["", "a@example.com", "-x", "=cmd()", "x" * 41, "a\u202eb"])
def test_a_name_is_what_others_can_read(at: Path, name: str) -> None:
    with pytest.raises(BadInput, match="EB-815"):
        staff.add(choice(at), [name])


def test_nobody_is_signed_out_or_removed_by_a_slip(at: Path) -> None:
    staff.add(choice(at), ["Ana"])
    before = codes(at)
    with pytest.raises(BadInput, match="EB-816"):
        staff.add(choice(at), ["Bo", "ANA"])
    for act in (staff.new_code, staff.remove):
        with pytest.raises(BadInput, match="EB-817"):
            act(choice(at), ["Ana", "Bo"])
    assert codes(at) == before
    assert owner(at, before["Ana"]) == "Ana"


def test_after_the_event_no_code_is_made(tmp_path: Path) -> None:
    past = {name: moment.replace("2099", "2020") for name, moment in LATER.items()}
    at = folder(tmp_path, teams=1, schedule=past)
    with pytest.raises(BadInput, match="EB-581"):
        staff.add(choice(at), ["Ana"])
