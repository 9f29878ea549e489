"""Decide what a sweep keeps: resources from before the event, and those of AWS or the organization."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bootstrap.aws.kinds import Thing
from bootstrap.aws.kinds.listing import Gap, GapKind
from bootstrap.errors.message import msg
from bootstrap.event.names import Names
from bootstrap.steps.baseline import Baseline, is_own

# Roles made by AWS for a service, by the organization, by Control Tower or StackSets, or for people's access.
_ROLE_PATHS = ("/aws-service-role/", "/aws-reserved/")
_ROLES = re.compile("(OrganizationAccountAccessRole|AWSControlTower|aws-controltower-|stacksets-exec-|AWSReserved).*")
_STACKS = re.compile(r"StackSet-.*")
# Control Tower may create more resources of its own while the event is on.
_ORGANIZATION = re.compile(r"(.*[:/])?(aws-controltower|AWSControlTower).*")
_PROVIDERS = re.compile(r".*:saml-provider/AWSSSO_.*")
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
        """Return why a thing is kept; None to delete it.

        | thing                                                          | verdict          |
        |----------------------------------------------------------------|------------------|
        | the access role; of AWS or the organization; managed by AWS    | kept             |
        | in the baseline                                                | kept             |
        | has a name that the tool gives                                 | deleted          |
        | with a date before the baseline                                | kept             |
        | of a kind and region that the baseline lists completely        | deleted          |
        | created after it, of a kind whose date AWS never changes       | deleted          |
        | created or started after it, of a kind that is only reported   | reported         |
        | anything else: no date, or one that AWS may have changed       | kept, in doubt   |
        """
        kind = thing.kind.name
        if words := _untouchable(thing, self.access_role):
            return Reason(words)
        if thing.name in self._before(kind):
            return Reason(msg("existed before the event"))
        if is_own(self.names, thing):
            return None
        if thing.created is not None and thing.created < self.since:
            return Reason(msg("created before the baseline"))
        if self._whole(kind) or (thing.created is not None and (thing.kind.lasting or thing.kind.report)):
            return None
        return Reason(msg("may have existed before the event: the baseline could not list this kind"), doubt=True)

    def offered(self, kind: str, gap: Gap) -> bool:
        """True if the baseline could list the kind. A listing that is refused now may then hide newer resources.

        Other regions may lack the service.
        """
        listed = kind in self.baseline.names and kind not in self.baseline.gaps
        return listed and (self.home or gap.kind is not GapKind.NO_ENDPOINT)

    def _before(self, kind: str) -> frozenset[str]:
        return self.baseline.names.get(kind, frozenset()) if self.home else frozenset()

    def _whole(self, kind: str) -> bool:
        return self.home and kind in self.baseline.names and kind not in self.baseline.gaps


def _untouchable(thing: Thing, access_role: str) -> str:
    shown, name = thing.shown, thing.name
    found: Mapping[str, tuple[bool, str]] = {
        "role": (
            name == access_role or str(shown.get("Path", "/")).startswith(_ROLE_PATHS) or bool(_ROLES.fullmatch(name)),
            msg("the access role") if name == access_role else msg("a role of AWS or of the organization"),
        ),
        "policy": (f":policy/{access_role}-" in name, msg("a policy of the access role")),
        "IAM user": (name == access_role, msg("the user that this tool works as")),
        # IAM Identity Center makes one when somebody is given access to the account.
        "SAML provider": (bool(_PROVIDERS.fullmatch(name)), msg("belongs to the organization")),
        "rule": (bool(shown.get("ManagedBy")), msg("managed by {service}", service=shown.get("ManagedBy"))),
        "event bus": (bool(_DEFAULT_BUS.fullmatch(name)), msg("every account has it")),
        "stack": (
            _holds_access(thing, access_role) or bool(_STACKS.fullmatch(name)),
            msg("the stack of the access role"),
        ),
    }
    if _ORGANIZATION.fullmatch(name):
        return msg("belongs to the organization")
    stays, words = found.get(thing.kind.name, (False, ""))
    return words if stays else ""


def _holds_access(stack: Thing, access_role: str) -> bool:
    """True for the stack made of access.yaml, which has its role's ARN as an output."""
    outputs = stack.shown.get("Outputs", ())
    return any(str(each.get("OutputValue", "")).endswith(f":role/{access_role}") for each in outputs)
