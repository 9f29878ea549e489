"""Decide what a sweep keeps: resources from before the event, and those of AWS or the organization."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bootstrap.aws.kinds import Thing
from bootstrap.aws.kinds.listing import Gap, GapKind
from bootstrap.errors.message import msg
from bootstrap.event.names import Names
from bootstrap.steps.baseline import Baseline, is_own
from bootstrap.sweep.makers import trusts_stacksets

# IAM lets only AWS make roles under these paths: for a service, or for people who sign in by IAM Identity Center.
_ROLE_PATHS = ("/aws-service-role/", "/aws-reserved/")
_DEFAULT_BUS = re.compile(r"default|aws\.partner/.*")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a thing is kept. `doubt`: it may belong to the event, so the account does not count as clean."""

    words: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Decides what is kept. `since`: epoch seconds of the baseline; `home`: it is the baseline's region."""

    baseline: Baseline
    since: float
    names: Names
    access_role: str
    home: bool = True

    def reason(self, thing: Thing) -> Reason | None:
        """Return why a thing is kept; None to delete it, unless `Membership` keeps it.

        No name protects a thing: a name can be given by anybody. What protects it is a fact that the listing shows:

        | thing                                                                         | verdict        |
        |-------------------------------------------------------------------------------|----------------|
        | the access role                                                               | kept           |
        | a role under /aws-service-role/ or /aws-reserved/, where only AWS makes them  | kept           |
        | a role that only the StackSets of another account may assume                  | kept           |
        | a rule that a service manages; the default bus, a partner's bus               | kept           |
        | in the baseline                                                               | kept           |
        | has a name that the tool gives, in the region where it gives them             | deleted        |
        | with a date before the baseline                                               | kept           |
        | of a kind and region that the baseline lists completely                       | deleted        |
        | created after it, of a kind whose date AWS never changes                      | deleted        |
        | created or started after it, of a kind that is only reported                  | reported       |
        | anything else: no date, or one that AWS may have changed                      | kept, in doubt |
        """
        kind = thing.kind.name
        if words := _untouchable(thing, self.access_role, self.names.account_id):
            return Reason(words)
        if thing.name in self.before(kind):
            return Reason(msg("existed before the event"))
        if self.own(thing):
            return None
        if thing.created is not None and thing.created < self.since:
            return Reason(msg("created before the baseline"))
        if self.whole(kind) or (thing.created is not None and (thing.kind.lasting or thing.kind.report)):
            return None
        return Reason(msg("may have existed before the event: the baseline could not list this kind"), doubt=True)

    def why_it_goes(self, thing: Thing) -> str:
        """Return why a thing that is not kept belongs to the event."""
        if self.own(thing):
            return msg("the tool made it for the event")
        if self.whole(thing.kind.name):
            return msg("it did not exist before the event")
        return msg("created after the baseline")

    def offered(self, kind: str, gap: Gap) -> bool:
        """True if the baseline could list the kind. A listing that is refused now may then hide newer resources.

        Other regions may lack the service.
        """
        listed = kind in self.baseline.names and kind not in self.baseline.gaps
        return listed and (self.home or gap.kind is not GapKind.NO_ENDPOINT)

    def before(self, kind: str) -> frozenset[str]:
        """Return the names of a kind that the baseline has of this region."""
        return self.baseline.names.get(kind, frozenset()) if self.home else frozenset()

    def whole(self, kind: str) -> bool:
        """Return True if the baseline lists the kind completely, in this region."""
        return self.home and kind in self.baseline.names and kind not in self.baseline.gaps

    def own(self, thing: Thing) -> bool:
        """Return True if the thing has a name that the tool gives. In another region it is somebody else's."""
        return self.home and is_own(self.names, thing)


def _untouchable(thing: Thing, access_role: str, account_id: str) -> str:
    shown, name = thing.shown, thing.name
    if thing.kind.name == "role":
        if name == access_role:
            return msg("the access role")
        if str(shown.get("Path", "/")).startswith(_ROLE_PATHS):
            return msg("a role of AWS or of the organization")
        if trusts_stacksets(shown.get("AssumeRolePolicyDocument"), account_id):
            return msg("a role of the organization's StackSets")
    if thing.kind.name == "rule" and shown.get("ManagedBy"):
        return msg("managed by {service}", service=shown.get("ManagedBy"))
    if thing.kind.name == "event bus" and _DEFAULT_BUS.fullmatch(name):
        return msg("every account has it")
    return ""
