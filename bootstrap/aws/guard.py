"""Every AWS call passes here: write permit, bucket owner, rate, count, retries, expired credentials."""

from __future__ import annotations

import threading
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import tenacity

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.rates import Limiter
from bootstrap.aws.read_operations import only_reads
from bootstrap.engine.clock import Clock
from bootstrap.errors import Interrupted, NotPermitted

Moment = Literal["before", "after"]
Tap = Callable[[Moment, str, str, str], None]
Send = Callable[[str, dict[str, Any]], Any]

_TRIES = 5
_COUNTING = threading.Lock()
# Its answer is a stream that can be read once.
_BODIES = {("s3", "GetObject")}


@dataclass(frozen=True, slots=True)
class Access:
    """How accounts are reached: all that a rehearsal changes, and all that differs between operators.

    `write` is decided here, before any client exists; `held` says whether the lease on an account still is,
    and raises Paused while that cannot be told.
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


class SharedByRun(Protocol):
    """What all accounts of a run share."""

    access: Access
    clock: Clock
    limiter: Limiter


class Guarded(Protocol):
    """The account whose calls are guarded."""

    account_id: str
    calls: Counter[str]

    def verified(self) -> bool: ...

    def read(self, key: str, fetch: Callable[[], Any]) -> Any: ...

    def identified(self, account_id: str) -> None: ...

    def sign_in(self) -> None: ...

    def forget_looks(self) -> None: ...

    def forget_credentials(self) -> None: ...


class Guard:
    """One client's calls. `own`: with the account's credentials, so that buckets must be the account's."""

    def __init__(self, session: Guarded, run: SharedByRun, service: str, send: Send, own: bool = True) -> None:
        self._session, self._run, self._service, self._send, self._own = session, run, service, send, own

    def call(self, operation: str, params: dict[str, Any]) -> Any:
        """As botocore's own; a read that was made a moment ago is not made again (`AccountSession.read`)."""
        if not only_reads(self._service, operation):
            self._permit(operation)
            self._session.forget_looks()
            return self._sent(operation, params)
        if not self._own or (self._service, operation) in _BODIES:
            return self._sent(operation, params)
        return self._session.read(
            f"{self._service}:{operation} {sorted(params.items())}", lambda: self._sent(operation, params)
        )

    def _sent(self, operation: str, params: dict[str, Any]) -> Any:
        params = self._with_owner(operation, params)
        if self._own:
            # Here, with tries of its own: inside an attempt each try to sign in would be tried again.
            self._session.sign_in()
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=self._pause,
            retry=tenacity.retry_if_exception(aws_errors.transient),
            sleep=self._run.clock.sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, operation, params)
        except Exception as error:
            if not (self._own and aws_errors.expired(error)):
                raise
        # AWS says the credentials expired, whatever our clock says: new ones, and once more.
        self._session.forget_credentials()
        return retrying(self._attempt, operation, params)

    def _attempt(self, operation: str, params: dict[str, Any]) -> Any:
        account_id, access = self._session.account_id, self._run.access
        clock, limiter = self._run.clock, self._run.limiter
        if clock.stopped:
            raise Interrupted
        clock.sleep(limiter.delay(self._service, operation, account_id, clock.now()))
        if not only_reads(self._service, operation):
            # Once more: meanwhile, and between two tries, the lease may have been lost.
            self._permit(operation)
        access.tap("before", account_id, self._service, operation)
        with _COUNTING:
            self._session.calls[f"{self._service}:{operation}"] += 1
        answer = self._send(operation, params)
        access.tap("after", account_id, self._service, operation)
        if self._own and (self._service, operation) == ("sts", "GetCallerIdentity"):
            self._session.identified(answer["Account"])
        return answer

    def _permit(self, operation: str) -> None:
        name = f"{self._service}:{operation}"
        if not self._run.access.write:
            raise NotPermitted("EB-380", f"{name} would write, and this run may only read")
        if not self._session.verified():
            raise NotPermitted("EB-381", f"{name} refused: the account's identity was not checked in this run")
        if not self._run.access.held(self._session.account_id):
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
