"""What people did, as the journal keeps it: on SQLite and PostgreSQL alike."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bootstrap.errors.message import Message, msg
from bootstrap.journal import operators
from bootstrap.journal.journal import Journal
from bootstrap.journal.past import Action


@pytest.fixture
def journal(where: str, path: Path) -> Iterator[Journal]:
    with Journal(where, path.parent) as opened:
        yield opened


def test_what_people_did_comes_back_in_order_whole_and_by_team(journal: Journal) -> None:
    journal.act("handouts", "cars", "cards of 2 teams", at=20.0)
    journal.act("console", "cars", "a link for support", team="team-1", account_id="1" * 12, at=10.0, outcome="refused")
    journal.act("console", "another event", "a link", team="team-1")
    journal.act("join", "cars", "a link for the team", team="team-2", actor="team-2 by its code", at=30.0)
    assert journal.flush(60)
    first, second, third = journal.actions("cars")
    assert first == Action(
        10.0, operators.here(), "console", "cars", "team-1", "1" * 12, "a link for support", "refused"
    )
    assert (second.command, second.team, second.outcome) == ("handouts", "", "done")
    assert third.actor == "team-2 by its code"
    assert journal.actions("cars", "team-1") == (first,)
    assert time.time() - journal.actions("another event")[0].at < 60


def test_an_actions_message_comes_back_as_a_message_and_a_text_as_a_text(journal: Journal) -> None:
    journal.act("console", "cars", msg("a link for {team}", team="red"))
    journal.act("console", "cars", "as version 0.1.0 wrote it")
    assert journal.flush(60)
    made, text = (each.detail for each in journal.actions("cars"))
    assert isinstance(made, Message)
    assert (made, made.id, made.args) == ("a link for red", "a link for {team}", {"team": "red"})
    assert not isinstance(text, Message)


def test_an_action_is_told_from_any_thread_and_never_raises(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(40):
            pool.submit(journal.act, "console", "cars", f"link {number}")
    journal.act("console", "cars", None)  # type: ignore[arg-type]
    assert journal.flush(60)
    assert len({each.detail for each in journal.actions("cars")}) == 40
    (problem,) = journal.close()
    assert "1 entry is lost" in problem.what
