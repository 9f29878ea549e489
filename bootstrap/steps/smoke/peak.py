"""The step of --peak: training jobs in all accounts at once, stopped as soon as all of them train.

It proves how many jobs AWS ran at once at that moment. Nobody but AWS knows what it runs an hour later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.aws.reasons import JobReason
from bootstrap.engine.states import Applied, State
from bootstrap.errors import clean, code_of, message_of, raw
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.quotas import QuotaGroup
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.quotas import step as quotas
from bootstrap.steps.quotas.requests import Memory
from bootstrap.steps.smoke import request as smoke_request
from bootstrap.steps.smoke import verdict as smoke_verdict
from bootstrap.steps.smoke.gathering import Gathering, PeakState
from bootstrap.steps.smoke.request import Smoke
from bootstrap.steps.smoke.step import Usable
from bootstrap.steps.smoke.verdict import NEXT, TABLE, tail

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

ID = "peak"
SPARE_MINUTES = 10
"""Minutes that a job of --peak may run beyond the time in which jobs may wait for capacity: it ends by itself then."""
# So many that AWS's longest runtime, or the tool, ends the job.
_EPOCHS = "5000"
# The least that AWS takes. It ends a job that still waits for its instance if nobody is left to stop it.
_PENDING_SECONDS = 1800
_POLL = 15.0
_WORDS = 240
_SPARE = 1800.0
_OPEN = ("InProgress", "Stopping")


def longest_minutes(event: Event) -> int:
    """Return the maximum runtime of a job of --peak, in minutes."""
    return event.patience.capacity_minutes + SPARE_MINUTES


@dataclass(frozen=True, slots=True)
class PeakStep:
    """Step: run the account's share of the jobs of the day's peak, together with the other accounts.

    `usable`: as in SmokeStep. `refused`: AWS's refusals to start a job in this run, by job: words and code. `early`:
    jobs that ended before they were stopped.
    """

    smoke: Smoke
    names: Names
    account_id: str
    group: QuotaGroup
    gathering: Gathering
    usable: Usable = quotas.best_type
    refused: dict[int, tuple[str, str]] = field(default_factory=dict, compare=False, repr=False)
    early: set[str] = field(default_factory=set, compare=False, repr=False)

    @property
    def id(self) -> str:
        return ID

    @property
    def patience(self) -> float:
        return self.gathering.seconds + _SPARE

    @property
    def jobs(self) -> int:
        """Number of jobs that the account is to run."""
        return self.gathering.jobs.get(self.account_id, 0)

    def check(self, session: AccountSession) -> State:
        mine, others = self._seen(session)
        if left := [each["TrainingJobName"] for each in others if each["TrainingJobStatus"] == "InProgress"]:
            return State.todo(msg("stop {jobs}, which an earlier run left", jobs=", ".join(left)))
        if others:
            return State.waiting(msg("jobs of an earlier run are stopping"), look_again=_POLL, steady=True)
        state = self._state(mine)
        if state is not None:
            self.gathering.tell(self.account_id, state, session.now())
        over = self.gathering.over(session.now())
        opened = [each for each in mine if each["TrainingJobStatus"] == "InProgress"]
        if over is None:
            self.early.update(each["TrainingJobName"] for each in mine if each not in opened)
            if state is None:
                return State.todo(counted("start {count} training job", "start {count} training jobs", self.jobs))
            return State.waiting(_words(mine), look_again=_POLL, steady=True)
        if opened:
            return State.todo(msg("stop the jobs: {words}", words=_words(mine)))
        if any(each["TrainingJobStatus"] == "Stopping" for each in mine):
            return State.waiting(msg("the jobs are stopping"), look_again=_POLL, steady=True)
        return self._result(mine)

    def apply(self, session: AccountSession) -> Applied:
        """Start the account's jobs, or stop them. Writes to AWS: CreateTrainingJob, StopTrainingJob."""
        mine, others = self._seen(session)
        over = self.gathering.over(session.now()) is not None
        to_stop = [*others, *(mine if over else ())]
        if to_stop or over:
            for each in to_stop:
                stop(session, each["TrainingJobName"])
            return Applied(msg("jobs stopped"), _POLL, f"stopped at {session.now():.0f}")
        for number in range(1, self.jobs + 1):
            self._start(session, number)
        state = PeakState.OUT if len(self.refused) == self.jobs else PeakState.STARTING
        self.gathering.tell(self.account_id, state, session.now())
        started = self.jobs - len(self.refused)
        return Applied(counted("{count} training job started", "{count} training jobs started", started), _POLL)

    def _seen(self, session: AccountSession) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        """Return the jobs of this run, described, and the open ones of earlier runs, as listed."""

        def read() -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
            sagemaker, mine = session.client("sagemaker"), f"{self.names.peak_prefix}{self.gathering.token}-"
            listed = listing(session, self.names)
            named = [each["TrainingJobName"] for each in listed if each["TrainingJobName"].startswith(mine)]
            others = [
                each for each in listed if each["TrainingJobName"] not in named and each["TrainingJobStatus"] in _OPEN
            ]
            return [sagemaker.describe_training_job(TrainingJobName=each) for each in sorted(named)], others

        return session.read(ID, read)

    def _state(self, mine: Sequence[Mapping[str, Any]]) -> PeakState | None:
        """Return the state of the account's jobs; None if none was started or refused."""
        if len(mine) + len(self.refused) < self.jobs:
            return PeakState.STARTING if mine or self.refused else None
        opened = [each for each in mine if each["TrainingJobStatus"] == "InProgress"]
        if not opened:
            return PeakState.OUT
        trains = all(each["SecondaryStatus"] in ("Training", "Uploading") for each in opened)
        return PeakState.TRAINING if trains else PeakState.STARTING

    def _start(self, session: AccountSession, number: int) -> None:
        """Start one job on the best type that quotas allow and AWS does not refuse."""
        tried: list[str] = []
        self.refused.pop(number, None)
        while kind := self.usable(session, self.group, tuple(tried)):
            request = self.request(session, kind, number)
            try:
                session.client("sagemaker").create_training_job(**request)
                self.refused.pop(number, None)
                return
            except ClientError as error:
                if code_of(error) == "ResourceInUse":
                    # Started by a call whose answer was lost.
                    self.refused.pop(number, None)
                    return
                if code_of(error) not in ("ResourceLimitExceeded", "ValidationException"):
                    raise
                cause = smoke_verdict.cause_of(raw(error))
                self.refused[number] = clean(message_of(error))[:_WORDS], TABLE[cause.end].code or "EB-352"
                if cause.then != NEXT:
                    return
                tried.append(kind)
        none = msg("none of {types} is granted", types=", ".join(self.smoke.kinds))
        self.refused.setdefault(number, (none, "EB-341"))

    def request(self, session: AccountSession, kind: str, number: int) -> dict[str, Any]:
        """Return the parameters of CreateTrainingJob: those of the smoke job, but long. Writes nothing."""
        made = self.smoke.request(session, kind, number)
        seconds = int(self.gathering.seconds) + SPARE_MINUTES * 60
        return {
            **made,
            "TrainingJobName": f"{self.names.peak_prefix}{self.gathering.token}-{number}-{tail(kind)}",
            "HyperParameters": {**made["HyperParameters"], "epochs": _EPOCHS},
            "StoppingCondition": {"MaxRuntimeInSeconds": seconds, "MaxPendingTimeInSeconds": _PENDING_SECONDS},
        }

    def _result(self, mine: Sequence[Mapping[str, Any]]) -> State:
        facts: dict[str, Any] = {"jobs": [_facts(each) for each in mine], "wanted": self.jobs}
        early = [each for each in mine if each["TrainingJobName"] in self.early and not _lacked(each)]
        waited = [each for each in mine if each.get("TrainingStartTime") is None and each not in early]
        if self.refused:
            why = joined("; ", list(dict.fromkeys(words for words, _ in self.refused.values())))
            count, code = len(self.refused), next(code for _, code in self.refused.values())
            words = msg("{count} of {jobs} jobs were not started: {why}", count=count, jobs=self.jobs, why=why)
            return State.blocked(words, code, **facts)
        if early:
            why = joined("; ", [_said(each) for each in early])
            return State.blocked(msg("a job ended before it was stopped: {why}", why=why), "EB-835", **facts)
        if waited or len(mine) < self.jobs:
            why = joined("; ", [_said(each) for each in waited]) or msg("not started in time")
            words = msg("{count} of {jobs} jobs got no instance: {why}", count=self.jobs - len(mine) + len(waited),
                        jobs=self.jobs, why=why)  # fmt: skip
            return State.blocked(words, "EB-834", cause=JobReason.CAPACITY.value, **facts)
        types = ", ".join(dict.fromkeys(each["ResourceConfig"]["InstanceType"] for each in mine))
        words = counted(
            "{count} job trained on {types}, and was stopped", "{count} jobs trained on {types}, and were stopped",
            len(mine), types=types,
        )  # fmt: skip
        return State.ready(words, **facts)


