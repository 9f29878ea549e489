"""Twenty-five accounts with luck of their own: provisioned, used, swept, swept again, and once more without mishaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from bootstrap.aws.guard import Moment
from bootstrap.cli.commands.drive import Ran
from bootstrap.cli.commands.place import Place
from bootstrap.engine.outcomes import WELL, AccountResult, Result
from bootstrap.sweep.plan import Sweep
from tests.deaths import Deaths
from tests.left_behind import Names, by_kind, organizations
from tests.runs import Rehearsed, folder, rehearsed
from tests.simulation.batch import BYSTANDER, account_id, draws
from tests.simulation.sweep_cases import SweepCase, sweep_cases
from tests.simulation.sweep_order import Order

# In turn: one region is all there is elsewhere in one partition, sixteen are in the other.
_REGIONS = {"cn-north-1": ("cn-northwest-1",), "ap-northeast-1": ("us-west-2", "eu-west-1", "ap-southeast-1")}
# Enough for participants to work with; the rest is as in `full` accounts.
_PART = ("marker", "baseline", "stack:buckets", "stack:roles")
_SETTLED = 3600.0
# Minutes from the event's end until the sweep begins, and until mishaps pass.
_BEGINS, _PASSES = 30.0, 24 * 60.0
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

        asked = Sweep(everywhere=True, before=self._proved())
        ran, _ = self.world.sweep(asked, teams=teams, change=change, keep=False)
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
def swept(number: int, at: Path) -> Iterator[Day]:
    batch = draws(number, sweep_cases())
    with rehearsed(_files(number, at, batch), str(at / "luck.yaml"), seed=number) as world:
        day = _opened(world, batch, number)
        teams = [f"case-{place}" for place in range(len(batch))]
        sent = _calls(world)
        world.pass_time(_BEGINS * 60)
        day.sweep(teams, day.order, day.deaths)
        day.sweep(teams, day.order)
        begun = world.inputs.event.schedule.closes.timestamp()
        world.pass_time(begun + (_PASSES + 1) * 60 - world.time[0])
        if rest := [team for team in teams if _result(day.runs[1], team) is not Result.CLEAN]:
            day.sweep(rest, day.order)
        day.calls = _calls(world) - sent
        yield day


def _result(run: Swept, team: str) -> Result | None:
    found = run.result(team)
    return found.result if found else None


def _files(number: int, at: Path, batch: Sequence[SweepCase]) -> Path:
    folder(at, region=list(_REGIONS)[number % len(_REGIONS)])
    rows = [f"bystander,{BYSTANDER},b@example.com"]
    rows += [f"case-{place},{account_id(number, place)},a@case{place}.example.com" for place in range(len(batch))]
    (at / "accounts.csv").write_text("\n".join(["team,account_id,emails", *rows, ""]), encoding="utf-8")
    # The world begins three days before the event opens, which is open for nine hours.
    closes = (3 * 24 + 9) * 60.0
    differs = {f"case-{place}": case.differs(closes + 1, closes + _PASSES) for place, case in enumerate(batch)}
    text = yaml.safe_dump({"extends": "ordinary", "teams": differs})
    (at / "luck.yaml").write_text(text, encoding="utf-8")
    return at


def _opened(world: Rehearsed, batch: list[SweepCase], number: int) -> Day:
    """Provisioned, and used until the event's end."""
    everybody = [each.team for each in world.inputs.accounts]
    full = [f"case-{place}" for place, case in enumerate(batch) if case.full]
    away = _REGIONS[world.inputs.event.region]
    world.participate("before")
    world.pass_time(_SETTLED)
    before = {each.team: stands(world, each.account_id, away) for each in world.inputs.accounts}
    world.provision(*[team for team in everybody if team not in full], only=_PART, keep=False)
    if full:
        world.provision(*full, keep=False)
    for part in ("opens", "noon", "closes"):
        world.participate(part)
    crashes = {account_id(number, place): case.crash for place, case in enumerate(batch)}
    deaths = Deaths({account: crash for account, crash in crashes.items() if crash})
    teams = {each.account_id: each.team for each in world.inputs.accounts}

    def look(account: str) -> Iterator[dict[str, Names]]:
        was = before[teams[account]]
        yield came(by_kind(world.simulated.state(account)), was.home)
        for region in away:
            yield came(by_kind(world.simulated.state(account, region)), was.away[region])

    theirs = {
        each.team: organizations(by_kind(world.simulated.state(each.account_id))) for each in world.inputs.accounts
    }
    return Day(batch, world, before, Order(look), deaths, theirs)


def _calls(world: Rehearsed) -> Counter[tuple[str, str]]:
    rows = world.simulated.calls()["calls"]
    return Counter({(row["account"], f"{row['service']}:{row['operation']}"): row["count"] for row in rows})
