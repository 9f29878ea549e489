"""An account that was swept is prepared again: after a dry run, or as a spare account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bootstrap.engine.outcomes import Result
from bootstrap.engine.states import Outcome
from bootstrap.journal.journal import Journal
from bootstrap.sweep.plan import Sweep
from tests.runs import folder, rehearsed, states

# What the smoke job needs; the other steps are the same for every account.
ONLY = ["quotas:training", "stack:buckets", "stack:roles", "materials", "smoke"]


def test_an_account_that_was_swept_is_prepared_and_proved_again_and_swept_again(tmp_path: Path) -> None:
    """AWS keeps the first smoke job for ever. It is no reason to refuse the account, and no proof that it is ready."""
    at = folder(tmp_path)
    with rehearsed(at) as running, Journal(at / "journal.sqlite") as journal:
        first, _ = running.provision(only=ONLY, journal=journal, keep=False)
        assert first.summary.result is Result.READY
        swept, _ = running.sweep(journal=journal, keep=False)
        assert swept.summary.result is Result.CLEAN
        assert journal.flush(60)
        known = journal.proved_clean("car-day")
        assert len(known) == 1

        planned, _ = running.provision(only=ONLY, write=False, keep=False)
        assert states(planned)["smoke"] is Outcome.PLANNED
        again, _ = running.provision(
            only=ONLY, journal=journal, keep=False, change=lambda place: replace(place, run="again")
        )
        assert again.summary.result is Result.READY
        assert states(again)["smoke"] is Outcome.CHANGED
        jobs = sorted((each["name"], each["status"]) for each in running.state()["training_jobs"])
        assert [(name.split("-smoke-")[1][:2], status) for name, status in jobs] == [
            ("01", "Completed"),
            ("02", "Completed"),
        ]
        assert journal.flush(60)
        assert journal.proved_clean("car-day") == {}
        # Even what an older journal says of the first sweep does not count.
        cleaned, _ = running.sweep(Sweep(before=known), keep=False)
        assert cleaned.summary.result is Result.CLEAN
        assert states(cleaned)["sweep"] is Outcome.CHANGED
        assert {each["status"] for each in running.state()["stacks"]} <= {"DELETE_COMPLETE"}
        assert running.state()["buckets"] == {}
