"""A finding of the doctor: what was seen, what it means, and what fixes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bootstrap import errors
from bootstrap.errors import catalogue
from bootstrap.errors.message import Message


class Severity(StrEnum):
    """Severities, the worst first. `unseen`: it could not be examined, so the account does not count as well."""

    TROUBLE = "trouble"
    UNSEEN = "unseen"
    NOTE = "note"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `fix` is the one command or console link; `turn`: who has to act, "" for the operator.

    `repair`: the steps by which `repair` fixes it; `asks`: which work of the team they may change or delete. `log`:
    the last lines of the log that says more. `teams`: all teams of which it is said, if it is about several accounts.
    """

    severity: Severity
    about: str
    seen: str
    code: str | None = None
    means: str = ""
    fix: str = ""
    turn: str = ""
    repair: tuple[str, ...] = ()
    asks: str = ""
    log: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


def fine(about: str, seen: str) -> Finding:
    return Finding(Severity.FINE, about, seen)


def note(about: str, seen: str, code: str | None = None, **more: str) -> Finding:
    return Finding(Severity.NOTE, about, seen, code, **more)  # type: ignore[arg-type]


def meaning(code: str | None) -> str:
    """Return the cause that `explain` gives for the code; "" for an unknown code or None."""
    entry = catalogue().get(code or "")
    if entry is None:
        return ""
    return Message(entry.cause)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that was found in one account. `examined` names the examinations; `at` in epoch seconds."""

    team: str
    account_id: str
    region: str
    event: str
    at: float
    findings: tuple[Finding, ...]
    examined: tuple[str, ...]
    seconds: float = 0.0
    api_calls: int = 0

    def of(self, *severities: Severity) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity in severities)

    @property
    def well(self) -> bool:
        return not self.of(Severity.TROUBLE, Severity.UNSEEN)

    @property
    def exit_code(self) -> int:
        return errors.READY if self.well else errors.FAILED


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings sorted by severity, the worst first; within one severity in the order they were found."""
    worst = list(Severity)
    return tuple(sorted(findings, key=lambda each: worst.index(each.severity)))
