"""Every call to AWS, told to one listener: for --debug. Without a listener nothing is watched.

A call's parameters and its answer are not told: they may hold what is secret.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

_BEGAN = "bootstrap.aws.call_log"


@dataclass(frozen=True, slots=True)
class For:
    """For whom a call is made. `own`: signed with the operator's own credentials; `attempt`: 1, 2, ..."""

    team: str = ""
    account_id: str = ""
    own: bool = True
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One attempt. `at`: epoch seconds of this machine's clock; `status`: of HTTP, 0 if there was no answer.

    `code`: AWS's error code, or the class of an exception; "" if AWS did what was asked.
    """

    at: float
    seconds: float
    service: str
    operation: str
    region: str
    whose: For
    status: int
    code: str
    request_id: str


_NOBODY = For()
_FOR: ContextVar[For] = ContextVar("for", default=_NOBODY)
_listeners: list[Callable[[LoggedCall], None]] = []


def tell(listener: Callable[[LoggedCall], None] | None) -> None:
    """Tell every call from now on to `listener`, from the thread that makes it; None: to nobody."""
    _listeners[:] = [] if listener is None else [listener]


def on() -> bool:
    """Return True if calls are told."""
    return bool(_listeners)


@contextmanager
def made_for(whose: For) -> Iterator[None]:
    """Say for whom the calls inside the block are made."""
    token = _FOR.set(whose)
    try:
        yield
    finally:
        _FOR.reset(token)


def watch(session: Any) -> None:
    """Tell every call of the clients that the botocore session creates from now on."""
    if on():
        session.register("before-call", _began)
        session.register("after-call", _ended)
        session.register("after-call-error", _failed)


@contextmanager
def telling(service: str, operation: str, region: str) -> Iterator[dict[str, Any]]:
    """Tell a call that is not botocore's. The block puts "status" and "request_id" into what it is given."""
    found: dict[str, Any] = {}
    began = time.time()
    try:
        yield found
    except Exception as error:
        _tell(began, service, operation, region, {"code": _code(error), **found})
        raise
    _tell(began, service, operation, region, found)


def _began(model: Any, context: dict[str, Any], **_: Any) -> None:
    # `after-call-error` has neither of the names.
    context[_BEGAN] = (time.time(), str(model.service_model.service_name), str(model.name))


def _ended(parsed: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    _told(context, {**_answer(parsed), "code": str(parsed.get("Error", {}).get("Code", ""))})


def _failed(exception: Exception, context: dict[str, Any], **_: Any) -> None:
    _told(context, {"code": _code(exception), "status": getattr(exception, "status", 0)})


def _told(context: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    began, service, operation = context[_BEGAN]
    _tell(began, service, operation, str(context.get("client_region", "")), found)


def _answer(parsed: Mapping[str, Any]) -> dict[str, Any]:
    meta = parsed.get("ResponseMetadata", {})
    return {"status": int(meta.get("HTTPStatusCode", 0)), "request_id": str(meta.get("RequestId", ""))}


def _code(error: Exception) -> str:
    answer: Any = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code", "") if isinstance(answer, Mapping) else ""
    return str(code) or type(error).__name__


def _tell(began: float, service: str, operation: str, region: str, found: Mapping[str, Any]) -> None:
    for listener in _listeners:
        listener(
            LoggedCall(
                began,
                time.time() - began,
                service,
                operation,
                region,
                _FOR.get(),
                found.get("status", 0),
                found.get("code", ""),
                found.get("request_id", ""),
            )
        )
