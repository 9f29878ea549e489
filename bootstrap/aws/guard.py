"""The guard that every AWS call passes: recent reads, sign-in, write permit, bucket owner, rate limit, count, retries.

Only this file uses private parts of botocore: a client's `_make_api_call` and `__dict__`, the context of a
request's signature, `_expiry_time` of credentials. setup.cfg names the versions of botocore that this was tested with.
"""

from __future__ import annotations

import itertools
import math
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, TypeVar, cast

import tenacity
from botocore.credentials import DeferredRefreshableCredentials

from bootstrap.aws import call_log, operations, signing
from bootstrap.aws import errors as aws_errors
from bootstrap.aws.rates import Limiter
from bootstrap.engine.clock import Clock
from bootstrap.errors import Interrupted, NotPermitted, Refused
from bootstrap.errors.message import msg
from bootstrap.event.names import OWN_SESSION
from bootstrap.event.regions import partition_of
from bootstrap.event.roster.roster import TeamAccount

Moment = Literal["before", "after"]
Tap = Callable[[Moment, str, str, str], None]
Send = Callable[[str, dict[str, Any]], Any]
T = TypeVar("T")

# A read is reused for this many seconds of the run's clock.
_RECENT = 10.0

_TRIES = 5
_COUNTING = threading.Lock()
# Operations whose answer is a stream, which can be read only once.
_BODIES = {("s3", "GetObject")}
# Credentials that sign the call that is being sent.
_CALLER: ContextVar[Any] = ContextVar("caller")


@dataclass(frozen=True, slots=True)
class Access:
    """Settings to reach accounts. They differ between operators, and between a rehearsal and AWS.

    `write`: whether the run may write, decided before any client exists; `held`: returns whether the run still has the
    lease on an account, and raises Paused while that is unknown. `tap`: called before each attempt and after its
    answer; it may raise, so that tests can crash a run. `made`: called with each boto client, once; a rehearsal in
    virtual time lets time pass there in which AWS does not answer. `access_role`: accounts may be entered by the access
    role or a profile of their own; a host of the pages may not, and enters by the roles for people alone.
    """

    event: str
    role_name: str
    session_seconds: int = 3600
    write: bool = False
    endpoint_url: str | None = None
    operator_keys: tuple[str, str] | None = field(default=None, repr=False)
    held: Callable[[str], bool] = lambda account_id: True
    tap: Tap = lambda moment, account_id, service, operation: None
    made: Callable[[Any], None] = lambda client: None
    access_role: bool = True


class SharedByRun:
    """Access, clock and limiter, shared by all accounts of a run."""

    def __init__(self, access: Access, clock: Clock, limiter: Limiter) -> None:
        self.access, self.clock, self.limiter = access, clock, limiter

    def signing_in(self, profile: str | None) -> AbstractContextManager[None]:
        """Return a context in which the credentials of a profile of this machine are renewed."""
        return nullcontext()


class RecentReads:
    """Cache of one account's reads by key, for 10 s of the clock. `fetched` is called after each fetch.

    `signed_by`: number of the credentials that sign now; what was read with others is not returned.
    """

    def __init__(self, clock: Clock, fetched: Callable[[], None], signed_by: Callable[[], int] = int) -> None:
        self._clock, self._told, self._signed_by = clock, fetched, signed_by
        self._signed = signed_by()
        self._seen: dict[str, tuple[float, object]] = {}
        self._oldest = math.inf

    def read(self, key: str, fetch: Callable[[], T]) -> T:
        """Return `fetch()`, or its cached result. A result made from other reads is as old as the oldest of them."""
        if self._signed != self._signed_by():
            self._signed, self._seen = self._signed_by(), {}
        at, value = self._seen.get(key, (-_RECENT * 2, None))
        if not 0 <= self._clock.now() - at <= _RECENT:
            at, value = self._fetch(fetch)
            self._seen = {name: kept for name, kept in self._seen.items() if self._clock.now() - kept[0] <= _RECENT}
            self._seen[key] = (at, value)
            self._told()
        self._oldest = min(self._oldest, at)
        return cast(T, value)

    def _fetch(self, fetch: Callable[[], T]) -> tuple[float, T]:
        around, self._oldest = self._oldest, self._clock.now()
        try:
            value = fetch()
            return self._oldest, value
        finally:
            self._oldest = around

    def forget(self, older_than: float | None = None) -> None:
        """Drop what was read more than so many seconds ago; None: everything."""
        now = self._clock.now()
        kept = {} if older_than is None else self._seen
        self._seen = {name: seen for name, seen in kept.items() if now - seen[0] <= (older_than or 0.0)}


