"""Which quotas exist and are applied, and how AWS decided earlier requests, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bootstrap.doctor.calibration.seen import Noted, Subject, epoch
from bootstrap.errors.message import counted, msg
from bootstrap.event.quotas import CODES, WantedQuota
from bootstrap.steps.quotas import requests

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_SERVICE = "sagemaker"
# An approved value may take this long to show as applied.
_SHOWN_WITHIN = 1800.0
# A request that is open for longer than this counts as one that AWS does not decide.
_OPEN_FOR_EVER = 4 * 3600.0
_OUTCOMES = {
    "APPROVED": "granted",
    "DENIED": "denied",
    "NOT_APPROVED": "not-approved",
    "CASE_CLOSED": "case-closed",
    "INVALID_REQUEST": "invalid-request",
}


def read(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield what quotas and requests show. API: ListAWSDefaultServiceQuotas (once a region), GetServiceQuota for each
    quota that the tool knows, ListRequestedServiceQuotaChangeHistory.
    """
    catalogue = requests.catalogue(session, _SERVICE)
    rows = [each for each in requests.history(session) if each.get("ServiceCode") == _SERVICE]
    wanted = _wanted(subject)
    absent = sorted(name for name in wanted if name.casefold() not in catalogue)
    words = counted("{count} quota looked for in AWS's list", "{count} quotas looked for in AWS's list", len(wanted))
    yield Noted("quotas.absent", words, value=absent)
    raised = {str(each["QuotaName"]).casefold() for each in rows if each["Status"] == "APPROVED"}
    now: dict[str, float] = {}
    before: dict[str, float] = {}
    unreadable: dict[str, str] = {}
    for name in sorted(set(wanted) - set(absent)):
        known = catalogue[name.casefold()]
        row = _applied(session, known.code)
        if isinstance(row, str):
            unreadable[name] = row
            continue
        value = (known.default or 0.0) if row is None else row
        if row is not None or value:
            now[name] = value
            if name.casefold() not in raised:
                before[name] = value
            elif known.default:
                before[name] = known.default
    words = counted("GetServiceQuota of {count} quota", "GetServiceQuota of {count} quotas", len(now))
    yield Noted("quotas.applied", words, value={"now": now, "before": before})
    yield Noted("quotas.unreadable", words, value=unreadable)
    yield Noted("quotas.outcomes", msg("AWS's history of quota requests"), value=list(_outcomes(rows, now, subject)))


def _wanted(subject: Subject) -> dict[str, WantedQuota | None]:
    """Return the quotas by name: those that the event needs, and all whose code the tool knows."""
    groups = [subject.event.group(name) for name in ("training", "endpoint")]
    named = {each.name: each for group in groups for each in (*group.one_of, *group.all_of)}
    return {**dict.fromkeys(CODES), **{name: each for name, each in named.items() if each.service == _SERVICE}}


def _applied(session: AccountSession, code: str) -> float | str | None:
    """Return the applied value, or AWS's code for why it cannot tell it; None if the account has none: AWS's default
    holds. API: GetServiceQuota.
    """
    client = session.client("service-quotas")
    try:
        row = client.get_service_quota(ServiceCode=_SERVICE, QuotaCode=code)["Quota"]
    except client.exceptions.NoSuchResourceException:
        return None
    if "Value" not in row and "ErrorReason" in row:
        return str(row["ErrorReason"].get("ErrorCode", ""))
    return float(row.get("Value", 0.0))


def _outcomes(
    rows: Sequence[Mapping[str, Any]], now: Mapping[str, float], subject: Subject
) -> Iterator[dict[str, Any]]:
    """Yield what became of each request: quota, value, outcome, and the seconds until then."""
    for place, row in enumerate(rows):
        name, status = str(row["QuotaName"]), str(row["Status"])
        created, updated = epoch(row, "Created"), epoch(row, "LastUpdated")
        if created is None or updated is None:
            continue
        made: dict[str, Any] = {
            "name": name, "desired": float(row["DesiredValue"]), "case": bool(row.get("CaseId")), "open": False,
        }  # fmt: skip
        if status in _OUTCOMES:
            made |= {"outcome": _OUTCOMES[status], "seconds": updated - created}
            # Only the newest request of a quota tells what the applied value came from; AWS lists it first.
            newest = all(each["QuotaName"] != name for each in rows[:place])
            value = now.get(name)
            settled = subject.now - updated > _SHOWN_WITHIN
            if status == "APPROVED" and newest and settled and value is not None and value < made["desired"]:
                made |= {"outcome": "partial", "value": value}
            yield made
        else:
            made |= {"outcome": "never", "seconds": subject.now - created, "open": True}
            made["lasts"] = subject.now - created > _OPEN_FOR_EVER
            yield made
