"""The account is this event's to sweep, and what stood in it before is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Applied, State
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY, Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import baseline, marker
from bootstrap.steps.baseline import Baseline
from bootstrap.sweep.keep import Keep

_SWEEP_FIRST = "provision writes both before it makes anything"


@dataclass(slots=True)
class Claim:
    """What the step found, for the steps after it.

    `before`: when the journal says that a sweep proved the account clean; `swept`: the same, of an account that
    carries no baseline any more.
    """

    before: str = ""
    baseline: Baseline | None = None
    swept: str = ""

    def keep(self, names: Names, access_role: str, home: bool = True) -> Keep:
        """Raises RuntimeError before the step is ready: without a baseline nothing may be deleted."""
        if self.baseline is None:
            raise RuntimeError("no baseline was read")
        since = datetime.fromisoformat(self.baseline.made).timestamp()
        return Keep(self.baseline, since, names, access_role, home)


@dataclass(frozen=True)
class ClaimStep:
    """| marker and baseline                        | verdict | code   |
    |--------------------------------------------|---------|--------|
    | both there, of this event and account      | ready   |        |
    | the marker says that it was swept          | ready   |        |
    | no marker, and the journal knows its sweep | ready   |        |
    | no marker                                  | blocked | EB-500 |
    | another event's, account's or region's     | blocked | EB-501 |
    | a marker, but no whole baseline            | blocked | EB-502 |
    | the organization's management account      | blocked | EB-509 |
    """

    event: Event
    account: TeamAccount
    names: Names
    claim: Claim = field(default_factory=Claim)
    id: str = "marker"
    patience: float = 60.0

    def check(self, session: AccountSession) -> State:
        if _manages(session):
            return State.blocked("this is the organization's management account; take it out of the roster", "EB-509")
        text = marker.look(session, self.names).get(self.names.marker)
        if text is None and self.claim.before:
            self.claim.swept = self.claim.before
            return State.ready(f"swept before, and proved clean on {self.claim.before}")
        if text is None:
            return State.blocked(
                f"the account carries no marker of event {self.names.event}: it was never prepared, or was swept "
                "before; nothing in it is touched",
                "EB-500",
            )
        found = marker.parsed(text) or {}
        whose = (found.get("made_by"), found.get("event"), found.get("account"), found.get("region"))
        if whose != (MADE_BY, self.names.event, self.names.account_id, self.names.region):
            return State.blocked(f"its marker is of {found.get('event')} in {found.get('account')}", "EB-501")
        if swept := str(found.get("swept", "")):
            self.claim.swept = swept
            return State.ready(f"swept on {swept}; marker and baseline are still to be removed")
        return self._with_baseline(session)

    def _with_baseline(self, session: AccountSession) -> State:
        found = baseline.read(session, self.names)
        if found is None:
            return State.blocked(f"a marker, but no baseline of what stood there before; {_SWEEP_FIRST}", "EB-502")
        self.claim.baseline = found
        things = sum(len(each) for each in found.names.values())
        return State.ready(f"{things} things stood there before, recorded on {found.made}", made=found.made)

    def apply(self, session: AccountSession) -> Applied:
        return Applied("nothing to do: the marker is provision's")


def _manages(session: AccountSession) -> bool:
    """API: DescribeOrganization, as the operator and once a run: the access role may ask nothing of organizations.

    An operator who may not ask, or is in no organization, is told nothing; then keep_out is what keeps it out.
    """

    def fetch() -> str:
        try:
            return str(session.hub_client("organizations").describe_organization()["Organization"]["MasterAccountId"])
        except ClientError:
            return ""

    return session.once(f"organization:{session.account.profile or ''}", fetch) == session.account_id