class Identity:
    """One account's identity in all regions.

    `verified`: AWS confirmed the roster's account for the credentials that sign now. `signed_by`: their number in this
    run; looks that were cached under another number are not used.
    """

    def __init__(
        self,
        account: TeamAccount,
        run: SharedByRun,
        sts: Callable[[], Any],
        own: Callable[[], Any],
        entered: Callable[[], Mapping[str, Any]] | None = None,
    ) -> None:
        """`sts()`: the operator's client of the account's region; `own()`: the credentials of the account's profile.

        `entered()`: STS's `Credentials` of the role that signs instead of the access role, new ones at each call.
        """
        self.account = account
        self._entered = entered
        self.calls: Counter[str] = Counter()
        self.verified = False
        self.signed_by = 0
        self._run, self._sts, self._own = run, sts, own
        self._credentials: Any = None
        self._renewing = threading.RLock()

    @property
    def profile(self) -> str | None:
        """The profile that leads into the account by itself; None: a role is assumed."""
        return self.account.profile if self.account.role_arn is None and self._entered is None else None

    def credentials(self) -> Any:
        """Return the account's credentials, which renew themselves by the run's clock.

        Raises Refused (EB-770) for the access role where it may not be used.
        """
        if self._entered is None and not self._run.access.access_role:
            raise Refused("EB-770", msg("a host of the pages does not have the access role"))
        if self._credentials is None:
            if self.profile is not None:
                self._credentials = self._own()
            else:
                self._credentials = DeferredRefreshableCredentials(
                    refresh_using=self._assume, method="assume-role", time_fetcher=self._time
                )
        return self._credentials

    def forget(self) -> None:
        """Drop the credentials and what they proved; the next call gets new ones."""
        self._credentials = None
        self.verified = False
        self.signed_by += 1

    def renew(self, expired: Any, prove: Callable[[], None] | None) -> None:
        """Replace credentials that AWS calls expired, unless another thread has done so. `prove`: see `own_client`."""
        with self._renewing:
            if self._credentials is expired:
                verified = self.verified
                self.forget()
                if verified and prove is not None:
                    prove()

    def proven(self) -> bool:
        """Return `verified`, after a renewal that another thread has begun."""
        if self.verified:
            return True
        with self._renewing:
            return self.verified

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self._run.clock.now(), UTC)

    def _role_arn(self) -> str:
        account, role = self.account, self._run.access.role_name
        return account.role_arn or f"arn:{partition_of(account.region)}:iam::{account.account_id}:role/{role}"

    def _assume(self) -> dict[str, str]:
        """New credentials, in the form in which botocore renews them. API: AssumeRole."""
        given = self._entered() if self._entered else self._through_the_access_role()
        expiry = given["Expiration"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": expiry if isinstance(expiry, str) else expiry.isoformat(),
        }

    def _through_the_access_role(self) -> Mapping[str, Any]:
        """Ask the region's own STS endpoint: opt-in regions accept no others."""
        access, account = self._run.access, self.account
        wanted = {
            "RoleArn": self._role_arn(),
            "RoleSessionName": f"{OWN_SESSION}{access.event}"[:64],
            "DurationSeconds": access.session_seconds,
        }
        if account.external_id:
            wanted["ExternalId"] = account.external_id
        calls = Guard(self._run, self, None, "sts", self._sts()._make_api_call, own=False)
        given: Mapping[str, Any] = calls.call("AssumeRole", wanted)["Credentials"]
        return given


