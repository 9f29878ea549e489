"""Whole runs of the tool against the simulated AWS, in virtual time, for tests that look at their end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import yaml

from bootstrap.aws.guard import Tap
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.drive import Ran
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.cli.commands.run import visit_accounts
from bootstrap.engine.outcomes import RunPlan, Summary
from bootstrap.engine.results import Tally
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent
from bootstrap.event.inputs import Inputs
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.steps.wishes import Narrow, Wishes
from bootstrap.sweep.plan import Sweep
from tests import forked_simulator, quick_botocore

SHIPPED = Path(__file__).parent.parent
# Drawn once for all tests, which share a cache: 40 small pictures instead of 800.
SMALL = {"size": 64, "pictures_per_class": 10}
# Each run makes fifty clients.
quick_botocore.share()
# Rehearsals in this process fork their simulators, too.
rehearsal.started = forked_simulator.start


@dataclass
class Recorder:
    """A reporter that keeps what it is told; the events only with `keep`."""

    keep: bool = True
    events: list[StepEvent] = field(default_factory=list)
    plan: RunPlan | None = None
    summary: Summary | None = None

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self.plan = plan

    def event(self, event: StepEvent) -> None:
        if self.keep:
            self.events.append(event)

    def tick(self, now: float) -> None:
        pass

    def end(self, summary: Summary) -> None:
        self.summary = summary


def folder(tmp: Path, teams: int = 1, emails: int = 2, **changes: Any) -> Path:
    """An event folder: the shipped event.yaml with `changes`, small pictures, and so many teams."""
    event = yaml.safe_load((SHIPPED / "event.yaml").read_text(encoding="utf-8"))
    event["schedule"] = {name: str(at) for name, at in event["schedule"].items()}
    event["dataset"] = {"source": "builtin:cars", **SMALL}
    event["notices"] = ["ops@example.com"]
    event.update(changes)
    tmp.mkdir(parents=True, exist_ok=True)
    (tmp / "event.yaml").write_text(json.dumps(event), encoding="utf-8")
    rows = [f"team-{n},{n + 100200300400:012d},{';'.join(mails(n, emails))}" for n in range(1, teams + 1)]
    (tmp / "accounts.csv").write_text("\n".join(["team,account_id,emails", *rows, ""]), encoding="utf-8")
    return tmp


def starter(at: Path) -> Path:
    """Write the shipped event.yaml and accounts.csv as they are, but with small pictures."""
    text = (SHIPPED / "event.yaml").read_text(encoding="utf-8")
    (at / "event.yaml").write_text(with_small_pictures(text), encoding="utf-8")
    copyfile(SHIPPED / "accounts.csv", at / "accounts.csv")
    return at


def with_small_pictures(text: str) -> str:
    """Return the text of an event.yaml whose pictures are drawn by default, with few and small ones."""
    lines = "".join(f"  {key}: {value}\n" for key, value in SMALL.items())
    before, dataset, after = text.partition("\ndataset:\n")
    assert dataset
    return before + dataset + lines + after


def mails(team: int, count: int) -> list[str]:
    return [f"worker{number}@team{team}.example.com" for number in range(count)]


def choice(at: Path, *teams: str, only: Sequence[str] = (), wishes: Wishes = Wishes(), **more: Any) -> Choice:  # noqa: B008
    return Choice(
        RunKind.PROVISION,
        at / "event.yaml",
        at / "accounts.csv",
        "plain",
        teams,
        narrow=Narrow(tuple(only)),
        wishes=wishes,
        **more,
    )


@dataclass
class Rehearsed:
    """A simulator and a roster; `provision` runs the tool on it as often as a test likes.

    `connect`: called with each client of the tool, after the rehearsal's own doing.
    """

    at: Path
    inputs: Inputs
    simulated: rehearsal.Simulated
    time: list[float]
    connect: Callable[[Any], None] = lambda client: None

    def alone(self, number: int) -> Rehearsed:
        """The same simulator and time, with only the n-th account of the roster."""
        return replace(self, inputs=replace(self.inputs, accounts=(self.inputs.accounts[number],)))

    def provision(
        self,
        *teams: str,
        only: Sequence[str] = (),
        start: str | None = None,
        write: bool = True,
        tap: Tap | None = None,
        wishes: Wishes = Wishes(),  # noqa: B008
        change: Callable[[Place], Place] = lambda place: place,
        journal: Any = None,
        keep: bool = True,
    ) -> tuple[Ran, Recorder]:
        """One run of the tool; the simulator's clock goes on from where the last one ended."""
        asked = replace(choice(self.at, *teams, wishes=wishes), narrow=Narrow(tuple(only), start))
        place = self._place("run", write, tap)
        recorder = Recorder(keep)
        try:
            ran = visit_accounts(asked, self.inputs, chosen(asked, self.inputs), change(place), recorder, journal)
        finally:
            self.time[0] = place.clock.now()
        return ran, recorder

    def participate(self, part: str, accounts: Sequence[str] = (), **how: Any) -> list[Any]:
        """Participants do this part of the day, which begins now or at its hour; what was refused.

        Of all accounts, or of these ids.
        """
        schedule = self.inputs.event.schedule
        noon = schedule.opens + (schedule.closes - schedule.opens) / 2
        hours = {"opens": schedule.opens, "noon": noon, "closes": schedule.closes}
        if part in hours:
            self.pass_time(hours[part].timestamp() - self.time[0])
        chosen_ids = accounts or [each.account_id for each in self.inputs.accounts]
        answers = [self.simulated.participate(part, each, **how) for each in chosen_ids]
        return [refused for answer in answers for refused in answer["refused"]]

    def pass_time(self, seconds: float) -> None:
        self.time[0] += max(0.0, seconds)
        self.simulated.move(self.time[0])

    def sweep(
        self,
        sweep: Sweep = Sweep(),  # noqa: B008
        write: bool = True,
        journal: Any = None,
        teams: Sequence[str] = (),
        tap: Tap | None = None,
        change: Callable[[Place], Place] = lambda place: place,
        keep: bool = True,
    ) -> tuple[Ran, Recorder]:
        """One sweep of all accounts or of these teams'; the clock goes on from where the last run ended."""
        kind = RunKind.STOP_APPLY if sweep.stop_only else RunKind.SWEEP_APPLY
        asked = replace(choice(self.at, *teams), kind=kind, sweep=sweep)
        place = change(self._place("run-sweep", write, tap))
        recorder = Recorder(keep)
        try:
            ran = visit_accounts(asked, self.inputs, chosen(asked, self.inputs), place, recorder, journal)
        finally:
            self.time[0] = place.clock.now()
        return ran, recorder

    def _place(self, run: str, write: bool, tap: Tap | None) -> Place:
        place = virtual_place(self.inputs.event, self.simulated, self.time[0], run, "test")
        made = place.access.made

        def both(client: Any) -> None:
            made(client)
            self.connect(client)

        return replace(place, access=replace(place.access, write=write, tap=tap or place.access.tap, made=both))

    def state(self, number: int = 0) -> Any:
        """What stands in the account of the roster's n-th row, looked up in the simulator."""
        return self.simulated.state(self.inputs.accounts[number].account_id)

    def calls(self, number: int = 0) -> Counter[str]:
        """The API calls that the simulator answered for that account: "service:Operation" -> count."""
        account = self.inputs.accounts[number].account_id
        return Counter(
            {
                f"{each['service']}:{each['operation']}": each["count"]
                for each in self.simulated.calls()["calls"]
                if each["account"] == account
            }
        )


