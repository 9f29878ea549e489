"""What runs and costs, at a simulated AWS in virtual time: how soon staff are told, how often AWS is called."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from contextlib import closing
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
from bootstrap.event import prices
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.settings import Spend
from bootstrap.journal.holds import Holds
from bootstrap.report import spend_table
from bootstrap.sweep import billed
from bootstrap.sweep.billed import AccountBill
from bootstrap.sweep.plan import Sweep
from tests import schemas
from tests.forked_worlds import in_a_fork
from tests.one_process import rehearsed_here
from tests.runs import Rehearsed, choice, folder

EVERY = Spend().every_seconds
# Price of ml.g5.2xlarge an hour in Tokyo.
G5 = 1.52 * 1.4


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

    def look(self, seconds: float = 0.0) -> Look:
        """Look so many seconds later."""
        self.clock.move(max(self._day.time[0], self.clock.now()) + seconds)
        self._day.time[0] = self.clock.now()
        return self.watch.look()

    @property
    def recorded(self) -> int:
        """How often the journal was told of a team over its limit."""
        with journal_of(self.choice) as journal:
            acts = journal.actions(self._day.inputs.event.name)
        return sum(each.kind is RunKind.SPEND and each.outcome == OVER for each in acts)


def _lived(at: str) -> dict[str, Any]:
    """What desks see of a team that is ready and has begun to work: endpoints, and a job that waits for its instance.

    All of it in one world, in the order of the day.
    """
    gc.disable()
    path = folder(Path(at), emails=0, labs=[{"name": "notebook"}], notices=[])
    with rehearsed_here(path) as day:
        day.provision()
        day.participate("opens")
        desk = Desk(day, path / "first.sqlite", 0.01)
        looks = [desk.look(seconds) for seconds in (0.0, EVERY, EVERY, EVERY)]
        found: dict[str, Any] = {"first": looks[0], "calls": [_bill(each).calls for each in looks]}
        # From here on the kinds that each look lists: clients of twenty more services take a second to make.
        vars(billed)["_SELDOM"] = ()
        found["minutes"] = _minutes(day, path / "minutes.sqlite")
        found["cut"] = _cut(day, path / "cut.sqlite")
        found["midnight"] = _midnight(day, path / "midnight.sqlite")
        found["stops"] = _stops(day, path)
    return found


def _bill(look: Look) -> AccountBill:
    (team,) = look.teams
    assert team.failure is None
    assert team.bill
    return team.bill


def _minutes(day: Rehearsed, journal: Path) -> tuple[float, list[tuple[float, Look]], int, Look, int]:
    """A limit, looks each minute until the one after it was told, and another person's look; what was recorded."""
    limit = _bill(Desk(day, journal).look()).usd_today + 0.05
    desk = Desk(day, journal, limit)
    looks: list[tuple[float, Look]] = []
    while not looks or not (looks[-2:][0][1].told or len(looks) > 120):
        look = desk.look(EVERY if looks else 0.0)
        looks.append((desk.clock.now(), look))
    recorded = desk.recorded
    other = Desk(day, journal, limit)
    return limit, looks, recorded, other.look(), other.recorded


