"""What AWS shows of one quota -> how it stands; of a group's quotas -> the step's verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

OPEN = frozenset({"PENDING", "CASE_OPENED"})
# An approved value shows up to about 30 minutes later (not measured by us).
APPLIED_WITHIN = 30 * 60.0


class QuotaStanding(StrEnum):
    APPLIED = "applied"
    GONE = "gone"
    ASK = "ask"
    WAITING = "waiting"
    REFUSED = "refused"


_IMPOSSIBLE = frozenset({QuotaStanding.GONE, QuotaStanding.REFUSED})
_WORSE: Sequence[QuotaStanding] = (
    QuotaStanding.APPLIED,
    QuotaStanding.WAITING,
    QuotaStanding.ASK,
    QuotaStanding.GONE,
    QuotaStanding.REFUSED,
)


@dataclass(frozen=True, slots=True)
class Request:
    """An increase request as AWS lists it; times in epoch seconds."""

    id: str
    status: str
    desired: float
    created: float
    updated: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What AWS answered when this run asked and no request came of it; it leaves no trace in AWS to read."""

    standing: QuotaStanding
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Quota:
    """One wanted quota in one account. `applied` None: AWS has no such quota.

    `request` is the latest one; `before` the value believed to have stood before it (default, earlier grants);
    `new` says that this run filed it; `limits_all`: a total that every ranked type must fit into.
    """

    name: str
    service: str
    code: str
    wanted: float
    applied: float | None
    instance_type: str | None = None
    limits_all: bool = False
    adjustable: bool = True
    request: Request | None = None
    before: float = 0.0
    new: bool = False
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`since`: epoch seconds of the request that is waited for; None: nobody knows how long it will take."""

    standing: QuotaStanding
    code: str | None
    words: str
    since: float | None = None


# AWS's status of the latest request, while the applied value is below the wanted one.
# APPROVED is not here: it needs more than the word. Nor is an unknown word: it is waited for, never a success.
STATUSES: dict[str, tuple[QuotaStanding, str, str]] = {
    "PENDING": (QuotaStanding.WAITING, "EB-231", "requested"),
    "CASE_OPENED": (QuotaStanding.WAITING, "EB-232", "with AWS Support"),
    "DENIED": (QuotaStanding.REFUSED, "EB-235", "denied by AWS"),
    "NOT_APPROVED": (QuotaStanding.REFUSED, "EB-236", "not approved automatically, and no case was opened"),
    "CASE_CLOSED": (QuotaStanding.REFUSED, "EB-237", "the support case was closed without raising it"),
    "INVALID_REQUEST": (QuotaStanding.REFUSED, "EB-238", "AWS calls the request invalid"),
}


def judged(quota: Quota, wanted: float, now: float, ask_again: bool = False) -> Judgement:
    """How the quota stands against `wanted`. The applied value decides; a request's status only explains."""
    if quota.applied is None:
        return Judgement(QuotaStanding.GONE, "EB-230", "AWS no longer has this quota")
    if quota.applied >= wanted:
        return Judgement(QuotaStanding.APPLIED, None, f"{quota.applied:g}")
    if quota.answer is not None:
        return Judgement(quota.answer.standing, quota.answer.code, quota.answer.words)
    request = quota.request
    if request is None or _of_another_value(request, wanted):
        if not quota.adjustable:
            return Judgement(
                QuotaStanding.REFUSED, "EB-248", f"{quota.applied:g} of {wanted:g}, and AWS does not raise it"
            )
        return Judgement(QuotaStanding.ASK, None, f"request {quota.name} = {wanted:g}")
    found = _requested(quota, request, wanted, now)
    if found.standing is QuotaStanding.REFUSED and ask_again and not quota.new:
        return Judgement(QuotaStanding.ASK, None, f"request {quota.name} = {wanted:g} again ({found.words})")
    return found


def _of_another_value(request: Request, wanted: float) -> bool:
    """An answer to less than is wanted grants nothing more, an answer to more refuses nothing."""
    if request.status == "APPROVED":
        return request.desired < wanted
    return request.desired > wanted and STATUSES.get(request.status, (None,))[0] is QuotaStanding.REFUSED


def _requested(quota: Quota, request: Request, wanted: float, now: float) -> Judgement:
    applied = quota.applied or 0.0
    if request.status == "APPROVED":
        if applied <= quota.before and now - request.updated < APPLIED_WITHIN:
            return Judgement(QuotaStanding.WAITING, "EB-233", "approved, not yet seen applied", request.created)
        return Judgement(QuotaStanding.REFUSED, "EB-234", f"granted {applied:g} of {wanted:g}")
    if request.status in STATUSES:
        standing, code, words = STATUSES[request.status]
        return Judgement(standing, code, words, request.created)
    return Judgement(
        QuotaStanding.WAITING, "EB-239", f"AWS says {request.status!r}, which is not known", request.created
    )


