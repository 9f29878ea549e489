"""TeamAccount -> AccountSession; the only maker of AWS clients.

Every call of every client goes through `Guard.call`: write permit, bucket owner, rate limit, counting, retries.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from botocore.loaders import Loader
from botocore.session import Session as BotocoreSession

from bootstrap.clock import Clock
from bootstrap.guard import Access, Guard, Send
from bootstrap.limits import Limiter
from bootstrap.names import MADE_BY, partition_of
from bootstrap.roster import TeamAccount

__all__ = ["Access", "AccountSession", "Sessions"]

T = TypeVar("T")

_LOOK_SECONDS = 10.0
# botocore makes one attempt: the pauses between attempts must be the clock's, or a rehearsal would sleep.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=4,
    user_agent_extra=MADE_BY,
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)

# With keys of its own (a rehearsal) a session takes nothing from this machine: no profile, file or variable.
_NOBODYS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Sessions:
    """Opens accounts. Clients live in a bounded LRU of accounts; sessions without clients are a few bytes."""

    def __init__(self, access: Access, clock: Clock, limiter: Limiter, keep: int = 64) -> None:
        self.access, self.clock, self.limiter = access, clock, limiter
        self.calls: Counter[str] = Counter()
        self._loader = Loader()
        self._keep = keep
        self._lock = threading.RLock()
        self._open: OrderedDict[str, AccountSession] = OrderedDict()
        self._operators: dict[tuple[str | None, str, str], Any] = {}
        self._once: dict[tuple[str, str], tuple[threading.Lock, list[Any]]] = {}

    def open(self, account: TeamAccount) -> AccountSession:
        return AccountSession(self, account)

    def botocore_session(self, profile: str | None = None) -> Any:
        """A botocore session with the shared data loader: parsing the models again costs 200 ms an account."""
        keys = self.access.operator_keys
        made = BotocoreSession(_NOBODYS if keys else None, profile=profile)
        made.register_component("data_loader", self._loader)
        if keys:
            made.set_credentials(*keys)
        return made

    def operator_client(self, service: str, region: str, profile: str | None) -> Any:
        """A client with the operator's own credentials, shared by all accounts and threads."""
        with self._lock:
            key = (profile, service, region)
            if key not in self._operators:
                self._operators[key] = self.make_client(self.botocore_session(profile), service, region)
            return self._operators[key]

    def make_client(self, session: Any, service: str, region: str) -> Any:
        with self._lock:
            return session.create_client(
                service,
                region_name=region,
                endpoint_url=self.access.endpoint_url,
                config=_CONFIG.merge(Config(proxies={})) if self.access.operator_keys else _CONFIG,
            )

    def once(self, region: str, key: str, fetch: Callable[[], T]) -> T:
        """`fetch()`, called once for this run and region whoever asks; others wait for it. Errors are not kept."""
        with self._lock:
            lock, kept = self._once.setdefault((region, key), (threading.Lock(), []))
        with lock:
            if not kept:
                kept.append(fetch())
            return cast(T, kept[0])

    def used(self, session: AccountSession) -> None:
        """Keep this account's clients, drop those of the account that was used longest ago."""
        with self._lock:
            self._open[session.account_id] = session
            self._open.move_to_end(session.account_id)
            dropped = [self._open.popitem(last=False)[1] for _ in range(len(self._open) - self._keep)]
        for each in dropped:
            each.forget_clients()


class AccountSession:
    """One account of the roster in its region; all that a step gets to see of AWS.

    One thread at a time uses it. `calls` counts attempts that were sent, by "service:Operation".
    """

    def __init__(self, sessions: Sessions, account: TeamAccount) -> None:
        self.account = account
        self.account_id = account.account_id
        self.region = account.region
        self.partition = partition_of(account.region)
        self.calls: Counter[str] = Counter()
        self._sessions = sessions
        self._session: Any = None
        self._clients: dict[str, tuple[Any, Send]] = {}
        self._seen: dict[str, tuple[float, Any]] = {}
        self._verified = False

    def now(self) -> float:
        """Epoch seconds of the run's clock."""
        return self._sessions.clock.now()

    def client(self, service: str) -> Any:
        """A boto client of this account and region. Its calls are guarded; waiters and transfers are not for use."""
        return self._client(service, own=True)[0]

    def hub_client(self, service: str) -> Any:
        """A client with the operator's own credentials in the account's region; guarded and counted alike."""
        return self._client(service, own=False)[0]

    def _client(self, service: str, own: bool) -> tuple[Any, Send]:
        self._sessions.used(self)
        key = service if own else f"hub:{service}"
        if key not in self._clients:
            source = self._botocore() if own else self._sessions.botocore_session(self.account.profile)
            made = self._sessions.make_client(source, service, self.region)
            send = made._make_api_call
            made._make_api_call = Guard(self, self._sessions, service, lambda: self._client(service, own)[1], own).call
            self._clients[key] = (made, send)
        return self._clients[key]

    def read(self, key: str, fetch: Callable[[], T]) -> T:
        """`fetch()`, shared by all that is asked in one look: until any write of this account, or 10 s."""
        at, value = self._seen.get(key, (-_LOOK_SECONDS * 2, None))
        if not 0 <= self.now() - at <= _LOOK_SECONDS:
            value = fetch()
            self._seen = {name: kept for name, kept in self._seen.items() if self.now() - kept[0] <= _LOOK_SECONDS}
            self._seen[key] = (self.now(), value)
        return cast(T, value)

    def once(self, key: str, fetch: Callable[[], T]) -> T:
        """`fetch()`, once for the whole run and all accounts of this region. Never for one account's own data."""
        return self._sessions.once(self.region, key, fetch)

    def verified(self) -> bool:
        """AWS said, in this run, that these credentials are the roster's account; without it nothing is written."""
        return self._verified

    def identified(self, account_id: str) -> None:
        """Told by the guard what AWS answered to GetCallerIdentity."""
        self._verified = account_id == self.account_id

    def forget_looks(self) -> None:
        self._seen.clear()

    def forget_clients(self) -> None:
        """Drop clients and credentials; the next call makes new ones."""
        self._clients, self._session = {}, None

    def _botocore(self) -> Any:
        if self._session is None:
            made = self._sessions.botocore_session(self.account.profile)
            if self.account.role_arn is not None or self.account.profile is None:
                # botocore has no public way to hand a session credentials that renew themselves.
                made._credentials = DeferredRefreshableCredentials(
                    refresh_using=self._assume, method="assume-role", time_fetcher=self._time
                )
            self._session = made
        return self._session

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def _role_arn(self) -> str:
        role = self._sessions.access.role_name
        return self.account.role_arn or f"arn:{self.partition}:iam::{self.account_id}:role/{role}"

    def _assume(self) -> dict[str, str]:
        """Credentials by the region's own STS endpoint (an opt-in region knows no other). API: AssumeRole."""
        access = self._sessions.access
        sts = self._sessions.operator_client("sts", self.region, self.account.profile)
        wanted = {
            "RoleArn": self._role_arn(),
            "RoleSessionName": f"{MADE_BY}-{access.event}"[:64],
            "DurationSeconds": access.session_seconds,
        }
        if self.account.external_id:
            wanted["ExternalId"] = self.account.external_id
        seam = Guard(self, self._sessions, "sts", lambda: cast(Send, sts._make_api_call), own=False)
        given = seam.call("AssumeRole", wanted)["Credentials"]
        expiry = given["Expiration"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": expiry if isinstance(expiry, str) else expiry.isoformat(),
        }
