"""A journal's file that is damaged, full, deleted or replaced: a run hears of it, and never waits for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bootstrap.engine.states import Settled
from bootstrap.errors import BadInput, Troubled
from bootstrap.journal import database, leases
from bootstrap.journal.journal import Journal
from bootstrap.journal.leases import Leases, holder

ONE = "111111111111"
_PAGE = 4096
ME = holder("ana on laptop", "provision", "run", "cars")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A journal with its tables, closed."""
    at = tmp_path / "journal.sqlite"
    database.connect(at).dispose()
    return at


@pytest.fixture
def engine(file: Path) -> Iterator[sa.Engine]:
    made = database.connect(file)
    yield made
    made.dispose()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def damage(file: Path) -> None:
    """The first page, with the names of the tables, stays: the file opens, and fails when a table is read."""
    whole = file.read_bytes()
    file.write_bytes(whole[:_PAGE] + b"\xa5" * (len(whole) - _PAGE))


def test_a_file_that_is_no_database_is_named_with_the_reason(tmp_path: Path) -> None:
    at = tmp_path / "journal.sqlite"
    at.write_text("team,account_id\n" * 600, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        database.connect(at)
    [problem] = refused.value.problems
    assert (problem.code, problem.where) == ("EB-395", str(at))
    assert problem.cause == "the file is damaged, or is not a SQLite database"


def test_a_run_does_not_begin_on_a_damaged_journal(file: Path) -> None:
    engine = database.connect(file)
    damage(file)
    with pytest.raises(BadInput) as refused:
        Leases(engine, ME, [ONE])
    engine.dispose()
    assert [(each.code, each.cause) for each in refused.value.problems] == [
        ("EB-395", "the file is damaged, or is not a SQLite database")
    ]


def test_a_run_does_not_begin_while_another_program_keeps_the_journal_locked(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "_SOON", 0.01)
    monkeypatch.setattr(database, "_BUSY_MILLISECONDS", 10)
    other, mine = database.connect(file), database.connect(file)
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        with pytest.raises(Troubled) as refused:
            Leases(mine, ME, [ONE])
    other.dispose()
    mine.dispose()
    assert [(each.code, each.cause) for each in refused.value.problems] == [
        ("EB-523", "another program has locked the file")
    ]


@pytest.mark.parametrize("replaced", [False, True], ids=["deleted", "replaced"])
def test_a_run_whose_journal_is_deleted_or_replaced_gives_its_accounts_up(
    engine: sa.Engine, file: Path, replaced: bool
) -> None:
    held = Leases(engine, ME, [ONE], ttl=1.0)
    assert held.held(ONE)
    file.unlink()
    if replaced:
        database.connect(file).dispose()
    until(lambda: isinstance(held.obstacle(ONE), Settled))
    told = held.obstacle(ONE)
    assert isinstance(told, Settled)
    assert (told.code, held.held(ONE)) == ("EB-395", False)
    assert told.detail == "the journal cannot be used any more: the file was deleted or replaced while it was open"
    held.close()


def test_a_database_that_stays_silent_is_given_up(
    engine: sa.Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_MILLISECONDS", 10)
    held = Leases(engine, ME, [ONE], ttl=1.0)
    monkeypatch.setattr(leases, "_GIVEN_UP", 0.0)
    other = database.connect(file)
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        until(lambda: isinstance(held.obstacle(ONE), Settled))
    told = held.obstacle(ONE)
    assert isinstance(told, Settled)
    assert told.code == "EB-523"
    held.close()
    other.dispose()


def full(connection: Any, _: object) -> None:
    connection.execute("PRAGMA max_page_count=1").close()


def test_what_a_deleted_journal_did_not_take_is_kept_beside_it(file: Path) -> None:
    journal = Journal(file)
    journal.act("handouts", "cars", "printed")
    assert journal.flush(60)
    file.unlink()
    journal.act("handouts", "cars", "printed again")
    [problem] = journal.close(timeout=0.3)
    assert (problem.code, problem.cause) == ("EB-396", "the file was deleted or replaced while it was open")
    assert "printed again" in Path(problem.where).read_text(encoding="utf-8")


def test_a_full_disk_is_called_so(file: Path) -> None:
    journal = Journal(file)
    sa.event.listen(journal._engine, "connect", full)
    journal._engine.dispose()
    for _ in range(200):
        journal.act("handouts", "cars", "printed " * 40)
    [problem] = journal.close(timeout=0.3)
    assert (problem.code, problem.cause) == ("EB-396", "the disk is full")
