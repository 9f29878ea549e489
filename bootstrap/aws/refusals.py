"""The meaning of AWS's refusals for people: one classifier for steps, doctor, sweep, repair, data sources and pages.

`errors.py` says whether a retry may help; `told_apart` why an account cannot be reached; `failure` what any call failed
with. Errors that this machine raises before anything is sent are those of `own_configuration.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from botocore import exceptions as boto

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import own_configuration, reasons
from bootstrap.aws.answers import NotAws
from bootstrap.aws.reasons import Denier
from bootstrap.engine.states import Outcome, Settled
from bootstrap.errors import Refused, bug, code_of, raw
from bootstrap.errors.message import Message, answered
from bootstrap.errors.message import marked as _
from bootstrap.event import regions
from bootstrap.event.roster.roster import TeamAccount

_SIGNATURE = frozenset({"SignatureDoesNotMatch", "InvalidSignatureException"})
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"})
_REGION_OFF = frozenset({"RegionDisabledException", "OptInRequired"})


class AccessRefusal(StrEnum):
    """Why an account cannot be reached, or must not be used."""

    WRONG_ACCOUNT = "wrong account"
    TRUST = "trust"
    EXTERNAL_ID = "external id"
    OPERATOR_MAY_NOT = "operator may not"
    ROLE_MAY_NOT = "may not"
    ORGANIZATION = "organization"
    ORGANIZATION_REGION = "organization region"
    REGION_OFF = "region off"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    CLOCK = "clock"
    KEY = "secret key"
    NOT_ACCEPTED = "not accepted"
    OWN_ACCOUNT = "own account"


@dataclass(frozen=True, slots=True)
class AccessCause:
    """Code and message of a refusal; the message is one line with the cause and the fix.

    `words` has the places {found}, {where} and {region}.
    """

    code: str
    words: str


# By code. `told_apart` returns the cause of an exception; the step fails with one that has no cause here.
CAUSES: Mapping[AccessRefusal, AccessCause] = {
    AccessRefusal.WRONG_ACCOUNT: AccessCause(
        "EB-200",
        _("these credentials belong to account {found}; correct account_id, role_arn or profile in {where}"),
    ),
    AccessRefusal.TRUST: AccessCause(
        "EB-201",
        _(
            "the role cannot be assumed: it does not exist, or it does not trust you; deploy the access template in "
            "the account"
        ),
    ),
    AccessRefusal.EXTERNAL_ID: AccessCause(
        "EB-202",
        _(
            "the role cannot be assumed: it does not exist, does not trust you, or expects another external id than "
            "{where} has"
        ),
    ),
    AccessRefusal.OPERATOR_MAY_NOT: AccessCause(
        "EB-203",
        _("your own identity may not call sts:AssumeRole on this role; allow it there"),
    ),
    AccessRefusal.ROLE_MAY_NOT: AccessCause(
        "EB-204",
        _("the role lacks a permission; deploy the access template again"),
    ),
    AccessRefusal.ORGANIZATION: AccessCause(
        "EB-205",
        _("an organization policy denies this; ask the organization's administrator to exempt the access role"),
    ),
    AccessRefusal.ORGANIZATION_REGION: AccessCause(
        "EB-206",
        _("an organization policy denies calls in {region}; have the region allowed, or choose another one"),
    ),
    AccessRefusal.REGION_OFF: AccessCause(
        "EB-207",
        _("region {region} is not enabled; enable it in this account and in your own"),
    ),
    AccessRefusal.UNREACHABLE: AccessCause(
        "EB-208",
        _("no answer from {region}; check network, proxy and VPN"),
    ),
    AccessRefusal.EXPIRED: AccessCause(
        "EB-210",
        _("your own credentials expired; sign in again"),
    ),
    AccessRefusal.CLOCK: AccessCause(
        "EB-212",
        _("AWS rejects the time of the signature; set this machine's clock"),
    ),
    AccessRefusal.KEY: AccessCause(
        "EB-213",
        _("AWS rejects the signature: the secret key is wrong, or a proxy changes requests"),
    ),
    AccessRefusal.NOT_ACCEPTED: AccessCause(
        "EB-214",
        _("AWS does not know your access key; sign in again, or correct the key"),
    ),
    AccessRefusal.OWN_ACCOUNT: AccessCause(
        "EB-215",
        _("account {found} is your own account, which teams must not get; correct {where}"),
    ),
}


_OF_NO_CALL = frozenset({AccessRefusal.CLOCK, AccessRefusal.KEY, AccessRefusal.EXPIRED})
# The operator's keys, machine or network are wrong. That tells nothing of the account, whose steps stand as before.
OF_THE_OPERATOR = _OF_NO_CALL | {AccessRefusal.NOT_ACCEPTED, AccessRefusal.UNREACHABLE}


def told_apart(error: BaseException, account: TeamAccount) -> AccessRefusal | None:
    """Return why an AWS call was refused access, by its exception; None if the exception is not about access."""
    if aws_errors.unreachable(error):
        return AccessRefusal.UNREACHABLE
    if not isinstance(error, boto.ClientError) or aws_errors.transient(error):
        return None
    return of_the_caller(error, account.region) or _denial(error, account)


def of_the_caller(error: BaseException, region: str) -> AccessRefusal | None:
    """Return why AWS believes no call of this caller in the region: clock, keys, or a region that is off."""
    code = code_of(error)
    if code in _SKEWED or (code in _SIGNATURE and reasons.of_another_time(error)):
        return AccessRefusal.CLOCK
    if code in _SIGNATURE:
        return AccessRefusal.KEY
    if aws_errors.expired(error):
        return AccessRefusal.EXPIRED
    if code in _REGION_OFF or (aws_errors.not_accepted(error) and regions.needs_opt_in(region)):
        return AccessRefusal.REGION_OFF
    return AccessRefusal.NOT_ACCEPTED if aws_errors.not_accepted(error) else None


def says_nothing(error: BaseException) -> bool:
    """Return True if the error tells nothing of what was asked for: it may pass, or AWS does not believe the call.

    Keys that a region does not know are not among these: they tell that the region is closed to them.
    """
    return aws_errors.transient(error) or of_no_call(error)


def of_no_call(error: BaseException) -> bool:
    """Return True if AWS believes no call at all: the clock is wrong, the secret key, or the credentials expired."""
    return of_the_caller(error, "") in _OF_NO_CALL


def of_every_call(error: BaseException, region: str) -> tuple[str, str] | None:
    """Return code and words of a cause that has nothing to do with the call; None for any other.

    That is the operator's own configuration, the clock, the keys, a region that is off, or the organization.
    """
    if own := own_configuration.refusal(error):
        return own.code, own.detail
    if of_the_caller(error, region) or aws_errors.denied_by_organization(error):
        return _named(error, region)
    return None


def _denial(error: boto.ClientError, account: TeamAccount) -> AccessRefusal | None:
    if not aws_errors.denied(error):
        return None
    whose = reasons.denier(error)
    assuming = error.operation_name == "AssumeRole"
    if whose is Denier.ORGANIZATION:
        return AccessRefusal.ORGANIZATION if assuming else AccessRefusal.ORGANIZATION_REGION
    if not assuming:
        return AccessRefusal.ROLE_MAY_NOT
    if whose is Denier.CALLER:
        return AccessRefusal.OPERATOR_MAY_NOT
    # AWS answers the same for a role that is not there, does not trust the caller, or expects another external id.
    return AccessRefusal.EXTERNAL_ID if account.external_id else AccessRefusal.TRUST


def failure(error: Exception, region: str) -> Settled:
    """Return the failure of a step or of a look, with code and message, for an exception.

    `region`: the one that was called; some refusals mean that it is not enabled.
    """
    if own := own_configuration.refusal(error):
        return Settled(Outcome.FAILED, own.detail, own.code, unseen=True)
    if isinstance(error, Refused):
        return Settled(Outcome.FAILED, error.detail, error.code)
    if isinstance(error, NotAws):
        # A proxy or a sign-in page answered, or the answer is not to be believed: of the account nothing is learned.
        cause = f"EB-378:{error.fault.name}"
        return Settled(Outcome.FAILED, aws_errors.told(error), "EB-378", cause, unseen=True)
    code, words = _named(error, region)
    detail = words if code == "EB-390" else answered(words, raw(error))
    unseen = aws_errors.unreachable(error) or of_the_caller(error, region) in OF_THE_OPERATOR
    return Settled(Outcome.FAILED, detail, code, cause=f"{code}:{code_of(error)}", unseen=unseen)


def _named(error: BaseException, region: str) -> tuple[str, Message]:
    why = of_the_caller(error, region)
    if why and why is not AccessRefusal.EXPIRED:
        return CAUSES[why].code, Message(CAUSES[why].words, {"region": region})
    found = next(((code, Message(words)) for fits, code, words in _FAILURES if fits(error)), None)
    return found or ("EB-390", bug(error))


def _of_aws(error: BaseException) -> bool:
    return isinstance(error, boto.ClientError)


# The first that fits.
_FAILURES: tuple[tuple[Callable[[BaseException], object], str, str], ...] = (
    (aws_errors.throttled, "EB-370", _("AWS is still throttling us")),
    (aws_errors.busy, "EB-385", _("AWS still refuses, because another change of the same thing is under way")),
    (aws_errors.expired, "EB-374", _("the credentials expired and could not be renewed")),
    (aws_errors.denied_by_organization, "EB-373", _("an organization policy denies this call")),
    (aws_errors.denied, "EB-372", _("the role may not make this call")),
    (aws_errors.unreachable, "EB-371", _("no answer from AWS")),
    (lambda error: _of_aws(error) and aws_errors.transient(error), "EB-376", _("AWS has an internal error")),
    (_of_aws, "EB-377", _("AWS refused the call")),
)
