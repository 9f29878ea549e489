"""What is seen in an account, what it means, and what fixes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bootstrap import errors
from bootstrap.errors import catalogue


class Severity(StrEnum):
    """The worst first. `unseen`: it could not be looked at, which is never well."""

    TROUBLE = "trouble"
    UNSEEN = "unseen"
    NOTE = "note"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Finding:
    """`fix` is the one command or console link; `turn` says whose turn it is, where that is not the operator's.

    `repair` names the steps with which `repair` fixes it, `asks` what of a team's work they may touch. `log`: the
    last lines of the log that tells more.
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


def fine(about: str, seen: str) -> Finding:
    return Finding(Severity.FINE, about, seen)


def note(about: str, seen: str, code: str | None = None, **more: str) -> Finding:
    return Finding(Severity.NOTE, about, seen, code, **more)  # type: ignore[arg-type]


def meaning(code: str | None) -> str:
    """What `explain` says of the code's cause."""
    entry = catalogue().get(code or "")
    return entry.cause if entry else ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that was found in one account. `examined` names what was looked at; `at` in epoch seconds."""

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
    """The worst first, and within one severity as they were found."""
    worst = list(Severity)
    return tuple(sorted(findings, key=lambda each: worst.index(each.severity)))
