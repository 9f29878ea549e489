"""What the journal and the roster say together: who stands how, by whose run, since when."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.cli.commands.follow import Follower, StandingReader
from bootstrap.engine import results
from bootstrap.engine.outcomes import Phase, Result, RunPlan
from bootstrap.engine.results import fold
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import WAITING
from bootstrap.journal import database, leases
from bootstrap.journal import lease_rows as rows
from bootstrap.journal.standing import Stale, Standing
from bootstrap.report import readiness
from bootstrap.report.overview import of_standing
from tests import made_up_journal
from tests.made_up_journal import ANA, BEGAN, BO, MadeUp, ran
from tests.postgresql import Server

HOUR = 3600.0


@pytest.fixture(autouse=True)
def lookouts_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server's connections are not left to the garbage collector."""
    opened: list[StandingReader] = []
    made = StandingReader.__init__

    def init(reader: StandingReader, *how: object) -> None:
        made(reader, *how)  # type: ignore[arg-type]
        opened.append(reader)

    monkeypatch.setattr(StandingReader, "__init__", init)
    yield
    for each in opened:
        each.close()


@pytest.fixture
def made(tmp_path: Path, where: str) -> MadeUp:
    found = made_up_journal.event(tmp_path, 11)
    return replace(found, choice=replace(found.choice, journal=where))


def look(made: MadeUp) -> Standing:
    return StandingReader(made.choice, made.inputs, made.inputs.accounts).read()


def words(standing: Standing) -> dict[str, str]:
    return {each.team: standing.word(each).value for each in standing.summary.accounts}


def test_an_account_that_nobody_has_been_to_is_queued(made: MadeUp) -> None:
    with made.open() as journal:
        ran(journal, made.plan(numbers=[1]))
    standing = look(made)
    assert words(standing)["team-1"] == "ready"
    assert words(standing)["team-2"] == "queued"
    assert of_standing(standing, 0.0).counts == {Phase.QUEUED: 10, Result.READY: 1}


def test_what_was_seen_last_counts_with_its_run_its_time_and_how_long_it_took(made: MadeUp) -> None:
    with made.open() as journal:
        ran(journal, made.plan())
        ran(journal, made.plan("run-2", BEGAN + HOUR, [2, 5]), actor=BO)
    standing = look(made)
    assert standing.going == ()
    assert of_standing(standing, 0.0).counts == {Result.FAILED: 1, Result.WAITING: 1, Result.READY: 9}
    (two, three) = (standing.of(each) for each in standing.summary.accounts[1:3])
    assert two
    assert three
    assert (two.run, two.actor, three.run, three.actor) == ("run-2", BO, "run-1", ANA)
    story = [each for each in made_up_journal.events(made.plan("run-2", BEGAN + HOUR, [2])) if each.team == "team-2"]
    assert two.heard == story[-1].at
    assert two.took == story[-1].at - story[0].at
    stack = standing.summary.accounts[1].steps["stack:buckets"]
    assert stack.took == 42.0


def test_a_run_that_goes_on_is_told_and_what_it_is_at(made: MadeUp) -> None:
    with made.open() as journal:
        ran(journal, made.plan())
        again = made.plan("run-2", BEGAN + HOUR, [5, 11])
        ran(journal, again, until=again.began + 20, actor=BO)
    standing = look(made)
    (run,) = standing.going
    assert (run.run, run.command, run.actor, run.began) == ("run-2", "provision", BO, BEGAN + HOUR)
    assert (run.done, run.total) == (0, 2)
    assert again.began < run.heard <= again.began + 20
    assert not run.silent(run.heard + 200)
    assert run.silent(run.heard + 400)
    found = {each.team: each for each in standing.summary.accounts}
    assert (words(standing)["team-5"], words(standing)["team-11"], words(standing)["team-1"]) == (
        "working",
        "working",
        "ready",
    )
    assert found["team-5"].steps["stack:buckets"].state is Outcome.WORKING
    assert not [each for each in standing.summary.causes if "make stack" in each.detail]


