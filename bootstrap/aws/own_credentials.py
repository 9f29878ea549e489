"""Source and end of this machine's own credentials, and who or what renews them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bootstrap.aws import mfa, profile_chain
from bootstrap.aws.guard import ends_at

if TYPE_CHECKING:
    from bootstrap.aws.sessions import Sessions


class Way(StrEnum):
    """A source of credentials."""

    VARIABLES = "variables"
    FILE = "file"
    ROLE = "role"
    WEB_IDENTITY = "web-identity"
    SINGLE_SIGN_ON = "single-sign-on"
    LOGIN = "login"
    PROCESS = "credential-process"
    CONTAINER = "container"
    INSTANCE = "instance"
    OTHER = "other"


class Renewal(StrEnum):
    """Giver of new credentials before these end."""

    NOT_NEEDED = "not-needed"  # an IAM user's keys do not end
    BY_THEMSELVES = "by-themselves"
    WHILE_SIGNED_IN = "while-signed-in"
    BY_A_PROGRAM = "by-a-program"
    BY_A_CODE = "by-a-code"  # MFA: a session of 12 hours
    NOBODY = "nobody"


# botocore's names (`Credentials.method`).
_WAYS: Mapping[str, Way] = {
    "env": Way.VARIABLES,
    "shared-credentials-file": Way.FILE,
    "config-file": Way.FILE,
    "assume-role": Way.ROLE,
    "assume-role-with-web-identity": Way.WEB_IDENTITY,
    "sso": Way.SINGLE_SIGN_ON,
    "login": Way.LOGIN,
    "custom-process": Way.PROCESS,
    "container-role": Way.CONTAINER,
    "iam-role": Way.INSTANCE,
}
_RENEWALS: Mapping[Way, Renewal] = {
    Way.WEB_IDENTITY: Renewal.BY_THEMSELVES,
    Way.CONTAINER: Renewal.BY_THEMSELVES,
    Way.INSTANCE: Renewal.BY_THEMSELVES,
    Way.SINGLE_SIGN_ON: Renewal.WHILE_SIGNED_IN,
    Way.LOGIN: Renewal.WHILE_SIGNED_IN,
    Way.PROCESS: Renewal.BY_A_PROGRAM,
}
# Keys of the profile at the end of a chain, and who renews what it gives.
_ROOTS: Mapping[str, Renewal] = {
    "sso_session": Renewal.WHILE_SIGNED_IN,
    "sso_start_url": Renewal.WHILE_SIGNED_IN,
    "login_session": Renewal.WHILE_SIGNED_IN,
    "credential_process": Renewal.BY_A_PROGRAM,
    "web_identity_token_file": Renewal.BY_THEMSELVES,
}
# Values of `credential_source`.
_MACHINES = frozenset({"Ec2InstanceMetadata", "EcsContainer"})


@dataclass(frozen=True, slots=True)
class OwnCredentials:
    """The operator's credentials, without the secret. `ends`: of those that sign now, in epoch seconds; None: unknown.

    `long_term`: an IAM user's keys, whose sessions of a role are not chained.
    """

    profile: str | None
    way: Way
    renewal: Renewal
    ends: float | None = None
    long_term: bool = False


def of(sessions: Sessions, profile: str | None, region: str) -> OwnCredentials | None:
    """Return what the profile's credentials are; None if there are none. May sign in; no other call to AWS.

    Raises Refused for a faulty configuration, or botocore's errors of signing in.
    """
    found = sessions.operator_credentials(profile, region)
    if found is None:
        return None
    with sessions.signing_in(profile):
        long_term = found.get_frozen_credentials().token is None
    way = _WAYS.get(str(found.method), Way.OTHER)
    return OwnCredentials(profile, way, _renewal(sessions, profile, region, way, long_term), ends_at(found), long_term)


def _renewal(sessions: Sessions, profile: str | None, region: str, way: Way, long_term: bool) -> Renewal:
    if long_term:
        return Renewal.NOT_NEEDED
    if way is not Way.ROLE:
        return _RENEWALS.get(way, Renewal.NOBODY)
    session = sessions.botocore_session(profile, region)
    if mfa.device(session, profile) is not None:
        return Renewal.BY_A_CODE
    config = session.full_config
    name = profile or session.get_config_variable("profile") or "default"
    return _of_root(config["profiles"].get(profile_chain.links(config, name)[-1], {}))


def _of_root(profile: Mapping[str, Any]) -> Renewal:
    """Return who renews what the last profile of a chain gives: the roles before it renew themselves from that."""
    for key, renewal in _ROOTS.items():
        if key in profile:
            return renewal
    temporary = "aws_session_token" in profile or profile.get("credential_source") == "Environment"
    if profile.get("credential_source") in _MACHINES or not temporary:
        return Renewal.BY_THEMSELVES
    return Renewal.NOBODY
