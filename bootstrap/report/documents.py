"""The documents of --output json: their keys and types. Their JSON Schema is made of these classes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NotRequired

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict

from bootstrap.engine.outcomes import Result
from bootstrap.engine.states import Outcome
from bootstrap.errors.printable import escaped
from bootstrap.report.calibration_documents import (
    AnswerDifferenceDocument,
    CalibrationAccountDocument,
    CalibrationKeyDocument,
    LatencyDocument,
)
from bootstrap.report.code_documents import CodesDocument
from bootstrap.report.day_documents import DayDocument
from bootstrap.report.finding_documents import AlikeDocument, FindingDocument
from bootstrap.report.hold_documents import HeldAccountDocument, HoldDocument, ReleasedDocument
from bootstrap.report.journal_documents import AtWorkDocument, CopiedDocument, EntryDocument, ForgetDocument
from bootstrap.report.roster_documents import AccountsDocument, StackSetDocument, SwapDocument
from bootstrap.report.spend_documents import SpendDocument
from bootstrap.report.status_documents import GoingDocument, NightDocument, ReminderDocument, VisitDocument

# Grows when a key changes its meaning or goes; new keys alone do not count. 2: `mend` became `fix`.
Schema = Literal[2]
SCHEMA: Schema = 2


def dumps(document: Mapping[str, object]) -> str:
    """Return one line, the same for the same document."""
    return escaped(json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


class HeaderDocument(TypedDict):
    """The first line of a run, and of `status`."""

    type: Literal["header"]
    schema: Schema
    """The schema of this document and of all that follow it."""
    tool: str
    """The version of event-bootstrap."""
    command: str
    event: str
    run: str
    accounts: int
    """Number of accounts."""
    began: str | None
    whole: bool
    """False if --step or --from chose some steps."""
    scenario: str | None
    """Scenario of the simulated AWS; null for a run on the real AWS."""


class EventDocument(TypedDict):
    """A change of one step of one account."""

    type: Literal["event"]
    run: str
    seq: int
    """Number of the event within its account, from 1."""
    at: str
    team: str
    account_id: str
    step: str
    state: Outcome
    detail: str
    """For people; may change with any version."""
    message: NotRequired[dict[str, Any]]
    """Source of a detail that can be translated: `id` and `args`; for several, `between` and `parts`."""
    settled: bool
    """The step is not visited again in this run."""
    code: str | None
    cause: str | None
    """Key that is the same for accounts with the same cause."""
    after: str | None
    """Step that is not ready, if this step waits or is skipped only because of it."""
    unseen: bool
    """True if the run has not learned how the step stands in the account: what earlier runs saw still holds."""
    facts: dict[str, Any]
    """Values that the step learned; they differ by step."""


class StepDocument(TypedDict):
    """End of a step of an account."""

    state: Outcome
    detail: str
    code: str | None


class AccountDocument(TypedDict):
    """End of an account."""

    team: str
    account_id: str
    result: Result
    labs: dict[str, Result]
    steps: dict[str, StepDocument]
    hold: NotRequired[HoldDocument]
    """The account is on hold."""


class CauseDocument(TypedDict):
    """Cause that keeps accounts from being ready, with all teams that it affects."""

    code: str | None
    cause: str | None
    state: Outcome
    required: bool
    """False if it affects only optional labs."""
    steps: list[str]
    detail: str
    """The first detail of `said`."""
    teams: list[str]
    said: list[SaidDocument]
    """Each different detail once."""


class SaidDocument(TypedDict):
    """A detail of a cause, with its teams. If they are several, `<account>` stands for the ids of their accounts."""

    detail: str
    steps: list[str]
    teams: list[str]


class SummaryDocument(TypedDict):
    """The last line of a run, and of `status`."""

    type: Literal["summary"]
    run: str
    result: Result
    interrupted: bool
    counts: dict[Result, int]
    """Accounts by result."""
    labs: dict[str, Result]
    optional_labs: list[str]
    accounts: list[AccountDocument]
    causes: list[CauseDocument]
    api_calls: int
    exit_code: int
    seconds: float
    forecast: NotRequired[dict[str, Any]]
    """After a rehearsal: time, quotas, calls and cost of the event."""


class ProblemDocument(TypedDict):
    """One problem, in the input or in the environment."""

    code: str
    what: str
    where: str
    cause: str
    fix: str


class ProblemsDocument(TypedDict):
    """The reason why a command stopped before it did anything."""

    type: Literal["problems"]
    schema: Schema
    exit_code: int
    message: str
    problems: list[ProblemDocument]


class DiagnosisDocument(TypedDict):
    """The doctor's findings in one account."""

    type: Literal["diagnosis"]
    schema: Schema
    team: str
    account_id: str
    region: str
    event: str
    at: str
    result: str
    """`well`, or the worst severity."""
    examined: list[str]
    findings: list[FindingDocument]
    hold: NotRequired[HoldDocument]
    """The account is on hold, so that nothing repairs it."""
    api_calls: int
    seconds: float
    exit_code: int