@pytest.mark.parametrize(
    ("seconds", "ended", "died", "word"),
    [(90.0, False, False, "working"), (-1.0, False, True, "waiting"), (90.0, True, True, "waiting")],
)
def test_leases_tell_whether_a_run_lives(made: MadeUp, seconds: float, ended: bool, died: bool, word: str) -> None:
    """A process that has ended on this machine needs no wait for its lease to expire."""
    run = made.plan(numbers=[2])
    with made.open() as journal:
        ran(journal, run, until=BEGAN + 20)
    engine = database.connect(made.choice.journal_path)
    with engine.begin() as connection:
        me = leases.holder(ANA, "provision", run.run, run.event)
        if ended:
            with subprocess.Popen(["true"]) as process:
                me = replace(me, pid=process.pid)
        rows.take(connection, ["100000000002"], me, seconds)
    engine.dispose()
    standing = look(made)
    (going,) = standing.going
    assert going.died is died
    assert not going.silent(BEGAN + HOUR)
    assert words(standing)["team-2"] == word


def test_what_a_run_at_work_has_found_broken_is_failed_already(made: MadeUp) -> None:
    with made.open() as journal:
        run = made.plan(numbers=[5])
        ran(journal, run, until=run.began + 100)
    assert words(look(made))["team-5"] == "failed"


def test_a_run_that_died_is_no_news_once_another_has_been_to_its_accounts(made: MadeUp) -> None:
    with made.open() as journal:
        ran(journal, made.plan(numbers=[1, 2]), until=BEGAN + 20)
        ran(journal, made.plan("run-2", BEGAN + HOUR, [1]))
        assert [each.run for each in look(made).going] == ["run-1"]
        ran(journal, made.plan("run-3", BEGAN + 2 * HOUR, [2]))
    assert look(made).going == ()
    assert words(look(made))["team-2"] == "ready"


def test_after_a_sweep_an_account_is_told_in_its_words_until_it_is_prepared_again(made: MadeUp) -> None:
    with made.open() as journal:
        ran(journal, made.plan())
        ran(journal, made.sweep("run-2", BEGAN + HOUR, [1, 2, 3, 5]))
        ran(journal, made.plan("run-3", BEGAN + 2 * HOUR, [2]))
    standing = look(made)
    told = words(standing)
    assert (told["team-1"], told["team-2"], told["team-3"], told["team-5"]) == ("clean", "ready", "left", "unknown")
    assert told["team-4"] == "ready"
    assert {each.code for each in standing.summary.causes} >= {"EB-503", "EB-201"}
    assert list(standing.summary.accounts[0].steps) == [
        *("access", "marker", "trail", "sweep", "elsewhere", "audit", "forget")
    ]


def test_a_sweep_that_only_looks_says_nothing(made: MadeUp) -> None:
    with made.open() as journal:
        ran(journal, made.plan())
        looked = made.sweep("run-2", BEGAN + HOUR)
        ran(journal, replace(looked, kind=RunKind.SWEEP_PLAN))
    assert words(look(made))["team-1"] == "ready"


