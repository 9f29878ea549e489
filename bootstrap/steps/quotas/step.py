"""The step of one group of quotas: request them, and wait until AWS applies them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bootstrap.aws import errors as aws_errors
from bootstrap.engine.states import Applied, State, Verdict
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.quotas import QuotaGroup, WantedQuota
from bootstrap.steps.quotas import requests as quota_requests
from bootstrap.steps.quotas.requests import Key, Memory
from bootstrap.steps.quotas.standing import OPEN, STATUSES, Quota, QuotasFound, QuotaStanding, Request
from bootstrap.steps.quotas.verdict import title, verdict
from bootstrap.steps.step_id import StepKind, step_id

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# AWS grants small increases within minutes; those that a person decides take days.
_FIRST_LOOK = 180.0


@dataclass(frozen=True)
class QuotasStep:
    """One group of quotas in one account. `memory`: the run's cache of the account's quotas."""

    group: QuotaGroup
    patience: float
    better_seconds: float
    ask_again: bool = False
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @property
    def id(self) -> str:
        return step_id(StepKind.QUOTAS, self.group.name)

    def check(self, session: AccountSession) -> State:
        """Return the group's verdict. Reads the quotas; the request history only if they do not decide it."""
        try:
            look, slots = self._look(session)
        except Exception as error:
            if aws_errors.denied(error):
                return quota_requests.denied(error)
            raise
        state = verdict(look, slots, self.better_seconds)
        return replace(state, facts={**state.facts, **_facts(look)})

    def apply(self, session: AccountSession) -> Applied:
        """File as many requests as may be open. Writes to AWS: RequestServiceQuotaIncrease, once per quota."""
        look, slots = self._look(session)
        asked, filed = look.to_file(slots), []
        for number, quota in enumerate(asked):
            answer = quota_requests.ask(session, quota, look.wanted(quota), self.memory)
            if answer is None:
                filed.append(title(quota))
            elif answer.code == quota_requests.TOO_MANY:
                self.memory.put_off([each for each in look.to_ask if each not in asked[:number]], answer, session.now())
                break
        quotas = ", ".join(filed)
        words = msg("requested {quotas}", quotas=quotas) if filed else msg("AWS accepted no request")
        progress = f"{quotas} {session.now() // quota_requests.ASK_AGAIN_AFTER}"
        waits = filed and verdict(look, 0, self.better_seconds).verdict is not Verdict.READY
        return Applied(words, _FIRST_LOOK if waits else 0.0, progress)

    def _look(self, session: AccountSession) -> tuple[QuotasFound, int]:
        """Return the group's quotas with their requests, and how many more requests may be filed."""
        seen, wanted = self.memory.seen, (*self.group.one_of, *self.group.all_of)
        first = any(each.name not in seen for each in wanted)
        if first:
            seen |= {each.name: quota_requests.applied(session, each) for each in wanted}
        look = QuotasFound(
            tuple(seen[each.name] for each in self.group.one_of),
            tuple(seen[each.name] for each in self.group.all_of),
            session.now(),
            self.ask_again,
        )
        if _settled(look):
            return look, 0
        known = quota_requests.requests(session, self.memory)
        look = look.changed(self._with_request(session, each, known) for each in (*look.ranked, *look.others))
        if first:
            seen |= {each.name: each for each in (*look.ranked, *look.others)}
        else:
            look = self._read_again(session, look)
        return look, max(0, quota_requests.most_open(session.region) - quota_requests.count_open(known))

    def _read_again(self, session: AccountSession, look: QuotasFound) -> QuotasFound:
        """Read again the values that may have changed and that the verdict depends on.

        Types ranked below a usable one, or below one that is still waited for, are not read.
        """
        totals = {each.name: each for each in self.group.all_of}
        for each in self.group.all_of:
            if look.named(each.name) in look.needed:
                look = self._fresh(session, look, each)
        for ranked in self.group.one_of:
            look = self._fresh(session, look, ranked)
            if look.own(look.named(ranked.name)).standing is QuotaStanding.APPLIED:
                for total in look.short(look.named(ranked.name)):
                    look = self._fresh(session, look, totals[total.name])
            if look.hope(look.named(ranked.name), self.better_seconds) > 0:
                break
        return look

    def _fresh(self, session: AccountSession, look: QuotasFound, wanted: WantedQuota) -> QuotasFound:
        quota = look.named(wanted.name)
        if not (look.hangs_on(quota) and _may_have_changed(quota, self.memory.seen[wanted.name])):
            return look
        found = quota_requests.applied(session, wanted)
        read = replace(quota, applied=found.applied, unknown=found.unknown)
        self.memory.seen[wanted.name] = read
        return look.changed([read])

    def _with_request(self, session: AccountSession, quota: Quota, requests: Mapping[Key, list[Request]]) -> Quota:
        key = (quota.service, quota.code)
        known = requests.get(key, [])
        last = known[-1] if known else None
        filed = self.memory.filed.get(key)
        before = 0.0
        if last is not None and last.status == "APPROVED" and quota.applied is not None:
            granted = [each.desired for each in known[:-1] if each.status == "APPROVED"]
            standard = quota_requests.default(session, quota)
            # Without the default it is not known whether the approval has been applied already.
            before = max([quota.applied if standard is None else standard, *granted])
        return replace(
            quota,
            request=last,
            before=before,
            new=filed is not None and last is not None and last.id == filed.id,
            answer=self.memory.answer(key, session.now()),
        )


