"""The team's notebook: its state, the end of its lifecycle log, and notebooks that were made beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.doctor import causes, log_tail
from bootstrap.doctor.drift import drifted
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine, meaning, note
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.errors import message_of

_STACK = "stack:notebooks"
_MOVING = frozenset({"Pending", "Updating", "Stopping", "Deleting"})
_RESTART = "the notebook is stopped and started: what runs in it ends"
_ANEW = "a new notebook is made: what was on the old one's disk is gone already"


@dataclass(frozen=True, slots=True)
class NotebookSeen:
    """`shown` is None where there is no notebook; `others`: what runs beside it, by type."""

    shown: Mapping[str, Any] | None
    log: tuple[str, ...]
    others: Counter[str]


def look(session: AccountSession, patient: Patient) -> NotebookSeen | None:
    """Three calls, four of a notebook that failed."""
    if _STACK not in patient.entries:
        return None
    client, name = session.client("sagemaker"), patient.names.notebook
    listed = client.list_notebook_instances(MaxResults=100)["NotebookInstances"]
    others = [each for each in listed if each["NotebookInstanceName"] != name]
    running = Counter(each["InstanceType"] for each in others if each["NotebookInstanceStatus"] == "InService")
    try:
        shown = client.describe_notebook_instance(NotebookInstanceName=name)
    except ClientError as error:
        if "RecordNotFound" not in message_of(error):
            raise
        return NotebookSeen(None, (), running)
    return NotebookSeen(shown, _log(session, name, shown["NotebookInstanceStatus"]), running)


def _log(session: AccountSession, name: str, status: str) -> tuple[str, ...]:
    """What the script that runs at each start said last; of a first start that failed, what the other one did."""
    lines = log_tail.of_stream(session, log_tail.NOTEBOOKS, f"{name}/LifecycleConfigOnStart")
    if lines or status != "Failed":
        return lines
    return log_tail.of_stream(session, log_tail.NOTEBOOKS, f"{name}/LifecycleConfigOnCreate")


def findings(patient: Patient, seen: NotebookSeen | None, all_seen: Seen) -> Iterator[Finding]:
    if seen is None:
        return
    if seen.others:
        words = ", ".join(f"{count} x {kind}" for kind, count in seen.others.items())
        yield note("notebook", f"the team made notebooks of its own, which run: {words}")
    stacks = all_seen.get("stacks")
    # What the stack still makes, or could not make, it says itself.
    if not isinstance(stacks, StacksSeen) or not stacks.stands(patient, _STACK):
        return
    if seen.shown is None:
        yield drifted(patient, "notebooks", f"notebook {patient.names.notebook} is gone", "EB-537", _ANEW)
        return
    yield _state(patient, seen.shown, seen.log)
    if differs := _differs(patient, seen.shown):
        yield drifted(patient, "notebooks", f"notebook {patient.names.notebook} has {differs}", asks=_RESTART)


def _state(patient: Patient, shown: Mapping[str, Any], log: tuple[str, ...]) -> Finding:
    status, name = shown["NotebookInstanceStatus"], patient.names.notebook
    link = patient.console.sagemaker(f"notebook-instances/{name}")
    if status == "InService":
        last = f"; its start script said last: {log[-1]}" if log else ""
        return fine("notebook", f"{name} is in service on {shown['InstanceType']}{last}")
    if status in _MOVING:
        return Finding(Severity.NOTE, "notebook", f"{name} is {status}", fix=link, turn="AWS", log=log)
    if status == "Stopped":
        words = f"{name} is stopped"
        return Finding(
            Severity.TROUBLE, "notebook", words, "EB-535", meaning("EB-535"), patient.repaired, repair=("notebook",)
        )
    reason = causes.short(str(shown.get("FailureReason", "no reason given")))
    cause = causes.cause_of(reason)
    code, fix = cause.code, cause.fix(patient, reason)
    if code == "EB-351":
        code, fix = "EB-538", link
    words = f"{name} failed: {cause.name}: {reason}"
    return Finding(Severity.TROUBLE, "notebook", words, code, cause.means, fix, repair=("notebook",), log=log)


def _differs(patient: Patient, shown: Mapping[str, Any]) -> str:
    names, event = patient.names, patient.event
    if shown["InstanceType"] != event.notebook.instance_type:
        return f"type {shown['InstanceType']}, not {event.notebook.instance_type}"
    if shown.get("NotebookInstanceLifecycleConfigName") != names.lifecycle_config:
        return "another start script, or none"
    if shown["RoleArn"] != names.role_arn(names.training_role):
        return "another role"
    return ""


EXAMINATION = Examination("notebook", look, findings)