def listing(session: AccountSession, names: Names) -> Sequence[Mapping[str, Any]]:
    """Return the latest hundred jobs of --peak, of all runs. API: ListTrainingJobs."""
    answer = session.client("sagemaker").list_training_jobs(
        NameContains=names.peak_prefix, SortBy="CreationTime", SortOrder="Descending", MaxResults=100
    )
    found: Sequence[Mapping[str, Any]] = answer["TrainingJobSummaries"]
    return found


def stop(session: AccountSession, job: str) -> None:
    """Stop the job, if it has not ended. Writes to AWS: StopTrainingJob."""
    try:
        session.client("sagemaker").stop_training_job(TrainingJobName=job)
    except ClientError as error:
        if not reasons.job_has_ended(error):
            raise


def stop_all(session: AccountSession, names: Names) -> list[str]:
    """Stop every job of --peak that runs in the account; return their names. Writes to AWS: StopTrainingJob."""
    # Nothing is sent that writes before AWS has confirmed whose account it is.
    session.client("sts").get_caller_identity()
    running = [each["TrainingJobName"] for each in listing(session, names) if each["TrainingJobStatus"] == "InProgress"]
    for each in running:
        stop(session, each)
    return running


def _lacked(shown: Mapping[str, Any]) -> bool:
    return reasons.job_reason(str(shown.get("FailureReason", ""))) is JobReason.CAPACITY