def test_an_account_that_was_stopped_for_the_night_is_not_ready_until_it_is_prepared_again(made: MadeUp) -> None:
    with made.open() as journal:
        ran(journal, made.plan())
        evening = made.sweep("run-2", BEGAN + HOUR, [1, 2, 3, 5])
        ran(journal, replace(evening, kind=RunKind.STOP_APPLY))
        ran(journal, made.plan("run-3", BEGAN + 2 * HOUR, [2]))
        swept = made.sweep("run-4", BEGAN + 3 * HOUR, [4])
        ran(journal, swept)
        ran(journal, replace(made.sweep("run-5", BEGAN + 4 * HOUR, [4]), kind=RunKind.STOP_PLAN))
    standing = look(made)
    told = words(standing)
    assert (told["team-1"], told["team-2"], told["team-4"], told["team-6"]) == ("stopped", "ready", "clean", "ready")
    assert {told["team-3"], told["team-5"]} <= {"failed", "left", "unknown"}
    stopped = next(each for each in standing.summary.accounts if each.team == "team-1")
    run = standing.of(stopped)
    assert run is not None
    assert (run.command, run.heard > BEGAN + HOUR) == ("sweep --apply --stop-only", True)
    assert "forget" not in stopped.steps
    alone = results.summarise("", [stopped], 0.0, 1.0)
    assert (alone.result, alone.exit_code) == (Result.STOPPED, WAITING)
    assert "event-bootstrap sweep" in readiness.next_lines(standing.about, alone)[0]


def test_the_evening_is_advised_the_morning_and_never_to_delete_at_once() -> None:
    plan = RunPlan("run", RunKind.STOP_APPLY, "cars", 0.0, ())
    lines = readiness.next_lines(plan, results.summarise("run", [], 0.0, 1.0))
    assert [line.split("    ")[0] for line in lines] == ["next: event-bootstrap sweep"]
    assert "--apply" not in lines[0]


def test_a_lookout_speaks_only_when_there_is_something_new(made: MadeUp) -> None:
    with made.open() as journal:
        follower = Follower(made.choice)
        first = follower()
        assert first
        assert of_standing(first, 0.0).counts == {Phase.QUEUED: 11}
        assert follower() is None
        run = made.plan()
        ran(journal, run, until=BEGAN + 3)
        begun = follower()
        assert begun
        assert len(begun.going) == 1
        assert follower() is None
        journal.end(fold(run, []))
        assert journal.flush(60)
        ended = follower()
        assert ended
        assert ended.going == ()
        assert follower() is None


def test_a_lookout_takes_the_roster_in_again_and_keeps_the_old_one_while_it_is_broken(made: MadeUp) -> None:
    made.open().close()
    follower, roster = Follower(made.choice), made.choice.roster_path
    follower()
    whole = roster.read_text(encoding="utf-8")
    roster.write_text("team,account_id\nteam-1,1\n", encoding="utf-8")
    broken = follower()
    assert broken
    assert broken.stale is Stale.FILES
    assert len(broken.summary.accounts) == 11
    assert follower() is None
    roster.write_text(whole + "late,200000000000\n", encoding="utf-8")
    fixed = follower()
    assert fixed
    assert fixed.stale is Stale.NOT
    assert fixed.summary.accounts[-1].team == "late"


def test_a_lookout_says_once_that_the_journal_is_away_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    made = made_up_journal.event(tmp_path, 11)
    with made.open() as journal:
        ran(journal, made.plan())
    follower, file = Follower(made.choice), Path(made.choice.journal_path)
    assert follower()
    aside = file.with_name("aside")
    for each in (file, *file.parent.glob("*-wal"), *file.parent.glob("*-shm")):
        each.unlink() if each != file else each.rename(aside)
    file.mkdir()
    follower._reader.close()
    away = follower()
    assert away
    assert away.stale is Stale.JOURNAL
    assert of_standing(away, 0.0).counts[Result.READY] == 9
    assert follower() is None
    file.rmdir()
    aside.rename(file)
    back = follower()
    assert back
    assert back.stale is Stale.NOT


@pytest.mark.postgresql
def test_so_it_does_of_a_server(tmp_path: Path, postgresql: Server) -> None:
    made = made_up_journal.event(tmp_path, 11)
    made = replace(made, choice=replace(made.choice, journal=postgresql.database()))
    with made.open() as journal:
        ran(journal, made.plan())
        follower = Follower(made.choice)
        assert follower()
        postgresql.stop()
        away = follower()
        postgresql.start()
        assert away
        assert away.stale is Stale.JOURNAL
        back = follower()
        assert back
        assert back.stale is Stale.NOT
