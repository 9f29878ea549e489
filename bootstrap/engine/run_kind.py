"""The kind of a run or command, as a value."""

from __future__ import annotations

from enum import StrEnum


class RunKind(StrEnum):
    """The kind of a run or another command. Its value is what a person types, and what the journal keeps.

    Version 0.1.0 stored the same words as text, so `of` also reads its journals.
    """

    PROVISION = "provision"
    PLAN = "plan"
    QUOTAS = "quotas"
    QUOTA_REQUESTS = "quotas --request"
    QUOTA_CASES = "quotas --open-cases"
    REPAIR = "repair"
    # AWS computes what a repair would change, and nothing is changed.
    COMPARE = "repair: compare"
    SWAP = "swap"
    SWEEP_PLAN = "sweep"
    SWEEP_APPLY = "sweep --apply"
    STOP_PLAN = "sweep --stop-only"
    STOP_APPLY = "sweep --apply --stop-only"
    REHEARSE = "rehearse"
    SIMULATE = "simulate"
    VALIDATE = "validate"
    STATUS = "status"
    DOCTOR = "doctor"
    CHECK = "check"
    CALIBRATE = "calibrate"
    JOURNAL = "journal"
    LABEL = "label"
    HANDOUTS = "handouts"
    STAFF = "staff"
    CONSOLE = "console"
    CREDENTIALS = "credentials"
    SERVE = "serve"
    HOLD = "hold"
    RELEASE = "release"
    SPEND = "spend"
    LAB_FINISH = "lab finish"
    VENUE = "venue"
    # What the staff write about a team on its page.
    NOTE = "note"
    # A kind that this version does not know, in a journal of another version.
    OTHER = "other"

    @classmethod
    def of(cls, kept: str) -> RunKind:
        """Return the kind that a journal names. OTHER for a word that this version does not know."""
        return next((each for each in cls if each.value == kept), cls.OTHER)

    @property
    def sweeps(self) -> bool:
        """True if it is about what teams leave behind, whether or not it deletes anything."""
        return self in _DOES or self.undoes

    @property
    def prepares(self) -> bool:
        """True if its result tells how ready an account is. A sweep's does not."""
        return not self.sweeps and self not in _READS

    @property
    def undoes(self) -> bool:
        """True if it deletes or stops what was prepared: after it an account is no longer ready."""
        return self in _UNDOES

    @property
    def asks(self) -> bool:
        """True if it only asks for quotas: that costs nothing, and a raised quota stays after a sweep, too."""
        return self in _ASKS

    @property
    def looks(self) -> bool:
        """True if it visits accounts to show what its `doer` would do."""
        return self in _LOOKS

    @property
    def writes(self) -> bool:
        """True if it changes what is in an account: such a command keeps away from accounts on hold."""
        return self in _WRITES

    @property
    def doer(self) -> RunKind:
        """The kind that carries out what this one only plans."""
        return _DOES.get(self, self if self.sweeps else RunKind.PROVISION)


_DOES = {RunKind.SWEEP_PLAN: RunKind.SWEEP_APPLY, RunKind.STOP_PLAN: RunKind.STOP_APPLY}
_UNDOES = frozenset(_DOES.values())
_ASKS = frozenset({RunKind.QUOTA_REQUESTS, RunKind.QUOTA_CASES})
_LOOKS = frozenset({RunKind.PLAN, RunKind.QUOTAS, RunKind.SWEEP_PLAN, RunKind.STOP_PLAN})
_WRITES = frozenset(
    {RunKind.PROVISION, RunKind.QUOTA_REQUESTS, RunKind.QUOTA_CASES, RunKind.REPAIR, RunKind.SWAP, RunKind.SWEEP_APPLY,
     RunKind.STOP_APPLY, RunKind.LABEL, RunKind.LAB_FINISH}
)  # fmt: skip
_READS = frozenset({RunKind.PLAN, RunKind.VALIDATE, RunKind.STATUS, RunKind.QUOTAS, RunKind.COMPARE})