def _said(shown: Mapping[str, Any]) -> str:
    """Return AWS's last status and words before the job ended, or its reason to fail."""
    if reason := str(shown.get("FailureReason", "")):
        return clean(reason)[:_WORDS]
    ends = ("Stopping", "Stopped", "Completed", "Failed")
    steps = [each for each in shown.get("SecondaryStatusTransitions", ()) if each["Status"] not in ends]
    last = steps[-1] if steps else {}
    return clean(f"{last.get('Status', shown.get('SecondaryStatus', ''))}: {last.get('StatusMessage', '')}")[:_WORDS]


def _words(mine: Sequence[Mapping[str, Any]]) -> str:
    return joined("; ", [_said(each) for each in mine]) or msg("not started in time")


def _facts(shown: Mapping[str, Any]) -> dict[str, Any]:
    began, ended = shown.get("TrainingStartTime"), shown.get("TrainingEndTime")
    return {
        "job": shown["TrainingJobName"],
        "instance_type": shown["ResourceConfig"]["InstanceType"],
        "status": shown["TrainingJobStatus"],
        "said": _said(shown),
        "began": began.timestamp() if began else None,
        "ended": ended.timestamp() if ended else None,
    }


def build(
    event: Event, account: TeamAccount, names: Names, package: Package, gathering: Gathering, memory: Memory
) -> PeakStep:
    """Return the step. `gathering`: shared by all accounts of the run; `memory`: what the quota steps saw."""
    smoke = smoke_request.build(event, account, names, package)
    usable = partial(quotas.best_type, memory=memory)
    return PeakStep(smoke, names, account.account_id, event.group("training"), gathering, usable)


def with_data(step: PeakStep, package: Package) -> PeakStep:
    """Return the step with the classes and pictures of `package`."""
    return replace(step, smoke=smoke_request.with_data(step.smoke, package))
