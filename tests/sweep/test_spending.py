"""What runs and costs, at a simulated AWS in virtual time: how soon staff are told, how often AWS is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from bootstrap.cli.commands.choice import journal_of
from bootstrap.cli.commands.spend_watch import OVER, Look, SpendWatch
from bootstrap.engine.clock import VirtualClock
from bootstrap.engine.hold import Hold
from bootstrap.engine.run_kind import RunKind
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.settings import Spend
from bootstrap.journal.holds import Holds
from bootstrap.report import spend_table
from bootstrap.sweep.billed import AccountBill
from bootstrap.sweep.plan import Sweep
from tests import schemas
from tests.runs import Rehearsed, choice, folder, rehearsed

EVERY = Spend().every_seconds
# Price of ml.g5.2xlarge an hour in Tokyo.
G5 = 1.52 * 1.4


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """A team that is ready and has begun to work: endpoints, and a training job that waits for its instance."""
    at = folder(tmp_path_factory.mktemp("day"), emails=0, labs=[{"name": "notebook"}], notices=[])
    with rehearsed(at) as running:
        running.provision()
        running.participate("opens")
        yield running


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the kinds that each look lists: clients of twenty more services take a second to make."""
    monkeypatch.setattr("bootstrap.sweep.billed._SELDOM", ())


class Desk:
    """Somebody who looks every minute of the day's virtual time."""

    def __init__(self, day: Rehearsed, journal: Path, limit: float | None = None, **more: Any) -> None:
        self._day = day
        event = day.inputs.event.model_copy(update={"spend": Spend(limit=limit, stop=more.pop("stops", False))})
        place = day._place("spend", False, None)
        assert isinstance(place.clock, VirtualClock)
        self.clock = place.clock
        self.choice = replace(choice(day.at), journal=str(journal))
        inputs = replace(day.inputs, event=event)
        self.watch = SpendWatch(self.choice, inputs, inputs.accounts, place, **more)

    def look(self) -> tuple[Look, AccountBill]:
        look = self.watch.look()
        (team,) = look.teams
        assert team.failure is None
        assert team.bill
        return look, team.bill

    def later(self, seconds: float = EVERY) -> None:
        self.clock.move(self.clock.now() + seconds)
        self._day.time[0] = self.clock.now()

    @property
    def told(self) -> int:
        """How often the journal was told of a team over its limit."""
        with journal_of(self.choice) as journal:
            acts = journal.actions(self._day.inputs.event.name)
        return sum(each.kind is RunKind.SPEND and each.outcome == OVER for each in acts)


@pytest.mark.usefixtures("often")
def test_each_machine_is_named_with_its_rate_and_what_has_no_price_is_not_free(day: Rehearsed, tmp_path: Path) -> None:
    look, bill = Desk(day, tmp_path / "journal.sqlite").look()
    found = {(each.kind, each.machines): each.usd_per_hour for each in bill.running}
    assert found["notebook", "1 x ml.t3.medium"] == pytest.approx(0.05 * 1.4)
    assert found["endpoint", "1 x ml.m5.large"] == pytest.approx(0.12 * 1.4)
    assert found["training job", "1 x ml.g5.2xlarge"] == pytest.approx(G5)
    # Nobody has its price.
    assert found["endpoint", "1 x ml.t2.medium"] is None
    assert bill.unpriced >= 1
    assert bill.unlisted == {}
    assert look.told == ()


@pytest.mark.usefixtures("often")
def test_a_job_that_waits_for_its_instance_costs_nothing_yet(day: Rehearsed, tmp_path: Path) -> None:
    _, bill = Desk(day, tmp_path / "journal.sqlite").look()
    (job,) = [each for each in bill.running if each.kind == "training job"]
    assert job.since is None


def test_a_look_costs_few_calls(day: Rehearsed, tmp_path: Path) -> None:
    desk = Desk(day, tmp_path / "journal.sqlite")
    first, then = desk.look()[1].calls, []
    for _ in range(3):
        desk.later()
        then.append(desk.look()[1].calls)
    # Two endpoints and a job that waits: a call for each beside the seven listings. docs/spend.md has these numbers.
    assert first <= 50
    assert max(then) <= 10


