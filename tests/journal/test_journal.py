"""The journal through its own door: what holds on SQLite and PostgreSQL alike, and on SQLite files."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bootstrap.engine import results
from bootstrap.engine.outcomes import CleanEvent, PlannedAccount, PlannedLab, PlannedStep, RunPlan, cleaned
from bootstrap.engine.results import Tally
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent
from bootstrap.errors import BadInput
from bootstrap.journal import database, operators
from bootstrap.journal import unsaved as aside
from bootstrap.journal.journal import Journal, exists
from bootstrap.journal.last_seen import LastSeen
from bootstrap.journal.tables import events
from tests.report.secrets import PLANTED, SECRETS

STEPS = (PlannedStep("access"), PlannedStep("smoke", frozenset({"notebook"})))
LABS = (PlannedLab("notebook"),)


def plan(run: str = "run-1", *teams: str, kind: RunKind = RunKind.PROVISION, whole: bool = True) -> RunPlan:
    names = teams or ("team-1", "team-2", "team-10")
    accounts = tuple(PlannedAccount(each, f"{hash_of(each):012}", STEPS, LABS) for each in names)
    return RunPlan(run, kind, "cars", 100.0, accounts, whole=whole)


def hash_of(team: str) -> int:
    return sum(map(ord, team))


def happened(run: RunPlan, team: str, step: str, state: Outcome, seq: int, settled: bool = True) -> CleanEvent:
    said = StepEvent(
        run.run, seq, 100.0 + seq, "an-operator", team, f"{hash_of(team):012}", step, state, f"{step}: {state}",
        settled, "EB-350" if state is Outcome.FAILED else None, facts={"tries": [seq, {"n": 1}]},
    )  # fmt: skip
    return cleaned(said)


def tell(journal: Journal, run: RunPlan, *events: CleanEvent) -> None:
    """As a run tells its journal."""
    tally = Tally(run.accounts)
    for event in events:
        journal.record(event, tally.take(event))


def ran(journal: Journal, run: RunPlan, smoke: dict[str, Outcome]) -> None:
    """A run from begin to end, in which `access` is ready everywhere."""
    journal.begin(run, "an-operator")
    events = []
    for account in run.accounts:
        for seq, step in enumerate(account.steps, 1):
            state = Outcome.READY if step.id == "access" else smoke[account.team]
            events.append(happened(run, account.team, step.id, state, seq))
    tell(journal, run, *events)
    journal.end(results.fold(run, events))


def failed(journal: Journal, event: str) -> tuple[str, ...]:
    """Teams that a run was to visit, with a step that is not done."""
    done = journal.steps_done(event)
    return tuple(
        each.team
        for each in plan().accounts
        if (key := (each.team, each.account_id)) in done and not each.counted <= done[key]
    )


@pytest.fixture
def journal(where: str, path: Path) -> Iterator[Journal]:
    with Journal(where, path.parent) as opened:
        yield opened


WELL = {"team-1": Outcome.READY, "team-2": Outcome.CHANGED, "team-10": Outcome.READY}
ILL = {"team-1": Outcome.READY, "team-2": Outcome.FAILED, "team-10": Outcome.WAITING}


def test_the_latest_event_of_each_step_comes_back_as_it_was(journal: Journal) -> None:
    run = plan()
    ran(journal, run, ILL)
    assert journal.flush(60)
    failure = happened(run, "team-2", "smoke", Outcome.FAILED, 2)
    assert failure.code
    assert failure in journal.last_outcomes("cars")
    again = plan("run-2", "team-2")
    ran(journal, again, {"team-2": Outcome.CHANGED})
    assert journal.flush(60)
    found = {(each.team, each.step): each for each in journal.last_outcomes("cars")}
    assert len(found) == 6
    assert found["team-2", "smoke"] == happened(again, "team-2", "smoke", Outcome.CHANGED, 2)
    assert found["team-10", "smoke"].state is Outcome.WAITING
    assert journal.last_outcomes("another event") == ()


def test_what_only_waits_for_another_step_comes_back_as_such_also_from_version_0_1_0(
    journal: Journal, where: str
) -> None:
    """Its table held "after:STEP" as the cause, which today's does too."""
    run = plan("run-1", "team-1")
    journal.begin(run, "ana")
    journal.record(replace(happened(run, "team-1", "smoke", Outcome.WAITING, 1), after="access"))
    assert journal.flush(60)
    (found,) = journal.last_outcomes("cars")
    assert (found.after, found.cause) == ("access", None)
    engine = database.connect(where)
    with engine.connect() as connection:
        assert connection.execute(sa.select(events.c.cause)).scalar_one() == "after:access"
    engine.dispose()


