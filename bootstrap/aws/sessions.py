"""Sessions in the roster's accounts. The only module that creates AWS clients.

Every call of every client goes through `Guard.call`: write permit, bucket owner, rate limit, counting, retries.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

import botocore
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as SETTINGS
from botocore.configprovider import ConstantProvider
from botocore.exceptions import ClientError
from botocore.handlers import add_expect_header
from botocore.session import Session as BotocoreSession

from bootstrap.aws import call_log, federation, guard, mfa, models, own_addresses, own_configuration, signing
from bootstrap.aws import errors as aws_errors
from bootstrap.aws.answers import Answers
from bootstrap.aws.federation import Federation
from bootstrap.aws.guard import Access, Guard, Identity, RecentReads, SharedByRun
from bootstrap.aws.own_configuration import OwnConfiguration
from bootstrap.aws.rates import Limiter
from bootstrap.engine.clock import Clock
from bootstrap.errors import NotPermitted
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY
from bootstrap.event.regions import partition_of
from bootstrap.event.roster.roster import TeamAccount

T = TypeVar("T")

_LOOKS_KEPT = 256
# A call with AWS_BEARER_TOKEN_BEDROCK would go to the account of the token, not to that of the credentials.
# The types of botocore do not have this setting.
_SIGNED: dict[str, Any] = {"auth_scheme_preference": "sigv4"}
# botocore makes one attempt only. The guard retries, and pauses by the run's clock: a rehearsal does not sleep.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=64,
    # A fixed user agent. botocore would build one twice per request, which is a twelfth of a call's cost.
    user_agent=f"Botocore/{botocore.__version__} {MADE_BY}",
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    **_SIGNED,
)

# A session with given keys (a rehearsal) reads nothing from this machine: no profile, file or variable.
_NOBODYS = {name: (None, None, default, kind) for name, (_, _, default, kind) in SETTINGS.items()} | {
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Sessions(SharedByRun):
    """Opens accounts. All accounts of a region share one client for each service: a client costs 5 ms and 500 KB.

    A shared client has no credentials of its own; each call is signed with those of the account it is made for,
    and without them it is not sent.
    """

    def __init__(self, access: Access, clock: Clock, limiter: Limiter) -> None:
        super().__init__(access, clock, limiter)
        self._answers = Answers()
        self._lock = threading.RLock()
        self._clients: dict[tuple[str, str | None, str, str], Any] = {}
        self._shared: dict[tuple[str, str | None], Any] = {}
        self._once: dict[tuple[str, str], tuple[threading.Lock, list[Any]]] = {}
        self._looking: OrderedDict[tuple[str, str], AccountSession] = OrderedDict()

    def open(self, account: TeamAccount) -> AccountSession:
        """Return a session in one account. Makes no call."""
        return AccountSession(self, account)

    def entered(self, account: TeamAccount, enter: Callable[[], Mapping[str, Any]]) -> AccountSession:
        """Return a session in the account that signs with another role than the access role. Makes no call.

        `enter`: STS's `Credentials` of that role; it is called again before they expire. It may be called from any
        thread, and raises what a call of the session then raises.
        """
        operator = partial(self.operator_client, "sts", account.region, account.profile)
        own = partial(self.own_credentials, account.profile, account.region)
        return AccountSession(self, account, Identity(account, self, operator, own, enter))

    def botocore_session(self, profile: str | None, region: str) -> Any:
        """Return a botocore session with the shared data loader.

        `region`: for the profile's own calls, such as AssumeRole, if it names none. Raises OwnConfiguration.
        """
        keys = self.access.operator_keys
        made = BotocoreSession(_NOBODYS if keys else None, profile=profile)
        made.register_component("data_loader", models.loader())
        self._answers.watch(made)
        call_log.watch(made)
        if keys:
            made.set_credentials(*keys)
            # Settings of S3 and of proxies are no session variables.
            for section in ("s3", "proxies_config"):
                made.get_component("config_store").set_config_provider(section, ConstantProvider(None))
            return made
        with self._reading(profile):
            if made.get_config_variable("region") is None:
                made.set_config_variable("region", region)
            mfa.use(made, profile, region, _client_of)
        return made

    def _reading(self, profile: str | None) -> AbstractContextManager[None]:
        return own_configuration.reading(profile, read=self.access.operator_keys is None)

    def own_credentials(self, profile: str | None, region: str) -> Any:
        """Return new credentials of a profile; None if it has none. Raises OwnConfiguration."""
        made = self.botocore_session(profile, region)
        with self._reading(profile):
            return made.get_credentials()

    @contextmanager
    def signing_in(self, profile: str | None) -> Iterator[None]:
        """Raise OwnConfiguration for what keeps a profile's credentials from being renewed inside the block."""
        try:
            with self._reading(profile):
                yield
        except ClientError as error:
            if aws_errors.expired(error) and (found := self._device(profile)):
                raise own_configuration.mfa_ended(found.profile) from None
            raise

    def operator_client(self, service: str, region: str, profile: str | None) -> Any:
        """Return a client with the operator's own credentials, shared by all accounts and threads."""
        return self._client("operator", profile, service, region)

    def account_client(self, service: str, region: str, profile: str | None) -> Any:
        """Return a client without credentials, shared by all accounts and threads."""
        return self._client("account", profile, service, region)

    def operator_credentials(self, profile: str | None, region: str) -> Any:
        """Return the credentials that `operator_client` signs with; None if there are none. Raises OwnConfiguration."""
        made = self._session("operator", profile, region)
        with self._reading(profile):
            return made.get_credentials()

    def _device(self, profile: str | None) -> mfa.Device | None:
        if self.access.operator_keys is not None:
            return None
        return mfa.device(BotocoreSession(profile=profile), profile)

    def federation(self, region: str, profile: str | None, signing_out: bool = False) -> Federation:
        """Return the region's sign-in endpoint: AWS's, or that of AWS_ENDPOINT_URL, as for the operator's clients.

        `signing_out`: links sign the browser out first, where that is possible. Raises Refused (EB-564).
        """
        configured = self.operator_client("signin", region, profile).meta.endpoint_url
        found = federation.endpoint_of(region, configured, signing_out)
        verify = self._session("operator", profile, region).get_config_variable("ca_bundle") or True
        send = federation.poster(found.url, self.access.operator_keys is None, verify)
        return Federation(found.url, send, found.sign_out)

    def _session(self, whose: str, profile: str | None, region: str) -> Any:
        """One serves all clients: each session resolves endpoints and reads settings anew, which is most of a client's
        cost.
        """
        with self._lock:
            if (whose, profile) not in self._shared:
                made = self.botocore_session(profile, region)
                if whose == "account":
                    made.set_credentials("NOBODY", "nobody")
                self._shared[whose, profile] = made
            return self._shared[whose, profile]

    def _client(self, whose: str, profile: str | None, service: str, region: str) -> Any:
        with self._lock:
            key = (whose, profile, service, region)
            if key not in self._clients:
                session = self._session(whose, profile, region)
                with self._reading(profile):
                    self._clients[key] = self._made(session, service, region)
                sign = guard.as_the_caller
                if whose == "operator":
                    sign = partial(_as_the_operator, session, partial(self.signing_in, profile))
                self._clients[key].meta.events.register("before-sign", sign)
            return self._clients[key]

    def _made(self, session: Any, service: str, region: str) -> Any:
        own = self.access.operator_keys is None
        bundle = session.get_config_variable("ca_bundle") if own else None
        if own:
            own_addresses.check_bundle(bundle, False, OwnConfiguration)
        made = session.create_client(
            service,
            region_name=region,
            endpoint_url=self.access.endpoint_url,
            config=_CONFIG if own else _CONFIG.merge(Config(proxies={})),
        )
        if own:
            own_addresses.check_bundle(bundle, made.meta.endpoint_url.startswith("https:"), OwnConfiguration)
            own_addresses.check_proxy(made.meta.endpoint_url, OwnConfiguration)
        # No `Expect: 100-continue`: it costs a round trip per upload, and the uploads are small.
        made.meta.events.unregister("before-call.s3", add_expect_header)
        self.access.made(made)
        return made

    def looking(self, session: AccountSession) -> None:
        """Note that the account's reads are cached; drop those of the account that was read longest ago."""
        with self._lock:
            key = (session.account_id, session.region)
            self._looking[key] = session
            self._looking.move_to_end(key)
            over = [self._looking.popitem(last=False)[1] for _ in range(len(self._looking) - _LOOKS_KEPT)]
        for each in over:
            each.forget_looks()

    def once(self, region: str, key: str, fetch: Callable[[], T]) -> T:
        """Return `fetch()`, called once per run and region; others wait for the result. Errors are not kept."""
        with self._lock:
            lock, kept = self._once.setdefault((region, key), (threading.Lock(), []))
        with lock:
            if not kept:
                kept.append(fetch())
            return cast(T, kept[0])