@pytest.mark.usefixtures("often")
def test_it_is_shown_and_written_as_json(day: Rehearsed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(day, tmp_path / "journal.sqlite", 0.01)
    look, bill = desk.look()
    spend_table.show("json", look.teams, desk.watch.prices, {day.inputs.accounts[0].account_id: Hold("why", "bo", 0.0)})
    (written,) = schemas.read(capsys.readouterr().out)
    assert (written["over"], written["hold"]["reason"]) == (True, "why")
    assert written["usd_today"] == pytest.approx(bill.usd_today, abs=1e-4)
    spend_table.show("plain", look.teams * 2, desk.watch.prices, {})
    said = capsys.readouterr().out
    assert said.count("OVER THE LIMIT") == 2
    assert f"{bill.usd_today:.2f}" in said


@pytest.mark.usefixtures("often")
def test_staff_are_told_within_two_minutes_once_a_day(day: Rehearsed, tmp_path: Path) -> None:
    desk = Desk(day, tmp_path / "journal.sqlite")
    _, bill = desk.look()
    limit = bill.usd_today + 0.05
    desk = Desk(day, tmp_path / "journal.sqlite", limit)
    rate, before, over = 0.0, bill.usd_today, None
    for _ in range(120):
        look, bill = desk.look()
        if bill.usd_today > limit and over is None:
            # It went over the limit so many seconds before this look.
            over = desk.clock.now() - (bill.usd_today - limit) / rate * 3600
            assert desk.clock.now() - over <= 120
            assert len(look.told) == 1
            assert "event-bootstrap spend team-1 --stop" in look.told[0]
        elif over is None:
            assert look.told == ()
        else:
            assert look.told == ()
            break
        assert bill.usd_today >= before
        rate, before = bill.usd_per_hour, bill.usd_today
        desk.later()
    assert over is not None
    assert desk.told == 1
    # Another person's watch of the same day, with the same journal.
    look, _ = Desk(day, tmp_path / "journal.sqlite", limit).look()
    assert (len(look.told), desk.told) == (1, 1)


@pytest.mark.usefixtures("often")
def test_the_next_day_begins_at_nothing(day: Rehearsed, tmp_path: Path) -> None:
    desk = Desk(day, tmp_path / "journal.sqlite", 0.01)
    desk.look()
    midnight = datetime.fromtimestamp(desk.clock.now(), day.inputs.event.schedule.opens.tzinfo)
    rest = 86400 - midnight.hour * 3600 - midnight.minute * 60 - midnight.second
    desk.later(rest + 360)
    look, bill = desk.look()
    # Six minutes of what runs through the night, at most.
    assert 0 < bill.usd_today < 0.25
    assert [len(look.told), desk.told] == [1, 2]


@pytest.mark.usefixtures("often")
def test_an_account_that_cannot_be_read_is_not_called_cheap(
    day: Rehearsed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(day, tmp_path / "journal.sqlite", 0.01)
    desk.look()

    def refused(*_: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://example.com")

    monkeypatch.setattr("bootstrap.sweep.billed.things", refused)
    (team,) = desk.watch.look().teams
    assert team.failure
    assert team.over
    assert team.bill


@pytest.mark.usefixtures("often")
def test_what_runs_over_the_limit_is_stopped_and_looked_at_again(day: Rehearsed, tmp_path: Path) -> None:
    account = day.inputs.accounts[0]
    stopped: list[str] = []

    def stop(accounts: Sequence[TeamAccount]) -> None:
        stopped.extend(each.team for each in accounts)
        day.sweep(Sweep(stop_only=True))

    def desk(name: str, **more: Any) -> Desk:
        return Desk(day, tmp_path / f"{name}.sqlite", 0.01, stop=stop, beside=lambda what: what(), **more)

    held = desk("held", stops=True)
    holds = Holds(held.choice.journal_path, day.inputs.event.name)
    holds.put([(account.team, account.account_id)], Hold("ours", "bo on desk", 0.0))
    look, bill = held.look()
    holds.close()
    assert (stopped, len(look.told)) == ([], 2)
    assert (len(desk("unasked").look()[0].told), stopped) == (1, [])
    stopping = desk("stopping", stops=True)
    look, _ = stopping.look()
    assert (len(look.told), stopped) == (1, ["team-1"])
    stopping.later(max(0.0, day.time[0] - stopping.clock.now()))
    look, after = stopping.look()
    assert bill.usd_per_hour > 0.2
    assert after.running == ()
    assert len(look.told) == 1
    # Nothing runs there any more.
    stopping.later(600)
    assert stopping.look()[0].told == ()
    assert stopped == ["team-1"]
