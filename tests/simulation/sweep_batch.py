"""Accounts with luck of their own: provisioned, used, swept, swept again, and once more without mishaps.

Before the last sweep a person removes by hand what the sweep only reports.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bootstrap.aws.guard import Moment
from bootstrap.cli.commands.drive import Ran
from bootstrap.cli.commands.place import Place
from bootstrap.engine.outcomes import WELL, AccountResult, Result
from bootstrap.sweep.plan import Sweep
from tests.deaths import Deaths
from tests.left_behind import Names, by_kind, organizations
from tests.one_process import rehearsed_here
from tests.runs import Rehearsed, folder
from tests.simulation.batch import SIZE, account_id, write_roster
from tests.simulation.sweep_cases import BY_HAND, SweepCase
from tests.simulation.sweep_order import Order

# In turn: one region is all there is elsewhere in one partition, sixteen are in the other.
_REGIONS = {"cn-north-1": ("cn-northwest-1",), "ap-northeast-1": ("us-west-2", "eu-west-1", "ap-southeast-1")}
# Enough for participants to work with; the rest is as in `full` accounts.
_PART = ("marker", "baseline", "stack:buckets", "stack:roles")
_SETTLED = 3600.0
# Minutes from the event's end until the sweep begins, in turn: what was just made may not be listed yet.
_BEGINS = (30.0, 0.0)
# Minutes from the event's end until mishaps pass.
_PASSES = 24 * 60.0
LINKED = frozenset({"AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"})


@dataclass
class Stands:
    """What the simulator holds of an account by kind, at home and elsewhere; `state` is all that it shows of home."""

    home: dict[str, Names]
    away: dict[str, dict[str, Names]]
    state: Any


@dataclass
class Swept:
    """One run, and what stood in each account of the batch when it had ended."""

    ran: Ran
    stands: dict[str, Stands]

    def result(self, team: str) -> AccountResult | None:
        return next((each for each in self.ran.summary.accounts if each.team == team), None)


@dataclass
class Day:
    """A batch from before its event to the last sweep. `before`: what stood in each account before provisioning;
    `organizations`: what the organization rolled out by the event's end.
    """

    seeds: list[int]
    cases: list[SweepCase]
    world: Rehearsed
    before: dict[str, Stands]
    order: Order
    deaths: Deaths
    organizations: dict[str, dict[str, Names]] = field(default_factory=dict)
    runs: list[Swept] = field(default_factory=list)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def away(self) -> tuple[str, ...]:
        return _REGIONS[self.world.inputs.event.region]

    def sweep(self, teams: Sequence[str], *taps: Callable[[Moment, str, str, str], None]) -> None:
        """One run, with what earlier ones proved, as the journal would say it."""

        def tap(*what: Any) -> None:
            for each in taps:
                each(*what)

        def change(place: Place) -> Place:
            self.order.clock = place.clock
            return replace(place, access=replace(place.access, tap=tap))

        asked, sent = Sweep(everywhere=True, before=self._proved()), _calls(self.world)
        ran, _ = self.world.sweep(asked, teams=teams, change=change, keep=False)
        self.calls += _calls(self.world) - sent
        self.runs.append(Swept(ran, self.seen(teams)))

    def seen(self, teams: Sequence[str]) -> dict[str, Stands]:
        return {team: stands(self.world, self.account(team), self.away) for team in teams}

    def account(self, team: str) -> str:
        return next(each.account_id for each in self.world.inputs.accounts if each.team == team)

    def _proved(self) -> dict[str, str]:
        steps = [(each, each.steps.get("sweep")) for run in self.runs for each in run.ran.summary.accounts]
        return {
            each.account_id: step.facts["proved"]
            for each, step in steps
            if step and step.state in WELL and "proved" in step.facts
        }


def stands(world: Rehearsed, account: str, away: Sequence[str]) -> Stands:
    state = world.simulated.state(account)
    return Stands(by_kind(state), {each: by_kind(world.simulated.state(account, each)) for each in away}, state)


def came(now: dict[str, Names], before: dict[str, Names]) -> dict[str, Names]:
    """What was not there before, besides a role that AWS makes for itself and what the organization rolled out."""
    theirs = organizations(now)
    found = {
        kind: names - before.get(kind, frozenset()) - LINKED - theirs.get(kind, frozenset())
        for kind, names in now.items()
    }
    return {kind: names for kind, names in found.items() if names}


@contextmanager
def swept(drawn: Mapping[int, SweepCase], at: Path) -> Iterator[Day]:
    """Run the cases, by seed; those of one batch have the same region and hour."""
    number = min(drawn) // SIZE
    with rehearsed_here(_files(number, at, drawn), str(at / "luck.yaml")) as world:
        day = _opened(world, drawn)
        teams = [f"case-{seed}" for seed in drawn]
        world.pass_time(_BEGINS[number // 2 % 2] * 60)
        day.sweep(teams, day.order, day.deaths)
        day.sweep(teams, day.order)
        begun = world.inputs.event.schedule.closes.timestamp()
        world.pass_time(begun + (_PASSES + 1) * 60 - world.time[0])
        if rest := [team for team in teams if _result(day.runs[1], team) is not Result.CLEAN]:
            _remove_by_hand(day, rest)
            day.sweep(rest, day.order)
        yield day


def _remove_by_hand(day: Day, teams: Sequence[str]) -> None:
    """What only a person can remove, in these teams' accounts; CloudTrail tells it later."""
    left = {f"case-{seed}" for seed, case in zip(day.seeds, day.cases, strict=True) if set(case.leaves) & set(BY_HAND)}
    if theirs := [day.account(team) for team in teams if team in left]:
        refused = day.world.participate("by hand", theirs, kinds=list(BY_HAND))
        assert not refused, refused
        day.world.pass_time(_SETTLED)


