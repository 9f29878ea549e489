"""The account can be reached: its role, its identity, its region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import botocore.exceptions as boto

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.aws.reasons import Denier
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Applied, State
from bootstrap.errors import code_of, raw
from bootstrap.event import regions
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import marker

_ASSUME, _LOOK = "assume", "look"
_NOT_ACCEPTED = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure"})
_SIGNATURE = frozenset({"SignatureDoesNotMatch", "InvalidSignatureException"})
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"})
_REGION_OFF = frozenset({"RegionDisabledException", "OptInRequired"})
_ABSENT = (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError)
_SIGNED_OUT = (boto.TokenRetrievalError, boto.UnauthorizedSSOTokenError, boto.SSOTokenLoadError)
_PATIENCE = 120.0
_LOOK_AGAIN = 15.0


class AccessRefusal(StrEnum):
    """Why an account cannot be reached, or not as it should be."""

    WRONG_ACCOUNT = "wrong account"
    TRUST = "trust"
    EXTERNAL_ID = "external id"
    OPERATOR_MAY_NOT = "operator may not"
    ROLE_MAY_NOT = "may not"
    ORGANIZATION = "organization"
    ORGANIZATION_REGION = "organization region"
    REGION_OFF = "region off"
    UNREACHABLE = "unreachable"
    NO_CREDENTIALS = "no credentials"
    EXPIRED = "expired"
    PROFILE = "profile"
    CLOCK = "clock"
    KEY = "secret key"
    NOT_ACCEPTED = "not accepted"
    OWN_ACCOUNT = "own account"


@dataclass(frozen=True, slots=True)
class AccessCause:
    """What a refusal means: a code, and one line with the fix."""

    code: str
    words: str


# In the order in which they are tried; what none of them matches is an error like any other.
CAUSES: Mapping[AccessRefusal, AccessCause] = {
    AccessRefusal.WRONG_ACCOUNT: AccessCause(
        "EB-200", "the credentials are account {found}'s; correct account_id, role_arn or profile in {where}"
    ),
    AccessRefusal.TRUST: AccessCause(
        "EB-201",
        "the role cannot be assumed: it does not exist, or does not trust you; deploy the access template there",
    ),
    AccessRefusal.EXTERNAL_ID: AccessCause(
        "EB-202",
        "the role cannot be assumed: it does not exist, does not trust you, or wants another external id than {where}",
    ),
    AccessRefusal.OPERATOR_MAY_NOT: AccessCause(
        "EB-203", "your own identity may not call sts:AssumeRole on this role; allow it there"
    ),
    AccessRefusal.ROLE_MAY_NOT: AccessCause("EB-204", "the role lacks a permission; deploy the access template again"),
    AccessRefusal.ORGANIZATION: AccessCause(
        "EB-205", "an organization policy denies it; ask the organization's administrator to exempt the access role"
    ),
    AccessRefusal.ORGANIZATION_REGION: AccessCause(
        "EB-206", "an organization policy denies what was asked in {region}: allow the region, or name another"
    ),
    AccessRefusal.REGION_OFF: AccessCause(
        "EB-207", "region {region} is not enabled; enable it in this account and in your own"
    ),
    AccessRefusal.UNREACHABLE: AccessCause("EB-208", "no answer from {region}; check network, proxy and VPN"),
    AccessRefusal.NO_CREDENTIALS: AccessCause(
        "EB-209", "you have no AWS credentials here; sign in, or set AWS_PROFILE"
    ),
    AccessRefusal.EXPIRED: AccessCause("EB-210", "your own credentials expired; sign in again"),
    AccessRefusal.PROFILE: AccessCause(
        "EB-211", "the profile is not in your AWS configuration; correct {profile} or configure it"
    ),
    AccessRefusal.CLOCK: AccessCause("EB-212", "AWS refuses the signature's time; set this machine's clock"),
    AccessRefusal.KEY: AccessCause(
        "EB-213", "AWS refuses the signature: the secret key does not fit, or a proxy changes requests"
    ),
    AccessRefusal.NOT_ACCEPTED: AccessCause(
        "EB-214", "AWS does not know your access key; sign in again, or correct the key"
    ),
    AccessRefusal.OWN_ACCOUNT: AccessCause(
        "EB-215", "account {found} is your own, which teams are kept out of; correct {where}"
    ),
}


def told_apart(error: Exception, account: TeamAccount) -> AccessRefusal | None:
    """Return what an exception out of an AWS call says of the access; None: nothing."""
    if isinstance(error, boto.ProfileNotFound):
        return AccessRefusal.PROFILE
    if isinstance(error, _SIGNED_OUT):
        return AccessRefusal.EXPIRED
    if isinstance(error, _ABSENT):
        return AccessRefusal.NO_CREDENTIALS
    if aws_errors.unreachable(error):
        return AccessRefusal.UNREACHABLE
    if not isinstance(error, boto.ClientError) or aws_errors.transient(error):
        return None
    return _credentials(error, account.region) or _denial(error, account)


def _credentials(error: boto.ClientError, region: str) -> AccessRefusal | None:
    code = code_of(error)
    if code in _SKEWED or (code in _SIGNATURE and reasons.of_another_time(error)):
        return AccessRefusal.CLOCK
    if code in _SIGNATURE:
        return AccessRefusal.KEY
    if aws_errors.expired(error):
        return AccessRefusal.EXPIRED
    if code in _REGION_OFF or (code in _NOT_ACCEPTED and regions.needs_opt_in(region)):
        return AccessRefusal.REGION_OFF
    return AccessRefusal.NOT_ACCEPTED if code in _NOT_ACCEPTED else None


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


@dataclass(frozen=True)
class AccessStep:
    """Ready when AWS, asked in the account's own region, says that we are the roster's account and lets us read.

    Costs one AssumeRole (an hour), one GetCallerIdentity, and the read that marker and baseline share; and once
    a run, region and profile the question who the operator is.
    """

    account: TeamAccount
    names: Names
    id: str = "access"
    patience: float = _PATIENCE

    def check(self, session: AccountSession) -> State:
        try:
            # Nobody can be denied GetCallerIdentity: it proves the identity, not that anything is allowed.
            found = str(session.client("sts").get_caller_identity()["Account"])
            if found != self.account.account_id:
                return self._refused(AccessRefusal.WRONG_ACCOUNT, "", found)
            if self._by_role and session.operator_account() == found:
                return self._refused(AccessRefusal.OWN_ACCOUNT, "", found)
            marker.look(session, self.names)
        except Exception as error:
            if key := told_apart(error, self.account):
                return self._refused(key, raw(error))
            raise
        return State.ready(f"account {found} answers in {self.account.region}")

    @property
    def _by_role(self) -> bool:
        """Not by the account's own profile, with which the operator is the account."""
        return self.account.role_arn is not None or self.account.profile is None

    def apply(self, session: AccountSession) -> Applied:
        return Applied("nothing to do: access is given, not taken")

    def _refused(self, key: AccessRefusal, answer: str, found: str = "") -> State:
        cause = CAUSES[key]
        where = self.account.where
        profile = where if self.account.profile else "AWS_PROFILE"
        places: dict[str, Any] = {"found": found, "where": where, "profile": profile, "region": self.account.region}
        words = cause.words.format(**places) + (f" ({answer})" if answer else "")
        if key is AccessRefusal.UNREACHABLE:
            return State.waiting(words, cause.code, look_again=_LOOK_AGAIN)
        return State.blocked(words, cause.code, cause=cause.code)


def build(event: Event, account: TeamAccount) -> AccessStep:
    return AccessStep(account, Names(event.name, account.account_id, account.region))