def _may_have_changed(quota: Quota, seen: Quota) -> bool:
    """True if a request may have changed the value since `seen`. Open and refused requests change nothing."""
    if quota.unknown:
        return True
    if quota.applied is None or quota.applied >= quota.wanted:
        return False
    if quota.answer is not None and quota.answer.code != quota_requests.TOO_MANY:
        return True
    request = quota.request
    if request is None or request.status in OPEN:
        return False
    return request.status not in STATUSES or request != seen.request


def best_type(
    session: AccountSession, group: QuotaGroup, but: Collection[str] = (), memory: Memory | None = None
) -> str | None:
    """Return the best ranked instance type that is usable now, except `but`; None if there is none.

    Reads only values that it needs and that `memory` does not hold as applied. Raises ClientError if AWS denies that.
    """
    seen = memory.seen if memory else {}

    def value(wanted: WantedQuota, least: float) -> float | None:
        known = seen.get(wanted.name)
        if known is None or (known.applied is not None and known.applied < least):
            known = quota_requests.applied(session, wanted)
        return known.applied

    for each in group.one_of:
        if each.instance_type is None or each.instance_type in but or (value(each, each.value) or 0.0) < each.value:
            continue
        totals = [value(total, each.value) for total in group.all_of if total.match]
        if all(total is None or total >= each.value for total in totals):
            return each.instance_type
    return None


def besides(event: Event, memory: Memory, types: Collection[str]) -> QuotasStep | None:
    """Return the step of the training quotas without some types, for those that turned out to be of no use.

    None if no type is left.
    """
    step = build(event, "training", memory=memory)
    left = tuple(each for each in step.group.one_of if each.instance_type not in types)
    return replace(step, group=step.group.model_copy(update={"one_of": left}), better_seconds=0.0) if left else None


def _settled(look: QuotasFound) -> bool:
    """True if the group is ready and the request history could add nothing."""
    needed = all(look.own(each).standing is QuotaStanding.APPLIED for each in look.needed)
    ranked = all(look.of_type(each).standing in (QuotaStanding.GONE, QuotaStanding.APPLIED) for each in look.ranked)
    return needed and ranked and (bool(look.usable) or not look.ranked)


def _facts(look: QuotasFound) -> dict[str, Any]:
    rows = []
    for quota in (*look.ranked, *look.others):
        found = look.own(quota)
        request = quota.request
        rows.append(
            {
                "name": quota.name,
                "code": quota.code,
                "type": quota.instance_type,
                "wanted": look.wanted(quota),
                "applied": quota.applied,
                "standing": found.standing.value,
                "status": request.status if request else None,
                "request": request.id if request else None,
                "case": request.case if request else None,
                "age": look.now - request.created if request else None,
                "because": found.code,
                "new": quota.new,
            }
        )
    return {"quotas": rows, "types": [each.instance_type for each in look.usable]}


def build(event: Event, group: str, ask_again: bool = False, memory: Memory | None = None) -> QuotasStep:
    """Return the step of one group. `memory`: shared by the account's quota steps. Raises KeyError if unknown."""
    patience, better = event.patience.quota_minutes * 60.0, event.patience.better_type_minutes * 60.0
    return QuotasStep(event.group(group), patience, better, ask_again, memory or Memory())
