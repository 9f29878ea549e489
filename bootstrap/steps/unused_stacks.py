"""Stacks of the event that no lab of the account needs, left by an earlier event.yaml or roster: named, never deleted.

| CloudFormation shows                                     | verdict | detail     |
|----------------------------------------------------------|---------|------------|
| only stacks that are needed, or not made for this event  | ready   |            |
| others that this tool made for this event                | ready   | names them |

A team may have work in them, and the sweep deletes them with everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bootstrap.engine.states import NOTE, Applied, State
from bootstrap.errors.message import msg
from bootstrap.event.names import MADE_BY, Names
from bootstrap.steps.stack import listing as stack_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from bootstrap.aws.sessions import AccountSession


@dataclass(frozen=True, slots=True)
class UnusedStacksStep:
    """Step: name the event's stacks that are not among `wanted`, the names of those that the account's labs need."""

    names: Names
    wanted: frozenset[str]
    id: str = "unused-stacks"
    patience: float = 60.0

    def check(self, session: AccountSession) -> State:
        found = stack_list.stacks(session)
        unused = sorted(name for name, each in found.items() if name not in self.wanted and self._of_this_event(each))
        if not unused:
            return State.ready(msg("no stack of the event is unused"))
        words = msg("no lab needs {stacks} any more; the sweep deletes them", stacks=", ".join(unused))
        return State.ready(words, stacks=unused, **{NOTE: True})

    def apply(self, session: AccountSession) -> Applied:
        """Change nothing: `check` never asks for it."""
        return Applied(msg("no stack of the event is unused"))

    def _of_this_event(self, stack: Mapping[str, Any]) -> bool:
        tags = {each["Key"]: each["Value"] for each in stack.get("Tags", [])}
        if stack["StackStatus"] == "DELETE_COMPLETE" or not stack["StackName"].startswith(self.names.stack("")):
            return False
        return (tags.get("made-by"), tags.get("event")) == (MADE_BY, self.names.event)


def build(names: Names, stacks: Iterable[str]) -> UnusedStacksStep:
    """Return the step. `stacks`: names of the templates that the account's labs need."""
    return UnusedStacksStep(names, frozenset(names.stack(each) for each in stacks))
