"""The standing of quotas (applied, requested, refused, ...), from what AWS shows. No calls to AWS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bootstrap.errors.message import Message, msg
from bootstrap.errors.message import marked as _

OPEN = frozenset({"PENDING", "CASE_OPENED"})
# An approved value may take about 30 minutes to show as applied (not measured by us).
APPLIED_WITHIN = 30 * 60.0


UNKNOWN = "EB-249"


class QuotaStanding(StrEnum):
    """State of a quota compared with the wanted value."""

    APPLIED = "applied"
    GONE = "gone"
    ASK = "ask"
    WAITING = "waiting"
    REFUSED = "refused"


# Nobody can do more about these: the value is applied, or AWS has no such quota.
SETTLED = frozenset({QuotaStanding.APPLIED, QuotaStanding.GONE})
_IMPOSSIBLE = frozenset({QuotaStanding.GONE, QuotaStanding.REFUSED})
_WORSE: Sequence[QuotaStanding] = (
    QuotaStanding.APPLIED,
    QuotaStanding.WAITING,
    QuotaStanding.ASK,
    QuotaStanding.GONE,
    QuotaStanding.REFUSED,
)


def undecided(status: str | None, case: str | None) -> bool:
    """Return True for a request about which AWS has neither decided nor opened a support case."""
    return status == "PENDING" and not case


@dataclass(frozen=True, slots=True)
class Request:
    """An increase request as AWS lists it; times in epoch seconds. `case`: id of its support case, if it has one."""

    id: str
    status: str
    desired: float
    created: float
    updated: float
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """AWS's refusal of a request that this run filed. AWS keeps no record of it."""

    standing: QuotaStanding
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Quota:
    """One wanted quota in one account. `applied` None: AWS has no such quota, or cannot tell it (`unknown`: why).

    `request`: the latest one; `before`: the value before it, as far as known (default, earlier grants); `new`: this
    run filed it; `limits_all`: a total that every ranked type must fit into.
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
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """State of a quota, with code and words. `since`: when its request was created, epoch seconds; None without one."""

    standing: QuotaStanding
    code: str | None
    words: str
    since: float | None = None


# AWS's status of the latest request, while the applied value is below the wanted one.
# APPROVED is not here: the applied value decides. An unknown status is not here either: it counts as waiting.
STATUSES: dict[str, tuple[QuotaStanding, str, str]] = {
    "PENDING": (QuotaStanding.WAITING, "EB-231", _("requested")),
    "CASE_OPENED": (QuotaStanding.WAITING, "EB-232", _("with AWS Support")),
    "DENIED": (QuotaStanding.REFUSED, "EB-235", _("denied by AWS")),
    "NOT_APPROVED": (QuotaStanding.REFUSED, "EB-236", _("not approved automatically, and AWS opened no case")),
    "CASE_CLOSED": (QuotaStanding.REFUSED, "EB-237", _("the support case was closed without raising the quota")),
    "INVALID_REQUEST": (QuotaStanding.REFUSED, "EB-238", _("AWS says that the request is invalid")),
}


def judged(quota: Quota, wanted: float, now: float, ask_again: bool = False) -> Judgement:
    """Return how the quota stands against `wanted`. The applied value decides; a request's status only explains it."""
    if quota.unknown:
        # It may be large enough: nothing is requested.
        return Judgement(
            QuotaStanding.WAITING, UNKNOWN, msg("AWS cannot tell its value: {reason}", reason=quota.unknown)
        )
    if quota.applied is None:
        return Judgement(QuotaStanding.GONE, "EB-230", msg("AWS no longer has this quota"))
    if quota.applied >= wanted:
        return Judgement(QuotaStanding.APPLIED, None, f"{quota.applied:g}")
    if quota.answer is not None:
        return Judgement(quota.answer.standing, quota.answer.code, quota.answer.words)
    request = quota.request
    if request is None or _of_another_value(request, wanted):
        if not quota.adjustable:
            return Judgement(
                QuotaStanding.REFUSED,
                "EB-248",
                msg(
                    "{applied} of {wanted}; AWS does not raise this quota",
                    applied=f"{quota.applied:g}",
                    wanted=f"{wanted:g}",
                ),
            )
        return Judgement(
            QuotaStanding.ASK, None, msg("request {quota} = {value}", quota=quota.name, value=f"{wanted:g}")
        )
    found = _requested(quota, request, wanted, now)
    if found.standing is QuotaStanding.REFUSED and ask_again and not quota.new:
        words = msg(
            "request {quota} = {value} again ({before})", quota=quota.name, value=f"{wanted:g}", before=found.words
        )
        return Judgement(QuotaStanding.ASK, None, words)
    return found


def _of_another_value(request: Request, wanted: float) -> bool:
    """True if the request does not decide about `wanted`: less was approved, or more was refused."""
    if request.status == "APPROVED":
        return request.desired < wanted
    return request.desired > wanted and STATUSES.get(request.status, (None,))[0] is QuotaStanding.REFUSED


