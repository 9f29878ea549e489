"""`journal copy`: SQLite to PostgreSQL and back, also in mid-event."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bootstrap.cli.commands.choice import FOLDER
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput
from bootstrap.journal import database, schema
from bootstrap.journal.journal import Journal
from bootstrap.journal.last_seen import LastSeen
from bootstrap.journal.leases import Leases, holder
from bootstrap.journal.tables import about, metadata
from bootstrap.journal.team_codes import TeamCodes
from bootstrap.journal.venue.entries import Entries
from bootstrap.journal.venue.known_codes import ShownPasswords
from bootstrap.journal.venue.rows import VenueDatabase
from tests import forked_command, pooler, schemas
from tests.journal.test_journal import ILL, plan, ran
from tests.journal.test_journal_pooler import pooled
from tests.postgresql import PASSWORD, Server

ACCOUNT = "1" * 12
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def copy(*words: str, code: int = 0, **env: str) -> subprocess.CompletedProcess[str]:
        done = forked_command.run(["journal", "copy", *words], tmp_path, env)
        assert done.returncode == code, done.stdout + done.stderr
        assert PASSWORD not in done.stdout + done.stderr
        return done

    return copy


@pytest.fixture(
    params=[
        "sqlite sqlite",
        pytest.param("sqlite postgresql", marks=pytest.mark.postgresql),
        pytest.param("postgresql sqlite", marks=pytest.mark.postgresql),
    ]
)
def places(request: pytest.FixtureRequest, path: Path, tmp_path: Path) -> tuple[str, str]:
    """A filled journal's place, and an empty one."""
    files = path, tmp_path / "copied.sqlite"
    source, target = (
        request.getfixturevalue("postgresql").database() if kind == "postgresql" else str(file)
        for kind, file in zip(request.param.split(), files, strict=True)
    )
    return filled(source, path.parent), target


def filled(where: str, beside: Path) -> str:
    """Put something in every table; one of the runs died long ago."""
    with Journal(where, beside) as journal:
        ran(journal, plan(), ILL)
        journal.begin(plan("run-that-died"), "bo on laptop")
        journal.act("console", "cars", "链接 \0 of a link", team="队伍")
        assert journal.flush(60)
        held = Leases(journal._engine, holder("ana on desk", "provision", "run-1", "cars"), [ACCOUNT])
        held.close()
    codes = TeamCodes(where, "cars")
    codes.hand_out(["team-1", "team-2"], datetime(2100, 1, 1, tzinfo=UTC), 0.0, "ana on desk")
    codes.close()
    pages = VenueDatabase(where)
    ShownPasswords(pages, "cars").show_once(ACCOUNT, "worker-1", 5.0)
    Entries(pages, "cars").open("team", "team-1", "d" * 64, 9.0, 5.0)
    pages.close()
    return where


def everything(where: str) -> dict[str, list[tuple[object, ...]]]:
    engine = database.connect(where, moved=True)
    with engine.connect() as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
            if table is not about
        }
    engine.dispose()
    return found


