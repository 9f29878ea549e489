"""Access to the account, the event it was prepared for, and when the operator's credentials expire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Changed, Finding, Severity, Trace, fine, meaning
from bootstrap.engine.states import State, Verdict
from bootstrap.errors.message import msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_SOON = 20 * 60


@dataclass(frozen=True, slots=True)
class AccessSeen:
    """`marker` is None if the account cannot be reached; times in epoch seconds."""

    state: State
    marker: State | None
    now: float
    ends: float | None = None

    @property
    def reached(self) -> bool:
        return self.state.verdict is Verdict.READY

    @property
    def prepared(self) -> float | None:
        """Time at which the account was marked for the event (epoch seconds): before anybody worked in it.

        None without a marker of this event. A marker that is out of date tells it, too.
        """
        made = self.marker.facts.get("made") if self.marker else None
        return datetime.fromisoformat(made).timestamp() if made else None


def look(session: AccountSession, patient: Patient) -> AccessSeen:
    """Read access and marker. Runs before all other examinations, which need both. Three calls."""
    state = patient.check(session, "access")
    if state.verdict is not Verdict.READY:
        return AccessSeen(state, None, session.now())
    return AccessSeen(state, patient.check(session, "marker"), session.now(), patient.operator_ends)


def findings(patient: Patient, seen: AccessSeen, all_seen: Seen) -> Iterator[Finding]:
    if not seen.reached:
        yield Finding(
            Severity.TROUBLE, "access", seen.state.detail, seen.state.code, meaning(seen.state.code),
            patient.command("plan {} --step access"),
        )  # fmt: skip
        return
    yield fine("access", seen.state.detail)
    if seen.marker is not None:
        found = judged(patient, "marker", seen.marker, "access")
        gone = seen.marker.verdict is Verdict.TODO and seen.prepared is None
        yield replace(found, trace=Trace(Changed.PARAMETER, patient.names.marker)) if gone else found
    if seen.ends is None:
        return
    left, until = seen.ends - seen.now, datetime.fromtimestamp(seen.ends, UTC).strftime("%H:%M UTC")
    minutes = max(0, int(left // 60))
    words = msg("your own credentials expire at {time}, in {minutes} min", time=until, minutes=minutes)
    if left >= _SOON:
        yield fine("access", words)
    else:
        yield Finding(Severity.NOTE, "access", words, "EB-546", meaning("EB-546"), "aws sso login")


EXAMINATION = Examination("access", look, findings)
