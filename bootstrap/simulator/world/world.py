"""The world: scenario, clock, accounts, keys, and the count of calls."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import Counter
from typing import Any

from pydantic import Field

from bootstrap.simulator.in_process import acting, regions
from bootstrap.simulator.scenarios import scenario
from bootstrap.simulator.scenarios.strict_model import StrictModel
from bootstrap.simulator.world import draw
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.clock import ClockKind, WorldClock
from bootstrap.simulator.world.keys import Keys, Principal, Ticket


class HubFile(StrictModel):
    """The hub account and the operator. With a `session_token` the operator's credentials are a role's.

    Without `region` the hub is in the first account's region.
    """

    account_id: str
    access_key_id: str
    secret_access_key: str
    region: str | None = None
    session_token: str | None = None


class AccountFile(StrictModel):
    """An account. `access_key_id`: keys of the account itself, for roster rows that name a profile.

    `bare`: without the access role, until somebody deploys it.
    """

    account_id: str
    region: str
    role_name: str
    external_id: str | None = None
    team: str = ""
    bare: bool = False
    access_key_id: str | None = None
    secret_access_key: str | None = None


class WorldFile(StrictModel):
    """Content of the file that `--world` names."""

    scenario: str = "ordinary"
    seed: int = 1
    now: float | None = None
    hub: HubFile
    accounts: tuple[AccountFile, ...] = ()
    hub_buckets: tuple[str, ...] = Field(default=())


class World:
    """One simulated AWS."""

    def __init__(self, made_of: WorldFile, kind: ClockKind, speed: float = 1.0) -> None:
        self.seed = made_of.seed
        self.url = ""
        """Address of the server, once it runs."""
        self.clock = WorldClock(kind, made_of.now, speed)
        self.scenario = scenario.read(made_of.scenario)
        self._usual = self.scenario.over_time()
        self.hub_id = made_of.hub.account_id
        hub = made_of.hub
        home = hub.region or (made_of.accounts[0].region if made_of.accounts else "us-east-1")
        self.accounts = {hub.account_id: AccountState(hub.account_id, home, "", team="hub", hub=True)}
        self.keys = Keys()
        self.tickets: dict[str, Ticket] = {}
        """Sign-in tokens of the console."""
        self.domains: dict[tuple[str, str], tuple[str, str]] = {}
        """Cognito's domains: (region, prefix) -> (account, pool); unique over all accounts."""
        self.calls: Counter[tuple[str, str, str]] = Counter()
        self.counting = threading.Lock()
        self._requests = itertools.count(1)
        self.began = self.clock.now()
        self.buckets: dict[tuple[str, str], tuple[float, float]] = {}
        """Token buckets: (rate limit, account or "") -> (calls left, time of that count)."""
        self.pools: dict[tuple[str, str], dict[tuple[str, str], tuple[float, float, int]]] = {}
        """Instances in use: (region, instance type) -> (account, job) -> (from, until, number)."""
        self._coming: list[tuple[float, str]] = []
        self._scenarios: dict[str, tuple[tuple[float, scenario.Scenario], ...]] = {}
        self.keys.add(hub.access_key_id, self._operator(hub))
        for row in made_of.accounts:
            self.add(row)

    def _operator(self, hub: HubFile) -> Principal:
        name = "assumed-role/organiser/hub" if hub.session_token else "user/organiser"
        service = "sts" if hub.session_token else "iam"
        arn = f"arn:{regions.partition_of(self.accounts[hub.account_id].region)}:{service}::{hub.account_id}:{name}"
        lasts = self.scenario.access.operator_seconds
        expires = None if lasts is None else self.began + lasts
        return Principal(hub.account_id, arn, hub.secret_access_key, True, hub.session_token, expires)

    def add(self, row: AccountFile, differs: dict[str, Any] | None = None) -> None:
        """Add an account; `differs`: scenario keys that are different there. Raises ValueError."""
        if row.account_id in self.accounts:
            raise ValueError(f"account {row.account_id} exists already")
        chosen = self.scenario.of(row.account_id, row.team, len(self.accounts))
        self._scenarios[row.account_id] = (chosen.differing(differs) if differs else chosen).over_time()
        self.accounts[row.account_id] = _account(row)
        if row.access_key_id and row.secret_access_key:
            arn = f"arn:{regions.partition_of(row.region)}:iam::{row.account_id}:user/{row.role_name}"
            self.keys.add(row.access_key_id, Principal(row.account_id, arn, row.secret_access_key))

    def differ(self, account_id: str, changes: dict[str, Any]) -> None:
        """Change the account's scenario from now on by `changes`. Raises ValueError."""
        passed = self.now() - self.began
        now = self._scenarios.get(account_id, self._usual)
        said = self.accounts[account_id].shelf("as-said").setdefault("scenarios", now)
        made = [one for since, one in said if since <= passed][-1].differing(changes)
        self._scenarios[account_id] = (*[each for each in now if each[0] <= passed], (passed, made))

    def now(self) -> float:
        """Return the simulated time in epoch seconds."""
        return self.clock.now()

    def scenario_of(self, account: AccountState, now: float | None = None) -> scenario.Scenario:
        """Return the account's scenario at epoch second `now` (None: now)."""
        passed = (self.now() if now is None else now) - self.began
        return [one for since, one in self._scenarios.get(account.account_id, self._usual) if since <= passed][-1]

    def advance(self, account: AccountState, now: float) -> None:
        """Run everything that is due in the account. The caller must hold the account's lock."""
        account.advance(now)
        acting.act_for(account.account_id, now)

    def expect(self, account: AccountState, at: float) -> None:
        """Note that something in the account is due at epoch second `at`."""
        with self.counting:
            heapq.heappush(self._coming, (at, account.account_id))

    def anything_due(self) -> bool:
        """Return True if something is due in any account."""
        return bool(self._coming) and self._coming[0][0] <= self.now()

    def settle(self) -> None:
        """Advance every account in which something is due."""
        while (account := self._due()) is not None:
            with account.lock:
                try:
                    self.advance(account, self.now())
                except Exception as error:
                    account.broken = error

    def _due(self) -> AccountState | None:
        with self.counting:
            return self.accounts[heapq.heappop(self._coming)[1]] if self.anything_due() else None

    def request_id(self) -> str:
        """Return a request id in AWS's form; in virtual time it is the same for the same seed."""
        made = draw.token(32, self.seed, "request", next(self._requests))
        return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"

    def note(self, account_id: str, service: str, operation: str) -> None:
        """Count a call of an account."""
        with self.counting:
            self.calls[account_id, service, operation] += 1


def _account(row: AccountFile) -> AccountState:
    return AccountState(row.account_id, row.region, row.role_name, row.external_id, row.team, bare=row.bare)
