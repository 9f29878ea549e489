"""The guard that every AWS call passes: write permit, bucket owner, rate limit, count, retries, expired credentials."""

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
from bootstrap.errors.message import msg

Moment = Literal["before", "after"]
Tap = Callable[[Moment, str, str, str], None]
Send = Callable[[str, dict[str, Any]], Any]

_TRIES = 5
_COUNTING = threading.Lock()
# Operations whose answer is a stream, which can be read only once.
_BODIES = {("s3", "GetObject")}


@dataclass(frozen=True, slots=True)
class Access:
    """How accounts are reached: what differs between operators, and between a rehearsal and AWS.

    `write`: whether the run may write, decided before any client exists; `held`: returns whether the run still has the
    lease on an account, and raises Paused while that is unknown. `tap`: called before each attempt and after its
    answer; it may raise, so that tests can crash a run.
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
    """What all accounts of a run share, as far as the guard needs it."""

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
    """Guards one client's calls. `own`: made with the account's credentials, so that buckets must be the account's."""

    def __init__(self, session: Guarded, run: SharedByRun, service: str, send: Send, own: bool = True) -> None:
        self._session, self._run, self._service, self._send, self._own = session, run, service, send, own

    def call(self, operation: str, params: dict[str, Any]) -> Any:
        """Make the call, as botocore does. A read made within the last seconds is not repeated (`AccountSession.read`).

        Raises NotPermitted (EB-380 to EB-382) for a write that the run may not make, Interrupted, or AWS's error.
        """
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
            # Signs in before the attempts: inside one, the retries of AssumeRole would multiply.
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
        # AWS says that the credentials expired, whatever our clock says: retry once with new ones.
        self._session.forget_credentials()
        return retrying(self._attempt, operation, params)

    def _attempt(self, operation: str, params: dict[str, Any]) -> Any:
        account_id, access = self._session.account_id, self._run.access
        clock, limiter = self._run.clock, self._run.limiter
        if clock.stopped:
            raise Interrupted
        clock.sleep(limiter.delay(self._service, operation, account_id, clock.now()))
        if not only_reads(self._service, operation):
            # Checked again: the lease may have been lost meanwhile, or between two attempts.
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
        call = f"{self._service}:{operation}"
        if not self._run.access.write:
            raise NotPermitted("EB-380", msg("{call} writes, but this run may only read", call=call))
        if not self._session.verified():
            raise NotPermitted(
                "EB-381", msg("{call} not sent: the account's identity was not checked in this run", call=call)
            )
        if not self._run.access.held(self._session.account_id):
            raise NotPermitted("EB-382", msg("{call} not sent: another operator now works on this account", call=call))

    def _with_owner(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Add ExpectedBucketOwner: bucket names are global, and a call could reach somebody else's bucket."""
        if self._service != "s3" or not self._own or "Bucket" not in params:
            return params
        if operation == "CreateBucket":
            return params
        return {**params, "ExpectedBucketOwner": self._session.account_id}

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds to the next attempt: 0.5, 1, 2, 4, times 0.5 to 1.5 by account; the same in every rehearsal."""
        seed = f"{self._session.account_id}{self._service}{state.args[0]}{state.attempt_number}".encode()
        return float(0.5 * 2 ** (state.attempt_number - 1) * (0.5 + zlib.crc32(seed) / 2**32))
