"""Signs calls of clients that all accounts share with the credentials of the account that the call is for."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

_CALLER: ContextVar[Any] = ContextVar("caller")


def sender(client: Any, credentials: Callable[[], Any]) -> Callable[[str, dict[str, Any]], Any]:
    """Return the client's own call function. Each call is signed with what `credentials()` returns at that time."""

    def send(operation: str, params: dict[str, Any]) -> Any:
        token = _CALLER.set(credentials())
        try:
            return client._make_api_call(operation, params)
        finally:
            _CALLER.reset(token)

    return send


def as_the_caller(request: Any, **_: Any) -> None:
    """Handle botocore's `before-sign`. Raises LookupError outside of `sender`'s calls, so that nothing is sent."""
    # "request_credentials" is how botocore itself signs S3 Express requests with a session's own credentials.
    given = _CALLER.get()
    request.context["signing"] = {**request.context.get("signing", {}), "request_credentials": given}
