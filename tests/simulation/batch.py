"""Accounts with luck of their own in one simulated AWS: provisioned, crashed, provisioned again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bootstrap.aws.guard import Moment
from bootstrap.cli.commands.drive import Ran
from bootstrap.cli.commands.place import Place
from bootstrap.engine.clock import Clock
from bootstrap.steps import plan
from tests.deaths import Deaths
from tests.one_process import rehearsed_here
from tests.runs import Rehearsed, folder
from tests.simulation.cases import Case

# So many seeds share a world.
SIZE = 25
# Operations whose rates AWS publishes for an account.
PREFIXES = ("RequestServiceQuotaIncrease", "Get", "List", "ListRequestedServiceQuotaChangeHistory")
BYSTANDER = "199999999998"
_RETRIES = 600.0


@dataclass
class Watch:
    """A tap: ends runs where the cases say so, and counts each second's calls."""

    deaths: Deaths
    clock: Clock | None = None
    seconds: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def __call__(self, moment: Moment, account: str, service: str, operation: str) -> None:
        if moment == "before" and self.clock and service in ("sts", "service-quotas"):
            second = int(self.clock.now())
            self.seconds[service, "", second] += 1
            for prefix in PREFIXES:
                if operation.startswith(prefix):
                    self.seconds[f"{service}:{prefix}", account, second] += 1
        self.deaths(moment, account, service, operation)

    def at(self, place: Place) -> Place:
        self.clock = place.clock
        return place


@dataclass
class Ended:
    """`states` are what the simulator holds, by place in the batch; the last one is the account without mishaps."""

    seeds: list[int]
    cases: list[Case]
    world: Rehearsed
    first: Ran
    again: Ran
    states: list[Any]
    watch: Watch
    patience: float


@contextmanager
def ended(drawn: Mapping[int, Case], at: Path) -> Iterator[Ended]:
    """Run the cases, by seed."""
    batch = [*drawn.items(), (-1, Case((), None))]
    folder(at)
    write_roster(at, [seed for seed, _ in batch])
    scenario = at / "luck.yaml"
    teams = {f"case-{seed}": case.differs for seed, case in batch}
    scenario.write_text(json.dumps({"extends": "ordinary", "teams": teams}), encoding="utf-8")
    deaths = Deaths({account_id(seed): case.crash for seed, case in batch if case.crash})
    names = list(teams)
    with rehearsed_here(at, str(scenario)) as world:
        watch = Watch(deaths)
        first, _ = world.provision(*names, tap=watch, change=watch.at, keep=False)
        # Each run keeps to the rates by itself: the second one is of another second.
        world.pass_time(1.0)
        survivor = Watch(Deaths({}), seconds=watch.seconds)
        again, _ = world.provision(*names, tap=survivor, change=survivor.at, keep=False)
        states = [world.simulated.state(account_id(seed)) for seed, _ in batch]
        cases = [case for _, case in batch]
        yield Ended(list(drawn), cases, world, first, again, states, watch, _patience(world))


def write_roster(at: Path, seeds: list[int]) -> None:
    """The seeds' accounts, and one that no run is to touch."""
    rows = [f"bystander,{BYSTANDER},b@example.com"]
    rows += [f"case-{seed},{account_id(seed)},a@case{seed}.example.com" for seed in seeds]
    (at / "accounts.csv").write_text("\n".join(["team,account_id,emails", *rows, ""]), encoding="utf-8")


def account_id(seed: int) -> str:
    return f"{200_000_000_000 + seed}"


def _patience(world: Rehearsed) -> float:
    """Seconds: the longest chain of steps, each as patient as it may be, with room for its retries."""
    account = world.inputs.accounts[0]
    entries = plan.outline(world.inputs.event, account)
    ends: dict[str, float] = {}
    for each in entries:
        before = max((ends[need] for need in each.needs), default=0.0)
        ends[each.step.id] = before + each.step.patience + _RETRIES
    return max(ends.values())


def calls_by_account(ended: Ended) -> dict[str, Counter[str]]:
    """What the tool says it sent, both runs together."""
    sent: dict[str, Counter[str]] = {}
    for session in [*ended.first.sessions, *ended.again.sessions]:
        sent.setdefault(session.account_id, Counter()).update(session.calls)
    return sent
