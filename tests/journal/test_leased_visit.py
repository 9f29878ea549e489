"""A run's visits to an account whose lease is held, lost, or not certain."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bootstrap.engine.states import Again, Applied, Outcome, Settled, State
from bootstrap.errors import NotPermitted, Paused
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import leased_visit as leased
from bootstrap.journal.journal import Journal
from bootstrap.journal.leased_visit import LeasedVisit
from bootstrap.steps.step import StepVisit

LOST = Settled(Outcome.ELSEWHERE, "taken over by bo on laptop", "EB-521", "EB-521:bo")
AWAY = Again(2.0, Outcome.WAITING, "the database does not answer", "EB-522")
DONE = Settled(Outcome.READY, "done")


@dataclass
class Scripted:
    """Leases and a visitor in one that answer what the test says."""

    obstacles: list[Settled | Again | None]
    answers: list[Settled | Again]
    id: str = "access"
    needs: tuple[str, ...] = ()
    pace: float = 20.0
    found: str | None = None
    visits: list[Sequence[str]] = field(default_factory=list)

    def obstacle(self, account_id: str) -> Settled | Again | None:
        return self.obstacles.pop(0) if self.obstacles else None

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        self.visits.append(planned)
        return self.answers.pop(0)


def visit(scripted: Any) -> LeasedVisit:
    return LeasedVisit(scripted, "1" * 12, scripted)


def test_an_account_of_another_is_not_visited() -> None:
    scripted = Scripted([LOST], [])
    assert visit(scripted).visit() is LOST
    assert scripted.visits == []


def test_an_account_of_which_nobody_knows_whose_it_is_is_visited_when_that_is_known_again() -> None:
    scripted = Scripted([AWAY, None], [DONE])
    visiting = visit(scripted)
    assert visiting.visit() is AWAY
    assert scripted.visits == []
    assert visiting.visit() is DONE


def test_what_was_lost_on_the_way_is_said_with_the_name_of_who_has_it() -> None:
    refused = Settled(Outcome.FAILED, "refused", "EB-382")
    assert visit(Scripted([None, LOST], [refused])).visit() is LOST
    assert visit(Scripted([], [refused])).visit() is refused


def test_each_renewal_is_looked_at_while_the_visitor_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    scripted = Scripted([], [Again(50.0, Outcome.WORKING, "the stack is made"), DONE])
    visiting = visit(scripted)
    seen = []
    while isinstance(answer := visiting.visit(), Again):
        seen.append((answer.after, answer.detail, len(scripted.visits)))
        now += answer.after
    assert seen == [(20.0, "the stack is made", 1), (20.0, "the stack is made", 1), (10.0, "the stack is made", 1)]
    assert answer is DONE


@dataclass(frozen=True)
class Writing:
    """A step whose write the guard does not let through."""

    trouble: Exception
    id: str = "marker"
    patience: float = 60.0

    def check(self, session: Any) -> State:
        return State.todo("write it")

    def apply(self, session: Any) -> Applied:
        raise self.trouble


class Session:
    account_id = "1" * 12
    region = "us-east-1"

    def now(self) -> float:
        return 1000.0


@pytest.mark.parametrize(
    ("trouble", "outcome", "settled"),
    [
        (Paused("EB-522", "the database does not answer"), Outcome.WAITING, False),
        (NotPermitted("EB-382", "another operator holds it"), Outcome.FAILED, True),
    ],
)
def test_a_write_that_must_wait_is_no_failure(trouble: NotPermitted, outcome: Outcome, settled: bool) -> None:
    answer = StepVisit(Writing(trouble), Session(), (), write=True).visit()  # type: ignore[arg-type]
    assert (answer.outcome, answer.code, isinstance(answer, Settled)) == (outcome, trouble.code, settled)


def test_a_run_that_is_interrupted_gives_its_accounts_back(where: str) -> None:
    teams = [TeamAccount("team-1", "1" * 12, "ap-northeast-1", None, None, None, (), (), 2)]
    with Journal(where) as journal:
        with pytest.raises(KeyboardInterrupt), leased.leases(journal, teams, "provision", "cars", "r", "ana", False):
            assert journal.at_work("cars").keys() == {"1" * 12}
            raise KeyboardInterrupt
        assert journal.at_work("cars") == {}
