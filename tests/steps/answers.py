"""A session whose AWS answers from a list; requests are held against botocore's own service models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.session import Session
from botocore.validate import validate_parameters

from bootstrap.aws.errors import already_exists
from bootstrap.aws.operations import only_reads
from bootstrap.engine.states import Applied
from bootstrap.event.roster.roster import TeamAccount

NOON = 1_796_212_800.0
Answer = Any


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def refusal(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def account(**changes: Any) -> TeamAccount:
    values: dict[str, Any] = {
        "team": "red",
        "account_id": "111111111111",
        "region": "ap-northeast-1",
        "role_arn": None,
        "profile": None,
        "external_id": None,
        "emails": ("ann@example.com", "bob@example.com"),
        "labs": ("notebook",),
        "line": 2,
    }
    return TeamAccount(**values | changes)


@cache
def _model(service: str) -> Any:
    return Session().get_service_model(service)


@cache
def _operations(service: str) -> dict[str, str]:
    return {xform_name(each): each for each in _model(service).operation_names}


class Client:
    def __init__(self, session: AnsweringSession, service: str) -> None:
        self._session, self._service = session, service

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = _operations(self._service)[method]
        return lambda **params: self._session.answer(self._service, operation, params)

    def can_paginate(self, method: str) -> bool:
        return True

    def get_paginator(self, method: str) -> Any:
        client = self

        class Pages:
            def paginate(self, **params: Any) -> list[Any]:
                return [getattr(client, method)(**params)]

        return Pages()


if TYPE_CHECKING:
    # Steps ask for an AccountSession; of it a stand-in has only what the step uses.
    from bootstrap.aws.sessions import AccountSession as _Session
else:
    _Session = object


class AnsweringSession(_Session):
    """`answers`: operation -> an answer, an error to raise, a function of the parameters, or a list of those."""

    def __init__(self, answers: Mapping[str, Answer], who: TeamAccount | None = None, now: float = NOON) -> None:
        self.account = who or account()
        self.account_id, self.region = self.account.account_id, self.account.region
        self.partition = self.account.partition
        self.answers = dict(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []  # type: ignore[assignment]
        self.writes: list[str] = []
        self._now = now
        self._seen: dict[str, Any] = {}
        # Reads that are not made again until something is written, as the real seam does with all of them.
        self.shared = frozenset({"DescribeStacks", "DescribeStackEvents", "GetParameters"})

    def now(self) -> float:
        return self._now

    def client(self, service: str) -> Any:
        return Client(self, service)

    def read(self, key: str, fetch: Callable[[], Any]) -> Any:
        if key not in self._seen:
            self._seen[key] = fetch()
        return self._seen[key]

    def once(self, key: str, fetch: Callable[[], Any]) -> Any:
        return self.read(f"once:{key}", fetch)

    def answer(self, service: str, operation: str, params: dict[str, Any]) -> Any:
        validate_parameters(params, _model(service).operation_model(operation).input_shape)
        key = f"{service}:{operation} {sorted(params.items())}"
        if key in self._seen:
            return self._seen[key]
        self.calls.append((operation, params))
        if not only_reads(service, operation):
            self.writes.append(operation)
            self._seen.clear()
        if operation not in self.answers:
            raise AssertionError(f"{operation} was not expected: {params}")
        found = self.answers[operation]
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        found = found(params) if callable(found) else found
        if isinstance(found, Exception):
            if isinstance(found, ClientError):
                found.operation_name = operation
            raise found
        if only_reads(service, operation) and operation in self.shared:
            self._seen[key] = found
        return found

    def params(self, operation: str) -> dict[str, Any]:
        """Of the last such call."""
        return next(params for name, params in reversed(self.calls) if name == operation)


def apply(step: Any, session: Any) -> Applied | None:
    """As the engine does: that something exists already is for the next look to say."""
    try:
        applied: Applied = step.apply(session)
    except ClientError as error:
        if not already_exists(error):
            raise
        return None
    return applied
