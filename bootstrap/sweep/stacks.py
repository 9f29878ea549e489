"""Delete a stack; by force only if the sweep finds and removes, by their own kinds, all that force leaves standing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bootstrap.aws.kinds import Thing
from bootstrap.aws.kinds.resource_types import NOTHING_REAL, PARTS
from bootstrap.aws.reasons import StackReason, stack_reason
from bootstrap.errors.message import counted, joined, msg
from bootstrap.sweep.finality import Final

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# What fails because it is in use may go at a later try; each takes CloudFormation a minute or more.
_MOST_TRIES = 4
_NAMED = 5
_NESTED = "AWS::CloudFormation::Stack"
_LASTING = frozenset({StackReason.DENIED, StackReason.ORGANIZATION})
_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})
_IMPORTED = frozenset(
    {"IMPORT_COMPLETE", "IMPORT_FAILED", "IMPORT_IN_PROGRESS", "IMPORT_ROLLBACK_FAILED", "IMPORT_ROLLBACK_IN_PROGRESS"}
)

Covered = Callable[[str], bool]
"""Whether the sweep lists and removes the resources of a type by their own kind."""


@dataclass(frozen=True, slots=True)
class StackResource:
    """A resource of a stack. `reason`: why CloudFormation could not delete it, in AWS's words."""

    type: str
    physical_id: str
    status: str
    reason: str

    @property
    def gone(self) -> bool:
        """True for what the stack does not hold any more."""
        return self.status in _GONE

    @property
    def imported(self) -> bool:
        """True for what stood there before it came into the stack, until an update of the stack changes it."""
        return self.status in _IMPORTED

    @property
    def named(self) -> str:
        """The resource for people: its type and its id."""
        return msg("{type} {id}", type=self.type, id=self.physical_id)

    @property
    def words(self) -> str:
        """The same, and why it is still there."""
        if not self.reason:
            return self.named
        return msg("{type} {id} ({reason})", type=self.type, id=self.physical_id, reason=self.reason)


def delete(session: AccountSession, stack: Thing, tries: int, covered: Covered) -> tuple[str, ...]:
    """Delete the stack; return what force may leave standing, () if it was not used. Writes to AWS.

    API: UpdateTerminationProtection, DeleteStack, ListStackResources. Raises Final EB-503 for what force would orphan.

    | the stack                                                                | call                    |
    |--------------------------------------------------------------------------|-------------------------|
    | has not failed to go in this run                                         | DeleteStack             |
    | failed; all that is still in it is of kinds that the sweep removes       | DeleteStack by force    |
    | failed; something else in it is in use, up to four tries                 | DeleteStack             |
    | failed; something else in it is denied, or is in use after four tries    | none: EB-503 names it   |
    """
    client, force = session.client("cloudformation"), {}
    if stack.shown.get("EnableTerminationProtection"):
        client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
    rest: list[StackResource] = []
    if stack.status == "DELETE_FAILED" and tries > 0:
        everything = list(resources(session, str(stack.shown.get("StackId") or stack.name)))
        rest = [each for each in everything if not each.gone]
        if orphans := orphaned(rest, everything, covered):
            _refuse(orphans, tries)
            rest = []
        else:
            force = {"DeletionMode": "FORCE_DELETE_STACK"}
    client.delete_stack(StackName=stack.name, **force)
    return tuple(each.words for each in rest)


def _refuse(orphans: Sequence[StackResource], tries: int) -> None:
    """Raise Final EB-503 if another try cannot help."""
    lasting = any(stack_reason(each.reason) in _LASTING for each in orphans)
    if not lasting and tries < _MOST_TRIES:
        return
    words = joined("; ", [each.words for each in orphans[:_NAMED]])
    if len(orphans) > _NAMED:
        words = msg("{things}; {number} more", things=words, number=len(orphans) - _NAMED)
    said = counted(
        "CloudFormation could not delete {count} resource that the sweep cannot delete either: {things}",
        "CloudFormation could not delete {count} resources that the sweep cannot delete either: {things}",
        len(orphans),
        things=words,
    )
    raise Final("EB-503", said)


def left_standing(session: AccountSession, stack: Thing, covered: Covered) -> list[StackResource]:
    """Return what a deleted stack left standing and the sweep does not find: its template said so, or force did.

    API: ListStackResources, which shows a deleted stack by its id.
    """
    found = list(resources(session, str(stack.shown.get("StackId") or stack.name)))
    return orphaned([each for each in found if each.status == "DELETE_SKIPPED"], found, covered)


def orphaned(
    rest: Sequence[StackResource], everything: Sequence[StackResource], covered: Covered
) -> list[StackResource]:
    """Return which of the rest the sweep would not find by its own kind.

    A part of another resource ends with it, if that is in the same stack, and of a kind that the sweep removes.
    """
    types = {each.type for each in everything}

    def found(each: StackResource) -> bool:
        whole = PARTS.get(each.type, "")
        return each.type in NOTHING_REAL or covered(each.type) or (whole in types and covered(whole))

    return [each for each in rest if not found(each)]


def resources(session: AccountSession, stack: str) -> Iterator[StackResource]:
    """Yield the stack's resources, those that are deleted included; those of a nested stack in its place.

    API: ListStackResources, once for each stack.
    """
    client: Any = session.client("cloudformation")
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack):
        for each in page["StackResourceSummaries"]:
            found = StackResource(
                str(each["ResourceType"]),
                str(each.get("PhysicalResourceId") or each["LogicalResourceId"]),
                str(each["ResourceStatus"]),
                str(each.get("ResourceStatusReason", "")),
            )
            if found.type == _NESTED and found.physical_id.startswith("arn:") and found.status != "DELETE_COMPLETE":
                yield from resources(session, found.physical_id)
            else:
                yield found


def alone(found: Sequence[Thing]) -> Iterator[Thing]:
    """Yield the stacks; a nested one whose stack is gone goes by itself."""
    ids = {each.shown.get("StackId") for each in found}
    for each in found:
        if each.shown.get("ParentId") and each.shown["ParentId"] not in ids:
            yield replace(each, shown={key: value for key, value in each.shown.items() if key != "ParentId"})
        else:
            yield each
