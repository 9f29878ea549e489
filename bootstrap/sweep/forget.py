"""Delete the baseline and the marker last: an interrupted sweep needs them to continue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bootstrap.engine.states import Applied, State
from bootstrap.errors.message import msg
from bootstrap.event.names import Names
from bootstrap.steps import marker

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession


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
        there = marker.parameters(session, self.names.parameters)
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
        self._mark_swept(session)
        left = marker.forget(session, self.names.parameters)
        if not left:
            marker.remove(session, self.names.marker)
        return Applied(msg("deleting marker and baseline"), progress=f"{left} left")

    def _mark_swept(self, session: AccountSession) -> None:
        found: Any = marker.parsed(marker.look(session, self.names).get(self.names.marker, ""))
        if found and not found.get("swept"):
            value = marker.canonical({**found, "swept": marker.made_at(session)})
            session.client("ssm").put_parameter(Name=self.names.marker, Value=value, Type="String", Overwrite=True)
