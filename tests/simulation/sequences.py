"""Accounts that are provisioned with one event.yaml after another, beside fresh ones with the last of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from bootstrap.cli.commands.choice import read
from bootstrap.engine.outcomes import AccountResult
from bootstrap.simulator.world.world import World
from tests.deaths import Death, Deaths
from tests.one_process import Here, rehearsed_here
from tests.runs import SHIPPED, Rehearsed, choice
from tests.simulation.standing import Standing, standing

# So many seeds share a world.
SIZE = 3
# A run sends some fifty writes an account.
_WRITES = 50
_LONGEST_PAUSE = 8 * 3600
_WHEN = "ABC"
_PRINCIPAL = "arn:aws:iam::199999999998:user/organiser"


@dataclass(frozen=True)
class Wish:
    """A key of event.yaml, or a column of the roster, whose value is not the usual one."""

    key: str
    value: Any

    def __str__(self) -> str:
        return f"{self.key}={json.dumps(self.value)}"


@dataclass(frozen=True)
class Sequence:
    """Wanted states, one after another; an account ends with the last.

    `states`: a wish that was taken away leaves None. `left_out`: places of states that are not provisioned at all;
    `crash`: ends the run of the second state, which is not run again; `pause`: seconds between two runs.
    """

    states: tuple[tuple[Wish | None, ...], ...]
    crash: Death | None = None
    pause: float = 0.0
    left_out: frozenset[int] = frozenset()

    def __str__(self) -> str:
        said = [
            f"{_WHEN[place]}: {', '.join(str(each) for each in wishes if each) or 'as usual'}"
            for place, wishes in enumerate(self.states)
            if place not in self.left_out
        ]
        return "; ".join([*said, str(self.crash or "no crash")])

    @property
    def parts(self) -> list[str]:
        """Parts that may be taken away: `B` is the run of the second state, `a0` the first wish of the first."""
        found = [_WHEN[place] for place in range(len(self.states) - 1) if place not in self.left_out]
        found += [
            f"{_WHEN[place].lower()}{number}"
            for place, wishes in enumerate(self.states)
            for number, wish in enumerate(wishes)
            if wish
        ]
        return [*found, "crash"] if self.crash else found

    def only(self, names: list[str]) -> Sequence:
        """The sequence with these of its parts."""
        states = tuple(
            tuple(wish if f"{_WHEN[place].lower()}{number}" in names else None for number, wish in enumerate(wishes))
            for place, wishes in enumerate(self.states)
        )
        out = {place for place in range(len(self.states) - 1) if _WHEN[place] not in names}
        return replace(self, states=states, left_out=frozenset(out), crash=self.crash if "crash" in names else None)

    def wanted(self, place: int) -> dict[str, Any]:
        """The wishes of a state, by key."""
        return {each.key: each.value for each in self.states[place] if each}


def sequences() -> st.SearchStrategy[Sequence]:
    state = st.lists(_wishes(), max_size=5, unique_by=lambda each: each.key).map(tuple)
    death = st.builds(Death, st.sampled_from(["before", "after"]), st.integers(1, _WRITES), st.just(True))
    return st.builds(
        Sequence,
        st.tuples(state, state, state),
        st.integers(0, 2).flatmap(lambda roll: death if roll == 2 else st.none()),
        st.integers(0, _LONGEST_PAUSE).map(float),
    )


def _wishes() -> st.SearchStrategy[Wish]:
    return st.sampled_from([key for key in _VALUES for _ in range(2 if key in _OFTEN else 1)]).flatmap(
        lambda key: st.builds(Wish, st.just(key), st.sampled_from(_VALUES[key]))
    )


def _schedule(day: int, hour: int, last: int) -> dict[str, str]:
    return {
        "opens": f"2026-12-{day:02d}T{hour:02d}:00+09:00",
        "closes": f"2026-12-{day:02d}T18:00+09:00",
        "expires": f"2026-12-{last:02d}T18:00+09:00",
    }


def _labs(*names: str, optional: bool = False) -> list[dict[str, Any]]:
    return [{"name": name, "required": not optional} for name in names]


_ONE, _TWO, _OTHERS = "ann@example.com", "bob@example.com", ["cai@example.com", "dan@example.com"]
_TYPES = ["ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge"]
_CARS = {"source": "builtin:cars", "size": 64, "pictures_per_class": 10}
# The usual state is the shipped event.yaml with small pictures; each of these differs from it.
_VALUES: Mapping[str, list[Any]] = {
    "schedule": [_schedule(10, 9, 20), _schedule(12, 9, 13), _schedule(14, 13, 31)],
    "emails": [[_ONE], [_TWO], [_ONE, *_OTHERS], [*_OTHERS, _TWO], []],
    "team": ["renamed"],
    "labs": [
        _labs("notebook"), _labs("tuning"), _labs("ground-truth"), _labs("notebook", "tuning"),
        _labs("ground-truth", "tuning"), _labs("tuning", "notebook", "ground-truth", optional=True),
    ],
    "labs of the team": ["notebook", "tuning", "ground-truth", "tuning;notebook"],
    "training": [
        {"instance_types": ["ml.g4dn.xlarge"]},
        {"instance_types": ["ml.g5.2xlarge", "ml.p3.2xlarge"]},
        {"instance_types": ["ml.g4dn.xlarge", "ml.g5.2xlarge"], "volume_gb": 60},
        {"instance_types": _TYPES, "smoke_minutes": 20, "notebook_minutes": 45},
    ],
    "quotas": [{"endpoint": 2}, {"endpoint": 8}, {"endpoint": 6}],
    "notebook": [{"instance_type": "ml.t3.large"}, {"volume_gb": 20}],
    "endpoint": [{"instance_type": "ml.m5.xlarge"}, {"maximum": 3}, {"target": 80.0}],
    "dataset": [{**_CARS, "seed": 7}, {**_CARS, "pictures_per_class": 12}, {**_CARS, "size": 80}],
    "notices": [[], ["eve@example.com"], ["ops@example.com", "eve@example.com"], ["fay@example.com"]],
    "tags": [{"cost-center": "1234"}, {"cost-center": "5678", "owner": "cars"}],
    "access": [{"principals": [_PRINCIPAL]}],
    "lab files": [["tuning/extra.py"], ["tuning/extra.py", "notebook/hint.md"], ["ground-truth/more.txt"]],
}  # fmt: skip
_OFTEN = ("labs", "emails", "dataset", "training", "notices", "schedule")
_OF_THE_ROW = ("emails", "team", "labs of the team", "lab files")


@dataclass
class Arrived:
    """One sequence's end: what stands in its account and in a fresh one, and what the last run said of both."""

    sequence: Sequence
    result: AccountResult
    fresh_result: AccountResult
    stands: Standing
    fresh: Standing
    again: AccountResult


