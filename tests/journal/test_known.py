"""What is known of accounts, by events that tell nothing of them."""

from __future__ import annotations

from bootstrap.engine.outcomes import CleanEvent, cleaned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent
from bootstrap.journal.known import known


def said(run: str, team: str, state: Outcome, unseen: bool = False) -> CleanEvent:
    account = f"{team[-1]:0>12}"
    return cleaned(StepEvent(run, 1, 0.0, "ana", team, account, "access", state, "said", True, unseen=unseen))


def test_of_an_account_of_which_nothing_else_is_known_it_is_told_why() -> None:
    happened = [
        said("run-1", "team-1", Outcome.READY),
        *(said("run-2", team, Outcome.BLOCKED, unseen=True) for team in ("team-1", "team-2")),
        said("run-2", "team-3", Outcome.ELSEWHERE, unseen=True),
    ]
    kinds = dict.fromkeys(("run-1", "run-2"), RunKind.PROVISION)
    found = known(happened, kinds, (), lambda kind, key: ())
    told = {team: [(each.run, each.state) for each in account.events] for (team, _), account in found.items()}
    assert told == {"team-1": [("run-1", Outcome.READY)], "team-2": [("run-2", Outcome.BLOCKED)]}