def _as_the_operator(session: Any, signing_in: Callable[[], AbstractContextManager[None]], **_: Any) -> None:
    """Handle botocore's `before-sign` of an operator's client. Raises Refused (EB-379), OwnConfiguration."""
    with signing_in():
        signing.check(session.get_credentials())


def _client_of(session: Any, region: str, service: str, **keys: Any) -> Any:
    call_log.watch(session)
    return session.create_client(service, region_name=region, config=_CONFIG, **keys)


def sign_in(access: Access, accounts: Iterable[TeamAccount], region: str, ask: mfa.Ask | None) -> None:
    """Ask for the MFA codes that the operator's profile and those of the accounts need, before anything else starts.

    `region`: for the operator's profile. `ask`: see `mfa.sign_in`. Nothing is asked in a rehearsal, or for a device
    that has signed in. Raises OwnConfiguration (EB-658). API: GetSessionToken.
    """
    if access.operator_keys is None:
        rows = [(each.profile, each.region) for each in accounts]
        own = [] if rows and all(profile for profile, _ in rows) else [(None, region)]
        mfa.sign_in([*own, *rows], ask, _client_of)


class AccountSession:
    """One account of the roster in its region; a step's only way to AWS.

    One thread at a time uses it. `calls` counts attempts that were sent, by "service:Operation".
    """

    def __init__(self, sessions: Sessions, account: TeamAccount, identity: Identity | None = None) -> None:
        self.account = account
        self.account_id = account.account_id
        self.region = account.region
        self.partition = partition_of(account.region)
        self._sessions = sessions
        self._identity = identity or Identity(
            account,
            sessions,
            partial(sessions.operator_client, "sts", account.region, account.profile),
            partial(sessions.own_credentials, account.profile, account.region),
        )
        self.calls: Counter[str] = self._identity.calls
        self._clients: dict[str, Any] = {}
        self._hub_clients: dict[str, Any] = {}
        self._elsewhere: dict[str, AccountSession] = {}
        self._looks = RecentReads(sessions.clock, lambda: sessions.looking(self), lambda: self._identity.signed_by)

    def now(self) -> float:
        """Return epoch seconds of the run's clock."""
        return self._sessions.clock.now()

    def each(self, tasks: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
        """Run tasks as `Clock.each` does: for calls of this account that do not depend on each other."""
        return self._sessions.clock.each(tasks, most)

    def client(self, service: str) -> Any:
        """Return a boto client of this account and region. Its calls are guarded. Do not use waiters and transfers."""
        if service not in self._clients:
            shared = self._sessions.account_client(service, self.region, self.account.profile)
            made = guard.own_client(self._sessions, self._identity, self._looks, service, shared, self._prove)
            self._clients[service] = made
        return self._clients[service]

    def _prove(self) -> None:
        """Check whose the new credentials are. API: GetCallerIdentity, never cached. Raises NotPermitted (EB-384)."""
        shared = self._sessions.account_client("sts", self.region, self.account.profile)
        guard.own_client(self._sessions, self._identity, None, "sts", shared).get_caller_identity()
        if not self._identity.verified:
            raise NotPermitted(
                "EB-384", msg("the renewed credentials are not of account {account}", account=self.account_id)
            )

    def hub_client(self, service: str) -> Any:
        """Return a client with the operator's own credentials in the account's region, guarded and counted alike."""
        if service not in self._hub_clients:
            shared = self._sessions.operator_client(service, self.region, self.account.profile)
            made = guard.operators_client(self._sessions, self._identity, self._looks, service, shared)
            self._hub_clients[service] = made
        return self._hub_clients[service]

    def federation(self, signing_out: bool = False) -> Federation:
        """Return the region's sign-in endpoint. Its calls are guarded and counted like a client's."""
        shared = self._sessions.federation(self.region, self.account.profile, signing_out)
        return replace(shared, send=Guard(self._sessions, self._identity, None, "signin", shared.send, own=False).call)

    def long_term(self, own: bool) -> bool:
        """Return True if `client` (own) or `hub_client` signs with an IAM user's keys: temporary keys have a token."""
        shared = self._sessions.operator_credentials
        found = self._identity.credentials() if own else shared(self.account.profile, self.account.region)
        return found is not None and found.get_frozen_credentials().token is None

    def in_region(self, region: str) -> AccountSession:
        """Return the same account in another region: same credentials, same check of identity, same count of calls."""
        if region != self.region and region not in self._elsewhere:
            there = replace(self.account, region=region)
            self._elsewhere[region] = AccountSession(self._sessions, there, self._identity)
        return self if region == self.region else self._elsewhere[region]

    def beside(self) -> AccountSession:
        """Return the same account and region for another thread: same credentials and count of calls, own cache."""
        return AccountSession(self._sessions, self.account, self._identity)

    def read(self, key: str, fetch: Callable[[], T]) -> T:
        """Return `fetch()`, cached until the account is written to, for at most 10 s."""
        return self._looks.read(key, fetch)

    def operator_account(self) -> str:
        """Return the id of the operator's own account. API: GetCallerIdentity, once per run, region and profile."""

        def fetch() -> str:
            return str(self.hub_client("sts").get_caller_identity()["Account"])

        return self.once(f"operator:{self.account.profile or ''}", fetch)

    def once(self, key: str, fetch: Callable[[], T]) -> T:
        """Return `fetch()`, called once per run for all accounts of this region. Never for data of one account."""
        return self._sessions.once(self.region, key, fetch)

    @property
    def has_access_role(self) -> bool:
        """Return True if the account may be entered by the access role; False on a host of the pages."""
        return self._sessions.access.access_role

    def verified(self) -> bool:
        """Return True if AWS confirmed the roster's account in this run; without that nothing is written."""
        return self._identity.verified

    def forget_looks(self, older_than: float | None = None) -> None:
        """Drop the account's cached reads that are more than so many seconds old; None: all."""
        self._looks.forget(older_than)


def access_of(event: Event, write: bool, access_role: bool = True) -> Access:
    """Return how an event's accounts are reached. `write`: the run may write; `access_role`: see `Access`."""
    seconds = event.access.session_minutes * 60
    return Access(event.name, event.access.role_name, seconds, write, access_role=access_role)
