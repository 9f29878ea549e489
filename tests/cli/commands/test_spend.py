"""What is said of a team over its limit, on the terminals and pages that show it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

from bootstrap.cli.commands import spend
from bootstrap.cli.commands.spend_watch import Look
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import spend_table
from bootstrap.sweep.billed import AccountBill, Billed
from bootstrap.sweep.spending import TeamSpend

TEAM = TeamAccount("team-1", "100000000001", "us-east-1", None, None, None, (), ("notebook",), 2)
NOTEBOOK = Billed("notebook", "n", "1 x ml.t3.medium", 0.0, 0.05)


def over(*running: Billed, unlisted: Mapping[str, str] | None = None) -> TeamSpend:
    return TeamSpend(TEAM, AccountBill(0.0, running, 12.0, unlisted=unlisted or {}), limit=10.0)


@pytest.mark.parametrize(
    ("each", "stop"),
    [(over(NOTEBOOK), True), (over(unlisted={"endpoint": "AccessDenied"}), True), (over(), False)],
)
def test_a_command_is_named_while_there_may_be_something_to_stop(each: TeamSpend, stop: bool) -> None:
    said = spend_table.over(each)
    assert "USD 12.00 today, the limit is USD 10.00" in said
    assert ("spend team-1 --stop" in said) is stop


@pytest.mark.parametrize(("above", "lines"), [(True, 1), (False, 2)])
def test_a_terminal_that_shows_the_table_is_not_told_twice(
    above: bool, lines: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    team = over(NOTEBOOK)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    spend.tell(Look((team,), (spend_table.over(team),), ("not stopped",)), shown_above=above)
    said = capsys.readouterr().err
    assert said.startswith("\a")
    assert len(said.splitlines()) == lines
