"""The sweep as an operator meets it: look, type the event's name, and again the next day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bootstrap.aws.operations import only_reads
from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.cli.commands.sweep import sweep, sweep_planned
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, NothingToDo
from bootstrap.event.event import Event
from bootstrap.sweep.plan import Sweep
from tests import runs
from tests.left_behind import stands


class Operator:
    """Somebody at a terminal whose AWS is a simulated one; `asked` is what was asked of them."""

    def __init__(self, account: runs.Rehearsed) -> None:
        self.account = account
        self.asked: list[str] = []
        self.types = ""
        self.place: Place | None = None

    def real_place(self, event: Event, write: bool, jobs: int) -> Place:
        if self.place:
            self.account.time[0] = self.place.clock.now()
        number = f"run-{len(self.asked)}-{self.account.time[0]:.0f}-{write}"
        place = virtual_place(event, self.account.simulated, self.account.time[0], number, "test")
        self.place = replace(place, access=replace(place.access, write=write))
        return self.place

    def sweep(self, *teams: str, apply: bool = False, types: str = "", confirm: str | None = None, **more: Any) -> int:
        wanted = {name: more.pop(name) for name in ("stop_only", "everywhere") if name in more}
        at = self.account.at
        plan, out = (more.pop(name, None) for name in ("plan", "out"))
        choice = Choice(
            RunKind.SWEEP_PLAN, at / "event.yaml", at / "accounts.csv", "json", teams, sweep=Sweep(**wanted), **more
        )
        self.types = types
        if plan is not None:
            return sweep_planned(choice, plan, confirm)
        return sweep(choice, apply, confirm, out)

    def prompted(self, question: str, **_: Any) -> str:
        self.asked.append(question)
        return self.types

    def writes(self) -> Counter[str]:
        found = self.account.calls(0) + self.account.calls(1)
        return Counter({name: n for name, n in found.items() if not only_reads(*name.split(":"))})


@contextmanager
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """Of two accounts, the first of which was provisioned."""
    at = runs.folder(tmp_path, teams=2)
    with runs.rehearsed(at) as account:
        account.provision("team-1", only=["stack:buckets", "stack:roles", "stack:notebooks"])
        found = Operator(account)
        monkeypatch.setattr("bootstrap.cli.commands.sweep.real_place", found.real_place)
        monkeypatch.setattr(confirming, "at_terminal", lambda: True)
        monkeypatch.setattr("click.prompt", found.prompted)
        yield found


def test_an_operator_looks_then_removes_and_is_told_so_ever_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with operator(tmp_path, monkeypatch) as someone:
        before = someone.writes()
        assert someone.sweep("team-1") == 0
        assert '"result":"planned"' in capsys.readouterr().out
        assert someone.sweep("team-1", apply=True, stop_only=True, confirm="car-day") == 0
        stopped = someone.writes() - before
        assert stopped == {"sagemaker:StopNotebookInstance": 1}
        with pytest.raises(BadInput, match="EB-510"):
            someone.sweep("team-1", apply=True, types="other-day")
        assert someone.writes() - before == stopped
        assert someone.sweep("team-1", apply=True, types="car-day") == 0
        assert someone.asked == ["Type car-day to delete what is listed"] * 2
        assert '"result":"clean"' in capsys.readouterr().out

        done = someone.writes()
        assert someone.sweep("team-1", apply=True, types="never asked") == 0
        assert "swept before" in capsys.readouterr().out
        assert someone.writes() == done
        assert len(someone.asked) == 2
        with pytest.raises(NothingToDo):
            someone.sweep("team-1", apply=True, failed=True)


def test_a_saved_plan_removes_what_it_lists_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with operator(tmp_path, monkeypatch) as someone:
        file = tmp_path / "plan.json"
        assert someone.sweep(out=file) == 1
        assert "EB-500" in capsys.readouterr().out
        plan = json.loads(file.read_text(encoding="utf-8"))
        assert [each["team"] for each in plan["accounts"]] == ["team-1"]
        listed = {(each["kind"], each["id"]) for each in plan["accounts"][0]["objects"]}
        assert {("stack", "car-day-buckets"), ("notebook", "car-day-notebook")} <= listed

        before = someone.writes()
        with pytest.raises(BadInput, match="EB-510"):
            someone.sweep(plan=file, types="other-day")
        with pytest.raises(BadInput, match="EB-516"):
            someone.sweep("team-2", plan=file, types="car-day")
        assert someone.writes() == before

        someone.account.participate("opens", [plan["accounts"][0]["account_id"]])
        # The clock went on to the morning of the event.
        someone.place = None
        mess = stands(someone.account, 0)
        assert someone.sweep(plan=file, types="car-day") == 1
        told = capsys.readouterr()
        assert "car-day-buckets" in told.err
        assert "EB-511" in told.out
        left = stands(someone.account, 0)
        assert left["stack"] & {"car-day-buckets", "car-day-notebooks", "car-day-roles"} == set()
        gone = {(kind, name) for kind, names in mess.items() for name in names - left.get(kind, frozenset())}
        assert {each for each in gone if each not in listed and each[0] != "log group"} == set()
        assert gone


def test_an_account_that_was_never_prepared_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with operator(tmp_path, monkeypatch) as someone:
        before = someone.writes()
        assert someone.sweep("team-2", apply=True, confirm="car-day") == 1
        assert "EB-500" in capsys.readouterr().out
        assert someone.writes() == before
