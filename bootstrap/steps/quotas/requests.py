"""Service Quotas of one account: applied values, increase requests, and filing new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.engine.states import State
from bootstrap.errors import clean, code_of, raw
from bootstrap.errors.message import Message, answered, msg
from bootstrap.errors.message import marked as _
from bootstrap.event import regions
from bootstrap.event.quotas import WantedQuota
from bootstrap.steps.quotas.standing import OPEN, Answer, Quota, QuotaStanding, Request

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_PAGE = 100
ASK_AGAIN_AFTER = 600.0
TOO_MANY = "EB-240"
_LISTED_SECONDS = 10.0
_MOST_OPEN = 20
_MOST_OPEN_IN_OPT_IN = 2
Key = tuple[str, str]
Listed = tuple[tuple[Key, Request], ...]

_REFUSED = _("AWS refuses the request")
# Errors by which AWS refuses a request. Any other error that is not transient becomes EB-246.
ANSWERS: Mapping[str, tuple[QuotaStanding, str, str]] = {
    "ResourceAlreadyExistsException": (QuotaStanding.WAITING, "EB-231", _("a request is already open")),
    "QuotaExceededException": (
        QuotaStanding.WAITING,
        TOO_MANY,
        _("too many requests are open; this one is filed when AWS has decided one of them"),
    ),
    "DependencyAccessDeniedException": (
        QuotaStanding.REFUSED,
        "EB-244",
        _("the role may not create the service-linked role of Service Quotas"),
    ),
    "IllegalArgumentException": (QuotaStanding.REFUSED, "EB-245", _("AWS does not accept this value")),
    "NoSuchResourceException": (QuotaStanding.REFUSED, "EB-230", _("AWS no longer has this quota")),
    "InvalidResourceStateException": (QuotaStanding.REFUSED, "EB-246", _REFUSED),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A row of AWS's list of quotas and their defaults. `default` None: AWS could not tell it (`unknown`: why)."""

    code: str
    default: float | None
    adjustable: bool
    unknown: str = ""


@dataclass
class Memory:
    """Cache of one account's quotas in one run, shared by all steps that read them.

    `filed`: requests that AWS may not list yet; `answers`: refusals, which AWS never lists, with their time; `seen`:
    applied values by name; `listed`: the last request history and its time. Times in epoch seconds.
    """

    filed: dict[Key, Request] = field(default_factory=dict)
    answers: dict[Key, tuple[float, Answer]] = field(default_factory=dict)
    seen: dict[str, Quota] = field(default_factory=dict)
    listed: tuple[float, Listed] | None = None

    def put_off(self, quotas: Iterable[Quota], answer: Answer, now: float) -> None:
        """Note AWS's answer to one request for all of these quotas."""
        self.answers |= {(each.service, each.code): (now, answer) for each in quotas}

    def answer(self, key: Key, now: float) -> Answer | None:
        """Return AWS's refusal of this quota's request; None if there is none, or if it is time to ask again."""
        at, found = self.answers.get(key, (now, None))
        passed = found is not None and found.standing is QuotaStanding.WAITING and now - at >= ASK_AGAIN_AFTER
        return None if passed else found


def most_open(region: str) -> int:
    """Return how many increase requests may be open at a time.

    docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html
    """
    return _MOST_OPEN_IN_OPT_IN if regions.needs_opt_in(region) else _MOST_OPEN


def catalogue(session: AccountSession, service: str) -> Mapping[str, Known]:
    """Return AWS's quotas by name in lower case. Listed once per region and run (33 pages). Raises ClientError."""

    def fetch() -> dict[str, Known]:
        pages = session.client("service-quotas").get_paginator("list_aws_default_service_quotas")
        return {
            each["QuotaName"].casefold(): Known(
                each["QuotaCode"], each.get("Value"), each.get("Adjustable", True), _unknown(each)
            )
            for page in pages.paginate(ServiceCode=service, MaxResults=_PAGE)
            for each in page["Quotas"]
        }

    return session.once(f"quota-catalogue:{service}", fetch)


def applied(session: AccountSession, wanted: WantedQuota) -> Quota:
    """Return the quota with its applied value. It is found by its known code if AWS's name matches, else by name.

    One call if the code is right. Raises ClientError if AWS denies the read.
    """
    row = _applied(session, wanted.service, wanted.code)
    # AWS may change codes: a code that now means another quota must not be raised.
    if row is None or row.get("QuotaName", wanted.name).casefold() != wanted.name.casefold():
        known = catalogue(session, wanted.service).get(wanted.name.casefold())
        if known is None:
            return _quota(wanted, wanted.code or "", None, True)
        row = _applied(session, wanted.service, known.code) if known.code != wanted.code else None
        if row is None:
            return _quota(wanted, known.code, known.default, known.adjustable, known.unknown)
    value, code = row.get("Value"), row.get("QuotaCode", wanted.code)
    return _quota(wanted, code, None if value is None else float(value), row.get("Adjustable", True), _unknown(row))


def _unknown(row: Mapping[str, Any]) -> str:
    """Return why AWS answers a quota without its value; "" if it has one.

    The service behind the quota throttles Service Quotas or does not answer it; the call succeeds all the same.
    """
    if row.get("Value") is not None:
        return ""
    reason = row.get("ErrorReason", {})
    return clean(" ".join(filter(None, (reason.get("ErrorCode"), reason.get("ErrorMessage"))))) or "Value: -"


def _applied(session: AccountSession, service: str, code: str | None) -> Any:
    """AWS's row; None if the account has no applied value, or AWS has no such quota. API: GetServiceQuota."""
    if code is None:
        return None

    def fetch() -> Any:
        try:
            return session.client("service-quotas").get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
        except Exception as error:
            if code_of(error) == "NoSuchResourceException":
                return None
            raise

    return session.read(f"quota:{service}:{code}", fetch)


