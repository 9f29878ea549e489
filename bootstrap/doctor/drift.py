"""Changes and deletions by hand, found by reading what the labs need: a stack itself does not show them.

DetectStackDrift is not used: it takes minutes, sets the stack's drift status, and does not support TopicPolicy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.doctor import roles
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Changed, Finding, Severity, Trace, fine, meaning, note
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.errors import code_of
from bootstrap.errors.message import counted, msg
from bootstrap.steps.stack import listing as stack_list
from bootstrap.steps.stack.step import StackStep
from bootstrap.steps.step_id import StepKind, step_id

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_GONE = frozenset({"NoSuchEntity", "ResourceNotFoundException", "NotFound", "NotFoundException"})


@dataclass(frozen=True, slots=True)
class Drift:
    """One change by hand. `stack` is the template's name; `content`: see roles.Difference."""

    stack: str
    what: str
    trace: Trace
    content: bool = False


@dataclass(frozen=True, slots=True)
class DriftSeen:
    """`untold`: part of the roles' documents could not be compared."""

    drifts: tuple[Drift, ...]
    untold: bool = False


def look(session: AccountSession, patient: Patient) -> DriftSeen:
    """Read roles, topic and rule: four calls if both stacks are wanted, and one more per hundred roles."""
    found: list[Drift] = []
    wanted = _wanted(patient)
    if wanted:
        there = _there(session)
        for name, role in wanted.items():
            seen = roles.differences(name, role, there.get(name), patient.names.partition)
            found += (Drift("roles", each.what, each.trace, each.content) for each in seen)
    if "stack:notifications" in patient.entries:
        found += _notices(session, patient)
    return DriftSeen(tuple(found), roles.untold(wanted))


def _there(session: AccountSession) -> dict[str, Mapping[str, Any]]:
    """Return the account's roles by name, with their policies: read one by one they would take about 17 calls."""
    pages = session.client("iam").get_paginator("get_account_authorization_details").paginate(Filter=["Role"])
    return {each["RoleName"]: each for page in pages for each in page["RoleDetailList"]}


def _wanted(patient: Patient) -> dict[str, roles.RolePolicies]:
    entry, names = patient.entries.get("stack:roles"), patient.names
    if entry is None or not isinstance(entry.step, StackStep):
        return {}
    known = {
        "AWS::AccountId": names.account_id,
        "AWS::Partition": names.partition,
        "AWS::Region": names.region,
        "AWS::StackName": names.stack("roles"),
    }
    return roles.of_template(entry.step.rendered.body, known)


def _notices(session: AccountSession, patient: Patient) -> Iterator[Drift]:
    names, events = patient.names, session.client("events")
    rule = Trace(Changed.RULE, names.rule)
    try:
        session.client("sns").get_topic_attributes(TopicArn=names.topic_arn)
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        words = msg("topic {topic} was deleted", topic=names.topic)
        yield Drift("notifications", words, Trace(Changed.TOPIC, names.topic))
    try:
        state = events.describe_rule(Name=names.rule)["State"]
        targets = {each["Arn"] for each in events.list_targets_by_rule(Rule=names.rule)["Targets"]}
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        yield Drift("notifications", msg("rule {rule} was deleted", rule=names.rule), rule)
        return
    if state != "ENABLED":
        yield Drift("notifications", msg("rule {rule} is disabled", rule=names.rule), rule)
    if names.topic_arn not in targets:
        words = msg("rule {rule} no longer sends to topic {topic}", rule=names.rule, topic=names.topic)
        yield Drift("notifications", words, Trace(Changed.RULE_TARGETS, names.rule))


def findings(patient: Patient, seen: DriftSeen, all_seen: Seen) -> Iterator[Finding]:
    stacks = all_seen.get("stacks")
    # A stack that does not exist, or failed, has a finding of its own.
    if not isinstance(stacks, StacksSeen):
        return
    told = [each for each in seen.drifts if stacks.stands(patient, step_id(StepKind.STACK, each.stack))]
    current = stacks.current("stack:roles")
    # Another version of the tool, or of event.yaml, has other documents: such a difference is no change by hand.
    shown = [each for each in told if current or not each.content]
    if not current and (never := _never_made(patient, stacks, shown)):
        shown = [each for each in shown if each not in never]
        yield _not_yet(patient, [each.trace.name for each in never])
    for each in shown:
        yield drifted(patient, each.stack, each.what, trace=each.trace)
    ill = {each.stack for each in shown}
    if "roles" not in ill and stacks.stands(patient, "stack:roles"):
        if current and not seen.untold:
            yield fine("drift", msg("the roles exist; their policies and trust policies match the template"))
        else:
            yield fine("drift", msg("the roles and their policies exist; not every document could be compared"))
    if "notifications" not in ill and stacks.stands(patient, "stack:notifications"):
        yield fine("drift", msg("the topic exists; the rule is enabled and sends to it"))


def _never_made(patient: Patient, stacks: StacksSeen, shown: Sequence[Drift]) -> list[Drift]:
    """Return the roles that are not there because the stack is of a version that did not make them."""
    stack = stacks.stacks.get(patient.names.stack("roles"), {})
    made = {value.rpartition("/")[2] for value in stack_list.outputs(stack).values()}
    names = patient.names.roles - made
    return [each for each in shown if each.trace in {Trace(Changed.ROLE, name) for name in names}]


def _not_yet(patient: Patient, roles: Sequence[str]) -> Finding:
    words = counted(
        "{count} role that this version uses does not exist yet: {roles}",
        "{count} roles that this version uses do not exist yet: {roles}",
        len(roles),
        roles=", ".join(roles),
    )
    step = step_id(StepKind.STACK, "roles")
    return note(step, words, "EB-775", means=meaning("EB-775"), fix=patient.command(f"provision {{}} --step {step}"))


def drifted(
    patient: Patient, stack: str, what: str, code: str = "EB-532", asks: str = "", trace: Trace | None = None
) -> Finding:
    """Return the finding of a change by hand; `asks`: which work of the team is lost when the change is reverted."""
    return Finding(
        Severity.TROUBLE, step_id(StepKind.STACK, stack), what, code, meaning(code), patient.repaired,
        repair=(step_id(StepKind.REVERT, stack),), asks=asks, trace=trace,
    )  # fmt: skip


EXAMINATION = Examination("drift", look, findings, needs=("stacks",))
