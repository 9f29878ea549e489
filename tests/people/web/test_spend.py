"""What runs and costs, on the staff's page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.cli.commands.follow import Follower
from bootstrap.cli.commands.spend_reader import SpendReader, both
from bootstrap.engine.hold import Hold
from bootstrap.engine.states import Outcome, Settled
from bootstrap.errors import BadInput, Problem
from bootstrap.event import prices
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.people.web.staff import spend
from bootstrap.people.web.staff.spend import SpendBoard, SpendNews
from bootstrap.sweep.billed import AccountBill, Billed
from bootstrap.sweep.spending import TeamSpend
from tests import made_up_journal

PRICES = prices.read(Path())
GPU = Billed("training job", "j<1>", "2 x ml.g5.2xlarge", 0.0, 4.0)
APP = Billed("partner app", "app", "", 0.0, None)


def team(number: int, bill: AccountBill | None, failure: Settled | None = None) -> TeamSpend:
    account = TeamAccount(f"team-{number}", f"{number:012d}", "us-east-1", None, None, None, (), (), number)
    return TeamSpend(account, bill, failure, 10.0)


DEAR = team(1, AccountBill(0.0, (GPU, APP), 10.5, 1))
CHEAP = team(2, AccountBill(0.0, (), 0.25))
DENIED = Settled(Outcome.FAILED, "the role may not", "EB-204")


def test_who_is_over_the_limit_stands_at_the_top_with_the_command_that_stops_it() -> None:
    found = spend.parts(SpendNews((CHEAP, DEAR), PRICES), "en")
    assert "event-bootstrap spend team-1 --stop" in found["over"]
    assert "team-2" not in found["over"]
    assert found["spend"].index("team-1") < found["spend"].index("team-2")
    assert "4.00 + ?" in found["spend"]
    assert "10.50 + ?" in found["spend"]
    assert "team-1" in spend.parts(SpendNews((CHEAP, DEAR), PRICES), "zh")["over"]


def test_a_hold_is_said_and_what_could_not_be_read_keeps_its_figures() -> None:
    held = {CHEAP.account.account_id: Hold("<why>", "bo", 0.0)}
    found = spend.parts(SpendNews((CHEAP, replace(DEAR, failure=DENIED)), PRICES, held), "en")["spend"]
    assert "&lt;why&gt;" in found
    assert "EB-204" in found
    assert "10.50 + ?" in found


def test_without_credentials_it_is_said_once_and_no_figure_is_shown() -> None:
    news = SpendNews((team(1, None, DENIED), team(2, None, DENIED)), PRICES)
    found = spend.parts(news, "en")["spend"]
    assert found.count("EB-204") == 1
    assert "<table" not in found
    assert "<table" not in spend.parts(SpendBoard().latest, "en")["spend"]


def test_two_reasons_with_one_code_are_both_said_and_reasons_that_name_the_account_are_one() -> None:
    closed = team(2, None, replace(DENIED, detail="the account is closed"))
    found = spend.parts(SpendNews((team(1, None, DENIED), closed), PRICES), "en")["spend"]
    assert "the role may not" in found
    assert "the account is closed" in found
    both_denied = tuple(team(each, None, replace(DENIED, detail=f"{each:012d} said no")) for each in (1, 2))
    found = spend.parts(SpendNews(both_denied, PRICES), "en")["spend"]
    assert found.count("said no") == 1
    assert "000000000001" not in found


def test_a_page_is_made_again_when_the_journal_or_the_board_has_something_new(tmp_path: Path) -> None:
    made = made_up_journal.event(tmp_path, 2)
    made.open().close()
    board = SpendBoard()
    look = both(Follower(made.choice), board)
    assert look()
    assert look() is None
    board.put(SpendNews((DEAR,), PRICES))
    assert look()
    assert look() is None


def test_a_look_that_fails_is_shown_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_up_journal.event(tmp_path, 2)
    made.open().close()
    board = SpendBoard()
    reader = SpendReader(made.choice, Follower(made.choice), board)
    errors = [BadInput([Problem("EB-650", "no profile of that name")]), ZeroDivisionError()]

    def refused(*_: object) -> object:
        raise errors.pop(0)

    monkeypatch.setattr("bootstrap.cli.commands.spend_reader.SpendWatch", refused)
    reader.once()
    assert "EB-650" in spend.parts(board.latest, "en")["spend"]
    reader.once()
    assert "could not be read" in spend.parts(board.latest, "en")["spend"]
