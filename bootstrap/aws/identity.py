"""The identity behind an account's calls: credentials, whether AWS confirmed the account, and the count of calls."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, Protocol

from botocore.credentials import DeferredRefreshableCredentials

from bootstrap.aws.guard import Guard, Guarded, SharedByRun
from bootstrap.event.names import OWN_SESSION
from bootstrap.event.regions import partition_of
from bootstrap.event.roster.roster import TeamAccount


class Session(Guarded, Protocol):
    """The account's session, as far as the identity needs it."""

    account: TeamAccount

    def now(self) -> float: ...


class Operators(SharedByRun, Protocol):
    """What all accounts of a run share, including the operator's own sessions and clients."""

    def botocore_session(self, profile: str | None = None) -> Any: ...

    def operator_client(self, service: str, region: str, profile: str | None) -> Any: ...


class Identity:
    """One account's identity in all regions. `verified`: AWS confirmed in this run that it is the roster's account."""

    def __init__(self, session: Session, operators: Operators) -> None:
        self.calls: Counter[str] = Counter()
        self.verified = False
        self._session, self._operators = session, operators
        self._credentials: Any = None

    def credentials(self) -> Any:
        """Return the account's credentials, which renew themselves by the run's clock."""
        account = self._session.account
        if self._credentials is None:
            if account.role_arn is None and account.profile is not None:
                self._credentials = self._operators.botocore_session(account.profile).get_credentials()
            else:
                self._credentials = DeferredRefreshableCredentials(
                    refresh_using=self._assume, method="assume-role", time_fetcher=self._time
                )
        return self._credentials

    def forget(self) -> None:
        """Drop the credentials; the next call gets new ones."""
        self._credentials = None

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self._session.now(), UTC)

    def _role_arn(self) -> str:
        account, role = self._session.account, self._operators.access.role_name
        return account.role_arn or f"arn:{partition_of(account.region)}:iam::{account.account_id}:role/{role}"

    def _assume(self) -> dict[str, str]:
        """New credentials. Only the region's own STS endpoint gives some for an opt-in region. API: AssumeRole."""
        access, account = self._operators.access, self._session.account
        sts = self._operators.operator_client("sts", account.region, account.profile)
        wanted = {
            "RoleArn": self._role_arn(),
            "RoleSessionName": f"{OWN_SESSION}{access.event}"[:64],
            "DurationSeconds": access.session_seconds,
        }
        if account.external_id:
            wanted["ExternalId"] = account.external_id
        seam = Guard(self._session, self._operators, "sts", sts._make_api_call, own=False)
        given = seam.call("AssumeRole", wanted)["Credentials"]
        expiry = given["Expiration"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": expiry if isinstance(expiry, str) else expiry.isoformat(),
        }
