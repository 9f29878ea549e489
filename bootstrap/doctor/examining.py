"""The examination of one account while it goes on: findings are told as soon as what they rest on was read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bootstrap.aws import refusals
from bootstrap.doctor import (
    access,
    bucket,
    changes,
    drift,
    elsewhere,
    endpoints,
    labelling,
    notebook,
    notices,
    quotas,
    refused,
    rights,
    stacks,
    training,
    tuning,
    workforce,
)
from bootstrap.doctor.examination import Examination, Patient, Unseen
from bootstrap.doctor.finding import Diagnosis, Finding, Severity, in_order, meaning
from bootstrap.doctor.trail import TrailRead
from bootstrap.errors import Interrupted, bug
from bootstrap.errors.message import msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

EXAMINATIONS: tuple[Examination, ...] = (
    rights.EXAMINATION,
    quotas.EXAMINATION,
    stacks.EXAMINATION,
    drift.EXAMINATION,
    bucket.EXAMINATION,
    workforce.EXAMINATION,
    notebook.EXAMINATION,
    training.EXAMINATION,
    tuning.EXAMINATION,
    labelling.EXAMINATION,
    endpoints.EXAMINATION,
    notices.EXAMINATION,
    elsewhere.EXAMINATION,
    refused.EXAMINATION,
)
_ALL = (access.EXAMINATION, *EXAMINATIONS)
# The last one: who changed what was found.
_STAGES = len(_ALL) + 1


@dataclass(frozen=True, slots=True)
class Progressed:
    """The progress of an account: `done` of `total` examinations were made; `findings`: those of the last one."""

    team: str
    done: int
    total: int
    findings: tuple[Finding, ...] = ()


Tell = Callable[[Progressed], None]


def untold(progressed: Progressed) -> None:
    """Tell nobody."""


class Examining:
    """One account's examination. `run` makes it, once; `diagnosis` may be asked for at any time, from any thread."""

    def __init__(self, session: AccountSession, patient: Patient, tell: Tell = untold) -> None:
        self._session, self._patient, self._tell = session, patient, tell
        self._begun, self._before = session.now(), session.calls.total()
        self._ended = self._begun
        self._seen: dict[str, Any] = {}
        self._found: dict[str, list[Finding]] = {}
        self._lock = threading.Lock()

    def run(self) -> Diagnosis:
        """Examine the account: whether it can be reached first, then everything else in parallel. Reads only.

        Raises Interrupted.
        """
        self._one(self._session, access.EXAMINATION)
        if self._reached:
            tasks = [partial(self._one, self._session.beside(), each) for each in EXAMINATIONS]
            for _ in self._session.each(tasks, most=len(tasks)):
                pass
            self._trace()
        self._ended = self._session.now()
        return self.diagnosis()

    def diagnosis(self) -> Diagnosis:
        """Return what was found so far; what was not examined is a finding."""
        with self._lock:
            seen, found = tuple(self._seen), dict(self._found)
        account = self._patient.account
        return Diagnosis(
            account.team,
            account.account_id,
            account.region,
            self._patient.event.name,
            self._begun,
            in_order([*(one for each in _ALL for one in found.get(each.name, ())), *self._missing(found)]),
            tuple(each.name for each in _ALL if each.name in seen),
            self._ended - self._begun,
            self._session.calls.total() - self._before,
            self._patient.hold,
        )

    @property
    def _reached(self) -> bool:
        seen = self._seen.get("access")
        return isinstance(seen, access.AccessSeen) and seen.reached

    def _missing(self, found: Collection[str]) -> list[Finding]:
        missing = [each.name for each in _ALL if each.name not in found]
        if "access" in self._seen and not self._reached:
            words = msg("not examined: the account cannot be reached")
            return [Finding(Severity.UNSEEN, each, words) for each in missing]
        said = msg("interrupted before these were examined: {names}", names=", ".join(missing))
        return [Finding(Severity.UNSEEN, "doctor", said)] if missing else []

    def _one(self, session: AccountSession, examination: Examination) -> None:
        read = _look(session, self._patient, examination)
        with self._lock:
            self._seen[examination.name] = read
            new = list(self._judged())
            self._tell(Progressed(self._patient.account.team, len(self._seen), _STAGES, tuple(new)))

    def _trace(self) -> None:
        """Look up who changed what was changed by hand. An account that is not prepared has nothing of the event's."""
        read, reached = self._seen.get("refused"), self._seen["access"]
        now = self._session.now()
        known = read.trail if isinstance(read, refused.RefusedSeen) else TrailRead((), now)
        with self._lock:
            found = dict(self._found)
        since = reached.prepared
        told = {
            name: changes.traced(self._session, self._patient, known, since or 0.0, some)
            for name, some in found.items()
            if since is not None or name == "access"
        }
        with self._lock:
            self._found |= told
            self._tell(Progressed(self._patient.account.team, _STAGES, _STAGES))

    def _judged(self) -> Iterator[Finding]:
        """Judge each examination for which everything was read; yield its findings."""
        for each in _ALL:
            if each.name not in self._found and self._seen.keys() >= {each.name, *each.needs}:
                self._found[each.name] = _findings(self._patient, each, self._seen)
                yield from self._found[each.name]


def _look(session: AccountSession, patient: Patient, examination: Examination) -> Any:
    """Return what one examination read, or why it could not. An error in one does not stop the others."""
    try:
        return examination.look(session, patient)
    except Interrupted:
        raise
    except Exception as error:
        settled = refusals.failure(error, session.region)
        return Unseen(settled.detail, settled.code)


def _findings(patient: Patient, examination: Examination, seen: dict[str, Any]) -> list[Finding]:
    name, found = examination.name, seen[examination.name]
    if isinstance(found, Unseen):
        words = msg("not examined: {reason}", reason=found.why)
        return [Finding(Severity.UNSEEN, name, words, found.code, meaning(found.code), patient.command("plan {}"))]
    try:
        return list(examination.findings(patient, found, seen))
    except Exception as error:
        words = msg("not examined: {reason}", reason=bug(error))
        return [Finding(Severity.UNSEEN, name, words, "EB-390", meaning("EB-390"))]