@dataclass(frozen=True, slots=True)
class QuotasFound:
    """A group's quotas at one moment: `ranked` (one suffices, the best first) and `others` (all needed)."""

    ranked: tuple[Quota, ...]
    others: tuple[Quota, ...]
    now: float
    ask_again: bool = False

    @property
    def totals(self) -> tuple[Quota, ...]:
        return tuple(each for each in self.others if each.limits_all and self.ranked and each.applied is not None)

    @property
    def needed(self) -> tuple[Quota, ...]:
        """Quotas of `others` without which nothing goes; a total that AWS no longer has limits nothing."""
        return tuple(
            each
            for each in self.others
            if not (each.limits_all and self.ranked) and (each.applied is not None or each.instance_type)
        )

    def named(self, name: str) -> Quota:
        return next(each for each in (*self.ranked, *self.others) if each.name == name)

    def changed(self, quotas: Iterable[Quota]) -> QuotasFound:
        """The look with `quotas` in the place of those of the same names."""
        new = {each.name: each for each in quotas}
        ranked = tuple(new.get(each.name, each) for each in self.ranked)
        return replace(self, ranked=ranked, others=tuple(new.get(each.name, each) for each in self.others))

    def own(self, quota: Quota) -> Judgement:
        return judged(quota, self.wanted(quota), self.now, self.ask_again)

    def wanted(self, quota: Quota) -> float:
        """Of a total: the largest value wanted of a type that can still be had."""
        if not (quota.limits_all and self.ranked):
            return quota.wanted
        judgements = [(each.wanted, judged(each, each.wanted, self.now, self.ask_again)) for each in self.ranked]
        return max((wanted for wanted, found in judgements if found.standing not in _IMPOSSIBLE), default=0.0)

    def of_type(self, quota: Quota) -> Judgement:
        """How a ranked type stands with the totals that it must fit into."""
        found = self.own(quota)
        if found.standing in _IMPOSSIBLE:
            return found
        short = [self._total(each) for each in self.short(quota)]
        return max([found, *short], key=lambda each: _WORSE.index(each.standing))

    def _total(self, quota: Quota) -> Judgement:
        found = self.own(quota)
        return replace(found, words=f"{quota.name}: {found.words}")

    @property
    def usable(self) -> tuple[Quota, ...]:
        return tuple(each for each in self.ranked if self.of_type(each).standing is QuotaStanding.APPLIED)

    @property
    def better(self) -> tuple[Quota, ...]:
        """Ranked types above the best usable one; all of them if none is."""
        best = self.usable[:1]
        return self.ranked[: self.ranked.index(best[0])] if best else self.ranked

    @property
    def to_ask(self) -> tuple[Quota, ...]:
        """Quotas to file a request for, the most needed first: in some regions only two may be open.

        Every ranked type, also below one that is applied: on the day the better one may have no capacity.
        A total comes with the first applied type that it is too small for, else last: as AWS gives it, it is
        enough for all but the largest type.
        """
        possible = [each for each in self.ranked if self.of_type(each).standing not in _IMPOSSIBLE]
        asked = [*self.needed]
        for each in possible:
            asked += self.short(each) if self.own(each).standing is QuotaStanding.APPLIED else [each]
        asked += [total for each in possible for total in self.short(each)]
        return tuple(each for each in dict.fromkeys(asked) if self.own(each).standing is QuotaStanding.ASK)

    def to_file(self, slots: int) -> tuple[Quota, ...]:
        """Of `to_ask` what may be filed now; the last of `slots` is left to what is needed, here or in a group."""
        asked = self.to_ask
        wanted = [each for each in asked if self.hangs_on(each)]
        spare = [each for each in asked if each not in wanted]
        return (*wanted[:slots], *spare[: max(0, slots - len(wanted) - 1)])

    def hangs_on(self, quota: Quota) -> bool:
        """Whether the verdict may change with it: not with types below one that is usable, nor with their totals."""
        if quota in self.totals:
            return any(quota in self.short(each) for each in self.better)
        return quota in self.needed or quota in self.better

    def hope(self, quota: Quota, better_seconds: float) -> float:
        """Seconds that a ranked type is still waited for although a lesser one may be there; 0 or less: no longer."""
        found = self.of_type(quota)
        young = found.standing is QuotaStanding.WAITING and found.since is not None
        return (found.since or 0.0) + better_seconds - self.now if young else 0.0

    def short(self, quota: Quota) -> list[Quota]:
        """The totals that are too small for a ranked type."""
        return [each for each in self.totals if (each.applied or 0.0) < quota.wanted]
