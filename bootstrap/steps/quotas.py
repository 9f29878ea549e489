"""The quotas that a group of labs needs, applied in the account; requested where they are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bootstrap import aws_errors
from bootstrap.errors import raw
from bootstrap.event import Event
from bootstrap.quota_table import QuotaGroup, Wanted
from bootstrap.roster import TeamAccount
from bootstrap.sessions import AccountSession
from bootstrap.states import Applied, State
from bootstrap.steps import quota_requests
from bootstrap.steps.quota_requests import Key, Memory
from bootstrap.steps.quota_standing import OPEN, Look, Quota, Request, Standing
from bootstrap.steps.quota_verdict import title, verdict

# Small increases are granted within minutes, those that a person decides on take days.
_FIRST_LOOK = 180.0
# In the facts: below the best type in use, so that nobody looked whether it was requested.
_UNNEEDED = "unneeded"


@dataclass(frozen=True)
class QuotasStep:
    """One group of quotas in one account. `memory` is of one run: a new one asks AWS for everything."""

    group: QuotaGroup
    patience: float
    better_seconds: float
    ask_again: bool = False
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @property
    def id(self) -> str:
        return f"quotas:{self.group.name}"

    def check(self, session: AccountSession) -> State:
        """One GetServiceQuota a quota; the request history only if that does not settle it."""
        try:
            look, slots = self._look(session)
        except Exception as error:
            if aws_errors.denied(error):
                return _denied(error)
            raise
        state = verdict(look, slots, self.better_seconds)
        return replace(state, facts=_facts(look))

    def apply(self, session: AccountSession) -> Applied:
        """Writes to AWS: RequestServiceQuotaIncrease, one a quota, as many as may be open."""
        look, slots = self._look(session)
        filed = []
        for number, quota in enumerate(look.to_ask[:slots]):
            answer = quota_requests.ask(session, quota, look.wanted(quota), self.memory)
            if answer is None:
                filed.append(title(quota))
            elif answer.code == quota_requests.TOO_MANY:
                self.memory.put_off(look.to_ask[number:], answer, session.now())
                break
        words = f"requested {', '.join(filed)}" if filed else "asked; AWS took no request"
        progress = f"{words} {session.now() // quota_requests.ASK_AGAIN_AFTER}"
        return Applied(words, _FIRST_LOOK if filed else 0.0, progress)

    def _look(self, session: AccountSession) -> tuple[Look, int]:
        """The group with its requests, and how many more may be filed."""
        look = self._look_again(session) if self.memory.seen else read(session, self.group)
        self.memory.seen |= {each.name: each for each in (*look.ranked, *look.others)}
        if _settled(look):
            return look, 0
        requests = self._requests(session)
        slots = max(0, quota_requests.most_open(session.region) - quota_requests.count_open(requests))
        found = replace(
            look,
            ranked=tuple(self._with_request(session, each, requests) for each in look.ranked),
            others=tuple(self._with_request(session, each, requests) for each in look.others),
            ask_again=self.ask_again,
        )
        return found, slots

    def _look_again(self, session: AccountSession) -> Look:
        """While it waits a step need not read what cannot have changed: values applied, and requests still open."""
        requests = self._requests(session)

        def now(wanted: Wanted) -> Quota:
            seen = self.memory.seen[wanted.name]
            settled = seen.applied is None or seen.applied >= seen.wanted
            latest = requests.get((seen.service, seen.code), [])[-1:]
            still_open = bool(latest) and latest[0].status in OPEN
            return seen if settled or still_open else quota_requests.applied(session, wanted)

        return Look(tuple(map(now, self.group.one_of)), tuple(map(now, self.group.all_of)), session.now())

    def _requests(self, session: AccountSession) -> dict[Key, list[Request]]:
        return quota_requests.latest(quota_requests.history(session), self.memory.filed)

    def _with_request(self, session: AccountSession, quota: Quota, requests: Mapping[Key, list[Request]]) -> Quota:
        key = (quota.service, quota.code)
        known = requests.get(key, [])
        last = known[-1] if known else None
        filed = self.memory.filed.get(key)
        before = 0.0
        if last is not None and last.status == "APPROVED" and quota.applied is not None:
            granted = [each.desired for each in known[:-1] if each.status == "APPROVED"]
            before = max([quota_requests.default(session, quota), *granted])
        return replace(
            quota,
            request=last,
            before=before,
            new=filed is not None and last is not None and last.id == filed.id,
            answer=self.memory.answer(key, session.now()),
        )


def read(session: AccountSession, group: QuotaGroup) -> Look:
    """The group's quotas as applied, without their requests. Raises ClientError, if AWS denies looking."""
    ranked = tuple(quota_requests.applied(session, each) for each in group.one_of)
    others = tuple(quota_requests.applied(session, each) for each in group.all_of)
    return Look(ranked, others, session.now())


def usable_types(session: AccountSession, group: QuotaGroup) -> tuple[str, ...]:
    """The ranked instance types whose quotas are applied now, the best first. Reads as `read` does."""
    return tuple(each.instance_type for each in read(session, group).usable if each.instance_type)


def _settled(look: Look) -> bool:
    """Ready, with nothing more to hope for: the history would add nothing."""
    needed = all(look.own(each).standing is Standing.APPLIED for each in look.needed)
    ranked = all(look.of_type(each).standing in (Standing.GONE, Standing.APPLIED) for each in look.ranked)
    return needed and ranked and (bool(look.usable) or not look.ranked)


def _denied(error: Exception) -> State:
    code = quota_requests.denial_code(error)
    if code == "EB-243":
        mend = "an organization policy denies Service Quotas; ask its administrator to exempt the access role"
    else:
        mend = "the role may not use Service Quotas; deploy the access template again"
    return State.blocked(f"{mend} ({raw(error)})", code)


def _facts(look: Look) -> dict[str, Any]:
    rows = []
    for quota in (*look.ranked, *look.others):
        found = look.own(quota)
        unneeded = found.standing is Standing.ASK and quota not in look.to_ask
        request = quota.request
        rows.append(
            {
                "name": quota.name,
                "code": quota.code,
                "type": quota.instance_type,
                "wanted": look.wanted(quota),
                "applied": quota.applied,
                "standing": _UNNEEDED if unneeded else found.standing.value,
                "status": request.status if request else None,
                "request": request.id if request else None,
                "age": look.now - request.created if request else None,
                "because": found.code,
            }
        )
    return {"quotas": rows, "types": [each.instance_type for each in look.usable]}


def build(event: Event, account: TeamAccount, group: str, ask_again: bool = False) -> QuotasStep:
    """Raises KeyError if the event has no such group."""
    patience = event.patience
    return QuotasStep(event.group(group), patience.quota_minutes * 60.0, patience.better_type_minutes * 60.0, ask_again)
