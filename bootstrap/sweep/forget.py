"""Delete the baseline and the marker last: an interrupted sweep needs them to continue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bootstrap.engine.states import Applied, State
from bootstrap.errors.message import msg
from bootstrap.event.names import Names
from bootstrap.steps import marker

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_NAMES_A_CALL = 10
_CALLS_A_VISIT = 20


@dataclass(frozen=True)
class ForgetStep:
    """| parameters of the event        | verdict |
    |--------------------------------|---------|
    | none                           | ready   |
    | some, or the marker            | todo    |
    """

    names: Names
    id: str = "forget"
    patience: float = 120.0

    def check(self, session: AccountSession) -> State:
        there = self._parameters(session)
        marked = self.names.marker in marker.look(session, self.names)
        if not there and not marked:
            return State.ready(msg("no parameter of the event is left"))
        words = msg("delete marker, baseline and all other parameters under {path}", path=self.names.parameters)
        return State.todo(words)

    def apply(self, session: AccountSession) -> Applied:
        """Delete the parameters, the marker last. Writes to AWS: PutParameter, DeleteParameters, DeleteParameter.

        Before that it marks the account as swept: otherwise an interrupted run would leave a marker without a
        baseline, and no sweep touches such an account.
        """
        there = self._parameters(session)
        self._mark_swept(session)
        client = session.client("ssm")
        for start in range(0, min(len(there), _CALLS_A_VISIT * _NAMES_A_CALL), _NAMES_A_CALL):
            client.delete_parameters(Names=list(there[start : start + _NAMES_A_CALL]))
        if len(there) <= _CALLS_A_VISIT * _NAMES_A_CALL:
            marker.remove(session, self.names.marker)
        return Applied(msg("deleting marker and baseline"), progress=f"{len(there)} left")

    def _parameters(self, session: AccountSession) -> Sequence[str]:
        pages = session.client("ssm").get_paginator("get_parameters_by_path")
        found: list[str] = []
        for page in pages.paginate(Path=self.names.parameters, Recursive=True, MaxResults=10):
            found += [str(each["Name"]) for each in page["Parameters"]]
        return found

    def _mark_swept(self, session: AccountSession) -> None:
        found: Any = marker.parsed(marker.look(session, self.names).get(self.names.marker, ""))
        if found and not found.get("swept"):
            value = marker.canonical({**found, "swept": marker.made_at(session)})
            session.client("ssm").put_parameter(Name=self.names.marker, Value=value, Type="String", Overwrite=True)