def _requested(quota: Quota, request: Request, wanted: float, now: float) -> Judgement:
    applied = quota.applied or 0.0
    if request.status == "APPROVED":
        if applied <= quota.before and now - request.updated < APPLIED_WITHIN:
            return Judgement(QuotaStanding.WAITING, "EB-233", msg("approved, not applied yet"), request.created)
        granted = msg("granted {applied} of {wanted}", applied=f"{applied:g}", wanted=f"{wanted:g}")
        return Judgement(QuotaStanding.REFUSED, "EB-234", granted)
    if request.status in STATUSES:
        standing, code, words = STATUSES[request.status]
        return Judgement(standing, code, Message(words), request.created)
    unknown = msg("AWS shows the unknown status '{status}'", status=request.status)
    return Judgement(QuotaStanding.WAITING, "EB-239", unknown, request.created)


@dataclass(frozen=True, slots=True)
class QuotasFound:
    """A group's quotas at one moment: `ranked` (one suffices, the best first) and `others` (all needed)."""

    ranked: tuple[Quota, ...]
    others: tuple[Quota, ...]
    now: float
    ask_again: bool = False

    @property
    def totals(self) -> tuple[Quota, ...]:
        """The quotas of `others` that limit all ranked types together."""
        return tuple(each for each in self.others if each.limits_all and self.ranked and each.applied is not None)

    @property
    def needed(self) -> tuple[Quota, ...]:
        """The quotas of `others` that the labs need. A total that AWS no longer has limits nothing."""
        return tuple(
            each
            for each in self.others
            if not (each.limits_all and self.ranked)
            and (each.applied is not None or each.instance_type or each.unknown)
        )

    def named(self, name: str) -> Quota:
        """Return the quota of that name."""
        return next(each for each in (*self.ranked, *self.others) if each.name == name)

    def changed(self, quotas: Iterable[Quota]) -> QuotasFound:
        """Return the same, with `quotas` replacing those of the same names."""
        new = {each.name: each for each in quotas}
        ranked = tuple(new.get(each.name, each) for each in self.ranked)
        return replace(self, ranked=ranked, others=tuple(new.get(each.name, each) for each in self.others))

    def own(self, quota: Quota) -> Judgement:
        """Return how the quota stands by itself, without the totals."""
        return judged(quota, self.wanted(quota), self.now, self.ask_again)

    def wanted(self, quota: Quota) -> float:
        """Return the wanted value; of a total, the largest one wanted of a type that is still possible."""
        if not (quota.limits_all and self.ranked):
            return quota.wanted
        judgements = [(each.wanted, judged(each, each.wanted, self.now, self.ask_again)) for each in self.ranked]
        return max((wanted for wanted, found in judgements if found.standing not in _IMPOSSIBLE), default=0.0)

    def of_type(self, quota: Quota) -> Judgement:
        """Return how a ranked type stands, with the totals that it must fit into."""
        found = self.own(quota)
        if found.standing in _IMPOSSIBLE:
            return found
        short = [self._total(each) for each in self.short(quota)]
        return max([found, *short], key=lambda each: _WORSE.index(each.standing))

    def _total(self, quota: Quota) -> Judgement:
        found = self.own(quota)
        return replace(found, words=msg("{quota}: {standing}", quota=quota.name, standing=found.words))

    @property
    def usable(self) -> tuple[Quota, ...]:
        """The ranked types that may be used now, best first."""
        return tuple(each for each in self.ranked if self.of_type(each).standing is QuotaStanding.APPLIED)

    @property
    def better(self) -> tuple[Quota, ...]:
        """Ranked types above the best usable one; all of them if none is usable."""
        best = self.usable[:1]
        return self.ranked[: self.ranked.index(best[0])] if best else self.ranked

    @property
    def to_ask(self) -> tuple[Quota, ...]:
        """Quotas to file a request for, the most needed first: in some regions only two requests may be open.

        Every ranked type is requested, also one below an applied type: on the event's day the better type may have no
        capacity. A total follows the first applied type that it is too small for, else it comes last: its default is
        enough for all but the largest type.
        """
        possible = [each for each in self.ranked if self.of_type(each).standing not in _IMPOSSIBLE]
        asked = [*self.needed]
        for each in possible:
            asked += self.short(each) if self.own(each).standing is QuotaStanding.APPLIED else [each]
        asked += [total for each in possible for total in self.short(each)]
        return tuple(each for each in dict.fromkeys(asked) if self.own(each).standing is QuotaStanding.ASK)

    def to_file(self, slots: int) -> tuple[Quota, ...]:
        """Return the part of `to_ask` that may be filed now. The last slot is for what the verdict needs."""
        asked = self.to_ask
        wanted = [each for each in asked if self.hangs_on(each)]
        spare = [each for each in asked if each not in wanted]
        return (*wanted[:slots], *spare[: max(0, slots - len(wanted) - 1)])

    def hangs_on(self, quota: Quota) -> bool:
        """Return False for types below a usable one and for their totals: the verdict does not depend on them."""
        if quota in self.totals:
            return any(quota in self.short(each) for each in self.better)
        return quota in self.needed or quota in self.better

    def hope(self, quota: Quota, better_seconds: float) -> float:
        """Return the seconds left to wait for a better type while a lesser one is usable; 0 or less: do not wait."""
        found = self.of_type(quota)
        young = found.standing is QuotaStanding.WAITING and found.since is not None
        return (found.since or 0.0) + better_seconds - self.now if young else 0.0

    def short(self, quota: Quota) -> list[Quota]:
        """Return the totals that are too small for a ranked type."""
        return [each for each in self.totals if (each.applied or 0.0) < quota.wanted]
