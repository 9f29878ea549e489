"""What was changed or deleted by hand: direct reads of what the labs rest on, where a stack itself shows nothing.

DetectStackDrift is not used: it takes minutes, sets the stack's drift status, and knows no TopicPolicy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.doctor import roles
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine, meaning
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.errors import code_of
from bootstrap.steps.stack.step import StackStep
from bootstrap.steps.step_id import StepKind, step_id

# Another version of the tool, or of event.yaml, says other things; those are nobody's change by hand.
_WHOLE = "their policies, and whom they trust, are as the template has them"
_IN_PART = "each has its policies; not all that these say could be compared with the template"
_GONE = frozenset({"NoSuchEntity", "ResourceNotFoundException", "NotFound", "NotFoundException"})


@dataclass(frozen=True, slots=True)
class Drift:
    """`stack` is the template's name. `content`: see roles.Difference."""

    stack: str
    what: str
    content: bool = False


@dataclass(frozen=True, slots=True)
class DriftSeen:
    """`untold`: there is something in the roles' documents that could not be compared."""

    drifts: tuple[Drift, ...]
    untold: bool = False


def look(session: AccountSession, patient: Patient) -> DriftSeen:
    """Four calls where both stacks are wanted, and one more for each hundred of the account's roles."""
    found: list[Drift] = []
    wanted = _wanted(patient)
    if wanted:
        there = _there(session)
        for name, role in wanted.items():
            seen = roles.differences(name, role, there.get(name), patient.names.partition)
            found += (Drift("roles", each.what, each.content) for each in seen)
    if "stack:notifications" in patient.entries:
        found += _notices(session, patient)
    return DriftSeen(tuple(found), roles.untold(wanted))


def _there(session: AccountSession) -> dict[str, Mapping[str, Any]]:
    """The account's roles by name, with what belongs to each: one by one they would take some 17 calls."""
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
    try:
        session.client("sns").get_topic_attributes(TopicArn=names.topic_arn)
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        yield Drift("notifications", f"topic {names.topic} is gone")
    try:
        state = events.describe_rule(Name=names.rule)["State"]
        targets = {each["Arn"] for each in events.list_targets_by_rule(Rule=names.rule)["Targets"]}
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        yield Drift("notifications", f"rule {names.rule} is gone")
        return
    if state != "ENABLED":
        yield Drift("notifications", f"rule {names.rule} is switched off")
    if names.topic_arn not in targets:
        yield Drift("notifications", f"rule {names.rule} sends to {names.topic} no more")


def findings(patient: Patient, seen: DriftSeen, all_seen: Seen) -> Iterator[Finding]:
    stacks = all_seen.get("stacks")
    # Of a stack that does not stand, that it does not is all there is to say.
    if not isinstance(stacks, StacksSeen):
        return
    told = [each for each in seen.drifts if stacks.stands(patient, step_id(StepKind.STACK, each.stack))]
    current = stacks.current("stack:roles")
    shown = [each for each in told if current or not each.content]
    for each in shown:
        yield drifted(patient, each.stack, each.what)
    ill = {each.stack for each in shown}
    if "roles" not in ill and stacks.stands(patient, "stack:roles"):
        whole = current and not seen.untold
        yield fine("drift", f"roles are there: {_WHOLE if whole else _IN_PART}")
    if "notifications" not in ill and stacks.stands(patient, "stack:notifications"):
        yield fine("drift", "the topic is there, and the rule is on and sends to it")


def drifted(patient: Patient, stack: str, what: str, code: str = "EB-532", asks: str = "") -> Finding:
    """Changed by hand; `asks`: what of a team's work goes with it when that is taken back."""
    return Finding(
        Severity.TROUBLE, step_id(StepKind.STACK, stack), what, code, meaning(code), patient.repaired,
        repair=(step_id(StepKind.REVERT, stack),), asks=asks,
    )  # fmt: skip


EXAMINATION = Examination("drift", look, findings)
