"""The stacks: whether each exists with the template that it should have, and the first resource that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Changed, Finding, Severity, Trace, fine, meaning, note
from bootstrap.engine.states import State, Verdict
from bootstrap.errors.message import msg
from bootstrap.steps.stack import listing as stack_list
from bootstrap.steps.stack.verdict import STANDS
from bootstrap.steps.step_id import name_of

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# Codes after which `repair` creates the stack again with the same template.
_AGAIN = frozenset({"EB-260", "EB-269", "EB-270", "EB-272", "EB-276"})
# Their templates name the role by which the operator enters the account.
_OF_WAY_IN = frozenset({"stack:roles"})
# Deletions that somebody began.
_GOING = frozenset({"DELETE_IN_PROGRESS", "DELETE_FAILED"})


@dataclass(frozen=True, slots=True)
class StacksSeen:
    """The verdict of each stack step, and all stacks of the account as DescribeStacks shows them."""

    states: Mapping[str, State]
    stacks: Mapping[str, Mapping[str, Any]]

    def stands(self, patient: Patient, step: str) -> bool:
        return self.stacks.get(_name(patient, step), {}).get("StackStatus") in STANDS

    def current(self, step: str) -> bool:
        """True if the stack has exactly the template that it should have."""
        state = self.states.get(step)
        return state is not None and state.verdict is Verdict.READY


def _name(patient: Patient, step: str) -> str:
    return patient.names.stack(name_of(step))


def look(session: AccountSession, patient: Patient) -> StacksSeen:
    """Read all stacks, the events of those that failed, and the change set of those with another template."""
    states = {each: patient.check(session, each) for each in patient.steps("stack")}
    return StacksSeen(states, stack_list.stacks(session))


def findings(patient: Patient, seen: StacksSeen, all_seen: Seen) -> Iterator[Finding]:
    for step, state in seen.states.items():
        stack = seen.stacks.get(_name(patient, step), {})
        link = patient.console.stack(stack["StackId"]) if stack else patient.console.stacks()
        found = judged(patient, step, state, step, link)
        if seen.stands(patient, step) and state.verdict is Verdict.TODO and patient.published and step in _OF_WAY_IN:
            found = fine(step, msg("the stack exists; a host cannot tell whether it has the present template"))
        elif seen.stands(patient, step) and state.verdict is Verdict.TODO:
            # Made by another version of the tool or of event.yaml: nothing is broken.
            fix = patient.command(f"provision {{}} --step {step}")
            found = replace(found, severity=Severity.NOTE, fix=fix, repair=())
        elif state.verdict is Verdict.BLOCKED and found.code in _AGAIN:
            found = replace(found, repair=(step,))
        if not stack or stack["StackStatus"] in _GOING:
            found = replace(found, trace=Trace(Changed.STACK, _name(patient, step)))
        yield found
        yield from _drift(step, stack, link)


def _drift(step: str, stack: Mapping[str, Any], link: str) -> Iterator[Finding]:
    """Yield the result of a drift detection that somebody ran. The doctor starts none: that is a write of minutes."""
    known = stack.get("DriftInformation", {})
    if known.get("StackDriftStatus") == "DRIFTED":
        if when := known.get("LastCheckTimestamp"):
            words = msg("CloudFormation's drift detection found drift at {time}", time=str(when))
        else:
            words = msg("CloudFormation's drift detection found drift")
        yield note(step, words, "EB-532", means=meaning("EB-532"), fix=link)


EXAMINATION = Examination("stacks", look, findings)
