"""The events of CloudTrail's history, as the readings ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """A call that changed something, or was refused. `resource`: what it was about, "" if CloudTrail does not say."""

    at: float
    service: str
    operation: str
    params: Mapping[str, Any]
    code: str = ""
    words: str = ""

    @property
    def refused(self) -> bool:
        return bool(self.code)

    @property
    def error(self) -> ClientError:
        """The refusal as the client that made the call got it."""
        return ClientError({"Error": {"Code": self.code, "Message": self.words}}, self.operation)

    def about(self, **params: str) -> bool:
        """Return True if the call had these parameters, named as CloudTrail names them."""
        return all(self.params.get(name) == value for name, value in params.items())


@dataclass(frozen=True, slots=True)
class TrailSeen:
    """The newest changes of an account's region, oldest first. `since`: epoch seconds from which none is missing."""

    events: tuple[TrailEvent, ...]
    since: float
    read_at: float

    def of(self, operation: str, **params: str) -> tuple[TrailEvent, ...]:
        return tuple(each for each in self.events if each.operation == operation and each.about(**params))

    def last(self, operation: str, **params: str) -> TrailEvent | None:
        """Return the newest call of the operation that AWS did not refuse."""
        return next((each for each in reversed(self.of(operation, **params)) if not each.refused), None)
