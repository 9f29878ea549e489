"""The roles that people act as in a team's account: links to the console, and credentials for programs.

An IAM user who may assume the role directly (by `access.principals`, or with the account's own profile) gets a console
session of up to 12 hours. AWS limits a role that was assumed from another role to one hour.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.aws.answers import NotAws
from bootstrap.aws.federation import console_page
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.states import Verdict
from bootstrap.errors import Refused, code_of
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import access

_LINK_SECONDS = 15 * 60
# Seconds. AWS requires less than the role's longest session, which the template sets to 12 hours.
_LONGEST = 12 * 3600 - 60
_SHORTEST = 3600
_AFTER_THE_EVENT = 2 * 3600


class Role(StrEnum):
    PARTICIPANT = "participant"
    SUPPORT = "support"
    SUPPORT_READ = "support-read"
    LABELLING = "labelling"

    def name_in(self, names: Names) -> str:
        return {
            Role.PARTICIPANT: names.participant_role,
            Role.SUPPORT: names.support_role,
            Role.SUPPORT_READ: names.support_read_role,
            Role.LABELLING: names.labelling_role,
        }[self]


@dataclass(frozen=True, slots=True)
class RoleCredentials:
    """Temporary credentials of a role. `ends`: epoch seconds; `chained`: the role was assumed from another role."""

    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    ends: float
    chained: bool


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link that signs in to the console whoever opens it: a secret, which neither str() nor repr() shows.

    The link is valid until `link_ends`; the console session ends at `ends` (both in epoch seconds). `chained`: the
    session lasts one hour because the role was assumed from another role. `signs_out`: the link ends what the browser
    is signed in to; otherwise a browser that is signed in to another account refuses it.
    """

    url: str = field(repr=False)
    ends: float
    link_ends: float
    chained: bool
    signs_out: bool = False


def sign_in_link(
    session: AccountSession, event: Event, role: Role, person: str, issuer: str = "", signing_out: bool = True
) -> SignInLink:
    """Return a new link to the region's SageMaker console as `role`. Writes nothing; only the caller has the link.

    `person` names the session in the account's CloudTrail. `issuer`: the page that AWS offers after the session has
    ended. `signing_out`: the link signs the browser out first, where that is possible. Raises Refused (EB-561 to
    EB-564, EB-771 on a host, or why the account cannot be reached), or botocore's errors of STS.
    """
    federation, now = session.federation(signing_out), session.now()
    given = credentials(session, event, role, person)
    seconds = None if given.chained else _seconds(event, now)
    keys = {
        "sessionId": given.access_key_id,
        "sessionKey": given.secret_access_key,
        "sessionToken": given.session_token,
    }
    try:
        token = federation.token(keys, seconds)
    except Exception as error:
        if not aws_errors.transient(error):
            raise
        # Botocore's exceptions contain the request, and an answer may repeat it: both hold the keys.
        told = aws_errors.told(error) if isinstance(error, NotAws) else code_of(error)
        raise Refused("EB-563", msg("AWS's sign-in endpoint did not answer ({error})", error=told)) from None
    link = federation.link(token, console_page(session.region, "sagemaker/home"), issuer)
    ends = now + seconds if seconds else given.ends
    return SignInLink(link, ends, now + _LINK_SECONDS, given.chained, bool(federation.sign_out))


def credentials(session: AccountSession, event: Event, role: Role, person: str) -> RoleCredentials:
    """Return credentials of the role for one hour. API: AssumeRole.

    The operator assumes the role directly if `access.principals` allows it, else from the account's access role. A host
    of the pages only does the former. Raises as `sign_in_link` does.
    """
    answer, chained = _assumed(session, event, role, person)
    return _given(answer, chained)


def session_as(
    sessions: Sessions,
    event: Event,
    account: TeamAccount,
    role: Role,
    person: str,
    policy: Mapping[str, Any] | None = None,
) -> AccountSession:
    """Return a session in the account that signs with the role's credentials, and renews them before they end.

    `person` names the session in the account's CloudTrail. `policy`: a session policy (at most 2,048 characters as
    JSON); the session may do what both it and the role allow. The account's identity is checked at once, so that the
    session may write if `sessions` may. API: AssumeRole, GetCallerIdentity. Raises as `sign_in_link` does.
    """
    around = sessions.open(account)

    def enter() -> Mapping[str, Any]:
        answer, _ = _assumed(around.beside(), event, role, person, policy)
        found: Mapping[str, Any] = answer["Credentials"]
        return found

    # Entered here and not by the first call: botocore logs what keeps it from renewing credentials.
    first = [enter()]
    made = sessions.entered(account, lambda: first.pop() if first else enter())
    made.client("sts").get_caller_identity()
    return made


def _assumed(
    session: AccountSession, event: Event, role: Role, person: str, policy: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], bool]:
    """Return AssumeRole's answer, and whether the role was assumed from another one."""
    names = Names.of(event, session.account)
    wanted = {"RoleArn": names.role_arn(role.name_in(names)), "RoleSessionName": _session_name(person)}
    if policy is not None:
        wanted["Policy"] = json.dumps(policy, separators=(",", ":"))
    if event.access.principals or not session.has_access_role:
        try:
            return session.hub_client("sts").assume_role(**wanted), not session.long_term(own=False)
        except ClientError as error:
            # The operator is not among the principals, or the roles are older than that list.
            if not aws_errors.denied(error):
                raise
            if not session.has_access_role:
                what = msg("the {role} role of this account does not exist yet, or does not trust this host", role=role)
                raise Refused("EB-771", what) from None
    try:
        return session.client("sts").assume_role(**wanted), not session.long_term(own=True)
    except Exception as error:
        raise _why(error, session, event, role) from None
    finally:
        # A session keeps for some seconds what it has read; credentials must not be kept.
        session.forget_looks()


def _why(error: Exception, session: AccountSession, event: Event, role: Role) -> Exception:
    """Return the exception for an error of AssumeRole: either the account cannot be reached, or only the role."""
    if refusals.told_apart(error, session.account) is None:
        return error
    found = access.build(session.account, Names.of(event, session.account)).check(session)
    if found.verdict is not Verdict.READY:
        return Refused(found.code or "EB-561", found.detail)
    what = msg("cannot assume the {role} role of this account: it does not exist yet, or does not trust you", role=role)
    return Refused("EB-561", what)


def _given(answer: dict[str, Any], chained: bool) -> RoleCredentials:
    found = answer["Credentials"]
    expiry = found["Expiration"]
    ends = datetime.fromisoformat(expiry) if isinstance(expiry, str) else expiry
    keys = (found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    return RoleCredentials(*keys, ends=ends.timestamp(), chained=chained)


def _seconds(event: Event, now: float) -> int:
    """Return the seconds of the longest session that AWS allows and that ends at most two hours after the event."""
    left = event.schedule.closes.timestamp() + _AFTER_THE_EVENT - now
    return int(min(_LONGEST, max(_SHORTEST, left)))


def _session_name(person: str) -> str:
    plain = re.sub(r"[^\w+=,.@-]+", "-", person, flags=re.ASCII).strip("-")
    # Not the name of the tool's own sessions: see names.OWN_SESSION.
    return f"person-{plain}"[:64]