@contextmanager
def rehearsed(at: Path, scenario: str = "ordinary", seed: int = 1) -> Iterator[Rehearsed]:
    inputs = read(choice(at))
    start = rehearsal.start_of(inputs.event)
    with rehearsal.simulated(
        rehearsal.world(inputs.event, inputs.accounts, scenario, seed, start), start=forked_simulator.start
    ) as simulated:
        yield Rehearsed(at, inputs, simulated, [start])


def states(ran: Ran, number: int = 0) -> dict[str, Outcome]:
    return {name: step.state for name, step in ran.summary.accounts[number].steps.items()}


def made(state: dict[str, Any]) -> dict[str, Any]:
    """What stands in an account, without ids and times."""
    return {
        "stacks": sorted((each["name"], each["status"]) for each in state["stacks"]),
        "quotas": sorted(each["QuotaName"] for each in state["quota_requests"]),
        "jobs": sorted(each["name"] for each in state["training_jobs"]),
        "notebooks": [each["name"] for each in state["notebooks"]],
        "workforces": len(state["workforces"]),
        "workteams": len(state["workteams"]),
        "subscriptions": sorted(each["address"] for each in state["subscriptions"]),
        "users": sorted(
            (user["attributes"]["email"], user["status"], *user["groups"])
            for pool in state["user_pools"]
            for user in pool["users"]
        ),
        "keys": {bucket: sorted(keys) for bucket, keys in state["buckets"].items()},
    }
