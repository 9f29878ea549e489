"""Checks that the account can be reached: its role, its identity, its region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import botocore.exceptions as boto

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.aws.reasons import Denier
from bootstrap.engine.states import Applied, State
from bootstrap.errors import code_of, raw
from bootstrap.errors.message import Message, answered, msg
from bootstrap.errors.message import marked as _
from bootstrap.event import regions
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import marker

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_ASSUME, _LOOK = "assume", "look"
_SIGNATURE = frozenset({"SignatureDoesNotMatch", "InvalidSignatureException"})
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"})
_REGION_OFF = frozenset({"RegionDisabledException", "OptInRequired"})
_ABSENT = (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError)
_SIGNED_OUT = (boto.TokenRetrievalError, boto.UnauthorizedSSOTokenError, boto.SSOTokenLoadError)
_PATIENCE = 120.0
_LOOK_AGAIN = 15.0


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
    NO_CREDENTIALS = "no credentials"
    EXPIRED = "expired"
    PROFILE = "profile"
    CLOCK = "clock"
    KEY = "secret key"
    NOT_ACCEPTED = "not accepted"
    OWN_ACCOUNT = "own account"


@dataclass(frozen=True, slots=True)
class AccessCause:
    """Code and message of a refusal; the message is one line with the cause and the fix.

    `words` has the places {found}, {where}, {profile} and {region}.
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
    AccessRefusal.NO_CREDENTIALS: AccessCause(
        "EB-209",
        _("no AWS credentials found on this machine; sign in, or set AWS_PROFILE"),
    ),
    AccessRefusal.EXPIRED: AccessCause(
        "EB-210",
        _("your own credentials expired; sign in again"),
    ),
    AccessRefusal.PROFILE: AccessCause(
        "EB-211",
        _("the profile is not in your AWS configuration; correct {profile}, or configure the profile"),
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


def told_apart(error: Exception, account: TeamAccount) -> AccessRefusal | None:
    """Return why an AWS call was refused access, by its exception; None if the exception is not about access."""
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
    if code in _REGION_OFF or (aws_errors.not_accepted(error) and regions.needs_opt_in(region)):
        return AccessRefusal.REGION_OFF
    return AccessRefusal.NOT_ACCEPTED if aws_errors.not_accepted(error) else None


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
    """Ready if AWS, in the account's region, confirms the roster's account id and allows the tool to read.

    Calls: one AssumeRole per hour, one GetCallerIdentity, and one GetParameters, which marker and baseline share. The
    operator's own GetCallerIdentity is called once per run, region and profile.
    """

    account: TeamAccount
    names: Names
    id: str = "access"
    patience: float = _PATIENCE

    def check(self, session: AccountSession) -> State:
        try:
            # GetCallerIdentity needs no permission: it proves the identity, but not that the tool may read.
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
        return State.ready(msg("account {account} answers in {region}", account=found, region=self.account.region))

    @property
    def _by_role(self) -> bool:
        """True if the account is reached by a role. By its own profile, it is the operator's account."""
        return self.account.role_arn is not None or self.account.profile is None

    def apply(self, session: AccountSession) -> Applied:
        """Change nothing: access is granted in the account, never by the tool."""
        return Applied(msg("nothing to do: access is granted in the account, not by event-bootstrap"))

    def _refused(self, key: AccessRefusal, answer: str, found: str = "") -> State:
        cause = CAUSES[key]
        where = self.account.where
        profile = where if self.account.profile else "AWS_PROFILE"
        places: dict[str, Any] = {"found": found, "where": where, "profile": profile, "region": self.account.region}
        words = answered(Message(cause.words, places), answer)
        if key is AccessRefusal.UNREACHABLE:
            return State.waiting(words, cause.code, look_again=_LOOK_AGAIN)
        return State.blocked(words, cause.code, cause=cause.code)


def build(account: TeamAccount, names: Names) -> AccessStep:
    """Return the step for one account."""
    return AccessStep(account, names)
