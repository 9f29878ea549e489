"""The step that has Service Quotas open a support case for requests that hang."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bootstrap.aws import errors as aws_errors
from bootstrap.engine.states import Applied, State, Verdict
from bootstrap.errors import code_of
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.quotas import QuotaGroup, WantedQuota
from bootstrap.steps.quotas import requests as quota_requests
from bootstrap.steps.quotas.standing import OPEN, Request, undecided

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

STEP = "support-cases"
# AWS answers so if somebody else, or AWS itself, was faster: the history then shows the case, or the decision.
_DECIDED = frozenset({"ResourceAlreadyExistsException", "InvalidResourceStateException", "NoSuchResourceException"})
_HOUR, _DAY = 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class CasesStep:
    """Support cases for one account's requests. `wanted`: the quotas of all labs.

    `hangs_after`: seconds after which a pending request hangs. `opened`: ids of requests for which this run has opened
    a case; `refused`: how AWS refused to.
    """

    wanted: tuple[WantedQuota, ...]
    hangs_after: float
    opened: set[str] = field(default_factory=set, compare=False, repr=False)
    refused: list[State] = field(default_factory=list, compare=False, repr=False)
    patience: float = 0.0
    id: str = STEP

    def check(self, session: AccountSession) -> State:
        """Return `todo` with the requests that hang. API: ListRequestedServiceQuotaChangeHistory."""
        now = session.now()
        try:
            asked = self._open(session)
        except Exception as error:
            if aws_errors.denied(error):
                return quota_requests.denied(error)
            raise
        facts = {"cases": [_fact(quota, each, now) for quota, each in asked]}
        if self.refused:
            return replace(self.refused[-1], facts=facts)
        if hanging := [each for each in asked if self._hangs(each[1], now)]:
            what = joined("; ", (_told(quota, each, now) for quota, each in hanging))
            return State(Verdict.TODO, msg("open a support case for {requests}", requests=what), facts=facts)
        return State(Verdict.READY, self._summary([each for _, each in asked]), facts=facts)

    def _summary(self, asked: Sequence[Request]) -> str:
        young = sum(map(self._undecided, asked))
        cases = len(asked) - young
        parts = []
        if cases:
            parts.append(counted("{count} request is with AWS Support", "{count} requests are with AWS Support", cases))
        if young:
            hours = f"{self.hangs_after / _HOUR:g}"
            parts.append(
                counted("{count} is open for less than {hours} hours", "{count} are open for less than {hours} hours",
                        young, hours=hours)
            )  # fmt: skip
        return joined("; ", parts) if parts else msg("no request is open")

    def apply(self, session: AccountSession) -> Applied:
        """Have AWS open the cases. Writes to AWS: CreateSupportCase, once per request. Raises ClientError."""
        client, now, done = session.client("service-quotas"), session.now(), []
        for quota, each in self._open(session):
            if not self._hangs(each, now):
                continue
            try:
                client.create_support_case(RequestId=each.id)
            except Exception as error:
                if code_of(error) not in _DECIDED and not self._refused(error):
                    raise
                if self.refused:
                    break
            self.opened.add(each.id)
            done.append(_title(quota))
        return Applied(msg("had AWS open a support case for {quotas}", quotas=", ".join(done) or "-"))

    def _refused(self, error: Exception) -> bool:
        if aws_errors.denied(error):
            self.refused.append(quota_requests.denied(error))
        elif code_of(error) in quota_requests.ANSWERS:
            answer = quota_requests.refusal(error)
            self.refused.append(State.blocked(answer.words, answer.code))
        return bool(self.refused)

    def _hangs(self, request: Request, now: float) -> bool:
        return self._undecided(request) and now - request.created >= self.hangs_after

    def _undecided(self, request: Request) -> bool:
        return undecided(request.status, request.case) and request.id not in self.opened

    def _open(self, session: AccountSession) -> list[tuple[WantedQuota, Request]]:
        """Return the wanted quotas with open requests, and the requests, the oldest first."""
        by_name = {each.name.casefold(): each for each in self.wanted}
        by_code = {each.code: each for each in self.wanted if each.code}
        found = []
        for row in quota_requests.history(session):
            (_, code), request = quota_requests.request_of(row)
            # AWS may change codes but keeps names.
            quota = by_name.get(str(row["QuotaName"]).casefold()) if row.get("QuotaName") else by_code.get(code)
            if quota and request.status in OPEN:
                found.append((quota, request))
        return sorted(found, key=lambda each: (each[1].created, each[1].id))


def _title(quota: WantedQuota) -> str:
    return quota.instance_type or quota.name


def _told(quota: WantedQuota, request: Request, now: float) -> str:
    days = (now - request.created) / _DAY
    age = counted("{count} day", "{count} days", int(days)) if days >= 1 else msg(
        "{hours} h", hours=f"{(now - request.created) / _HOUR:.0f}"
    )  # fmt: skip
    return msg("{quota}, pending for {age}", quota=_title(quota), age=age)


def _fact(quota: WantedQuota, request: Request, now: float) -> dict[str, Any]:
    return {
        "name": quota.name,
        "wanted": request.desired,
        "request": request.id,
        "status": request.status,
        "case": request.case,
        "age": now - request.created,
    }


def build(groups: Sequence[QuotaGroup], hangs_after: float) -> CasesStep:
    """Return the step for the quotas of these groups. `hangs_after`: seconds."""
    wanted = dict.fromkeys(each for group in groups for each in (*group.one_of, *group.all_of))
    return CasesStep(tuple(wanted), hangs_after)