def _result(run: Swept, team: str) -> Result | None:
    found = run.result(team)
    return found.result if found else None


def _files(number: int, at: Path, drawn: Mapping[int, SweepCase]) -> Path:
    folder(at, region=list(_REGIONS)[number % len(_REGIONS)])
    write_roster(at, list(drawn))
    # The world begins three days before the event opens, which is open for nine hours.
    closes = (3 * 24 + 9) * 60.0
    differs = {f"case-{seed}": case.differs(closes, closes + _PASSES) for seed, case in drawn.items()}
    text = json.dumps({"extends": "ordinary", "teams": differs})
    (at / "luck.yaml").write_text(text, encoding="utf-8")
    return at


def _opened(world: Rehearsed, drawn: Mapping[int, SweepCase]) -> Day:
    """Provisioned, and used until the event's end."""
    away = _REGIONS[world.inputs.event.region]

    def participate(part: str) -> None:
        for seed, case in drawn.items():
            world.participate(part, [account_id(seed)], kinds=case.leaves)

    participate("before")
    world.pass_time(_SETTLED)
    before = {f"case-{seed}": stands(world, account_id(seed), away) for seed in drawn}
    if part := [f"case-{seed}" for seed, case in drawn.items() if not case.full]:
        world.provision(*part, only=_PART, keep=False)
    if full := [f"case-{seed}" for seed, case in drawn.items() if case.full]:
        world.provision(*full, keep=False)
    for each in ("opens", "noon", "closes"):
        participate(each)
    deaths = Deaths({account_id(seed): case.crash for seed, case in drawn.items() if case.crash})
    teams = {account_id(seed): f"case-{seed}" for seed in drawn}

    def look(account: str) -> Iterator[dict[str, Names]]:
        was = before[teams[account]]
        yield came(by_kind(world.simulated.state(account)), was.home)
        for region in away:
            yield came(by_kind(world.simulated.state(account, region)), was.away[region])

    theirs = {f"case-{seed}": organizations(by_kind(world.simulated.state(account_id(seed)))) for seed in drawn}
    return Day(list(drawn), list(drawn.values()), world, before, Order(look), deaths, theirs)


def _calls(world: Rehearsed) -> Counter[tuple[str, str]]:
    rows = world.simulated.calls()["calls"]
    return Counter({(row["account"], f"{row['service']}:{row['operation']}"): row["count"] for row in rows})
