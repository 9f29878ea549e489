"""What no listing of kinds shows: things made that no kind of the table is, and quotas that stay raised."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.kinds import KINDS
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Applied, State
from bootstrap.errors import raw
from bootstrap.event.names import OWN_SESSION
from bootstrap.steps.quotas import requests as quota_requests
from bootstrap.sweep.marker import Claim

_MAKES = ("Create", "Run", "Start", "Register", "Launch", "Allocate", "Import", "Request", "Purchase")
# LookupEvents answers 50 a page, newest first, two pages a second, whoever asks: so many are read in one visit.
_MOST_PAGES = 20
_PAGES_A_VISIT = 2
_NEXT_VISIT = 1.0
# CloudTrail names CloudWatch by its endpoint; Application Auto Scaling by either name.
_SOURCES = {"cloudwatch": "monitoring", "application-autoscaling": "autoscaling"}
# Parts that go with their whole, and what makes nothing that lasts.
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
    """How far the history was read, and what of it no kind covers. `next` names the next page; None: there is none."""

    uncovered: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    next: str | None = ""
    until: float = 0.0

    @property
    def over(self) -> bool:
        return self.next is None or self.pages == _MOST_PAGES


@dataclass(frozen=True)
class AuditStep:
    """Ready whatever it finds: it names what was made that no row covers, or why CloudTrail could not be asked.

    Of the account's own region, since the baseline; up to 1,000 events, which come with a delay of minutes. And which
    quotas AWS raised since then: Service Quotas has an operation for increases only.
    """

    claim: Claim
    history: History = field(default_factory=History)
    id: str = "audit"
    patience: float = 60.0

    def check(self, session: AccountSession) -> State:
        if self.claim.baseline is None:
            return State.ready("nothing to look up")
        since = datetime.fromisoformat(self.claim.baseline.made)
        words, facts = _trail(session, since, self.history)
        if facts["asked"] and not self.history.over:
            return State.waiting(words, look_again=_NEXT_VISIT, steady=True)
        return State.ready(words, **facts, **_quotas(session, since))

    def apply(self, session: AccountSession) -> Applied:
        return Applied("nothing to do: an audit only reads")


def _trail(session: AccountSession, since: datetime, history: History) -> tuple[str, dict[str, Any]]:
    """In words, and as facts."""
    try:
        _read_on(session, since, history)
    except ClientError as error:
        return f"CloudTrail was not asked: {_lasting(error)}", {"asked": False}
    if not history.over:
        return f"{history.pages} pages of CloudTrail's history were read so far", {"asked": True}
    found, whole = history.uncovered, history.next is None
    cut = "" if whole else "; only the newest 1,000 events were read"
    facts: dict[str, Any] = {"uncovered": dict(found), "asked": True, "whole": whole}
    if not found:
        return f"CloudTrail names nothing made that the sweep has no kind for{cut}", facts
    words = ", ".join(f"{name} ({n} times)" if n > 1 else name for name, n in found.most_common(5))
    return f"made, and no kind covers it: {words}{cut}", facts


def _quotas(session: AccountSession, since: datetime) -> dict[str, Any]:
    """`quotas`: name -> approved value; or `quotas_unseen`: AWS's answer."""
    try:
        rows = quota_requests.history(session)
    except ClientError as error:
        return {"quotas_unseen": _lasting(error)}
    return {"quotas": quota_requests.approved_since(rows, since.timestamp())}


def _lasting(error: ClientError) -> str:
    """AWS's answer; raises the error again if another try may give something."""
    if aws_errors.transient(error) or aws_errors.expired(error):
        raise error
    return raw(error)


def _read_on(session: AccountSession, since: datetime, history: History) -> None:
    """Some pages more. API: LookupEvents."""
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
    """ "ec2:RunInstances" and the like, as often as it was called."""
    for event in page.get("Events", ()):
        source = str(event.get("EventSource", "")).split(".")[0]
        name = str(event.get("EventName", ""))
        if _makes(event, name) and (source, name) not in covered and not _refused(event):
            yield f"{source}:{name}"


def _refused(event: Mapping[str, Any]) -> bool:
    """The history holds what AWS refused as well; only the event's own text says so."""
    return "errorCode" in json.loads(event.get("CloudTrailEvent") or "{}")


def _makes(event: Mapping[str, Any], name: str) -> bool:
    """Made by somebody else than this tool."""
    by_us = str(event.get("Username", "")).startswith(OWN_SESSION)
    return name.startswith(_MAKES) and name not in _HARMLESS and not by_us