def test_a_summary_can_be_made_of_what_the_journal_holds(journal: Journal) -> None:
    ran(journal, plan(), ILL)
    assert journal.flush(60)
    summary = results.fold(replace(plan(), began=0.0), journal.last_outcomes("cars"))
    assert [each.result for each in summary.accounts] == ["ready", "failed", "waiting"]
    assert summary.seconds == 0


def test_what_is_done_in_one_account_of_a_team_is_not_done_in_another(journal: Journal) -> None:
    ran(journal, plan("run-1", "team-1"), WELL)
    elsewhere = tuple(replace(each, account_id="000000000999") for each in plan("run-2", "team-1").accounts)
    journal.begin(replace(plan("run-2"), accounts=elsewhere), "an-operator")
    assert journal.flush(60)
    done = journal.steps_done("cars")
    assert done["team-1", f"{hash_of('team-1'):012}"] == {"access", "smoke"}
    assert ("team-1", "000000000999") not in done


def test_failed_teams_are_those_whose_own_last_outcome_was_not_ready(journal: Journal) -> None:
    ran(journal, plan(), ILL)
    assert journal.flush(60)
    assert failed(journal, "cars") == ("team-2", "team-10")
    ran(journal, plan("run-2", "team-2"), {"team-2": Outcome.CHANGED})
    assert journal.flush(60)
    assert failed(journal, "cars") == ("team-10",)
    ran(journal, plan("run-3"), WELL)
    assert journal.flush(60)
    assert failed(journal, "cars") == ()
    assert failed(journal, "another event") == ()


def test_a_narrowed_run_fixes_only_what_it_visited(journal: Journal) -> None:
    ran(journal, plan(), ILL)
    one_step = tuple(replace(each, steps=STEPS[:1]) for each in plan().accounts)
    ran(journal, replace(plan("run-2", whole=False), accounts=one_step), WELL)
    assert journal.flush(60)
    assert failed(journal, "cars") == ("team-2", "team-10")
    ran(journal, plan("run-3", "team-2", whole=False), {"team-2": Outcome.READY})
    assert journal.flush(60)
    assert failed(journal, "cars") == ("team-10",)


def test_runs_that_only_look_change_nothing_that_is_known(journal: Journal) -> None:
    ran(journal, plan(), ILL)
    for number, kind in enumerate((RunKind.PLAN, RunKind.COMPARE), 2):
        ran(journal, plan(f"run-{number}", kind=kind), WELL)
    assert journal.flush(60)
    assert failed(journal, "cars") == ("team-2", "team-10")
    assert {each.run for each in journal.last_outcomes("cars")} == {"run-1"}
    assert [(each.id, each.outcome, each.ended) for each in journal.runs("cars")] == [("run-1", "failed", 102.0)]


def test_an_event_that_others_overtook_is_news(journal: Journal, where: str) -> None:
    """Its number was given out before theirs, and its transaction ended after theirs."""
    ran(journal, plan(), ILL)
    assert journal.flush(60)
    engine, looks = database.connect(where), LastSeen(where, "cars")
    before = looks.mark()
    assert looks.mark() == before
    with engine.begin() as connection:
        late = dict(connection.execute(sa.select(events)).mappings().first() or {})
        connection.execute(events.insert(), {**late, "number": 0, "seq": 9})
    assert looks.mark() != before
    looks.close()
    engine.dispose()


