"""What the doctor says of a notebook that waits for the morning of the event."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bootstrap.cli.commands.choice import read
from bootstrap.doctor import Patient, notebook
from bootstrap.doctor.notebook import NotebookSeen
from bootstrap.doctor.repair_plan import Repair
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.event import mornings
from bootstrap.event.names import Names
from bootstrap.steps import plan
from bootstrap.steps.notebook_start import NotebookStartStep
from bootstrap.steps.wishes import Wishes
from tests.runs import choice, folder


@pytest.fixture(scope="module")
def patients(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Patient]:
    inputs = read(choice(folder(tmp_path_factory.mktemp("patient"))))
    (account,) = inputs.accounts
    found = {}
    for ready in ("now", "morning"):
        wanted = inputs.event.notebook.model_copy(update={"ready": ready})
        event = inputs.event.model_copy(update={"notebook": wanted})
        names = Names.of(event, account)
        entries = plan.entries(event, account, names, Wishes(), 0.0)
        found[ready] = Patient(event, account, names, {each.step.id: each for each in entries})
    return found


@pytest.mark.parametrize(
    ("ready", "hours", "status", "severity", "code", "repair"),
    [
        ("morning", -24, "Stopped", "fine", None, ()),
        ("morning", -24, "InService", "note", None, ()),
        ("morning", -24, "Stopping", "note", None, ()),
        ("morning", 0, "Stopped", "trouble", "EB-535", ("notebook",)),
        ("morning", 0, "InService", "fine", None, ()),
        ("now", -24, "Stopped", "trouble", "EB-535", ("notebook",)),
        ("now", -24, "InService", "fine", None, ()),
        # The event is over: whoever stopped it was right, and a repair would be billed.
        ("now", 100, "Stopped", "fine", None, ()),
        ("morning", 100, "Stopped", "fine", None, ()),
    ],
)
def test_before_the_morning_and_after_the_event_a_stopped_notebook_is_no_trouble(
    patients: dict[str, Patient], ready: str, hours: int, status: str, severity: str, code: str | None,
    repair: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    patient = patients[ready]
    now = mornings.first(patient.event.schedule) + timedelta(hours=hours)
    shown = {
        "NotebookInstanceStatus": status,
        "InstanceType": "ml.t3.medium",
        "NotebookInstanceLifecycleConfigName": patient.names.lifecycle_config,
        "RoleArn": patient.names.role_arn(patient.names.training_role),
    }
    monkeypatch.setattr(StacksSeen, "stands", lambda *_: True)
    seen = NotebookSeen(shown, (), Counter(), now.timestamp())
    stacks = object.__new__(StacksSeen)
    (found,) = notebook.findings(patient, seen, {"stacks": stacks})
    assert (found.severity.value, found.code, found.repair) == (severity, code, repair)


def test_a_repair_starts_it_whatever_the_hour(patients: dict[str, Patient]) -> None:
    """Its step takes the place of the plan's, which would wait for the morning."""
    patient = patients["morning"]
    made = Repair(("notebook",)).entries(tuple(patient.entries.values()), patient.names, 0.0)
    assert [type(each.step) for each in made if each.step.id == "notebook"] == [NotebookStartStep]
