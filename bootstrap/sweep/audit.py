"""Report what the sweep's listings do not show: resources of unknown kinds, and raised quotas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.kinds import KINDS
from bootstrap.engine.states import Applied, State
from bootstrap.errors import raw
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.names import OWN_SESSION
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable
from bootstrap.steps.quotas import requests as quota_requests
from bootstrap.sweep.marker import Claim

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_MAKES = ("Create", "Run", "Start", "Register", "Launch", "Allocate", "Import", "Request", "Purchase")
# LookupEvents answers 50 events a page, newest first, and takes two calls a second for the whole account.
_MOST_PAGES = 20
_PAGES_A_VISIT = 2
_NAMED = 5
_NEXT_VISIT = 1.0
# CloudTrail names CloudWatch by its endpoint; Application Auto Scaling by either name.
_SOURCES = {"cloudwatch": "monitoring", "application-autoscaling": "autoscaling"}
# Operations that create only a part of another resource, or nothing that stays.
_HARMLESS = frozenset(
    {
        *("StartNotebookInstance", "CreatePresignedNotebookInstanceUrl", "CreatePresignedDomainUrl", "CreateLogStream"),
        *("CreateUserPoolClient", "CreateUserPoolDomain", "CreateGroup", "CreateMultipartUpload", "StartQuery"),
        *("CreateUploadUrl", "RequestServiceQuotaIncrease", "CreateGrant", "CreateStackInstances", "RegisterType"),
        *("CreatePolicyVersion", "CreateEventSourceMapping", "StartSession"),
    }
)


def _covered() -> frozenset[tuple[str, str]]:
    sources = {kind.name: {kind.service, _SOURCES.get(kind.service, kind.service)} for kind in KINDS}
    return frozenset((source, name) for kind in KINDS for source in sources[kind.name] for name in kind.creates)


@dataclass(slots=True)
class History:
    """Progress in the history, and operations that no kind covers. `next`: token of the next page, None at the end."""

    uncovered: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    next: str | None = ""
    until: float = 0.0

    @property
    def over(self) -> bool:
        return self.next is None or self.pages == _MOST_PAGES


@dataclass(frozen=True)
class AuditStep:
    """Report resources of unknown kinds created since the baseline, and the quotas that AWS raised.

    The step always ends ready, even if CloudTrail cannot be read. It reads up to 1,000 events of the account's own
    region, which CloudTrail shows with a delay of minutes. Raised quotas stay: AWS has no operation to lower one.
    """

    claim: Claim
    history: History = field(default_factory=History)
    id: str = "audit"
    patience: float = 60.0

    def check(self, session: AccountSession) -> State:
        if self.claim.baseline is None:
            return State.ready(msg("swept before: there is no baseline to audit from"))
        since = datetime.fromtimestamp(self.claim.baseline.since, UTC)
        words, facts = _trail(session, since, self.history)
        if facts["asked"] and not self.history.over:
            return State.waiting(words, look_again=_NEXT_VISIT, steady=True)
        return State.ready(words, **facts, **_quotas(session, since))

    def apply(self, session: AccountSession) -> Applied:
        return Applied(msg("nothing to change: the audit only reads"))


def _trail(session: AccountSession, since: datetime, history: History) -> tuple[str, dict[str, Any]]:
    """Return what CloudTrail's history shows, as a sentence and as facts."""
    try:
        _read_on(session, since, history)
    except ClientError as error:
        return msg("CloudTrail could not be read: {reason}", reason=_lasting(error)), {"asked": False}
    if not history.over:
        said = counted(
            "{count} page of CloudTrail's history read so far",
            "{count} pages of CloudTrail's history read so far",
            history.pages,
        )
        return said, {"asked": True}
    found, whole = history.uncovered, history.next is None
    facts: dict[str, Any] = {"uncovered": dict(found), "asked": True, "whole": whole}
    if found:
        named = joined(", ", [_times(name, number) for name, number in found.most_common(_NAMED)])
        words: str = msg("created, but not covered by the sweep: {operations}", operations=named)
    else:
        words = msg("the sweep covers everything that CloudTrail shows as created")
    if not whole:
        limit = msg("only the newest 1,000 events were read")
        words = joined("; ", [words, limit])
    return words, facts


def _times(operation: str, number: int) -> str:
    return operation if number == 1 else msg("{operation} ({number} times)", operation=operation, number=number)


def _quotas(session: AccountSession, since: datetime) -> dict[str, Any]:
    """Return what the history of requests shows as raised, by name; `quotas_unseen`: AWS's answer if it has none.

    `quotas`: values approved since the baseline. `quotas_before`: those approved before, with the time. A quota is
    often raised days before an account is prepared, and stays raised all the same.
    """
    try:
        rows = quota_requests.history(session)
    except ClientError as error:
        return {"quotas_unseen": _lasting(error)}
    raised, began = quota_requests.approved(rows), since.timestamp()
    return {
        "quotas": {name: value for name, (value, when) in raised.items() if when >= began},
        "quotas_before": {
            name: {"value": value, "approved": datetime.fromtimestamp(when, UTC).isoformat(timespec="seconds")}
            for name, (value, when) in raised.items()
            if when < began
        },
    }


def _lasting(error: ClientError) -> str:
    """Return AWS's error as text; raise the error again if a retry may succeed."""
    if aws_errors.transient(error) or aws_errors.expired(error):
        raise error
    return raw(error)


def _read_on(session: AccountSession, since: datetime, history: History) -> None:
    """Read the next pages into `history`. API: LookupEvents."""
    covered, client = _covered(), session.client("cloudtrail")
    history.until = history.until or session.now()
    for _ in range(_PAGES_A_VISIT):
        if history.over:
            return
        page = client.lookup_events(
            LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
            StartTime=since,
            EndTime=datetime.fromtimestamp(history.until, UTC),
            **({"NextToken": history.next} if history.next else {}),
        )
        history.uncovered.update(_uncovered(page, covered))
        history.pages += 1
        history.next = page.get("NextToken")


def _uncovered(page: Mapping[str, Any], covered: frozenset[tuple[str, str]]) -> Iterator[str]:
    """Yield each call that no kind covers, for example "ec2:RunInstances"."""
    for event in page.get("Events", ()):
        source = str(event.get("EventSource", "")).split(".")[0]
        name = str(event.get("EventName", ""))
        if _makes(event, name) and (source, name) not in covered and not _refused(event):
            yield f"{source}:{name}"


def _refused(event: Mapping[str, Any]) -> bool:
    """True for a refused call. The history lists these too; only the event's own JSON shows the refusal."""
    try:
        return "errorCode" in json_text.mapping(str(event.get("CloudTrailEvent") or "{}"))
    except Unreadable:
        # Of an event that cannot be read nothing is known: it counts as a call that succeeded.
        return False


def _makes(event: Mapping[str, Any], name: str) -> bool:
    """True for a call that creates something lasting and was not made by this tool."""
    by_us = str(event.get("Username", "")).startswith(OWN_SESSION)
    return name.startswith(_MAKES) and name not in _HARMLESS and not by_us
