"""Checks that the account can be reached: its role, its identity, its region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bootstrap.aws import own_configuration
from bootstrap.aws.own_configuration import OwnConfiguration
from bootstrap.aws.refusals import CAUSES, OF_THE_OPERATOR, AccessRefusal, told_apart
from bootstrap.engine.states import Applied, State
from bootstrap.errors import raw
from bootstrap.errors.message import Message, answered, msg
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import marker

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_PATIENCE = 120.0
_LOOK_AGAIN = 15.0


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
            if own := own_configuration.refusal(error, self.account.profile):
                return replace(State.blocked(self._corrected(own), own.code, cause=own.code), unseen=True)
            if key := told_apart(error, self.account):
                return replace(self._refused(key, raw(error)), unseen=key in OF_THE_OPERATOR)
            raise
        return State.ready(msg("account {account} answers in {region}", account=found, region=self.account.region))

    @property
    def _by_role(self) -> bool:
        """True if the account is reached by a role. By its own profile, it is the operator's account."""
        return self.account.role_arn is not None or self.account.profile is None

    def apply(self, session: AccountSession) -> Applied:
        """Change nothing: access is granted in the account, never by the tool."""
        return Applied(msg("nothing to do: access is granted in the account, not by event-bootstrap"))

    def _corrected(self, own: OwnConfiguration) -> str:
        if own.code != own_configuration.NO_PROFILE:
            return own.detail
        where = self.account.where if self.account.profile else "AWS_PROFILE"
        return msg("{what}; correct {where}, or configure the profile", what=own.detail, where=where)

    def _refused(self, key: AccessRefusal, answer: str, found: str = "") -> State:
        cause = CAUSES[key]
        places: dict[str, Any] = {"found": found, "where": self.account.where, "region": self.account.region}
        words = answered(Message(cause.words, places), answer)
        if key is AccessRefusal.UNREACHABLE:
            return State.waiting(words, cause.code, look_again=_LOOK_AGAIN)
        return State.blocked(words, cause.code, cause=cause.code)


def build(account: TeamAccount, names: Names) -> AccessStep:
    """Return the step for one account."""
    return AccessStep(account, names)
