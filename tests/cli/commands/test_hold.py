"""`hold` and `release`: who keeps commands away from an account, and who is told."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli.commands import doctor, follow, hold, journal, status
from bootstrap.cli.commands.choice import Choice, chosen, only
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, NothingToDo
from bootstrap.journal import holds
from bootstrap.people.web.hall import screen
from bootstrap.report import status_page
from bootstrap.sweep.plan import Sweep
from tests import made_up_journal, schemas
from tests.made_up_journal import BEGAN, MadeUp, ran

WHY = "support case open"
# The accounts of team-1 and team-2.
ONE, TWO = "100000000001", "100000000002"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """The same as `event`, for tests that change nothing."""
    return _event(tmp_path_factory.mktemp("held"))


@pytest.fixture
def event(tmp_path: Path) -> MadeUp:
    """Three teams that are ready, of which the first is on hold."""
    return _event(tmp_path)


def _event(folder: Path) -> MadeUp:
    made = made_up_journal.event(folder, 3)
    with made.open() as journal:
        ran(journal, made.plan(), BEGAN + 600.0)
    hold.hold(replace(made.choice, kind=RunKind.HOLD, teams=("team-1",)), WHY)
    return made


def of(event: MadeUp, kind: RunKind, *teams: str) -> Choice:
    sweep = Sweep() if kind.sweeps else None
    return replace(event.choice, kind=kind, teams=teams, sweep=sweep, output="json")


WRITING = [each for each in RunKind if each.writes]
LOOKING = [RunKind.PLAN, RunKind.QUOTAS, RunKind.SWEEP_PLAN, RunKind.STOP_PLAN, RunKind.DOCTOR, RunKind.CHECK,
           RunKind.HANDOUTS, RunKind.CONSOLE, RunKind.CREDENTIALS, RunKind.CALIBRATE]  # fmt: skip


def test_a_support_case_is_no_look_up() -> None:
    assert RunKind.QUOTA_CASES.writes


def test_doctor_reads_once_who_is_on_hold(held: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[object] = []
    told: list[Any] = []

    class Examines(Exception):
        """Everything is known that the examination needs."""

    def examined(*given: object) -> None:
        told.extend(given[-1:])
        raise Examines

    read = holds.of

    def counted(*asked: Any) -> Any:
        reads.append(asked)
        return read(*asked)

    monkeypatch.setattr(holds, "of", counted)
    monkeypatch.setattr(doctor, "examined", examined)
    with pytest.raises(Examines):
        doctor.diagnose(of(held, RunKind.DOCTOR))
    assert [len(reads), *(list(each) for each in told)] == [1, [ONE]]


@pytest.mark.parametrize("named", ["team-1", "TEAM-1", ONE])
@pytest.mark.parametrize("kind", WRITING)
def test_what_writes_is_refused_an_account_that_it_names(kind: RunKind, named: str, held: MadeUp) -> None:
    choose = only if kind is RunKind.LABEL else chosen
    with pytest.raises(BadInput) as refused:
        choose(of(held, kind, named), held.inputs)
    (problem,) = refused.value.problems
    assert problem.code == "EB-735"
    assert WHY in problem.what
    assert "event-bootstrap release team-1" in problem.fix


@pytest.mark.parametrize("kind", [each for each in WRITING if each is not RunKind.LABEL])
@pytest.mark.parametrize("teams", [(), ("team-*",), ("team-2", "team-3")])
def test_what_a_pattern_means_stays_in_a_run_that_keeps_away_from_it(
    kind: RunKind, teams: tuple[str, ...], held: MadeUp, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    found = chosen(of(held, kind, *teams), held.inputs)
    said = capsys.readouterr().err
    assert len(found) == (3 if not teams or "team-*" in teams else 2)
    assert ("nothing is written there" in said) is (len(found) == 3)


@pytest.mark.parametrize("kind", LOOKING)
def test_a_look_goes_on_and_says_it(kind: RunKind, held: MadeUp, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    chosen(of(held, kind, "team-1"), held.inputs)
    assert WHY in capsys.readouterr().err


def test_it_is_said_wherever_the_team_is_named(held: MadeUp, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    status.tell(of(held, RunKind.STATUS))
    (summary,) = [each for each in schemas.read(capsys.readouterr().out) if each["type"] == "summary"]
    assert [each.get("hold", {}).get("reason") for each in summary["accounts"]] == [WHY, None, None]
    status.tell(replace(of(held, RunKind.STATUS), output="plain"))
    assert WHY in capsys.readouterr().out.replace("\n", " ").replace("  ", "")
    standing = follow.Follower(of(held, RunKind.STATUS))()
    assert standing
    rows = status_page.parts(standing, "en", BEGAN)
    assert WHY in rows[f"account-{ONE}"]
    assert WHY not in rows[f"account-{TWO}"]
    journal.show(of(held, RunKind.JOURNAL, "team-1"), None)
    told = schemas.read(capsys.readouterr().out)
    assert [each["type"] for each in told][-1] == "hold"
    assert ("hold", "done") in {(each.get("command"), each.get("outcome")) for each in told}


def test_the_hall_reads_no_reason(held: MadeUp) -> None:
    standing = follow.Follower(of(held, RunKind.STATUS))()
    assert standing
    tiles = screen.parts(held.inputs, time.time(), "en", standing)
    assert "on hold" in tiles["tile-1"]
    assert "on hold" not in tiles["tile-2"]
    assert WHY not in " ".join(tiles.values())


def test_who_follows_sees_it_come_and_go(event: MadeUp) -> None:
    follower = follow.Follower(of(event, RunKind.STATUS))
    kept = follower()
    assert kept
    assert follower() is None
    hold.release(of(event, RunKind.RELEASE, "team-1"))
    free = follower()
    assert free
    assert [bool(each.hold) for found in (kept, free) for each in found.summary.accounts] == [True, *[False] * 5]


def test_it_ends_when_it_is_released(event: MadeUp, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    hold.release(of(event, RunKind.RELEASE, ONE))
    (released,) = schemas.read(capsys.readouterr().out)
    assert (released["type"], released["team"], released["hold"]["reason"]) == ("released", "team-1", WHY)
    chosen(of(event, RunKind.PROVISION, "team-1"), event.inputs)
    with pytest.raises(NothingToDo):
        hold.release(of(event, RunKind.RELEASE, "team-1"))
    with pytest.raises(BadInput) as unknown:
        hold.release(of(event, RunKind.RELEASE, "team-9"))
    assert unknown.value.problems[0].code == "EB-401"


def test_an_account_that_left_the_roster_can_be_released(event: MadeUp) -> None:
    roster = event.choice.roster_path
    roster.write_text(roster.read_text(encoding="utf-8").replace(f"team-1,{ONE}\n", ""), encoding="utf-8")
    hold.release(of(event, RunKind.RELEASE, "team-1"))
    assert holds.of(event.choice.journal_path, event.inputs.event.name) == {}


@pytest.mark.parametrize("reason", [None, "", "  ", "two\nlines", "x" * 201])
def test_a_hold_has_a_reason_in_one_line(reason: str | None, held: MadeUp) -> None:
    with pytest.raises(BadInput) as refused:
        hold.hold(of(held, RunKind.HOLD, "team-2"), reason)
    assert [each.code for each in refused.value.problems] == ["EB-736"]
    assert TWO not in holds.of(held.choice.journal_path, held.inputs.event.name)


def test_the_last_reason_counts_and_secrets_are_left_out(event: MadeUp) -> None:
    hold.hold(of(event, RunKind.HOLD, "team-*"), "ask ana@example.com")
    with closing(holds.Holds(event.choice.journal_path, event.inputs.event.name)) as kept:
        found = kept.all()
    assert [each.team for each in found] == ["team-1", "team-2", "team-3"]
    assert not any("ana@example.com" in each.hold.reason for each in found)
