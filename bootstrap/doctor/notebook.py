"""The team's notebook: its state, the end of its lifecycle log; and other notebooks that the team made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bootstrap.doctor import causes, log_tail
from bootstrap.doctor.drift import drifted
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Changed, Finding, Severity, Trace, fine, meaning, note
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.errors.message import msg
from bootstrap.event.mornings import Hours
from bootstrap.steps.notebook_start import described

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_STACK = "stack:notebooks"
_MOVING = frozenset({"Pending", "Updating", "Stopping", "Deleting"})


@dataclass(frozen=True, slots=True)
class NotebookSeen:
    """`shown` is None if there is no notebook; `others`: the team's other running notebooks, by instance type.

    `now`: when it was looked at, epoch seconds.
    """

    shown: Mapping[str, Any] | None
    log: tuple[str, ...]
    others: Counter[str]
    now: float = 0.0


def look(session: AccountSession, patient: Patient) -> NotebookSeen | None:
    """Read the notebook and its log: three calls, four if the notebook failed."""
    if _STACK not in patient.entries:
        return None
    name = patient.names.notebook
    listed = session.client("sagemaker").list_notebook_instances(MaxResults=100)["NotebookInstances"]
    others = [each for each in listed if each["NotebookInstanceName"] != name]
    running = Counter(each["InstanceType"] for each in others if each["NotebookInstanceStatus"] == "InService")
    shown = described(session, name)
    if shown is None:
        return NotebookSeen(None, (), running)
    return NotebookSeen(shown, _log(session, name, shown["NotebookInstanceStatus"]), running, session.now())


def _log(session: AccountSession, name: str, status: str) -> tuple[str, ...]:
    """Return the end of the start script's log; without one, if the notebook failed, that of the create script."""
    lines = log_tail.of_stream(session, log_tail.NOTEBOOKS, f"{name}/LifecycleConfigOnStart")
    if lines or status != "Failed":
        return lines
    return log_tail.of_stream(session, log_tail.NOTEBOOKS, f"{name}/LifecycleConfigOnCreate")


def findings(patient: Patient, seen: NotebookSeen | None, all_seen: Seen) -> Iterator[Finding]:
    if seen is None:
        return
    if seen.others:
        words = ", ".join(f"{count} x {kind}" for kind, count in seen.others.items())
        yield note("notebook", msg("the team made other notebooks, which are running: {instances}", instances=words))
    stacks = all_seen.get("stacks")
    # While the stack is being created, or has failed, its own finding says so.
    if not isinstance(stacks, StacksSeen) or not stacks.stands(patient, _STACK):
        return
    if seen.shown is None:
        asks = msg("a new notebook is created; the files of the deleted notebook are already lost")
        words = msg("notebook {notebook} was deleted", notebook=patient.names.notebook)
        yield drifted(patient, "notebooks", words, "EB-537", asks, Trace(Changed.NOTEBOOK, patient.names.notebook))
        return
    yield _at_rest(patient, seen.shown, seen.now) or _state(patient, seen.shown, seen.log)
    if differs := _differs(patient, seen.shown):
        asks = msg("the notebook is stopped and started again; what runs in it ends")
        settings = Trace(Changed.NOTEBOOK_SETTINGS, patient.names.notebook)
        yield drifted(patient, "notebooks", differs, asks=asks, trace=settings)


def _at_rest(patient: Patient, shown: Mapping[str, Any], now: float) -> Finding | None:
    """Return the state of a notebook before the morning for which event.yaml lets it wait, or after the event; None if
    the hour says nothing of it."""
    hours, status, name = Hours.of(patient.event), shown["NotebookInstanceStatus"], patient.names.notebook
    if status == "Stopped" and hours.over(now):
        # Whoever swept or stopped it was right, and a start would be billed.
        return fine("notebook", msg("notebook {notebook} is stopped; the event is over", notebook=name))
    until = hours.until(now)
    if until is None or not hours.early(now):
        return None
    places = {"notebook": name, "until": f"{until:%Y-%m-%d %H:%M %z}"}
    if status == "Stopped":
        return fine("notebook", msg("notebook {notebook} is stopped until {until}, as event.yaml wants it", **places))
    if status == "InService":
        words = msg("notebook {notebook} runs, and event.yaml wants it stopped until {until}", **places)
        return Finding(Severity.NOTE, "notebook", words, fix=patient.command("provision {} --step notebook"))
    return None


def _state(patient: Patient, shown: Mapping[str, Any], log: tuple[str, ...]) -> Finding:
    status, name = shown["NotebookInstanceStatus"], patient.names.notebook
    link = patient.console.sagemaker(f"notebook-instances/{name}")
    if status == "InService":
        return fine("notebook", _in_service(name, shown["InstanceType"], log))
    if status in _MOVING:
        words = msg("notebook {notebook} is {status}", notebook=name, status=status)
        return Finding(Severity.NOTE, "notebook", words, fix=link, turn="AWS", log=log)
    if status == "Stopped":
        words = msg("notebook {notebook} is stopped", notebook=name)
        return Finding(
            Severity.TROUBLE, "notebook", words, "EB-535", meaning("EB-535"), patient.repaired, repair=("notebook",),
            trace=Trace(Changed.NOTEBOOK_STOPPED, name),
        )  # fmt: skip
    reason = causes.short(str(shown.get("FailureReason", ""))) or msg("AWS gave no reason")
    cause = causes.cause_of(reason)
    code, fix = cause.code, cause.fix(patient, reason)
    if code == "EB-351":
        code, fix = "EB-538", link
    words = msg("notebook {notebook} failed: {cause}: {reason}", notebook=name, cause=cause.words, reason=reason)
    return Finding(Severity.TROUBLE, "notebook", words, code, cause.means, fix, repair=("notebook",), log=log)


def _in_service(name: str, instance_type: str, log: tuple[str, ...]) -> str:
    if not log:
        return msg("notebook {notebook} is in service on {type}", notebook=name, type=instance_type)
    return msg(
        "notebook {notebook} is in service on {type}; last line of its start script's log: {line}",
        notebook=name,
        type=instance_type,
        line=log[-1],
    )


def _differs(patient: Patient, shown: Mapping[str, Any]) -> str:
    """Return what differs from the stack's template; "" if nothing does."""
    names, found, wanted = patient.names, shown["InstanceType"], patient.event.notebook.instance_type
    if found != wanted:
        return msg(
            "notebook {notebook} has the instance type {type} instead of {wanted}",
            notebook=names.notebook,
            type=found,
            wanted=wanted,
        )
    if shown.get("NotebookInstanceLifecycleConfigName") != names.lifecycle_config:
        return msg("notebook {notebook} has no start script, or a different one", notebook=names.notebook)
    if shown["RoleArn"] != names.role_arn(names.training_role):
        return msg("notebook {notebook} has a different role", notebook=names.notebook)
    return ""


EXAMINATION = Examination("notebook", look, findings, needs=("stacks",))
