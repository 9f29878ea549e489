"""The account that the operator's own credentials belong to: the bucket of the venue's host, and secrets.

On a laptop these are the operator's credentials; in a container or an instance, those of its role.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError
from botocore.session import Session as BotocoreSession

from bootstrap.aws import own_configuration, refusals
from bootstrap.aws.answers import NotAws
from bootstrap.aws.guard import Identity
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.errors import Refused
from bootstrap.event.roster.roster import TeamAccount

T = TypeVar("T")

# Stands for the account in the log of calls.
_CALLED = "own account"
# AWS sets it in containers; botocore reads AWS_DEFAULT_REGION only.
_REGION = "AWS_REGION"


class _OwnIdentity(Identity):
    """The identity of that account: its credentials are the operator's own, without a role."""

    def credentials(self) -> Any:
        """Return the credentials, which renew themselves. Raises NoCredentialsError if this machine has none."""
        if self._credentials is None:
            self._credentials = self._own()
        if self._credentials is None:
            raise NoCredentialsError
        return self._credentials


def region_here(otherwise: str = "") -> str:
    """Return the region that this machine's AWS configuration names, else `otherwise`. Raises Refused without both."""
    with own_configuration.reading(None):
        found = BotocoreSession().get_config_variable("region") or os.environ.get(_REGION) or otherwise
        if not found:
            raise NoRegionError
    return str(found)


def opened(sessions: Sessions, region: str) -> AccountSession:
    """Return a session in that account. API: GetCallerIdentity. Raises Refused for credentials that AWS refuses.

    As for the teams' accounts, each call of S3 names this account as the owner of the bucket.
    """
    try:
        whose = _session(sessions, "", region).client("sts").get_caller_identity()
        session = _session(sessions, str(whose["Account"]), region)
        # The permit to write wants to have seen that the credentials are of this account.
        session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError, NotAws) as error:
        raise refused(error, region) from None
    return session


def refused(error: Exception, region: str) -> Exception:
    """Return the error of a call as one that a person can act on; what is no matter of AWS as it is."""
    if isinstance(error, Refused):
        return error
    failed = refusals.failure(error, region)
    return Refused(failed.code, failed.detail) if failed.code and failed.code != "EB-390" else error


def _session(sessions: Sessions, account_id: str, region: str) -> AccountSession:
    account = TeamAccount(_CALLED, account_id, region, None, None, None, (), (), 0)
    sts, own = partial(sessions.operator_client, "sts", region, None), partial(sessions.own_credentials, None, region)
    return AccountSession(sessions, account, _OwnIdentity(account, sessions, sts, own))
