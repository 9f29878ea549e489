"""Signs the calls of clients that all accounts share with the credentials of the account they are made for."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

_CALLER: ContextVar[Any] = ContextVar("caller")


def sender(client: Any, credentials: Callable[[], Any]) -> Callable[[str, dict[str, Any]], Any]:
    """The client's own call, each time signed with what `credentials()` gives then."""

    def send(operation: str, params: dict[str, Any]) -> Any:
        token = _CALLER.set(credentials())
        try:
            return client._make_api_call(operation, params)
        finally:
            _CALLER.reset(token)

    return send


def as_the_caller(request: Any, **_: Any) -> None:
    """Botocore's `before-sign` event. Raises LookupError, and so sends nothing, outside of `sender`'s calls."""
    # "request_credentials" is how botocore itself signs S3 Express requests with a session's own credentials.
    given = _CALLER.get()
    request.context["signing"] = {**request.context.get("signing", {}), "request_credentials": given}
