"""Hold what CloudTrail shows against what the sweep can show: an account with unexplained cost is not clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import refusals
from bootstrap.engine.states import Applied, State
from bootstrap.errors import raw
from bootstrap.errors.message import joined, msg
from bootstrap.event import regions
from bootstrap.steps.quotas import requests as quota_requests
from bootstrap.sweep.calls import Call
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.trail import Trail, kept_since

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_NAMED = 5


@dataclass(frozen=True)
class AuditStep:
    """| the record, since the baseline                            | verdict | code   |
    |-----------------------------------------------------------|---------|--------|
    | all that was created is in a listing, free, or ended since | ready   |        |
    | something was created that nothing explains               | blocked | EB-517 |
    | nothing of the kind, but it could not be read whole       | blocked | EB-518 |

    Raised quotas stay, and are told: AWS has no operation to lower one.
    """

    claim: Claim
    trail: Trail
    id: str = "audit"
    patience: float = 60.0

    def check(self, session: AccountSession) -> State:
        if self.claim.baseline is None:
            return State.ready(msg("swept before: there is no baseline to audit from"))
        trail = self.trail
        finds = sorted(trail.finds(session.region, self.claim.baseline), key=lambda call: call.at)
        gaps = self._gaps(session)
        facts = {
            "uncovered": dict(Counter(f"{call.source}:{call.operation}" for call in finds)),
            "finds": [_shown(call) for call in finds],
            "asked": not self._closed(session.region),
            "whole": not gaps,
            "closed": {name: region.closed for name, region in (trail.regions or {}).items() if region.closed},
            **_quotas(session, trail.began),
        }
        if finds:
            words = msg("created, but not covered by the sweep: {operations}", operations=_named(finds))
            return State.blocked(joined("; ", [words, *gaps]), "EB-517", **facts)
        if gaps:
            return State.blocked(joined("; ", gaps), "EB-518", **facts)
        said: str = msg("everything that CloudTrail shows as created is listed, free or ended")
        if facts["closed"]:
            unseen = msg("not examined: {regions}", regions=", ".join(sorted(facts["closed"])))
            said = joined("; ", [said, unseen])
        return State.ready(said, **facts)

    def apply(self, session: AccountSession) -> Applied:
        return Applied(msg("nothing to change: the audit only reads"))

    def _closed(self, region: str) -> str:
        found = (self.trail.regions or {}).get(region)
        return found.closed if found else ""

    def _gaps(self, session: AccountSession) -> list[str]:
        """Return why the record is not whole.

        A region that the organization closes to everybody is no gap, as nobody could work there; but home is one, and
        the region that has the events of IAM and other global services, which no such policy closes.
        """
        trail = self.trail
        always = (session.region, regions.of_global_services(session.region))
        closed = [
            msg("{region}: {reason}", region=name, reason=region.closed)
            for name, region in (trail.regions or {}).items()
            if region.closed and (name in always or not region.for_all)
        ]
        found: list[str] = []
        if closed:
            found.append(msg("CloudTrail could not be read: {reason}", reason=joined("; ", closed)))
        elif trail.cut and not trail.pages:
            found.append(msg("CloudTrail could not be read: {reason}", reason=trail.trouble))
        elif trail.cut:
            found.append(msg("only the newest {number} events were read", number=trail.pages * 50))
            found += [msg("meanwhile a call failed: {failure}", failure=trail.trouble)] if trail.trouble else []
        if trail.began < kept_since(session.now()):
            found.append(msg("CloudTrail keeps events for 90 days, and the baseline is older"))
        return found


def _shown(call: Call) -> dict[str, Any]:
    return {
        "operation": f"{call.source}:{call.operation}",
        "name": call.name,
        "region": call.region,
        "who": call.who,
        "made": datetime.fromtimestamp(call.at, UTC).isoformat(timespec="seconds") if call.at else None,
    }


def _named(finds: Iterable[Call]) -> str:
    """Return "rds:CreateDBInstance cars (us-east-1, by ann, 2026-12-10 14:00), ..."; five at most."""
    all_of_them = list(finds)
    words: list[str] = [
        msg(
            "{operation} {name} in {region}, by {who} on {time}",
            operation=f"{call.source}:{call.operation}",
            name=call.name or "-",
            region=call.region,
            who=call.who or "-",
            time=datetime.fromtimestamp(call.at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        )
        for call in all_of_them[:_NAMED]
    ]
    if len(all_of_them) > _NAMED:
        words.append(msg("{number} more", number=len(all_of_them) - _NAMED))
    return joined("; ", words)


def _quotas(session: AccountSession, since: float) -> Mapping[str, Any]:
    """Return what the history of requests shows as raised, by name; `quotas_unseen`: AWS's answer if it has none.

    `quotas`: values approved since the baseline. `quotas_before`: those approved before, with the time. A quota is
    often raised days before an account is prepared, and stays raised all the same.
    """
    try:
        rows = quota_requests.history(session)
    except ClientError as error:
        if refusals.says_nothing(error):
            raise
        return {"quotas_unseen": raw(error)}
    raised = quota_requests.approved(rows)
    return {
        "quotas": {name: value for name, (value, when) in raised.items() if when >= since},
        "quotas_before": {
            name: {"value": value, "approved": datetime.fromtimestamp(when, UTC).isoformat(timespec="seconds")}
            for name, (value, when) in raised.items()
            if when < since
        },
    }