def said(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    (document,) = schemas.read(done.stdout)
    return {each["table"]: each["changed"] for each in document["tables"]}


def test_a_journal_is_copied_whole_and_again_only_what_is_new(places: tuple[str, str], run: Run, path: Path) -> None:
    source, target = places
    first = said(run(source, target, "--output", "json"))
    tables = ("actions", "codes", "events", "leases", "shown_passwords", "entries")
    assert min(first[each] for each in tables) > 0
    assert everything(target) == everything(source)
    assert set(said(run(source, target, "--output", "json")).values()) == {0}
    with Journal(source, path.parent) as journal:
        ran(journal, plan("run-2"), ILL)
        assert journal.flush(60)
    codes = TeamCodes(source, "cars")
    codes.hand_out(["team-1"], datetime(2100, 1, 1, tzinfo=UTC), 9.0, "bo on laptop", anew=True)
    codes.show_again([ACCOUNT])
    codes.close()
    again = said(run(source, target, "--output", "json"))
    assert (again["runs"], again["codes"], again["shown_passwords"], again["actions"]) == (1, 1, 1, 0)
    assert everything(target) == everything(source)
    # It numbers on, and what comes later is what is latest.
    with Journal(target, path.parent) as journal:
        ran(journal, plan("run-3"), dict.fromkeys(ILL, Outcome.READY))
        assert journal.flush(60)
        assert {each.state for each in journal.last_outcomes("cars") if each.step == "smoke"} == {Outcome.READY}
    refused = run(source, target, code=2)
    assert "error[EB-699]" in refused.stderr


def test_a_moved_journal_leads_every_later_command_to_the_new_place(
    places: tuple[str, str], run: Run, tmp_path: Path
) -> None:
    source, target = places
    opened = Journal(source, tmp_path / FOLDER)
    watching = LastSeen(source, "cars")
    lines = run(source, "--move", EVENT_BOOTSTRAP_JOURNAL=target).stdout.splitlines()
    assert lines[-1].endswith("was moved: commands that name it are told the new place")
    new = target.rpartition("@")[2]
    for look in (lambda: Journal(source), lambda: opened.actions("cars"), watching.mark):
        with pytest.raises(BadInput) as refused:
            look()
        (problem,) = refused.value.problems
        assert problem.code == "EB-696"
        assert new in problem.what
        assert PASSWORD not in str(problem)
    # A command that had it open loses nothing: the same copy again takes along what it put aside.
    opened.act("console", "cars", "a link while it moved")
    (kept,) = opened.close(0.1)
    assert "nothing is lost" in kept.what
    watching.close()
    assert said(run(source, target, "--output", "json"))["actions"] == 1


def test_a_run_that_goes_on_is_named_and_in_the_way(path: Path, tmp_path: Path, run: Run) -> None:
    source, target = filled(str(path), path.parent), str(tmp_path / "copied.sqlite")
    with Journal(source, path.parent) as journal:
        held = Leases(journal._engine, holder("ana on desk", "provision", "run-9", "cars"), [ACCOUNT])
        refused = run(source, target, code=2)
        assert "error[EB-698]: ana on desk works with this journal: provision in cars" in refused.stderr
        assert run(source, target, "--move", "--while-running", code=2).stdout == ""
        (document,) = schemas.read(run(source, target, "--while-running", "--output", "json").stdout)
        assert document["running"] == [{"event": "cars", "command": "provision", "actor": "ana on desk"}]
        assert run(source, target, "--move", code=2).stdout == ""
        held.close()
    assert everything(target)["events"] == everything(source)["events"]
    run(source, target, "--move")


def test_places_that_cannot_be_are_refused_without_a_password(tmp_path: Path, run: Run, path: Path) -> None:
    Journal(path).close()
    assert "error[EB-695]" in run(str(path), f"sqlite:///{path}", code=2).stderr
    assert "error[EB-408]" in run("no-such.sqlite", str(path), code=2).stderr
    mistyped = f"mysql://operator:{PASSWORD}@localhost/journal"
    assert "error[EB-395]" in run(str(path), mistyped, code=2).stderr
    for at_sign in ("first@second", "first@/second"):
        # The first @ ends the password, so the rest would be shown as a part of the host.
        refused = run(str(path), f"postgresql://operator:{at_sign}@localhost/journal", code=2).stderr
        assert "error[EB-395]" in refused
        assert "%40" in refused
        assert "second" not in refused
    assert not (tmp_path / "no-such.sqlite").exists()


def test_what_a_newer_version_added_is_not_left_behind(path: Path, tmp_path: Path, run: Run) -> None:
    engine = database.connect(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE points (team text)")
        connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN mood text")
    engine.dispose()
    refused = run(str(path), str(tmp_path / "copy.sqlite"), code=2)
    assert "error[EB-700]" in refused.stderr
    assert "points, runs.mood" in refused.stderr
    assert not (tmp_path / "copy.sqlite").exists()


def test_a_damaged_row_is_said_and_nothing_is_copied(path: Path, tmp_path: Path, run: Run) -> None:
    with Journal(path) as journal:
        ran(journal, plan(), ILL)
        assert journal.flush(60)
    engine = database.connect(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE events SET facts = '{' WHERE number = 3")
    engine.dispose()
    copied = tmp_path / "copy.sqlite"
    assert "error[EB-395]: a row of the journal is damaged" in run(str(path), str(copied), code=1).stderr
    assert [name for name, rows in everything(str(copied)).items() if rows] == []


def test_tables_are_completed_and_a_journal_that_needs_a_newer_version_is_refused(where: str) -> None:
    engine = database.connect(where)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE runs DROP COLUMN scenario")
        connection.exec_driver_sql("DROP TABLE action_messages")
        connection.execute(about.delete())
    engine.dispose()
    with Journal(where) as journal:
        ran(journal, plan(), ILL)
        assert journal.flush(60)
        assert [each.scenario for each in journal.runs("cars")] == [None]
    engine = database.connect(where)
    with engine.begin() as connection:
        assert [each.name for each in connection.execute(sa.select(about))] == [schema.version()]
        connection.execute(about.insert().values(name="needs", value=str(schema.KNOWS + 1)))
    engine.dispose()
    with pytest.raises(BadInput) as refused:
        Journal(where)
    assert [each.code for each in refused.value.problems] == ["EB-697"]


@pytest.mark.postgresql
def test_a_copy_goes_through_a_transaction_pooler(path: Path, postgresql: Server, run: Run) -> None:
    with Journal(path) as journal:
        ran(journal, plan(), ILL)
        assert journal.flush(60)
    with pooled("transaction", postgresql) as port:
        url = pooler.through(postgresql.database(), port)
        run(str(path), url, "--move")
        run(url, str(path.with_name("back.sqlite")), "--move")
    assert everything(str(path)) == everything(str(path.with_name("back.sqlite")))
    assert json.dumps(everything(str(path)), default=str).count("run-1") > 0