@dataclass
class Lane:
    """The accounts of one seed."""

    seed: int
    sequence: Sequence

    @property
    def account(self) -> str:
        return f"{200_000_000_000 + self.seed}"

    @property
    def fresh(self) -> str:
        return f"{300_000_000_000 + self.seed}"

    def teams(self, wishes: Mapping[str, Any]) -> tuple[str, str]:
        """Names of the account's team and of the fresh one's."""
        name = wishes.get("team", "case")
        return f"{name}-{self.seed}-a", f"{name}-{self.seed}-b"

    def rows(self, wishes: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Both teams with their accounts."""
        return list(zip(self.teams(wishes), (self.account, self.fresh), strict=True))


@contextmanager
def arrived(drawn: Mapping[int, Sequence], at: Path) -> Iterator[dict[int, Arrived]]:
    """Run the sequences, by seed, one after another in one world."""
    lanes = [Lane(seed, sequence) for seed, sequence in drawn.items()]
    at.mkdir(parents=True, exist_ok=True)
    _write_event(at, {})
    _write_roster(at, [f"{team},{account},," for lane in lanes for team, account in lane.rows({})])
    with rehearsed_here(at) as world:
        yield {lane.seed: _run(lane, world) for lane in lanes}


def _run(lane: Lane, world: Rehearsed) -> Arrived:
    sequence, last = lane.sequence, len(lane.sequence.states) - 1
    for place in range(last):
        if place in sequence.left_out:
            continue
        wanted = sequence.wanted(place)
        deaths = Deaths({lane.account: sequence.crash} if sequence.crash and place == last - 1 else {})
        _as_wanted(lane, world, wanted).provision(lane.teams(wanted)[0], tap=deaths, keep=False)
        world.pass_time(sequence.pause)
    wanted = sequence.wanted(last)
    now, teams = _as_wanted(lane, world, wanted), lane.teams(wanted)
    ran, _ = now.provision(*teams, keep=False)
    result, fresh_result = (next(each for each in ran.summary.accounts if each.team == team) for team in teams)
    assert isinstance(world.simulated, Here)
    inside: World = world.simulated.world
    stands = standing(inside, lane.account, teams[0])
    fresh = standing(inside, lane.fresh, teams[1])
    plan, _ = now.provision(teams[0], write=False, keep=False)
    return Arrived(lane.sequence, result, fresh_result, stands, fresh, plan.summary.accounts[0])


def _as_wanted(lane: Lane, world: Rehearsed, wanted: Mapping[str, Any]) -> Rehearsed:
    """Write event.yaml, the roster and labs/ as wished, and read them."""
    _write_event(world.at, {key: value for key, value in wanted.items() if key not in _OF_THE_ROW})
    _write_labs(world.at, wanted.get("lab files", []))
    emails, labs = ";".join(wanted.get("emails", [_ONE, _TWO])), wanted.get("labs of the team", "")
    of_event = {each["name"] for each in wanted.get("labs", _labs("ground-truth", "notebook", "tuning"))}
    labs = ";".join(each for each in labs.split(";") if each in of_event)
    _write_roster(world.at, [f"{team},{account},{emails},{labs}" for team, account in lane.rows(wanted)])
    return replace(world, inputs=read(choice(world.at)))


def _write_event(at: Path, changes: Mapping[str, Any]) -> None:
    event = yaml.safe_load((SHIPPED / "event.yaml").read_text(encoding="utf-8"))
    event["schedule"] = {name: str(when) for name, when in event["schedule"].items()}
    event |= {"dataset": _CARS, "notices": ["ops@example.com"]}
    for key, value in changes.items():
        event[key] = {**event.get(key, {}), **value} if isinstance(value, dict) and key != "schedule" else value
    event["quotas"]["training"] = {
        kind: many for kind, many in event["quotas"]["training"].items() if kind in event["training"]["instance_types"]
    }
    event["quotas"]["endpoint"] = max(event["quotas"]["endpoint"], event["endpoint"]["maximum"])
    (at / "event.yaml").write_text(json.dumps(event), encoding="utf-8")


def _write_roster(at: Path, rows: list[str]) -> None:
    (at / "accounts.csv").write_text("\n".join(["team,account_id,emails,labs", *rows, ""]), encoding="utf-8")


def _write_labs(at: Path, extra: list[str]) -> None:
    """Lay files beside those of the shipped labs, or take them away."""
    shutil.rmtree(at / "labs", ignore_errors=True)
    for name in extra:
        lab = name.split("/")[0]
        if not (at / "labs" / lab).exists():
            shutil.copytree(SHIPPED / "labs" / lab, at / "labs" / lab)
        (at / "labs" / name).write_text(f"What {lab} needs besides.\n", encoding="utf-8")
