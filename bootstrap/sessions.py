"""TeamAccount -> AccountSession; the only maker of AWS clients.

Every call of every client goes through `_Seam.call`: write permit, bucket owner, rate limit, counting, retries.
"""

from __future__ import annotations

import threading
import zlib
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, cast

import tenacity
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from botocore.loaders import Loader
from botocore.session import Session as BotocoreSession

from bootstrap import aws_errors
from bootstrap.clock import Clock
from bootstrap.errors import NotPermitted
from bootstrap.limits import Limiter
from bootstrap.names import MADE_BY, partition_of
from bootstrap.reads import only_reads
from bootstrap.roster import TeamAccount

T = TypeVar("T")
Moment = Literal["before", "after"]
Tap = Callable[[Moment, str, str, str], None]
Send = Callable[[str, dict[str, Any]], Any]

_TRIES = 5
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


@dataclass(frozen=True, slots=True)
class Access:
    """How accounts are reached: all that a rehearsal changes, and all that differs between operators.

    `write` is decided here, before any client exists; `held` says whether the lease on an account still is.
    `tap` sees each attempt (before it is sent, after its answer arrived) and may raise: the tests' crash.
    """

    event: str
    role_name: str
    session_seconds: int = 3600
    write: bool = False
    endpoint_url: str | None = None
    operator_keys: tuple[str, str] | None = field(default=None, repr=False)
    held: Callable[[str], bool] = lambda account_id: True
    tap: Tap = lambda moment, account_id, service, operation: None


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
        made = BotocoreSession(profile=profile)
        made.register_component("data_loader", self._loader)
        if self.access.operator_keys and profile is None:
            made.set_credentials(*self.access.operator_keys)
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
                service, region_name=region, endpoint_url=self.access.endpoint_url, config=_CONFIG
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
            made._make_api_call = _Seam(self, service, lambda: self._client(service, own)[1], own).call
            self._clients[key] = (made, send)
        return self._clients[key]

    def read(self, key: str, fetch: Callable[[], T]) -> T:
        """`fetch()`, shared by the steps of one look: until any write of this account, or 10 s."""
        at, value = self._seen.get(key, (-_LOOK_SECONDS * 2, None))
        if not 0 <= self.now() - at <= _LOOK_SECONDS:
            value = fetch()
            self._seen[key] = (self.now(), value)
        return cast(T, value)

    def once(self, key: str, fetch: Callable[[], T]) -> T:
        """`fetch()`, once for the whole run and all accounts of this region. Never for one account's own data."""
        return self._sessions.once(self.region, key, fetch)

    def verified(self) -> bool:
        """AWS said, in this run, that these credentials are the roster's account; without it nothing is written."""
        return self._verified

    def forget_clients(self) -> None:
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
        seam = _Seam(self, "sts", lambda: cast(Send, sts._make_api_call), own=False)
        given = seam.call("AssumeRole", wanted)["Credentials"]
        expiry = given["Expiration"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": expiry if isinstance(expiry, str) else expiry.isoformat(),
        }


class _Seam:
    """One client's calls. `own`: with the account's credentials, so that buckets must be the account's.

    `sender` gives the unguarded call of the client as it is now: it changes when credentials are renewed.
    """

    def __init__(
        self, session: AccountSession, service: str, sender: Callable[[], Send], own: bool = True
    ) -> None:
        self._session, self._service, self._sender, self._own = session, service, sender, own
        self._sessions = session._sessions

    def call(self, operation: str, params: dict[str, Any]) -> Any:
        if not only_reads(self._service, operation):
            self._permit(operation)
            self._session._seen.clear()
        params = self._with_owner(operation, params)
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=self._pause,
            retry=tenacity.retry_if_exception(aws_errors.transient),
            sleep=self._sessions.clock.sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, operation, params)
        except Exception as error:
            if not (self._own and aws_errors.expired(error)):
                raise
        # AWS says the credentials expired, whatever our clock says: new ones, and once more.
        self._session.forget_clients()
        return retrying(self._attempt, operation, params)

    def _attempt(self, operation: str, params: dict[str, Any]) -> Any:
        account_id, access = self._session.account_id, self._sessions.access
        clock, limiter = self._sessions.clock, self._sessions.limiter
        clock.sleep(limiter.delay(self._service, operation, account_id, clock.now()))
        access.tap("before", account_id, self._service, operation)
        self._session.calls[f"{self._service}:{operation}"] += 1
        answer = self._sender()(operation, params)
        access.tap("after", account_id, self._service, operation)
        if self._own and (self._service, operation) == ("sts", "GetCallerIdentity"):
            self._session._verified = answer["Account"] == account_id
        return answer

    def _permit(self, operation: str) -> None:
        name = f"{self._service}:{operation}"
        if not self._sessions.access.write:
            raise NotPermitted("EB-380", f"{name} would write, and this run may only read")
        if not self._session.verified():
            raise NotPermitted(
                "EB-381", f"{name} refused: the account's identity was not checked in this run"
            )
        if not self._sessions.access.held(self._session.account_id):
            raise NotPermitted("EB-382", f"{name} refused: another operator holds this account now")

    def _with_owner(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Bucket names are global: without ExpectedBucketOwner a call could reach somebody else's."""
        if self._service != "s3" or not self._own or "Bucket" not in params:
            return params
        if operation == "CreateBucket":
            return params
        return {**params, "ExpectedBucketOwner": self._session.account_id}

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """0.5, 1, 2, 4 s, each times 0.5 to 1.5: spread over the accounts, yet the same in every rehearsal."""
        seed = f"{self._session.account_id}{self._service}{state.args[0]}{state.attempt_number}".encode()
        return float(0.5 * 2 ** (state.attempt_number - 1) * (0.5 + zlib.crc32(seed) / 2**32))
