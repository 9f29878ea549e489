"""What a sweep may never delete: what stood in the account before, and what is nobody's to delete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bootstrap.aws.kinds import Thing
from bootstrap.aws.kinds.listing import Gap, GapKind
from bootstrap.event.names import Names
from bootstrap.steps.baseline import Baseline, own_beginnings, own_names

# Made by AWS for a service, by the organization, by Control Tower or StackSets, or for people to come in.
_ROLE_PATHS = ("/aws-service-role/", "/aws-reserved/")
_ROLES = re.compile("(OrganizationAccountAccessRole|AWSControlTower|aws-controltower-|stacksets-exec-|AWSReserved).*")
_STACKS = re.compile(r"StackSet-.*")
# Control Tower may roll out more of its own while the event is on.
_ORGANIZATION = re.compile(r"(.*[:/])?(aws-controltower|AWSControlTower).*")
_DEFAULT_BUS = re.compile(r"default|aws\.partner/.*")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a thing stays. `doubt`: it may be the event's all the same, so that the account is not clean."""

    words: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """`since`: epoch seconds of the baseline; `home`: whether it is about the region that the baseline lists."""

    baseline: Baseline
    since: float
    names: Names
    access_role: str
    home: bool = True

    def reason(self, thing: Thing) -> Reason | None:
        """None for what is the tool's own, or came after the baseline.

        | thing                                                          | verdict          |
        |----------------------------------------------------------------|------------------|
        | a role of the access, of AWS, of the organization; managed     | stays            |
        | in the baseline                                                | stays            |
        | named as the tool names its own                                | goes             |
        | made before the baseline                                       | stays            |
        | of a kind or region that the baseline lists whole              | goes             |
        | made after the baseline                                        | goes             |
        | of a kind that it does not list whole, without a date          | stays, in doubt  |
        """
        kind = thing.kind.name
        if words := _untouchable(thing, self.access_role):
            return Reason(words)
        if thing.name in self._before(kind):
            return Reason("stood there before the event")
        if self._own(thing):
            return None
        if thing.created is not None:
            return Reason("made before the baseline") if thing.created < self.since else None
        if self._whole(kind):
            return None
        return Reason("may have stood there before: the baseline could not list this kind", doubt=True)

    def offered(self, kind: str, gap: Gap) -> bool:
        """The baseline could list the kind: a listing that refuses now says nothing of what came since.

        Other regions may be without the service.
        """
        listed = kind in self.baseline.names and kind not in self.baseline.gaps
        return listed and (self.home or gap.kind is not GapKind.NO_ENDPOINT)

    def _before(self, kind: str) -> frozenset[str]:
        return self.baseline.names.get(kind, frozenset()) if self.home else frozenset()

    def _whole(self, kind: str) -> bool:
        return self.home and kind in self.baseline.names and kind not in self.baseline.gaps

    def _own(self, thing: Thing) -> bool:
        kind = thing.kind.name
        # The listing names a pool by its id.
        name = str(thing.shown["Name"]) if kind == "user pool" else thing.name
        begins = own_beginnings(self.names).get(kind)
        return name in own_names(self.names).get(kind, ()) or bool(begins and name.startswith(begins))


def _untouchable(thing: Thing, access_role: str) -> str:
    shown, name = thing.shown, thing.name
    found: Mapping[str, tuple[bool, str]] = {
        "role": (
            name == access_role or str(shown.get("Path", "/")).startswith(_ROLE_PATHS) or bool(_ROLES.fullmatch(name)),
            "the role of the access" if name == access_role else "a role of AWS or of the organization",
        ),
        "rule": (bool(shown.get("ManagedBy")), f"managed by {shown.get('ManagedBy')}"),
        "event bus": (bool(_DEFAULT_BUS.fullmatch(name)), "every account has it"),
        "stack": (_holds_access(thing, access_role) or bool(_STACKS.fullmatch(name)), "a stack of the access"),
    }
    if _ORGANIZATION.fullmatch(name):
        return "the organization's own"
    stays, words = found.get(thing.kind.name, (False, ""))
    return words if stays else ""


def _holds_access(stack: Thing, access_role: str) -> bool:
    """access.yaml tells its role's ARN as an output."""
    outputs = stack.shown.get("Outputs", ())
    return any(str(each.get("OutputValue", "")).endswith(f":role/{access_role}") for each in outputs)
