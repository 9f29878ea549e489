"""`journal forget`: what is about people goes, down to the bytes, and the proof says so."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bootstrap.engine.states import Outcome
from bootstrap.errors.message import msg
from bootstrap.event.roster import roster
from bootstrap.journal import database, operators, people, tables
from bootstrap.journal.byte_search import Values
from bootstrap.journal.journal import Journal
from bootstrap.journal.leases import Leases, holder
from bootstrap.journal.tables import metadata, runs
from tests import forked_command, schemas
from tests.journal.test_journal import ILL, plan, ran
from tests.postgresql import Server
from tests.runs import folder

ANA, BO, JOANA = "ana on desk", "bo müller on laptop", "joana on desk"
ACCOUNT = "100200300401"
Forget = Callable[..., subprocess.CompletedProcess[str]]


def test_each_column_is_about_people_or_kept() -> None:
    """A new table or column: name it in bootstrap/journal/people.py."""
    columns = {f"{table.name}.{column.name}": table.name for table in metadata.sorted_tables for column in table.c}
    told = people.NAMES | people.TEXTS | people.WORDS | people.KEPT
    assert {each for each, table in columns.items() if each not in told and table not in people.ROWS} == set()
    assert told | people.ROWS <= columns.keys() | set(columns.values())
    assert not [each for each in people.KEPT if each in people.NAMES | people.TEXTS | people.WORDS]


@pytest.fixture
def where(request: pytest.FixtureRequest, path: Path) -> str:
    """A journal's file; the URL of a database where a test asks for one."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return str(path)
    url: str = request.getfixturevalue("postgresql").database()
    return url