def test_a_run_that_died_takes_nothing_away_but_what_it_was_changing(journal: Journal) -> None:
    run = plan()
    ran(journal, plan("run-0"), WELL)
    journal.begin(run, "an-operator")
    tell(
        journal,
        run,
        happened(run, "team-1", "access", Outcome.READY, 1),
        happened(run, "team-1", "smoke", Outcome.CHANGED, 2),
        happened(run, "team-2", "access", Outcome.WORKING, 1, settled=False),
    )
    assert journal.flush(60)
    assert failed(journal, "cars") == ("team-2",)
    assert journal.runs("cars")[-1].outcome is None


def test_what_was_recorded_survives_kill_9(where: str) -> None:
    script = """
        import sys, time
        from tests.journal.test_journal import *
        journal = Journal(sys.argv[1])
        run = plan("run-1", "team-1", "team-2")
        journal.begin(run, "an-operator")
        journal.record(happened(run, "team-1", "access", Outcome.READY, 1))
        assert journal.flush(60)
        print("recorded", flush=True)
        time.sleep(60)
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), where], stdout=subprocess.PIPE, text=True)
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "recorded\n"
        child.send_signal(signal.SIGKILL)
    with Journal(where) as journal:
        assert [(each.team, each.step) for each in journal.last_outcomes("cars")] == [("team-1", "access")]
        assert journal.steps_done("cars") == {("team-1", f"{hash_of('team-1'):012}"): {"access"}}


def test_an_event_that_tells_nothing_of_the_account_takes_nothing_away(journal: Journal) -> None:
    ran(journal, plan(), WELL)
    again = plan("run-2", "team-1")
    journal.begin(again, "an-operator")
    lost = replace(happened(again, "team-1", "smoke", Outcome.ELSEWHERE, 1), unseen=True, cause="EB-521:bo")
    retried = replace(happened(again, "team-1", "access", Outcome.WAITING, 2, settled=False), unseen=True)
    tell(journal, again, cleaned(lost), cleaned(retried))
    assert journal.flush(60)
    assert failed(journal, "cars") == ()
    assert {each.run for each in journal.last_outcomes("cars")} == {"run-1"}


def test_a_locked_database_is_tried_again_until_it_is_free(path: Path) -> None:
    journal = Journal(path)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    ran(journal, plan(), ILL)
    assert not journal.flush(0.3)
    other.rollback()
    other.close()
    assert journal.flush(5.0)
    assert len(journal.last_outcomes("cars")) == 6
    assert journal.close() == ()


def test_what_a_locked_database_never_took_is_put_aside_and_taken_in_by_the_next(path: Path) -> None:
    journal = Journal(path)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    ran(journal, plan(), ILL)
    assert time.monotonic() - began < 0.2
    (problem,) = journal.close(0.2)
    assert time.monotonic() - began < 4
    assert problem.code == "EB-396"
    assert "nothing is lost" in problem.what
    assert Path(problem.where).exists()
    other.rollback()
    other.close()
    with Journal(path) as again:
        ran(again, plan("run-2", "team-2"), {"team-2": Outcome.CHANGED})
        assert again.flush(60)
        assert failed(again, "cars") == ("team-10",)
        assert len(again.last_outcomes("cars")) == 6
    assert [each.name for each in path.parent.iterdir() if "unsaved" in each.name] == []


def test_all_that_lies_aside_is_taken_in_whoever_left_it_and_what_makes_no_sense_is_let_be(
    where: str, path: Path
) -> None:
    spill = database.unsaved(where, path.parent)
    assert spill
    values = {"at": 1.0, "actor": "ana", "command": "console", "event": "cars", "team": "", "account_id": ""}
    rows = [["actions", {**values, "id": each, "detail": each, "outcome": "done"}, []] for each in ("one", "two")]
    first = aside.put(spill, rows[:1])
    # A process that died while it took this in had written it already, and a disk was full.
    aside.put(spill, rows)
    first.write_text(first.read_text() + '["no such table", {}, []]\n["actions", {"id": "cut sh')
    with Journal(where, path.parent) as journal:
        assert journal.flush(60)
        assert [each.detail for each in journal.actions("cars")] == ["one", "two"]
        assert journal.close() == ()
    assert aside.files(spill) == []


def test_what_is_there_already_is_not_written_twice(journal: Journal) -> None:
    run = plan()
    ran(journal, run, ILL)
    ran(journal, run, ILL)
    assert journal.flush(60)
    assert len(journal.runs("cars")) == 1
    assert journal.close() == ()


def test_recording_raises_nothing_even_when_the_event_is_no_event(journal: Journal) -> None:
    journal.record(None)  # type: ignore[arg-type]
    ran(journal, plan(), ILL)
    assert journal.flush(60)
    assert len(journal.last_outcomes("cars")) == 6
    (problem,) = journal.close()
    assert "1 entry is lost" in problem.what


def test_half_a_character_keeps_nothing_out(journal: Journal) -> None:
    journal.act("console", "cars", "a link", actor="someone \udcff on laptop")
    journal.act("console", "cars", "another")
    assert journal.flush(60)
    assert [each.actor for each in journal.actions("cars")] == ["someone on laptop", operators.here()]


@pytest.mark.parametrize("where", ["nonsense://host/name", "postgresql+nodriver://someone:hunter2@host/name", "folder"])
def test_a_place_that_cannot_be_written_is_a_problem_with_a_code(tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput) as caught:
        Journal(where if "://" in where else tmp_path / where)
    (problem,) = caught.value.problems
    assert problem.code == "EB-395"
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_journal_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("team,account_id\n" * 100)
    with pytest.raises(BadInput):
        Journal(file)
    assert file.read_text() == "team,account_id\n" * 100


def test_a_url_of_sqlite_is_as_good_as_a_path(path: Path) -> None:
    url = f"sqlite:///{path}"
    assert not exists(url)
    with Journal(url) as journal:
        ran(journal, plan(), ILL)
    assert exists(url)
    assert exists(path)
    with Journal(path) as journal:
        assert len(journal.last_outcomes("cars")) == 6


def test_nobody_else_may_read_the_journal(path: Path) -> None:
    with Journal(path) as journal:
        ran(journal, plan(), ILL)
        other = sqlite3.connect(path)
        assert journal.flush(60)
        other.execute("BEGIN IMMEDIATE")
        ran(journal, plan("run-2"), ILL)
        journal.close(0.1)
        other.close()
    assert len(list(path.parent.iterdir())) >= 2
    assert {each.stat().st_mode & 0o077 for each in path.parent.iterdir()} == {0}


def test_no_secret_reaches_the_file(path: Path) -> None:
    journal = Journal(path)
    run = plan()
    journal.begin(run, "someone@example.com")
    event = cleaned(replace(happened(run, "team-1", "access", Outcome.FAILED, 1), actor=PLANTED["detail"], **PLANTED))
    tell(journal, run, event)
    journal.end(results.fold(run, [event]))
    said = PLANTED["detail"]
    journal.act(said, said, said, team=said, account_id=said, outcome=said, actor=said)
    assert journal.flush(60)
    written = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"access" in written
    assert [each for each in SECRETS if each.encode() in written] == []


def test_opening_a_journal_of_a_closed_run_again_keeps_everything(where: str) -> None:
    for number in range(3):
        with Journal(where) as journal:
            ran(journal, plan(f"run-{number}"), WELL)
    with Journal(where) as journal:
        assert [each.id for each in journal.runs("cars")] == ["run-0", "run-1", "run-2"]


@pytest.mark.parametrize("command", ["validate", "plan", "provision", "quotas", "repair"])
def test_sql_is_loaded_by_who_opens_a_journal_and_nobody_else(command: str) -> None:
    """Neither the command nor its body, which are all that validate, plan and quotas need, load it."""
    loaded = f"import sys, bootstrap.cli.{command}, bootstrap.cli.commands.run, bootstrap.cli.commands.choice"
    script = f"{loaded}; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
