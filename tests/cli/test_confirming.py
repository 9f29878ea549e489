"""Who is asked, who is told, and who is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli import confirming, environment
from bootstrap.cli.commands import sweep
from bootstrap.cli.commands.choice import Choice
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput
from bootstrap.sweep.plan import Sweep
from tests.cli.test_options import COMMANDS
from tests.runs import folder

Agreed = Callable[[str, tuple[str, ...], bool], bool]


@pytest.fixture(params=[True, False], ids=["terminal", "script"])
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    there: bool = request.param
    monkeypatch.setattr(confirming, "at_terminal", lambda: there)
    return there


def answering(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    left = list(lines)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: left.pop(0))


@pytest.mark.parametrize("agreed", [confirming.agreed, confirming.agreed_to_replace])
def test_with_yes_nothing_is_said(agreed: Agreed, terminal: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert agreed("Go on?", ("it costs",), True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("answer", "said"), [("y", True), ("n", False), ("", False)])
def test_a_person_is_asked_once(answer: str, said: bool, monkeypatch: pytest.MonkeyPatch,
                                capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.setattr(confirming, "at_terminal", lambda: True)
    answering(monkeypatch, answer)
    assert confirming.agreed("Go on?", ("it costs",), False) is said
    written = capsys.readouterr()
    assert (written.out, written.err.splitlines()[0]) == ("", "it costs")


@pytest.mark.parametrize(("agreed", "done"), [(confirming.agreed, True), (confirming.agreed_to_replace, False)])
def test_a_script_is_told_what_would_have_been_asked(agreed: Agreed, done: bool, monkeypatch: pytest.MonkeyPatch,
                                                     capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.setattr(confirming, "at_terminal", lambda: False)
    assert agreed("Go on?", ("it costs",), False) is done
    written = capsys.readouterr()
    assert written.out == ""
    assert [each[:9] for each in written.err.splitlines()] == ["it costs", "Go on? (t"]


@pytest.mark.parametrize(
    ("there", "confirm", "code"),
    [(True, None, ""), (False, None, "EB-680"), (False, "spring", ""), (True, "autumn", "EB-510"),
     (False, "autumn", "EB-510"), (False, "", "EB-510")],
)  # fmt: skip
def test_a_deletion_is_refused_before_it_begins(there: bool, confirm: str | None, code: str,
                                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(confirming, "at_terminal", lambda: there)
    if not code:
        confirming.deletion("spring", confirm)
        return
    with pytest.raises(BadInput) as refused:
        confirming.deletion("spring", confirm)
    assert [each.code for each in refused.value.problems] == [code]
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(("name", "code"), [("spring", ""), ("autumn", "EB-510")])
def test_the_name_is_typed(name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, name)
    if not code:
        confirming.typed("Type spring", "spring", None)
        return
    with pytest.raises(BadInput, match=code):
        confirming.typed("Type spring", "spring", None)


def test_who_gave_confirm_types_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch)
    confirming.typed("Type spring", "spring", "spring")


_DELETING = {
    ("sweep",): ["--apply"],
    ("spend",): ["team-1", "--stop"],
    ("journal", "forget"): ["--apply"],
    ("venue", "withdraw"): ["s3://venue-files/car-day"],
}


def test_what_deletes_is_refused_before_it_reads_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirming, "at_terminal", lambda: False)
    monkeypatch.chdir(tmp_path)
    confirmed = {
        path: found for path, found in COMMANDS if "confirm" in map(environment.long_name, environment.options(found))
    }
    assert confirmed.keys() == _DELETING.keys()
    for path, typed in _DELETING.items():
        with pytest.raises(BadInput, match="EB-680"):
            confirmed[path].main(typed, standalone_mode=False)


def test_a_sweep_that_nobody_can_confirm_is_refused_before_any_call_to_aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = folder(tmp_path)
    monkeypatch.setattr("bootstrap.cli.commands.sweep.real_place", None)
    choice = Choice(RunKind.SWEEP_PLAN, at / "event.yaml", at / "accounts.csv", "plain", sweep=Sweep())
    with pytest.raises(BadInput) as refused:
        sweep.sweep(choice, apply=True, confirm=None)
    (problem,) = refused.value.problems
    assert (problem.code, problem.fix) == (
        "EB-680",
        "in a script, give --confirm car-day, with the name as in event.yaml",
    )
    with pytest.raises(BadInput, match="EB-680"):
        sweep.sweep_planned(choice, at / "no-plan.json", None)


def test_a_sweep_that_only_looks_needs_no_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at = folder(tmp_path)
    (at / ".event-bootstrap" / "journal.sqlite").mkdir(parents=True)
    choice = Choice(RunKind.SWEEP_PLAN, at / "event.yaml", at / "accounts.csv", "plain", sweep=Sweep())

    class Looks(Exception):
        """The run that only looks begins."""

    def looks(*_: Any, **__: Any) -> None:
        raise Looks

    monkeypatch.setattr("bootstrap.cli.commands.sweep.reported", looks)
    with pytest.raises(Looks):
        sweep.sweep(choice, apply=False, confirm=None)
    assert "it is not known which accounts were swept before: the journal cannot be opened" in capsys.readouterr().err
    with pytest.raises(BadInput, match="EB-395"):
        sweep.sweep(choice, apply=True, confirm="car-day")
