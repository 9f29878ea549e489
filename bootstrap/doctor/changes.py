"""The authors of changes by hand: a finding names what was changed (Trace), one table the calls that do that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from bootstrap.aws import refusals
from bootstrap.doctor.examination import Patient
from bootstrap.doctor.finding import Changed, Finding, HandChange, Trace
from bootstrap.doctor.trail import TrailCall, TrailRead, TrailReader, time_of
from bootstrap.errors import Interrupted, clean
from bootstrap.errors.message import Message, msg
from bootstrap.errors.message import marked as _

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession


# In place of names of Cognito's users.
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


class HandDeed(StrEnum):
    """Words for what a call does to a thing."""

    DELETED = _("deleted by {who} at {time} (CloudTrail)")
    CHANGED = _("changed by {who} at {time} (CloudTrail)")
    STOPPED = _("stopped by {who} at {time} (CloudTrail)")
    DISABLED = _("disabled by {who} at {time} (CloudTrail)")
    REMOVED = _("removed by {who} at {time} (CloudTrail)")


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """The calls that change a thing by hand, and those after which an earlier change counts no more (`undone_by`).

    `names`: keys of a call's parameters that hold the thing's name or ARN; `part`: the key of its part's name.
    `everywhere`: of a global service. `expected`: somebody must have done it, so that it is said if nobody is found.
    """

    breaks: Mapping[str, HandDeed]
    names: tuple[str, ...] = ()
    part: str = ""
    undone_by: tuple[str, ...] = ()
    everywhere: bool = False
    expected: bool = True


_iam = partial(ChangeRow, names=("roleName",), everywhere=True)
_of_pool = partial(ChangeRow, names=("userPoolId",))
_person = partial(ChangeRow, names=("userPoolId",), part="username", expected=False)

# S3 calls about objects are data events, which the history does not hold.
TABLE: Mapping[Changed, ChangeRow] = {
    Changed.STACK: ChangeRow({"DeleteStack": HandDeed.DELETED}, ("stackName",), undone_by=("CreateStack",)),
    Changed.BUCKET: ChangeRow({"DeleteBucket": HandDeed.DELETED}, ("bucketName",), undone_by=("CreateBucket",)),
    Changed.BUCKET_CORS: ChangeRow(
        {"DeleteBucketCors": HandDeed.DELETED, "PutBucketCors": HandDeed.CHANGED}, ("bucketName",)
    ),
    Changed.BUCKET_POLICY: ChangeRow(
        {"DeleteBucketPolicy": HandDeed.DELETED}, ("bucketName",), undone_by=("PutBucketPolicy",)
    ),
    Changed.ROLE: _iam({"DeleteRole": HandDeed.DELETED}, undone_by=("CreateRole",)),
    Changed.ROLE_POLICY: _iam({"DeleteRolePolicy": HandDeed.DELETED}, part="policyName", undone_by=("PutRolePolicy",)),
    Changed.ROLE_POLICY_TEXT: _iam({"PutRolePolicy": HandDeed.CHANGED}, part="policyName"),
    Changed.ROLE_MORE_POLICIES: _iam({"PutRolePolicy": HandDeed.CHANGED, "AttachRolePolicy": HandDeed.CHANGED}),
    Changed.ROLE_TRUST: _iam({"UpdateAssumeRolePolicy": HandDeed.CHANGED}),
    Changed.LINKED_ROLE: _iam({"DeleteServiceLinkedRole": HandDeed.DELETED}, expected=False),
    Changed.TOPIC: ChangeRow({"DeleteTopic": HandDeed.DELETED}, ("topicArn", "name"), undone_by=("CreateTopic",)),
    Changed.SUBSCRIPTION: ChangeRow({"Unsubscribe": HandDeed.REMOVED}, ("subscriptionArn",)),
    Changed.RULE: ChangeRow(
        {"DeleteRule": HandDeed.DELETED, "DisableRule": HandDeed.DISABLED, "PutRule": HandDeed.CHANGED},
        ("name",),
        undone_by=("EnableRule",),
    ),
    Changed.RULE_TARGETS: ChangeRow({"RemoveTargets": HandDeed.REMOVED}, ("rule",), undone_by=("PutTargets",)),
    Changed.NOTEBOOK: ChangeRow(
        {"DeleteNotebookInstance": HandDeed.DELETED}, ("notebookInstanceName",), undone_by=("CreateNotebookInstance",)
    ),
    Changed.NOTEBOOK_STOPPED: ChangeRow(
        {"StopNotebookInstance": HandDeed.STOPPED}, ("notebookInstanceName",), undone_by=("StartNotebookInstance",)
    ),
    Changed.NOTEBOOK_SETTINGS: ChangeRow({"UpdateNotebookInstance": HandDeed.CHANGED}, ("notebookInstanceName",)),
    Changed.WORKFORCE: ChangeRow(
        {"DeleteWorkforce": HandDeed.DELETED, "DeleteWorkteam": HandDeed.DELETED}, undone_by=("CreateWorkteam",)
    ),
    Changed.WORK_TEAM: ChangeRow(
        {"DeleteWorkteam": HandDeed.DELETED, "UpdateWorkteam": HandDeed.CHANGED},
        ("workteamName",),
        undone_by=("CreateWorkteam",),
    ),
    Changed.POOL: _of_pool({"DeleteUserPool": HandDeed.DELETED}),
    Changed.GROUP: _of_pool({"DeleteGroup": HandDeed.DELETED}, undone_by=("CreateGroup",)),
    # Of a person who has no account any more nobody knows the user's name: the pool's calls are all that can be said.
    Changed.PERSON: _person({"AdminDeleteUser": HandDeed.DELETED}),
    Changed.PERSON_DISABLED: _person(
        {"AdminDisableUser": HandDeed.DISABLED}, undone_by=("AdminEnableUser",), expected=True
    ),
    Changed.PERSON_OUT: _person({"AdminRemoveUserFromGroup": HandDeed.REMOVED}),
    Changed.PERSON_ATTRIBUTES: _person({"AdminUpdateUserAttributes": HandDeed.CHANGED}),
    Changed.PERSON_PASSWORD: _person(
        {"AdminResetUserPassword": HandDeed.CHANGED, "AdminSetUserPassword": HandDeed.CHANGED}
    ),
    Changed.POOL_CLIENT: _of_pool({"UpdateUserPoolClient": HandDeed.CHANGED}),
    Changed.PARAMETER: ChangeRow(
        {"DeleteParameter": HandDeed.DELETED, "DeleteParameters": HandDeed.DELETED},
        ("name", "names"),
        undone_by=("PutParameter",),
        # An account that was never prepared has no marker either.
        expected=False,
    ),
    Changed.ENDPOINT: ChangeRow({"DeleteEndpoint": HandDeed.DELETED}, ("endpointName",), undone_by=("CreateEndpoint",)),
    Changed.SCALING: ChangeRow({"DeregisterScalableTarget": HandDeed.REMOVED}, ("resourceId",), expected=False),
    Changed.OBJECTS: ChangeRow({}),
}


@dataclass(slots=True)
class Authors:
    """Looks up who made changes in one account. `read`: what the doctor has read of the history anyway.

    `since`: when the account was prepared for the event, epoch seconds: what was changed before is another event's.
    """

    patient: Patient
    reader: TrailReader
    read: TrailRead
    now: float
    since: float
    _why: str = field(default="")

    def told(self, finding: Finding) -> Finding:
        """Return the finding with who changed it and when, or that CloudTrail does not show it. Raises Interrupted."""
        if finding.trace is None:
            return finding
        row = TABLE[finding.trace.what]
        if not row.breaks:
            return replace(finding, who=msg("AWS does not record who changes or deletes objects of a bucket"))
        try:
            call = self._call(row, finding.trace)
        except Interrupted:
            raise
        except Exception as error:
            self._why = self._why or refusals.failure(error, self.reader.session.region).detail
            return replace(finding, who=msg("CloudTrail could not be read: {reason}", reason=self._why))
        if call is not None:
            who = whose(self.patient, call)
            words = Message(row.breaks[call.name].value, {"who": who, "time": time_of(call.at, self.now)})
            return replace(finding, who=words, change=HandChange(call.name, who, call.at))
        if not row.expected:
            return finding
        return replace(finding, who=msg("CloudTrail does not show who did it; it shows a call some minutes later"))

    def _call(self, row: ChangeRow, trace: Trace) -> TrailCall | None:
        """Return the call that made the change; None if none is shown, or if it was undone after the last one."""
        wanted = {*row.breaks, *row.undone_by}
        # What was read is the record of the account's own region.
        away = row.everywhere and self.reader.of_global_services != self.reader.session.region
        known = () if away else self.read.calls
        if found := self._newest(row, trace, (each for each in known if each.name in wanted)):
            return found if self._counts(row, found) else None
        if not away and self.read.since <= self.since:
            return None
        broken = [each for name in row.breaks for each in self.reader.named(name, row.everywhere)]
        if self._newest(row, trace, broken) is None:
            return None
        undone = [each for name in row.undone_by for each in self.reader.named(name, row.everywhere)]
        last = self._newest(row, trace, [*broken, *undone])
        return last if last is not None and self._counts(row, last) else None

    def _newest(self, row: ChangeRow, trace: Trace, calls: Iterable[TrailCall]) -> TrailCall | None:
        fitting = (each for each in calls if not each.error and each.at >= self.since and _about(row, trace, each))
        return max(fitting, key=lambda each: each.at, default=None)

    def _counts(self, row: ChangeRow, call: TrailCall) -> bool:
        """Return False for what puts the thing right, such as what the tool itself writes there."""
        deed = row.breaks.get(call.name)
        right = _by_tool(self.patient, call) or call.by_cloudformation
        return deed is not None and (deed is not HandDeed.CHANGED or not right)


def _about(row: ChangeRow, trace: Trace, call: TrailCall) -> bool:
    if row.part and trace.part and call.params.get(row.part) not in (trace.part, _HIDDEN):
        return False
    if not trace.name or not row.names:
        return True
    held = [call.params[key] for key in row.names if key in call.params]
    values = [value for each in held for value in (each if isinstance(each, list) else [each])]
    return any(_names(str(value), trace.name) for value in values)


def _names(value: str, name: str) -> bool:
    """True if a parameter is the name, or an ARN of it: arn:...:stack/NAME/ID, arn:...:TOPIC:SUBSCRIPTION."""
    return value == name or f"/{name}/" in value or value.endswith((f"/{name}", f":{name}")) or f":{name}:" in value


def _by_tool(patient: Patient, call: TrailCall) -> bool:
    """True for a session of this tool. Anybody may name a session of another role like one."""
    access = (patient.account.role_arn or patient.event.access.role_name).rpartition("/")[2]
    return call.own and call.role == access


def whose(patient: Patient, call: TrailCall) -> str:
    """Return who called, as a message. Mail addresses, which are names of sessions and users, are not told."""
    kind, role = str(call.identity.get("type", "")), clean(call.role)
    if _by_tool(patient, call):
        return msg("event-bootstrap")
    if kind == "Root":
        return msg("the root user")
    if call.role == patient.names.participant_role:
        return msg("the team (role {role})", role=role)
    if call.role == patient.names.support_role:
        return msg("support staff (role {role})", role=role)
    if role:
        session = clean(call.session)
        return (
            msg("role {role}", role=role)
            if session != call.session
            else msg("{name} (role {role})", name=session, role=role)
        )
    user = str(call.identity.get("userName") or call.user)
    if user and clean(user) == user:
        return user
    if by := call.identity.get("invokedBy"):
        return msg("AWS ({service})", service=clean(str(by)))
    return msg("somebody whose name is a mail address") if user else msg("somebody whom CloudTrail does not name")


def traced(
    session: AccountSession, patient: Patient, read: TrailRead, since: float, findings: Sequence[Finding]
) -> list[Finding]:
    """Return the findings, each with who changed it and when. API: LookupEvents, only for what `read` does not show.

    Raises Interrupted.
    """
    authors = Authors(patient, TrailReader(session), read, session.now(), since)
    return [authors.told(each) for each in findings]