def _cut(day: Rehearsed, journal: Path) -> Look:
    """A look that AWS does not answer, after one that it answered."""
    desk, usual = Desk(day, journal, 0.01), vars(billed)["things"]
    desk.look()

    def refused(*_: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://example.com")

    vars(billed)["things"] = refused
    look = desk.look()
    vars(billed)["things"] = usual
    return look


def _stops(day: Rehearsed, folder: Path) -> list[tuple[Look, list[str]]]:
    """Looks over the limit, and who is stopped by then: on hold; unasked; asked; after the stop; and much later."""
    stopped: list[str] = []
    account = day.inputs.accounts[0]

    def stop(accounts: Sequence[TeamAccount]) -> None:
        stopped.extend(each.team for each in accounts)
        day.sweep(Sweep(stop_only=True))

    def desk(name: str, **more: Any) -> Desk:
        return Desk(day, folder / f"{name}.sqlite", 0.01, stop=stop, beside=lambda what: what(), **more)

    held, stopping = desk("held", stops=True), desk("stopping", stops=True)
    with closing(Holds(held.choice.journal_path, day.inputs.event.name)) as holds:
        holds.put([(account.team, account.account_id)], Hold("ours", "bo on desk", 0.0))
    each = [(held, 0.0), (desk("unasked"), 0.0), (stopping, 0.0), (stopping, 0.0), (stopping, 600.0)]
    return [(who.look(later), list(stopped)) for who, later in each]


def _midnight(day: Rehearsed, journal: Path) -> tuple[list[Look], int]:
    """Looks before and six minutes after midnight; how often the journal was told."""
    desk = Desk(day, journal, 0.01)
    midnight = datetime.fromtimestamp(day.time[0], day.inputs.event.schedule.opens.tzinfo)
    rest = 86400 - midnight.hour * 3600 - midnight.minute * 60 - midnight.second
    return [desk.look(), desk.look(rest + 360)], desk.recorded


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return in_a_fork(_lived, str(tmp_path_factory.mktemp("day")))


def test_each_machine_is_named_with_its_rate_and_what_has_no_price_is_not_free(day: dict[str, Any]) -> None:
    bill = _bill(day["first"])
    found = {(each.kind, each.machines): each.usd_per_hour for each in bill.running}
    assert found["notebook", "1 x ml.t3.medium"] == pytest.approx(0.05 * 1.4)
    assert found["endpoint", "1 x ml.m5.large"] == pytest.approx(0.12 * 1.4)
    assert found["training job", "1 x ml.g5.2xlarge"] == pytest.approx(G5)
    # Nobody has its price.
    assert found["endpoint", "1 x ml.t2.medium"] is None
    assert bill.unpriced >= 1
    assert bill.unlisted == {}


def test_a_job_that_waits_for_its_instance_costs_nothing_yet(day: dict[str, Any]) -> None:
    (job,) = [each for each in _bill(day["first"]).running if each.kind == "training job"]
    assert job.since is None


def test_a_look_costs_few_calls(day: dict[str, Any]) -> None:
    first, *then = day["calls"]
    # Two endpoints and a job that waits: a call for each beside the seven listings. docs/spend.md has these numbers.
    assert first <= 50
    assert max(then) <= 10


def test_it_is_shown_and_written_as_json(day: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    look = day["first"]
    known, bill = prices.read(Path()), _bill(look)
    spend_table.show("json", look.teams, known, {look.teams[0].account.account_id: Hold("why", "bo", 0.0)})
    (written,) = schemas.read(capsys.readouterr().out)
    assert (written["over"], written["hold"]["reason"]) == (True, "why")
    assert written["usd_today"] == pytest.approx(bill.usd_today, abs=1e-4)
    spend_table.show("plain", look.teams * 2, known, {})
    said = capsys.readouterr().out
    assert said.count("OVER THE LIMIT") == 2
    assert f"{bill.usd_today:.2f}" in said


def test_staff_are_told_within_two_minutes_once_a_day(day: dict[str, Any]) -> None:
    limit, looks, recorded, other, recorded_by_both = day["minutes"]
    *before, (_, last), (_, over), (_, after) = looks
    assert [look.told for _, look in before] == [()] * len(before)
    assert (last.told, len(over.told), after.told) == ((), 1, ())
    assert "event-bootstrap spend team-1 --stop" in over.told[0]
    # It went over the limit so many seconds before this look.
    assert 0 < (_bill(over).usd_today - limit) / _bill(last).usd_per_hour * 3600 <= 120
    sums = [_bill(look).usd_today for _, look in looks]
    assert sums == sorted(sums)
    # Another person's watch of the same day, with the same journal.
    assert (recorded, len(other.told), recorded_by_both) == (1, 1, 1)


def test_the_next_day_begins_at_nothing(day: dict[str, Any]) -> None:
    (first, then), recorded = day["midnight"]
    assert _bill(first).usd_today > 0.25
    # Six minutes of what runs through the night, at most.
    assert 0 < _bill(then).usd_today < 0.25
    assert (len(then.told), recorded) == (1, 2)


def test_an_account_that_cannot_be_read_is_not_called_cheap(day: dict[str, Any]) -> None:
    (team,) = day["cut"].teams
    assert team.failure
    assert team.over
    assert team.bill


def test_what_runs_over_the_limit_is_stopped_and_looked_at_again(day: dict[str, Any]) -> None:
    looks, stopped = zip(*day["stops"], strict=True)
    # On hold it is told of, and why nothing is stopped.
    assert [len(look.told) for look in looks] == [2, 1, 1, 1, 0]
    assert list(stopped) == [[], [], ["team-1"], ["team-1"], ["team-1"]]
    assert _bill(looks[0]).usd_per_hour > 0.2
    assert _bill(looks[3]).running == ()