def _quota(wanted: WantedQuota, code: str, value: float | None, adjustable: bool, unknown: str = "") -> Quota:
    return Quota(
        name=wanted.name,
        service=wanted.service,
        code=code,
        wanted=wanted.value,
        applied=value,
        instance_type=wanted.instance_type,
        limits_all=wanted.match,
        adjustable=adjustable,
        unknown=unknown,
    )


def default(session: AccountSession, quota: Quota) -> float | None:
    """Return AWS's default value; None if AWS could not tell it. One call per quota, region and run.

    API: GetAWSDefaultServiceQuota.
    """

    def fetch() -> float | None:
        client = session.client("service-quotas")
        try:
            row = client.get_aws_default_service_quota(ServiceCode=quota.service, QuotaCode=quota.code)["Quota"]
        except Exception as error:
            if code_of(error) == "NoSuchResourceException":
                return 0.0
            raise
        return None if row.get("Value") is None else float(row["Value"])

    return session.once(f"quota-default:{quota.service}:{quota.code}", fetch)


def requests(session: AccountSession, memory: Memory) -> dict[Key, list[Request]]:
    """Return every increase request of account and region by quota, oldest first.

    Requests of all services share one limit. Listed at most every 10 s: what was filed in between is in `memory`.
    """
    if memory.listed is None or not 0 <= session.now() - memory.listed[0] <= _LISTED_SECONDS:
        memory.listed = (session.now(), tuple(map(request_of, history(session))))
    return _latest(memory.listed[1], memory.filed)


def history(session: AccountSession) -> list[Mapping[str, Any]]:
    """Return AWS's rows of every increase request of account and region, the newest first; one call per 100 rows.

    API: ListRequestedServiceQuotaChangeHistory.
    """
    pages = session.client("service-quotas").get_paginator("list_requested_service_quota_change_history")
    return [each for page in pages.paginate(MaxResults=_PAGE) for each in page["RequestedQuotas"]]


def approved(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Return by quota name the value that AWS approved last, and when (epoch seconds).

    AWS does not say how long it keeps a request. Names of quotas of other services than SageMaker's begin with it.
    """
    found: dict[str, tuple[float, float]] = {}
    for row in rows:
        (service, code), request = request_of(row)
        if request.status != "APPROVED":
            continue
        name = str(row.get("QuotaName", code))
        name = name if service == "sagemaker" else f"{service}: {name}"
        found[name] = max(found.get(name, (0.0, 0.0)), (request.updated, request.desired))
    return {name: (value, updated) for name, (updated, value) in sorted(found.items())}


def request_of(row: Mapping[str, Any]) -> tuple[Key, Request]:
    """Return service and quota code, and the request, of a row of the history."""
    created = row["Created"].timestamp() if "Created" in row else 0.0
    updated = row["LastUpdated"].timestamp() if "LastUpdated" in row else created
    request = Request(row["Id"], row["Status"], float(row["DesiredValue"]), created, updated, row.get("CaseId") or None)
    return (row["ServiceCode"], row["QuotaCode"]), request


def _latest(listed: Listed, filed: Mapping[Key, Request]) -> dict[Key, list[Request]]:
    found: dict[Key, dict[str, Request]] = {key: {each.id: each} for key, each in filed.items()}
    for key, each in listed:
        found.setdefault(key, {})[each.id] = each
    return {key: sorted(each.values(), key=lambda one: (one.created, one.id)) for key, each in found.items()}


def count_open(known: Mapping[Key, list[Request]]) -> int:
    """Return the number of requests that AWS has not decided yet."""
    return sum(1 for each in known.values() for one in each if one.status in OPEN)


def ask(session: AccountSession, quota: Quota, value: float, memory: Memory) -> Answer | None:
    """File one request; return AWS's refusal, None if it accepted. Writes to AWS: RequestServiceQuotaIncrease.

    Requests and refusals are noted in `memory`. Raises transient errors (throttling).
    """
    key = (quota.service, quota.code)
    client = session.client("service-quotas")
    try:
        answer = client.request_service_quota_increase(
            ServiceCode=quota.service, QuotaCode=quota.code, DesiredValue=value
        )
    except Exception as error:
        # AWS may have accepted the request although its answer was lost.
        memory.listed = None
        unsaid = aws_errors.transient(error) or refusals.of_the_caller(error, session.region)
        if not hasattr(error, "response") or unsaid:
            raise
        answered_so = refusal(error)
        memory.answers[key] = (session.now(), answered_so)
        return answered_so
    memory.answers.pop(key, None)
    memory.filed[key] = request_of(answer["RequestedQuota"])[1]
    return None


def denied(error: Exception) -> State:
    """Return `blocked`: the role or an organization policy denies a call of Service Quotas."""
    code = denial_code(error)
    if code == "EB-243":
        words = msg(
            "an organization policy denies Service Quotas; ask the organization's administrator to exempt the access "
            "role"
        )
    else:
        words = msg("the role may not use Service Quotas; deploy the access template again")
    return State.blocked(answered(words, raw(error)), code)


def refusal(error: Exception) -> Answer:
    """Return AWS's refusal of a request or case, by its error code."""
    if aws_errors.denied(error):
        return Answer(QuotaStanding.REFUSED, denial_code(error), raw(error))
    standing, code, words = ANSWERS.get(code_of(error), (QuotaStanding.REFUSED, "EB-246", _REFUSED))
    return Answer(standing, code, answered(Message(words), raw(error)))


def denial_code(error: Exception) -> str:
    """Return EB-243 if an organization policy denies the call, EB-242 if the role lacks the permission."""
    return "EB-243" if aws_errors.denied_by_organization(error) else "EB-242"