class Guard:
    """Guards one client's calls. `own`: made with the account's credentials, so that buckets must be the account's."""

    def __init__(
        self,
        run: SharedByRun,
        identity: Identity,
        reads: RecentReads | None,
        service: str,
        send: Send,
        own: bool = True,
        region: str = "",
        prove: Callable[[], None] | None = None,
    ) -> None:
        """`prove`: checks whose new credentials are; raises if they are not the account's."""
        self._prove = prove
        self._run, self._identity, self._reads = run, identity, reads
        self._service, self._send, self._own = service, send, own
        self._account_id = identity.account.account_id
        # AWS counts an account's calls in each region by themselves.
        self._counted = f"{self._account_id} {region or identity.account.region}"
        self._rows = operations.of_service(service)
        self._limited = run.limiter.counts(service)
        self._listened = call_log.on()

    def call(self, operation: str, params: dict[str, Any]) -> Any:
        """Make the call, as botocore does. A read made within the last seconds is not repeated (`RecentReads`).

        Raises NotPermitted (EB-380 to EB-382 for a write that the run may not make, EB-383 for an operation without a
        row in the table), Interrupted, or AWS's error.
        """
        if not self._only_reads(operation):
            self._permit(operation)
            if self._reads:
                self._reads.forget()
            return self._sent(operation, params)
        if self._reads is None or not self._own or (self._service, operation) in _BODIES:
            return self._sent(operation, params)
        return self._reads.read(
            f"{self._service}:{operation} {sorted(params.items())}", partial(self._sent, operation, params)
        )

    def _sent(self, operation: str, params: dict[str, Any]) -> Any:
        signed_with: Any = self._identity.credentials() if self._own else None
        if self._own:
            params = self._with_owner(operation, params) if self._service == "s3" else params
            # Signs in before the attempts: inside one, the retries of AssumeRole would multiply.
            with self._run.signing_in(self._identity.profile) if self._identity.profile else nullcontext():
                signed_with.get_frozen_credentials()
        tries = itertools.count(1)
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=self._pause,
            retry=tenacity.retry_if_exception(aws_errors.transient),
            sleep=self._run.clock.sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, operation, params, tries)
        except Exception as error:
            if not (self._own and aws_errors.expired(error)):
                raise
        # AWS says that the credentials expired, whatever our clock says: retry once with new ones.
        self._identity.renew(signed_with, self._prove)
        return retrying(self._attempt, operation, params, tries)

    def _attempt(self, operation: str, params: dict[str, Any], tries: Iterator[int]) -> Any:
        access, clock = self._run.access, self._run.clock
        if clock.stopped:
            raise Interrupted
        if self._limited:
            clock.sleep(self._run.limiter.delay(self._service, operation, self._counted, clock.now()))
        if not self._only_reads(operation):
            # Checked again: the lease may have been lost meanwhile, or between two attempts.
            self._permit(operation)
        access.tap("before", self._account_id, self._service, operation)
        with _COUNTING:
            self._identity.calls[f"{self._service}:{operation}"] += 1
        answer = self._told(operation, params, next(tries)) if self._listened else self._send(operation, params)
        signing.remember(answer)
        access.tap("after", self._account_id, self._service, operation)
        if self._own and (self._service, operation) == ("sts", "GetCallerIdentity"):
            self._identity.verified = answer["Account"] == self._account_id
        return answer

    def _told(self, operation: str, params: dict[str, Any], number: int) -> Any:
        with call_log.made_for(call_log.For(self._identity.account.team, self._account_id, not self._own, number)):
            return self._send(operation, params)

    def _only_reads(self, operation: str) -> bool:
        """Return what the table of operations says. Raises NotPermitted (EB-383) for an operation without a row."""
        row = self._rows.get(operation)
        if row is None:
            call = f"{self._service}:{operation}"
            raise NotPermitted("EB-383", msg("{call} not sent: it is not in the table of operations", call=call))
        return row.reads

    def _permit(self, operation: str) -> None:
        call = f"{self._service}:{operation}"
        if not self._run.access.write:
            raise NotPermitted("EB-380", msg("{call} writes, but this run may only read", call=call))
        if not self._identity.proven():
            raise NotPermitted(
                "EB-381", msg("{call} not sent: the account's identity was not checked in this run", call=call)
            )
        if not self._run.access.held(self._account_id):
            raise NotPermitted("EB-382", msg("{call} not sent: another operator now works on this account", call=call))

    def _with_owner(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Add ExpectedBucketOwner: bucket names are global, and a call could reach somebody else's bucket."""
        if "Bucket" not in params or operation == "CreateBucket":
            return params
        return {**params, "ExpectedBucketOwner": self._account_id}

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds to the next attempt: 0.5, 1, 2, 4, times 0.5 to 1.5 by account; the same in every rehearsal."""
        seed = f"{self._account_id}{self._service}{state.args[0]}{state.attempt_number}".encode()
        return float(0.5 * 2 ** (state.attempt_number - 1) * (0.5 + zlib.crc32(seed) / 2**32))


def own_client(
    run: SharedByRun,
    identity: Identity,
    reads: RecentReads | None,
    service: str,
    shared: Any,
    prove: Callable[[], None] | None = None,
) -> Any:
    """Return a client that signs with the account's credentials. `shared`: for all accounts, has no credentials.

    `prove` is called after credentials that AWS calls expired were replaced, if they had been verified.
    """

    def send(operation: str, params: dict[str, Any]) -> Any:
        token = _CALLER.set(identity.credentials())
        try:
            return shared._make_api_call(operation, params)
        finally:
            _CALLER.reset(token)

    return _like(shared, Guard(run, identity, reads, service, send, region=shared.meta.region_name, prove=prove))


def operators_client(run: SharedByRun, identity: Identity, reads: RecentReads, service: str, shared: Any) -> Any:
    """Return a client that signs as the operator, and whose calls count as the account's."""
    return _like(shared, Guard(run, identity, reads, service, shared._make_api_call, own=False))


def _like(shared: Any, guard: Guard) -> Any:
    # copy.copy would recurse without end: it looks for __setstate__ in a client that has no attributes yet.
    made = object.__new__(type(shared))
    made.__dict__.update(shared.__dict__)
    made._make_api_call = guard.call
    return made


def as_the_caller(request: Any, **_: Any) -> None:
    """Handle botocore's `before-sign`. Raises LookupError outside of an account's calls, so that none is sent."""
    # "request_credentials" is how botocore itself signs S3 Express requests with a session's own credentials.
    given = _CALLER.get()
    signing.check(given)
    request.context["signing"] = {**request.context.get("signing", {}), "request_credentials": given}


def ends_at(credentials: Any) -> float | None:
    """Return when credentials expire, in epoch seconds; None if botocore does not know, as it does not renew them."""
    end = getattr(credentials, "_expiry_time", None)
    return None if end is None else float(end.timestamp())
