"""A finding of the doctor: what was seen, what it means, and what fixes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bootstrap import errors
from bootstrap.engine.hold import Hold
from bootstrap.errors import catalogue
from bootstrap.errors.message import Message


class Severity(StrEnum):
    """Severities, the worst first. `unseen`: it could not be examined, so the account does not count as well."""

    TROUBLE = "trouble"
    UNSEEN = "unseen"
    NOTE = "note"
    FINE = "fine"


class FixKind(StrEnum):
    """Kinds of a finding's fix: a command for a terminal, a link to the console, words to follow, or no fix."""

    COMMAND = "command"
    LINK = "link"
    WORDS = "words"
    NONE = ""


class CommandFix(str):
    """A whole command, ready to be copied."""

    __slots__ = ()


class LinkFix(str):
    """An address of the console."""

    __slots__ = ()


def fix_kind(fix: str) -> FixKind:
    """Return the kind of a fix, by its class."""
    if isinstance(fix, CommandFix):
        return FixKind.COMMAND
    if isinstance(fix, LinkFix):
        return FixKind.LINK
    return FixKind.WORDS if fix else FixKind.NONE


class Changed(StrEnum):
    """The thing that somebody changed by hand. `changes.TABLE` says which calls do that."""

    STACK = "stack"
    BUCKET = "bucket"
    BUCKET_CORS = "CORS rules of the bucket"
    BUCKET_POLICY = "policy of the bucket"
    OBJECTS = "objects in the bucket"
    ROLE = "role"
    ROLE_POLICY = "policy of a role, deleted"
    ROLE_POLICY_TEXT = "policy of a role, changed"
    ROLE_MORE_POLICIES = "policies of a role, added"
    ROLE_TRUST = "trust policy of a role"
    LINKED_ROLE = "service-linked role"
    TOPIC = "topic"
    SUBSCRIPTION = "subscription"
    RULE = "rule"
    RULE_TARGETS = "targets of the rule"
    NOTEBOOK = "notebook"
    NOTEBOOK_STOPPED = "notebook, stopped"
    NOTEBOOK_SETTINGS = "notebook, changed"
    WORKFORCE = "workforce"
    WORK_TEAM = "work team"
    POOL = "user pool"
    GROUP = "group of the user pool"
    PERSON = "person's account"
    PERSON_DISABLED = "person's account, disabled"
    PERSON_OUT = "person's place in the group"
    PERSON_ATTRIBUTES = "person's mail address"
    PERSON_PASSWORD = "person's password"  # noqa: S105 (no password: what was changed)
    POOL_CLIENT = "client of the user pool"
    PARAMETER = "parameter"
    ENDPOINT = "endpoint"
    SCALING = "autoscaling of an endpoint"


@dataclass(frozen=True, slots=True)
class Trace:
    """A question to CloudTrail: `name` of the thing ("" for any) and of its `part`, such as a role's policy."""

    what: Changed
    name: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class HandChange:
    """The call that made a change by hand. `who`: a message; `at`: epoch seconds."""

    call: str
    who: str
    at: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `fix`: the one command (CommandFix) or console link (LinkFix), or words; `turn`: who has to act, ""
    for the operator.

    `repair`: the steps by which `repair` fixes it; `asks`: which work of the team they may change or delete. `log`:
    the last lines of the log that says more. `trace`: what somebody may have changed by hand; `who`: who did it and
    when, or why that is not known; `change`: the same as values. `teams`: all teams of which it is said, if it is about
    several accounts.
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
    trace: Trace | None = None
    who: str = ""
    change: HandChange | None = None
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
    """Everything that was found in one account. `examined` names the examinations; `at` in epoch seconds.

    `hold`: the account is on hold, so that nothing repairs it.
    """

    team: str
    account_id: str
    region: str
    event: str
    at: float
    findings: tuple[Finding, ...]
    examined: tuple[str, ...]
    seconds: float = 0.0
    api_calls: int = 0
    hold: Hold | None = None

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
