"""What was changed or deleted by hand: direct reads of what the labs rest on, where a stack itself shows nothing.

DetectStackDrift is not used: it takes minutes, sets the stack's drift status, and knows no TopicPolicy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine, meaning
from bootstrap.doctor.stacks import Look as Stacks
from bootstrap.errors import code_of
from bootstrap.sessions import AccountSession
from bootstrap.steps.stack import StackStep

_GONE = frozenset({"NoSuchEntity", "ResourceNotFoundException", "NotFound", "NotFoundException"})


@dataclass(frozen=True, slots=True)
class Drift:
    """`stack` is the template's name."""

    stack: str
    what: str


def look(session: AccountSession, patient: Patient) -> list[Drift]:
    """Ten calls where all three stacks are wanted. What a policy's statements say is not compared."""
    found: list[Drift] = []
    if "stack:roles" in patient.entries:
        found += _roles(session, patient)
    if "stack:notifications" in patient.entries:
        found += _notices(session, patient)
    return found


def _roles(session: AccountSession, patient: Patient) -> Iterator[Drift]:
    iam, wanted = session.client("iam"), _policies(patient)
    for role in (patient.names.training_role, patient.names.participant_role):
        try:
            there = set(iam.list_role_policies(RoleName=role)["PolicyNames"])
        except ClientError as error:
            if code_of(error) not in _GONE:
                raise
            yield Drift("roles", f"role {role} is gone")
            continue
        if missing := sorted(wanted[role] - there):
            yield Drift("roles", f"role {role} lacks its policies {', '.join(missing)}")
        more = [each["PolicyName"] for each in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]]
        if more := [*more, *sorted(there - wanted[role])]:
            yield Drift("roles", f"role {role} has policies of another make: {', '.join(more)}")


def _policies(patient: Patient) -> dict[str, set[str]]:
    """Role -> the names of its inline policies, as the template has them."""
    step = patient.entries["stack:roles"].step
    body = step.rendered.body if isinstance(step, StackStep) else ""
    parts = re.split(r"RoleName: (\S+)", body)
    return {
        role: set(re.findall(r"PolicyName: (\S+)", part)) for role, part in zip(parts[1::2], parts[2::2], strict=True)
    }


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


def findings(patient: Patient, seen: list[Drift], all_seen: Seen) -> Iterator[Finding]:
    stacks = all_seen.get("stacks")
    # Of a stack that does not stand, that it does not is all there is to say.
    shown = [each for each in seen if isinstance(stacks, Stacks) and stacks.stands(patient, f"stack:{each.stack}")]
    for each in shown:
        yield drifted(patient, each.stack, each.what)
    if not shown:
        yield fine("drift", "roles, rule and topic are as the templates have them")


def drifted(patient: Patient, stack: str, what: str, code: str = "EB-532", asks: str = "") -> Finding:
    """Changed by hand; `asks`: what of a team's work goes with it when that is taken back."""
    return Finding(
        Severity.TROUBLE, f"stack:{stack}", what, code, meaning(code), patient.repaired,
        repair=(f"revert:{stack}",), asks=asks,
    )  # fmt: skip


EXAMINATION = Examination("drift", look, findings)
