"""Keep what belongs to something that is kept: the resources of stacks that stay, and the organization's things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws.kinds import KINDS, Thing, things
from bootstrap.aws.kinds.resource_types import TYPES, is_resource, names_of
from bootstrap.errors import code_of
from bootstrap.errors.message import msg
from bootstrap.sweep import stacks
from bootstrap.sweep.keep import Keep, Reason
from bootstrap.sweep.makers import Maker, Makers

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_KINDS = {kind.name: kind for kind in KINDS}
_STACK = _KINDS["stack"]
# Names that Control Tower, StackSets and Organizations give. A name proves nothing: CloudTrail is asked for the maker.
_ORGANIZATION = re.compile(
    r"(.*[:/])?(aws-controltower|AWSControlTower|stacksets-exec-|OrganizationAccountAccessRole|AWSReserved|AWSSSO_).*"
)
_STACKSET = re.compile(r"StackSet-.*")
# Lambda writes to a log group of this name, and makes it at the function's first call.
_LAMBDA_LOGS = "/aws/lambda/"


@dataclass(frozen=True, slots=True)
class _Member:
    kind: str
    physical_id: str
    reason: Reason


@dataclass(slots=True)
class Membership:
    """What belongs to the stacks of one account and region that stay. Reads AWS when the first thing is judged.

    | thing that `Keep` would delete                                              | verdict        |
    |-----------------------------------------------------------------------------|----------------|
    | the stack that the access role is a resource of, and those that it is in    | kept           |
    | a stack inside a stack that stays                                           | as that stack  |
    | a stack that the organization made                                          | kept           |
    | a stack with a name of StackSets or Control Tower, whose maker is unknown   | kept, in doubt |
    | a stack into which a resource of before the event was taken                 | kept, in doubt |
    | a resource of a stack that stays                                            | as the stack   |
    | of a kind of which such a stack has one whose id it does not show yet       | kept, in doubt |
    | a log group of Lambda, of a function that stays                             | kept           |
    | a policy that is attached to the access role                                | kept           |
    | with a name of Control Tower or Organizations, made by the organization     | kept           |
    | the same, but its maker is unknown                                          | kept, in doubt |
    | any of these that the organization made, and somebody else as well          | kept, in doubt |
    | any other                                                                   | deleted        |
    """

    keep: Keep
    makers: Makers = field(init=False)
    _members: list[_Member] | None = None
    _stacks: dict[str, Reason | None] = field(default_factory=dict)
    _resources: dict[tuple[str, str], list[_Member]] = field(default_factory=dict)
    _older: dict[tuple[str, str], Reason | None] = field(default_factory=dict)
    _attached: frozenset[str] | None = None
    _stuck: dict[str, list[_Member]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        standing = self.keep.baseline.names.get("role", frozenset())
        self.makers = Makers(self.keep.since, self.keep.access_role, standing)

    def forget(self, now: float) -> None:
        """Read AWS anew at the next question. `now`: epoch seconds."""
        self._members = None
        self._stacks.clear()
        self.makers.forget(now)

    def reason(self, session: AccountSession, thing: Thing) -> Reason | None:
        """Return why a thing stays that `Keep` would delete; None to delete it.

        API: DescribeStacks, DescribeStackResources, ListStackResources, LookupEvents, ListRoles,
        ListAttachedRolePolicies.
        """
        kind = thing.kind.name
        if self.keep.own(thing):
            return self._with_older(session, thing) if kind == "stack" else None
        members = self._kept_members(session)
        if kind == "stack":
            return self._stacks[thing.name] if thing.name in self._stacks else self._stack_reason(session, thing)
        for each in members:
            if each.kind == kind and (not each.physical_id or is_resource(thing, each.physical_id)):
                return each.reason
        if kind == "log group" and thing.name.startswith(_LAMBDA_LOGS) and self._logs_of_kept(thing):
            return Reason(msg("the log group of a function that stays"))
        if kind == "policy" and thing.name in self._of_access(session):
            return Reason(msg("a policy of the access role"))
        return self._by_maker(session, thing) if _organizations(thing) else None

    def stuck(self, session: AccountSession, stack: Thing) -> None:
        """Read what belongs to a stack that cannot be deleted. API: ListStackResources."""
        self._stuck[stack.name] = list(self._read(session, stack, Reason("")))

    def holds(self, stack: Thing, thing: Thing) -> bool:
        """Return True if the thing belongs to a stack that cannot be deleted, or that is not known to be one."""
        role = str(stack.shown.get("RoleARN", "")).rsplit("/", 1)[-1]
        if stack.name not in self._stuck or (thing.kind.name == "role" and thing.name == role):
            return True
        return any(
            each.kind == thing.kind.name and is_resource(thing, each.physical_id) for each in self._stuck[stack.name]
        )

    def _by_maker(self, session: AccountSession, thing: Thing) -> Reason | None:
        maker = self.makers.of(session, thing)
        if maker is Maker.ORGANIZATION:
            return Reason(msg("belongs to the organization"))
        if maker is Maker.DISPUTED:
            return Reason(msg("may belong to the organization: CloudTrail shows it and somebody else as maker"), True)
        if maker is Maker.UNKNOWN and _organizations(thing):
            return Reason(msg("may belong to the organization: CloudTrail does not say who made it"), doubt=True)
        return None

    def _kept_members(self, session: AccountSession) -> list[_Member]:
        if self._members is None:
            found = things(_STACK, session.client(_STACK.service), session.region).found
            self._judge(session, found)
            self._members = [
                each
                for stack in found
                if (reason := self._stacks[stack.name])
                for each in self._of_stack(session, stack, reason)
            ]
        return self._members

    def _judge(self, session: AccountSession, found: tuple[Thing, ...]) -> None:
        """Find which stacks stay. A nested stack stays with the one that it is in."""
        by_id = {str(stack.shown.get("StackId")): stack for stack in found}
        roots = {stack.name: by_id.get(str(stack.shown.get("RootId")), stack).name for stack in found}
        self._stacks = {stack.name: self._stack_reason(session, stack) for stack in found}
        if any(self._stacks[stack.name] is None and not self.keep.own(stack) for stack in found):
            holder = by_id.get(self._stack_of_access(session))
            if holder is not None:
                access = Reason(msg("the stack of the access role"))
                self._stacks |= {holder.name: access, roots[holder.name]: access}
        self._stacks = {name: reason or self._stacks[roots[name]] for name, reason in self._stacks.items()}

    def _stack_reason(self, session: AccountSession, stack: Thing) -> Reason | None:
        if self.keep.own(stack):
            return self._with_older(session, stack)
        reason = self.keep.reason(stack)
        if reason is not None or stack.shown.get("ParentId"):
            return reason
        return self._by_maker(session, stack) or self._with_older(session, stack)

    def _with_older(self, session: AccountSession, stack: Thing) -> Reason | None:
        """Return why a stack stays that holds what is older than the event: DeleteStack would delete that with it.

        CloudFormation takes what stands there into a stack by an import, and moves it to another one.
        """
        if stack.ended:
            return None
        key = _state_of(stack)
        if stack.status in stack.kind.wait_in or key not in self._older:
            found = stacks.resources(session, str(stack.shown.get("StackId") or stack.name))
            older = next((each for each in found if not each.gone and self._is_older(each)), None)
            self._older[key] = None
            if older is not None:
                words = msg("holds {thing}, which may have existed before the event", thing=older.named)
                self._older[key] = Reason(words, doubt=True)
        return self._older[key]

    def _is_older(self, resource: stacks.StackResource) -> bool:
        """True if the resource is in the baseline; of what the baseline cannot tell, if it was imported."""
        kind = _KINDS.get(TYPES.get(resource.type, ""))
        before = self.keep.before(kind.name) if kind else frozenset()
        if kind and any(name in before for name in names_of(kind, resource.physical_id)):
            return True
        return resource.imported and not (kind and self.keep.whole(kind.name))

    def _stack_of_access(self, session: AccountSession) -> str:
        """Return the id of the stack that the access role is a resource of; "" if it is of none in this region.

        A stack's outputs would not tell: anybody can give a stack an output with the role's ARN.
        """
        try:
            answer: Any = session.client("cloudformation").describe_stack_resources(
                PhysicalResourceId=self.keep.access_role
            )
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise
            return ""
        return next((str(each["StackId"]) for each in answer["StackResources"]), "")

    def _of_stack(self, session: AccountSession, stack: Thing, stays: Reason) -> list[_Member]:
        """Return the stack's resources of known kinds. They are read again only after the stack has changed."""
        id_, state = _state_of(stack)
        key = (id_, f"{state} {stays.doubt}")
        moves = stack.status in stack.kind.wait_in
        if moves or key not in self._resources:
            self._resources[key] = list(self._read(session, stack, stays))
        return self._resources[key]

    def _read(self, session: AccountSession, stack: Thing, stays: Reason) -> Iterator[_Member]:
        belongs = Reason(msg("belongs to stack {name}, which stays", name=stack.name), stays.doubt)
        unnamed = Reason(msg("may belong to stack {name}, which is being made", name=stack.name), doubt=True)
        client = session.client("cloudformation")
        for page in client.get_paginator("list_stack_resources").paginate(StackName=str(stack.shown["StackId"])):
            for each in page["StackResourceSummaries"]:
                kind, physical = TYPES.get(each["ResourceType"]), str(each.get("PhysicalResourceId") or "")
                going = each["ResourceStatus"] in ("DELETE_COMPLETE", "DELETE_SKIPPED")
                if kind and not going and (physical or stack.status in stack.kind.wait_in):
                    yield _Member(kind, physical, belongs if physical else unnamed)

    def _logs_of_kept(self, thing: Thing) -> bool:
        function = thing.name.removeprefix(_LAMBDA_LOGS)
        members = {each.physical_id for each in self._members or () if each.kind == "function"}
        return function in members or (self.keep.home and function in self.keep.baseline.names.get("function", ()))

    def _of_access(self, session: AccountSession) -> frozenset[str]:
        if self._attached is None:
            pages = session.client("iam").get_paginator("list_attached_role_policies")
            found = pages.paginate(RoleName=self.keep.access_role)
            self._attached = frozenset(each["PolicyArn"] for page in found for each in page["AttachedPolicies"])
        return self._attached


def _state_of(stack: Thing) -> tuple[str, str]:
    """Return what is another value for each change of each stack."""
    shown = stack.shown
    return str(shown.get("StackId")), str(shown.get("LastUpdatedTime") or shown.get("CreationTime"))


def _organizations(thing: Thing) -> bool:
    """True if the thing's name is one that the organization's services give."""
    stackset = thing.kind.name == "stack" and _STACKSET.fullmatch(thing.name)
    return bool(stackset or _ORGANIZATION.fullmatch(thing.name))
