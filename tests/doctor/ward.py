"""A provisioned account that tests break, and the doctor who looks at it anew each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import boto3

from bootstrap import doctor
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli.commands import examining
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.examining import Examined
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.cli.commands.repair import Repairs
from bootstrap.cli.commands.run import visit_accounts
from bootstrap.doctor import Diagnosis, Finding, Severity
from bootstrap.engine.clock import VirtualClock
from bootstrap.engine.outcomes import Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import StepEvent
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.people import team_roles
from bootstrap.people.team_roles import Role
from bootstrap.rehearsal.simulated import owner_keys
from bootstrap.report import diagnoses
from tests.runs import Recorder, Rehearsed, choice

_SESSION = boto3.Session()
T = TypeVar("T")

CALL_SECONDS = 0.08


class Beside(VirtualClock):
    """A clock on which each call takes 80 ms, and what is done beside each other takes as long as the longest."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._on_move(self.now())

    def each(self, tasks: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
        begun, longest, results = self._slept, self._slept, []
        for task in tasks:
            self._slept = begun
            results.append(task())
            longest = max(longest, self._slept)
        self._slept = longest
        return iter(results)


@dataclass
class Ward:
    """One account of a rehearsal, by its place in the roster."""

    world: Rehearsed
    number: int = 0
    calls: list[str] = field(default_factory=list)
    events: list[StepEvent] = field(default_factory=list)
    seen: list[Diagnosis] = field(default_factory=list)
    ran: list[tuple[RunKind, Summary]] = field(default_factory=list)
    kept: dict[bool, tuple[Sessions, Beside]] = field(default_factory=dict)

    @property
    def account(self) -> TeamAccount:
        return self.world.inputs.accounts[self.number]

    def of(self, number: int) -> Ward:
        """Another account of the same rehearsal."""
        return replace(self, number=number)

    @property
    def names(self) -> Names:
        return Names.of(self.world.inputs.event, self.account)

    @property
    def smoke_job(self) -> str:
        found = self.world.simulated.state(self.account.account_id)["training_jobs"]
        return next(str(each["name"]) for each in found if each["name"].startswith(self.names.smoke_prefix))

    def pass_time(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    def follow(self, now: float) -> None:
        """The simulator's clock goes forward only: it follows whoever is ahead."""
        self.pass_time(now - self.world.time[0])

    def differ(self, **changes: Any) -> None:
        self.world.simulated.differ(self.account.account_id, **changes)

    def team(self, service: str, region: str = "") -> Any:
        """A client of somebody of the team, who came in as the join page lets them in."""
        given = team_roles.credentials(self.session(), self.world.inputs.event, Role.PARTICIPANT, "join-page")
        return _SESSION.client(
            service, region_name=region or self.account.region, endpoint_url=self.world.simulated.url,
            aws_access_key_id=given.access_key_id, aws_secret_access_key=given.secret_access_key,
            aws_session_token=given.session_token,
        )  # fmt: skip

    def owner(self, service: str, region: str = "") -> Any:
        """A client of the account's owner, who works there by hand."""
        key, secret = owner_keys(self.account.account_id)
        return _SESSION.client(
            service, region_name=region or self.account.region, endpoint_url=self.world.simulated.url,
            aws_access_key_id=key, aws_secret_access_key=secret,
        )  # fmt: skip

    def sessions(self, write: bool = False) -> Sessions:
        """Kept, as to make clients takes longer than all else; their clock goes on from now."""
        if write not in self.kept:
            clock = Beside(self.world.time[0], self.follow)

            def tap(moment: str, account_id: str, service: str, operation: str) -> None:
                if moment == "before":
                    self.calls.append(f"{service}:{operation}")
                    clock.sleep(CALL_SECONDS)

            access = replace(self.place().access, write=write, tap=tap)
            self.kept[write] = Sessions(access, clock, Limiter()), clock
        sessions, clock = self.kept[write]
        clock.move(self.world.time[0])
        return sessions

    def place(self) -> Place:
        return virtual_place(self.world.inputs.event, self.world.simulated, self.world.time[0], "run", "test")

    def examine(self) -> Diagnosis:
        """By a session that may only read."""
        self.calls.clear()
        sessions = self.sessions()
        place = replace(self.place(), clock=sessions.clock)
        asked = replace(choice(self.world.at, self.account.team), kind=RunKind.DOCTOR)
        patient = examining.patient(asked, self.world.inputs, self.account, place, sessions)
        self.seen.append(doctor.examine(sessions.open(self.account), patient))
        return self.seen[-1]

    def look(self, ids: Sequence[str]) -> Examined:
        """Examine accounts by their ids, one after the other."""
        numbers = {each.account_id: number for number, each in enumerate(self.world.inputs.accounts)}
        wards = [self.of(numbers[each]) for each in ids]
        return Examined(tuple(each.examine() for each in wards))

    def fix(
        self, replace_it: bool = False, heard: list[str] | None = None, numbers: Sequence[int] = ()
    ) -> tuple[int, list[str]]:
        """As `repair TEAM...` does it; the exit code, and what it said.

        `replace_it`: the answer where a team may have work, which is `heard`; `numbers`: of these accounts, not this.
        """
        said: list[str] = []
        accounts = [self.world.inputs.accounts[each] for each in numbers or (self.number,)]
        asked = replace(choice(self.world.at, *(each.team for each in accounts)), kind=RunKind.REPAIR)

        def replaced(about: Sequence[str]) -> bool:
            (heard if heard is not None else []).extend(about)
            return replace_it

        repairs = Repairs(asked, self.look, self.run, said.append, replaced, lambda question: True)
        ended = repairs.fix([each.account_id for each in accounts])
        last = diagnoses.exit_code(ended.examined.diagnoses)
        return max(ended.exit_code, last), [*said, *ended.last]

    def run(self, asked: Choice) -> Summary:
        """A run that writes; its events are in `events`."""
        place, recorder = self.place(), Recorder()
        try:
            wanted = [each for each in self.world.inputs.accounts if each.account_id in (asked.repair or {})]
            ran = visit_accounts(asked, self.world.inputs, wanted, place, recorder)
        finally:
            self.follow(place.clock.now())
        self.events += recorder.events
        self.ran.append((asked.kind, ran.summary))
        return ran.summary

    def session(self) -> AccountSession:
        """One that may write, for faults."""
        opened = self.sessions(write=True).open(self.account)
        opened.client("sts").get_caller_identity()
        return opened

    def client(self, service: str, region: str = "") -> Any:
        """Of the account's own role, but not through the seam: it sends nothing that the tool never calls."""
        signed = self.session()._identity.credentials().get_frozen_credentials()
        return _SESSION.client(
            service, region_name=region or self.account.region, endpoint_url=self.world.simulated.url,
            aws_access_key_id=signed.access_key, aws_secret_access_key=signed.secret_key,
            aws_session_token=signed.token,
        )  # fmt: skip


def told(diagnosis: Diagnosis) -> dict[str, Finding]:
    """Code -> finding, of what is not fine."""
    return {each.code or each.about: each for each in diagnosis.findings if each.severity is not Severity.FINE}


def troubles(diagnosis: Diagnosis) -> list[str]:
    return [f"{each.code} {each.about}: {each.seen}" for each in diagnosis.of(Severity.TROUBLE, Severity.UNSEEN)]


def broken(ward: Ward, *chosen: Callable[[Ward], AbstractContextManager[None]]) -> None:
    """The faults, left as they are."""
    stack = ExitStack()
    for each in chosen:
        stack.enter_context(each(ward))
    stack.pop_all()