class DiagnosesDocument(TypedDict):
    """The doctor's findings in several accounts, all together. The last document of `doctor` with several teams."""

    type: Literal["diagnoses"]
    schema: Schema
    event: str
    at: str
    teams: int
    """Number of teams that were examined."""
    well: int
    """Number of teams without problems, where everything could be examined."""
    interrupted: bool
    problems: list[AlikeDocument]
    api_calls: int
    seconds: float
    exit_code: int


class CheckDocument(TypedDict):
    """The findings of `check` on this machine, in the operator's account and on the way into the teams' accounts."""

    type: Literal["check"]
    schema: Schema
    event: str
    at: str
    result: str
    """`well`, or the worst severity."""
    accounts: int
    """Number of accounts that were looked at."""
    findings: list[FindingDocument]
    api_calls: int
    seconds: float
    exit_code: int


class ValidateDocument(TypedDict):
    """Result of `validate`, if it found no problems. `notes`: how the roster was read, and rows that were skipped."""

    type: Literal["validate"]
    result: Literal["ready"]
    event: str
    accounts: int
    regions: list[str]
    labs: list[str]
    notes: list[str]
    pictures: PicturesDocument | None


class PicturesDocument(TypedDict):
    """The organiser's own pictures: `there`: files but the hidden ones; `left_out`: their number by ending.

    `same`: pictures that another file shows too, and `alike` pairs that look almost the same; `validate` finds neither.
    """

    there: int
    packed: int
    hidden: int
    left_out: dict[str, int]
    same: int
    alike: int


class ClassDocument(TypedDict):
    """A class of the dataset, and how its pictures are split."""

    label: str
    pictures: int
    training: int
    validation: int


class DatasetDocument(TypedDict):
    """Result of `dataset preview`, if everything can be packed. `page`: path of the page that was written."""

    type: Literal["dataset"]
    result: Literal["ready"]
    event: str
    source: str
    fit: Literal["letterbox", "crop"]
    size: int
    pictures: PicturesDocument
    training: int
    validation: int
    classes: list[ClassDocument]
    page: str


class SimulateDocument(TypedDict):
    """The way to the running simulated AWS."""

    type: Literal["simulate"]
    environment: dict[str, str]
    unset: list[str]
    """Variables that must not be set."""
    profiles: dict[str, str]
    """Account id by team; each team is a profile of the AWS CLI."""
    speed: float
    control: str


class CalibrationDocument(TypedDict):
    """Result of `calibrate`. `scenario`, `answers`: paths of the files that were written."""

    type: Literal["calibration"]
    schema: Schema
    event: str
    at: str
    accounts: list[CalibrationAccountDocument]
    keys: list[CalibrationKeyDocument]
    latency: list[LatencyDocument]
    compared: bool
    differences: list[AnswerDifferenceDocument]
    scenario: str
    answers: str
    api_calls: int
    seconds: float
    exit_code: int


Document = (
    HeaderDocument
    | EventDocument
    | SummaryDocument
    | GoingDocument
    | NightDocument
    | ReminderDocument
    | VisitDocument
    | ProblemsDocument
    | DiagnosisDocument
    | DiagnosesDocument
    | CheckDocument
    | EntryDocument
    | HeldAccountDocument
    | ReleasedDocument
    | SpendDocument
    | AtWorkDocument
    | CopiedDocument
    | DayDocument
    | ForgetDocument
    | SwapDocument
    | CodesDocument
    | AccountsDocument
    | StackSetDocument
    | ValidateDocument
    | DatasetDocument
    | SimulateDocument
    | CalibrationDocument
)
