"""Make sure that the account belongs to this event, and read what was in it before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bootstrap.aws.kinds import KINDS, things
from bootstrap.aws.kinds.listing import Gap
from bootstrap.engine.states import Applied, State
from bootstrap.errors.message import counted, msg
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY, Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import baseline, marker
from bootstrap.steps.baseline import Baseline
from bootstrap.sweep.keep import Keep

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_STACK = next(kind for kind in KINDS if kind.name == "stack")


@dataclass(slots=True)
class Claim:
    """The step's result, for the steps after it.

    `before`: when a sweep proved the account clean, according to the journal; `swept`: when it was swept, set only if
    the account has no baseline any more. `planned_with`: digest of the baseline that the plan was made with, "" if any
    will do.
    """

    before: str = ""
    baseline: Baseline | None = None
    swept: str = ""
    planned_with: str = ""

    def keep(self, names: Names, access_role: str, home: bool = True) -> Keep:
        """Return the rules of what is kept. Raises RuntimeError without a baseline: nothing may be deleted then."""
        if self.baseline is None:
            raise RuntimeError("no baseline was read")
        return Keep(self.baseline, self.baseline.since, names, access_role, home)


@dataclass(frozen=True)
class ClaimStep:
    """| marker and baseline                        | verdict | code   |
    |--------------------------------------------|---------|--------|
    | both exist, of this event and account      | ready   |        |
    | the marker says that it was swept, and no  |         |        |
    | stack of the event is there                | ready   |        |
    | no marker, but the journal has its sweep,  |         |        |
    | and no stack of the event is there         | ready   |        |
    | one of the two, but stacks not listed      | blocked | EB-504 |
    | no marker                                  | blocked | EB-500 |
    | of another event, account or region        | blocked | EB-501 |
    | a marker, but no complete baseline         | blocked | EB-502 |
    | another baseline than that of the plan     | blocked | EB-512 |
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
            words = msg("this is the organization's management account; remove it from the roster")
            return State.blocked(words, "EB-509")
        text = marker.look(session, self.names).get(self.names.marker)
        if text is None and self.claim.before:
            return self._swept_before(session)
        if text is None:
            words = msg(
                "the account has no marker of event {event}: it was never prepared, or was swept before; nothing in it "
                "is deleted",
                event=self.names.event,
            )
            return State.blocked(words, "EB-500")
        found = marker.parsed(text) or {}
        whose = (found.get("made_by"), found.get("event"), found.get("account"), found.get("region"))
        if whose != (MADE_BY, self.names.event, self.names.account_id, self.names.region):
            event, account = str(found.get("event")), str(found.get("account"))
            words = msg("its marker is of event {event} in account {account}", event=event, account=account)
            return State.blocked(words, "EB-501")
        if swept := str(found.get("swept", "")):
            return self._marked_swept(session, swept)
        return self._with_baseline(session)

    def _swept_before(self, session: AccountSession) -> State:
        prepared, gap = self._stands(session)
        if gap:
            return _unseen(gap)
        if prepared:
            words = msg("it was proved clean on {time}, but has a stack of the event again ({stack}) and no marker: "
                        "nothing in it is deleted", time=self.claim.before, stack=prepared)  # fmt: skip
            return State.blocked(words, "EB-500")
        self.claim.swept = self.claim.before
        return State.ready(msg("swept before: proved clean on {time}", time=self.claim.before))

    def _marked_swept(self, session: AccountSession, swept: str) -> State:
        prepared, gap = self._stands(session)
        if gap:
            return _unseen(gap)
        if prepared:
            # A version of the tool that does not know this word prepared the account again.
            return self._with_baseline(session)
        self.claim.swept = swept
        return State.ready(msg("swept on {time}; marker and baseline are still to be deleted", time=swept))

    def _stands(self, session: AccountSession) -> tuple[str, Gap | None]:
        """Return a stack that the tool made, "" if there is none; or why the stacks cannot be listed.

        Everything that the tool creates in an account begins with its stacks. API: DescribeStacks.
        """
        found = things(_STACK, session.client(_STACK.service), session.region)
        own = [each.name for each in found.found if baseline.is_own(self.names, each) and not each.ended]
        return (own[0] if own else ""), found.gap

    def _with_baseline(self, session: AccountSession) -> State:
        found = baseline.read(session, self.names)
        if found is None:
            words = msg(
                "the marker exists, but the baseline (the list of what existed before the event) does not; "
                "provision writes both before it creates anything"
            )
            return State.blocked(words, "EB-502")
        digest = baseline.manifest_digest(session, self.names)
        if self.claim.planned_with not in ("", digest):
            words = msg("it was prepared again since the plan was made; its baseline is now of {time}", time=found.made)
            return State.blocked(words, "EB-512")
        self.claim.baseline = found
        things = sum(len(each) for each in found.names.values())
        words = counted(
            "{count} resource existed before the event, recorded on {time}",
            "{count} resources existed before the event, recorded on {time}",
            things,
            time=found.made,
        )
        return State.ready(words, made=found.made, baseline=digest)

    def apply(self, session: AccountSession) -> Applied:
        return Applied(msg("nothing to change: provision writes the marker"))


def _unseen(gap: Gap) -> State:
    words = msg("it was swept before, but whether it was prepared again cannot be seen: {reason}", reason=gap.why)
    return State.blocked(words, "EB-504")


def _manages(session: AccountSession) -> bool:
    """True for the organization's management account. API: DescribeOrganization, as the operator and once a run.

    The access role has no permission for it. If the operator has none either, or is in no organization, the answer is
    False; then only `keep_out` of event.yaml protects that account.
    """

    def fetch() -> str:
        try:
            return str(session.hub_client("organizations").describe_organization()["Organization"]["MasterAccountId"])
        except ClientError:
            return ""

    return session.once(f"organization:{session.account.profile or ''}", fetch) == session.account_id