both = pytest.mark.parametrize(
    "where", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture
def at(tmp_path: Path) -> Path:
    """The folder of an event with two teams' addresses, cards, codes and a report."""
    made = folder(tmp_path, teams=2)
    ours = made / ".event-bootstrap"
    for each in ("handouts", "rosters", "reports"):
        (ours / each).mkdir(parents=True)
    (ours / "rosters" / "accounts-old.csv").write_text((made / "accounts.csv").read_text(), encoding="utf-8")
    (ours / "reports" / "run.html").write_text(f"<p>{ANA} &amp; {BO}; {JOANA}</p>", encoding="utf-8")
    (ours / "reports" / "run.json").write_text(json.dumps({"actor": BO}), encoding="utf-8")
    return made


@pytest.fixture
def forget(at: Path, where: str) -> Forget:
    def run(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = forked_command.run(["journal", "forget", "--journal", where, *words], at, {})
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def event(at: Path, where: str) -> str:
    """The event's name; its journal names three people, in columns, texts and messages."""
    name = "car-day"
    with Journal(where, at / ".event-bootstrap") as journal:
        for person, run in ((ANA, "run-1"), (BO, "run-2"), (JOANA, "run-3")):
            journal.begin(plan(run), person)
            ran(journal, plan(f"{run}-done"), ILL)
            journal.act("handouts", name, "cards", actor=person)
        journal.act("provision", name, msg("taken over from {who}", who=BO), team="team-1", actor=ANA)
        journal.act("join", name, "a link", team="team-1", actor="team-1 by its code")
        assert journal.flush(60)
        held = Leases(journal._engine, holder(BO, "provision", "run-2", name), [ACCOUNT])
        held.close()
    engine = database.connect(where)
    with engine.begin() as connection:
        connection.execute(runs.update().values(event=name, ended=1.0))
    engine.dispose()
    return name


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    (found,) = schemas.read(done.stdout)
    return dict(found)


def test_nothing_is_changed_without_apply_and_without_the_events_name(
    event: str, at: Path, forget: Forget, where: str
) -> None:
    before = {path: path.read_bytes() for path in at.rglob("*") if path.is_file() and "journal" not in path.name}
    told = document(forget("--output", "json", code=1))
    assert (told["applied"], told["names"], told["proof"]) == (False, 3, None)
    assert told["addresses"] > 0
    assert told["entries"]["actions"] == 4
    assert told["not_clean"] == ["team-1", "team-2"]
    assert "error[EB-680]" in forget("--apply", code=2).stderr
    assert "error[EB-510]" in forget("--apply", "--confirm", "another", code=2).stderr
    assert {path: path.read_bytes() for path in before} == before
    with Journal(where) as journal:
        assert {each.actor for each in journal.actions(event)} >= {ANA, BO, JOANA}


@both
def test_what_is_about_people_goes_and_what_was_done_stays(
    event: str, at: Path, forget: Forget, where: str, request: pytest.FixtureRequest
) -> None:
    secrets = [ANA, BO, JOANA, *(each.split(",")[2] for each in (at / "accounts.csv").read_text().splitlines()[1:])]
    with Journal(where) as journal:
        before = [(each.at, each.command, each.team, each.outcome) for each in journal.actions(event)]
    proof = document(forget("--apply", "--confirm", event, "--output", "json"))["proof"]
    assert proof["left"] == []
    assert proof["files"] > 3
    assert proof["entries"] > 20
    assert any("write-ahead log" in each or "backups" in each for each in proof["not_searched"])
    values = Values(dict.fromkeys([part for each in secrets for part in each.split(";")], ""))
    assert [path for path in at.rglob("*") if path.is_file() and values.in_file(path)[0]] == []
    with Journal(where) as journal:
        actions = journal.actions(event)
        assert [(each.at, each.command, each.team, each.outcome) for each in actions] == before
        people_now = [each.actor for each in actions]
        assert people_now[0] == people_now[3] != people_now[1]
        assert people_now[4] == "team-1 by its code"
        assert str(actions[3].detail) == f"taken over from {people_now[1]}"
        assert {each.state for each in journal.last_outcomes(event) if each.team == "team-1"} == {Outcome.READY}
    assert f"<p>{people_now[0]} &amp; {people_now[1]}; {people_now[2]}</p>" == (
        at / ".event-bootstrap/reports/run.html"
    ).read_text(encoding="utf-8")
    assert not (at / ".event-bootstrap" / "rosters").exists()
    found = roster.content(at / "accounts.csv")
    assert b"removed.invalid" in str(found).encode()
    if "://" not in where:
        return
    # The server, too, has written its pages anew.
    server: Server = request.getfixturevalue("postgresql")
    ((file,),) = server.query(where, "select pg_relation_filepath('actions')")
    page = server.file(file)
    assert ANA.encode() not in page
    assert people_now[0].encode() in page


def test_what_cannot_be_removed_is_said_with_its_place(event: str, at: Path, forget: Forget) -> None:
    (at / "notes.txt").write_text(f"{ANA} did it", encoding="utf-8")
    (at / "old.sqlite").write_bytes(b"SQLite format 3\0" + BO.encode())
    told = forget("--apply", "--confirm", event, code=1).stdout
    assert f"still there: {at / 'notes.txt'}: 1 time" in told
    assert f"still there: {at / 'old.sqlite'}: 1 time" in told
    assert "old copy of the journal: delete that file" in told
    assert "remove it there by hand now" in told
    assert document(forget("--output", "json"))["names"] == 0
    again = forget("--apply", "--confirm", event).stdout
    assert "none of them was found" not in again
    assert "this run proves nothing" in again


def test_a_roster_is_cleaned_in_the_encoding_that_a_spreadsheet_gave_it(event: str, at: Path, forget: Forget) -> None:
    path = at / "accounts.csv"
    before = path.read_text(encoding="utf-8")
    path.write_text(before, encoding="utf-16")
    forget("--apply", "--confirm", event)
    assert "@" in before
    after = path.read_text(encoding="utf-16")
    assert {each.partition("@")[2][:15] for each in after.replace(";", "\n").splitlines() if "@" in each} == {
        "removed.invalid"
    }


def test_what_the_day_left_about_people_goes_too(event: str, where: str, forget: Forget) -> None:
    li = operators.on_duty("Li")
    about = {"event": event, "team": "team-1", "account_id": ACCOUNT}
    people_of = {"role": "staff", "salt": "s" * 32, "digest": "d" * 64, "made": 1.0, "made_by": ANA, "expires": 9.0}
    hand = {"what": "other", "words": "our Li is stuck", "language": "en", "raised": 1.0, "code": "", "cause": "",
            "finding": {"said": f"for {li}"}, "taken_by": li, "answered_by": "", "how": "", "notice": ""}  # fmt: skip
    notice = {"id": "n", "event": event, "at": 2.0, "actor": li, "text_en": f"ask {li}", "text_zh": "", "teams": {},
              "cause": ""}  # fmt: skip
    entry = {"kind": "staff", "whose": "Li", "code": "c" * 64, "form": "f", "opened": 1.0, "expires": 9.0}
    vote = {"job": "j", "picture": "p", "worker": "Wang", "label": "car", "at": 1.0, "change": 1}
    engine = database.connect(where)
    with engine.begin() as connection:
        connection.execute(tables.venue_people.insert().values(event=event, name="Li", **people_of))
        connection.execute(tables.entries.insert().values(event=event, digest="e" * 64, **entry))
        connection.execute(tables.entries.insert().values(event="another", digest="e" * 64, **entry))
        connection.execute(tables.hands.insert().values(id="h", **about, **hand))
        connection.execute(tables.notices.insert().values(**notice))
        connection.execute(tables.ballots.insert().values(event=event, account_id=ACCOUNT, **vote))
        connection.execute(tables.surveys.insert().values(event=event, id="s", team="team-1", answers={"q": 5},
                                                          words="Li helped us", language="en", at=3.0))  # fmt: skip
    engine.dispose()
    told = document(forget("--apply", "--confirm", event, "--output", "json"))
    counted = {"venue_people": 1, "entries": 1, "hands": 1, "notices": 1, "ballots": 1, "surveys": 1, "limits": 0}
    assert counted.items() <= told["entries"].items()
    assert told["proof"]["left"] == []
    with engine.connect() as connection:
        (hand,) = (dict(each) for each in connection.execute(sa.select(tables.hands)).mappings())
        (notice,) = (dict(each) for each in connection.execute(sa.select(tables.notices)).mappings())
        (survey,) = connection.execute(sa.select(tables.surveys)).mappings().all()
        assert connection.execute(sa.select(tables.entries.c.event)).scalars().all() == ["another"]
        for gone in (tables.venue_people, tables.ballots):
            assert connection.execute(sa.select(gone)).all() == []
    engine.dispose()
    assert hand["taken_by"] == notice["actor"] != li
    assert (hand["words"], hand["answered_by"], hand["finding"]) == ("", "", {"said": f"for {notice['actor']}"})
    assert notice["text_en"] == f"ask {notice['actor']}"
    assert (survey["words"], survey["answers"]) == ("", {"q": 5})


def test_notes_of_the_staff_and_addresses_of_browsers_go(event: str, where: str, forget: Forget, path: Path) -> None:
    with Journal(where) as journal:
        journal.act("note", event, msg("note: {words}", words="Li was ill"), team="team-1", actor="Mei on duty")
        journal.act("join", event, "entered the code", team="team-1", actor="join page, 203.0.113.7")
        journal.act("staff", event, "wrong code", actor="staff page, 2001:db8::7")
    forget("--apply", "--confirm", event)
    with Journal(where) as journal:
        acts = {each.command: (each.actor, each.detail) for each in journal.actions(event)}
    assert acts["join"] == ("join page", "entered the code")
    assert acts["staff"] == ("staff page", "wrong code")
    assert acts["note"][1] == ""
    assert not any(each in path.read_bytes() for each in (b"Li was ill", b"203.0.113.7", b"2001:db8::7"))


def test_a_run_that_goes_on_would_bring_names_back(event: str, where: str, forget: Forget) -> None:
    with Journal(where) as journal:
        held = Leases(journal._engine, holder(ANA, "provision", "run-9", event), [ACCOUNT])
        assert (
            "error[EB-698]: ana on desk works with this journal" in forget("--apply", "--confirm", event, code=2).stderr
        )
        held.close()


def test_a_file_that_somebody_reads_is_not_said_to_be_clean(event: str, at: Path, path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT * FROM runs").all()
        words = ["journal", "forget", "--journal", str(path), "--apply", "--confirm", event]
        done = forked_command.run(words, at, {})
    engine.dispose()
    assert done.returncode == 2
    assert "error[EB-702]" in done.stderr
    assert (at / ".event-bootstrap" / "rosters").exists()
    with Journal(path) as journal:
        assert journal.actions(event)[0].actor == ANA


def test_values_are_found_however_they_are_spelled() -> None:
    values = Values({"Ana O'Neil <a@b.example>": "x", "王芳 on 桌": "y", "ana": "z"})
    for text, instead in (
        ("ana o&#x27;neil &lt;a@b.example&gt;", "x"),
        ("\\u738b\\u82b3 on \\u684c", "y"),
        ("王芳 on 桌", "y"),
        ("Ana%20O%27Neil%20%3Ca%40b.example%3E", "x"),
        ("ana o", "z o"),
        ("nobody", "nobody"),
    ):
        assert values.replaced(text) == instead
    assert values.everywhere({"王芳 on 桌": [1, {"a": "ANA"}]}) == {"y": [1, {"a": "z"}]}
    for encoding in ("utf-16-le", "utf-16-be", "gb18030"):
        assert values.without("Er 王芳 on 桌, Ana".encode(encoding)) == "Er y, z".encode(encoding)
    assert Values({}).count(b"anything") == 0
