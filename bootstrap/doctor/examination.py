"""An examination: what it reads and what it finds; and the account that is examined."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bootstrap.doctor.finding import CommandFix, Finding, Severity, meaning
from bootstrap.doctor.links import Console
from bootstrap.engine.hold import Hold
from bootstrap.engine.states import State, Verdict
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps.plan import PlanEntry
from bootstrap.steps.step_id import kind_of

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession


@dataclass(frozen=True)
class Patient:
    """The account that is examined. `entries`: its steps by id, as `provision` would run them.

    `operator_ends`: when the operator's own credentials expire (epoch seconds); None if they do not say.
    `hold`: the account is on hold. `published`: event and roster are those of a host of the pages, which have no mail
    addresses, and do not say by which role or profile the operator enters an account.
    """

    event: Event
    account: TeamAccount
    names: Names
    entries: Mapping[str, PlanEntry]
    operator_ends: float | None = None
    hold: Hold | None = None
    published: bool = False

    @property
    def console(self) -> Console:
        return Console(self.names.region)

    def command(self, words: str) -> CommandFix:
        """Return the whole command for "quotas {} --request"; the team takes the place of {}."""
        return CommandFix(f"event-bootstrap {words.format(shlex.quote(self.account.team))}")

    @property
    def repaired(self) -> CommandFix:
        return self.command("repair {}")

    def steps(self, kind: str) -> list[str]:
        """Return the ids of the account's steps of a kind ("stack"), or with this id."""
        return [each for each in self.entries if kind in (each, kind_of(each))]

    def check(self, session: AccountSession, step: str) -> State:
        return self.entries[step].step.check(session)

    def required(self, step: str) -> bool:
        """True if the account is not ready without this step; False if only optional labs need it."""
        entry = self.entries.get(step)
        optional = {lab.name for lab in self.event.labs if not lab.required}
        return entry is None or not entry.labs or bool(entry.labs - optional)


@dataclass(frozen=True, slots=True)
class Unseen:
    """Why something could not be examined: AWS's answer, and the code that explains it."""

    why: str
    code: str | None


Seen = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Examination:
    """`look` reads AWS in a session of its own; `findings` judges what it and the examinations that it `needs` read."""

    name: str
    look: Callable[[AccountSession, Patient], Any]
    findings: Callable[[Patient, Any, Seen], Iterable[Finding]]
    needs: tuple[str, ...] = ()


def judged(patient: Patient, step: str, state: State, about: str, fix: str = "") -> Finding:
    """Return a step's verdict as a finding; `fix`: the command or link to show if `repair` cannot fix it."""
    if state.verdict is Verdict.READY:
        return Finding(Severity.FINE, about, state.detail)
    if state.verdict is Verdict.WAITING:
        return Finding(Severity.NOTE, about, state.detail, state.code, meaning(state.code), fix, turn="AWS")
    severity = Severity.TROUBLE if patient.required(step) else Severity.NOTE
    if state.verdict is Verdict.TODO:
        code = state.code or "EB-531"
        words = state.seen or msg("to do: {change}", change=state.detail)
        return Finding(severity, about, words, code, meaning(code), patient.repaired, repair=(step,))
    return Finding(severity, about, state.detail, state.code, meaning(state.code), fix or patient.repaired)
