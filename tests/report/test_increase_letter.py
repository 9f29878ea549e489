"""The text about quotas that AWS has not granted: which accounts and quotas it names, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bootstrap.engine.outcomes import AccountResult, Result, StepResult
from bootstrap.engine.states import Outcome
from bootstrap.event import event as event_file
from bootstrap.event.event import Event
from bootstrap.event.quotas import QuotaGroup
from bootstrap.report import increase_letter
from bootstrap.report.increase_letter import AccountQuotas
from tests.runs import folder
from tests.steps.quota_account import ENDPOINT, G5, M5, NONE, P3, TOTAL, TRAINING, Asked, Quotas, of, step

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SMALL = {M5: 0.0, "Number of instances across active endpoints": 20.0}
ASKED: list[Asked] = [(of(P3), "CASE_OPENED", 6, 3 * 24 * 60), (of(G5), "DENIED", 3, 60)]


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Event:
    return event_file.read(folder(tmp_path_factory.mktemp("event")) / "event.yaml")


def seen(number: int, session: Quotas, *groups: QuotaGroup) -> AccountQuotas:
    """What a run has seen in an account."""
    steps = {f"quotas:{each.name}": StepResult(Outcome.WAITING, "", facts=step(each).check(session).facts)
             for each in groups}  # fmt: skip
    account = AccountResult(f"team-{number}", f"{number + 100200300400:012d}", Result.WAITING, {}, steps,
                            frozenset(steps), frozenset())  # fmt: skip
    return AccountQuotas.of(account, "ap-northeast-1")


def requested(applied: dict[str, float]) -> Quotas:
    session = Quotas(applied, ASKED)
    session.requests[0]["CaseId"] = "177000000001"
    return session


def test_it_names_each_account_quota_request_case_and_date(event: Event) -> None:
    accounts = [seen(number, requested({**NONE, **SMALL}), TRAINING, ENDPOINT) for number in (1, 2)]
    english, chinese = increase_letter.letter(event, accounts, NOW).split("\n\n\n")
    for text in (english, chinese):
        assert text.count("100200300401") == text.count("100200300402") == 5
        assert all(each in text for each in (of(P3), of(G5), M5, "L-D438008E", "177000000001", "2026-12-08"))
    assert "2 accounts still need higher quotas" in english
    assert "CASE_OPENED" in english
    assert "team-1" not in english + chinese
    assert sum("\u4e00" <= each <= "\u9fff" for each in chinese) > 100


def test_an_account_with_one_of_the_types_needs_no_other() -> None:
    found = [seen(1, requested({**NONE, of(G5): 3.0, TOTAL: 6.0, **SMALL, M5: 4.0}), TRAINING, ENDPOINT)]
    assert increase_letter.missing(found) == {}


def test_an_account_that_could_not_be_asked_is_named_and_not_taken_for_granted(event: Event) -> None:
    unread = AccountQuotas("100200300409", "ap-northeast-1", None)
    text = increase_letter.letter(event, [seen(1, requested({**NONE, **SMALL}), TRAINING), unread], NOW)
    assert "Not known, because we could not ask: 100200300409" in text
    assert "1 account still needs" in text


def test_the_day_by_which_it_is_needed_is_never_past(event: Event) -> None:
    late = event.schedule.opens - timedelta(hours=5)
    text = increase_letter.letter(event, [seen(1, requested({**NONE, **SMALL}), TRAINING)], late)
    assert f"from {late:%Y-%m-%d %H:%M}" in text
