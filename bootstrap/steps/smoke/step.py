"""A training job with the team's role, bucket and data. It proves that they work, that the quota exists, and that AWS
ran this one job then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.engine.states import Applied, State, Verdict
from bootstrap.errors import code_of, message_of, raw
from bootstrap.errors.message import Message, joined, msg
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.quotas import QuotaGroup
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import baseline
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.quotas import step as quotas
from bootstrap.steps.quotas.requests import Memory
from bootstrap.steps.quotas.step import QuotasStep
from bootstrap.steps.smoke import request as smoke_request
from bootstrap.steps.smoke import verdict as smoke_verdict
from bootstrap.steps.smoke.proof import SmokeFound, describe, outdated, proven
from bootstrap.steps.smoke.request import Smoke
from bootstrap.steps.smoke.verdict import CAPACITY, NEXT, ONCE, TABLE, Job, SmokeSituation

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# The shortest time in which a job of an epoch ends.
_TYPICAL = 300.0
_POLL = 30.0
_STOPPING = 15.0
_SPARE_MINUTES = 15
# Seconds by which this machine's clock may be fast: with a faster one, this run's jobs would count as an earlier run's.
_SKEW = 60.0
_NEW_ROLE = 180.0
_OPEN = frozenset({"InProgress", "Stopping"})

Usable = Callable[["AccountSession", QuotaGroup, Collection[str]], str | None]
Others = Callable[[Collection[str]], QuotasStep | None]


def _no_others(types: Collection[str]) -> None:
    """Return that no other type has a quota to wait for."""


@dataclass(frozen=True, slots=True)
class SmokeStep:
    """Step: prove the account with a training job.

    `again`: only jobs of this run count; `since`: the run's start in epoch seconds. Without `again`, the jobs since the
    account's baseline count: AWS keeps jobs for ever, also those of an event that was swept, and they prove nothing of
    the bucket, data and role of today.

    `usable`: returns the best type that the quotas allow, except those given; `others`: the quotas of the types
    besides those given.
    `refused`: AWS's refusals in this run; later reads do not show them. `unoffered`: the types on which AWS refused to
    start a job in this run, with its words.
    """

    smoke: Smoke
    names: Names
    group: QuotaGroup
    capacity_minutes: int
    again: bool = False
    since: float = 0.0
    usable: Usable = quotas.best_type
    others: Others = _no_others
    refused: list[State] = field(default_factory=list, compare=False, repr=False)
    unoffered: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def id(self) -> str:
        return "smoke"

    @property
    def patience(self) -> float:
        rest = self.others(self.unoffered) if self.unoffered else None
        own = 60.0 * (self.capacity_minutes * len(self.smoke.kinds) + self.smoke.minutes + _SPARE_MINUTES)
        return max(own, rest.patience) if rest else own

    def check(self, session: AccountSession) -> State:
        if self.refused:
            return self.refused[-1]
        look = self._look(session)
        row = TABLE[look.situation]
        pause = None
        if row.verdict is Verdict.WAITING:
            pause = _STOPPING if look.situation is SmokeSituation.STOPPING else _POLL
        return State(row.verdict, _words(look), look.code or row.code, look_again=pause, facts=look.facts)

    def apply(self, session: AccountSession) -> Applied:
        """Start the next job, stop one that gets no capacity, or request the quota of another type.

        Writes to AWS: CreateTrainingJob, StopTrainingJob, RequestServiceQuotaIncrease.
        """
        look = self._look(session)
        rest = self.others(look.tried) if look.situation is SmokeSituation.QUOTA_TO_REQUEST else None
        if rest:
            return rest.apply(session)
        if look.situation in (SmokeSituation.STARTING_LONG, SmokeSituation.PEAK_LEFT):
            return _stop(session, look.job)
        if look.kind and TABLE[look.situation].verdict is Verdict.TODO:
            return self._start(session, look)
        return Applied(_words(look), _POLL)

    def _look(self, session: AccountSession) -> SmokeFound:
        return session.read("smoke", lambda: self._read(session))

    def _read(self, session: AccountSession) -> SmokeFound:
        summaries = self._listed(session)
        if left := _left_by_peak(summaries, self.names.peak_prefix):
            return left
        listed = smoke_verdict.jobs_of(summaries, self.smoke.prefix, self.smoke.kinds)
        # Their numbers are taken, whatever they prove: AWS accepts no name of a training job twice.
        number = max((each.number for each in listed), default=0) + 1
        jobs = self._of_this_event(session, listed)
        mine = [each for each in jobs if each.created >= self.since - _SKEW]
        outdated_by: dict[str, str] = {}
        for each in mine if self.again else jobs:
            if each.status == "Completed":
                shown = describe(session, each.name)
                why = outdated(each, shown, self.smoke)
                if not why:
                    return proven(session, each, shown, self.smoke.kinds)
                outdated_by[each.name] = why
        if jobs and jobs[0].status in _OPEN:
            return self._running(session, jobs[0])
        tried = [each for each in mine if each.status in ("Failed", "Stopped")]
        if tried:
            return self._after(session, tried, number)
        kind = self.usable(session, self.group, tuple(self.unoffered))
        if kind is None:
            none = self._refusals() or msg("none of {types} is granted", types=", ".join(self.smoke.kinds))
            return self._without(session, tuple(self.unoffered)) or SmokeFound(SmokeSituation.NO_QUOTA, none)
        if jobs and jobs[0].status == "Failed":
            why = smoke_verdict.failure(describe(session, jobs[0].name))[1]
            return SmokeFound(SmokeSituation.TO_START_AFTER, why, "", kind, number=number)
        for job, why in outdated_by.items():
            return SmokeFound(SmokeSituation.OUTDATED, why, job, kind, number=number)
        return SmokeFound(SmokeSituation.TO_START, "", "", kind, number=number)

    def _of_this_event(self, session: AccountSession, listed: list[Job]) -> list[Job]:
        """Return the jobs since the baseline; without a baseline, those of this run and those that have not ended."""
        if all(each.status in _OPEN for each in listed):
            return listed
        began = baseline.since(session, self.names)
        earliest = self.since - _SKEW if began is None else began
        return [each for each in listed if each.status in _OPEN or each.created >= earliest]

    def _after(self, session: AccountSession, tried: Sequence[Job], number: int) -> SmokeFound:
        """Return what to do after this run's jobs that did not succeed. `tried`: newest first."""
        last = tried[0]
        cause, why = smoke_verdict.failure(describe(session, last.name))
        kinds = tuple(each.kind for each in tried)
        if cause.then == NEXT:
            besides = (*kinds, *self.unoffered)
            if kind := self.usable(session, self.group, besides):
                why = msg("{type}: {why}", type=last.kind, why=why)
                return SmokeFound(SmokeSituation.NEXT_TYPE, why, last.name, kind, besides, number)
            if found := self._without(session, besides):
                return found
            if cause is CAPACITY:
                why = joined(", ", (each.period for each in reversed(tried)))
        if cause.then == ONCE and kinds.count(last.kind) < 2:
            return SmokeFound(SmokeSituation.ONCE_MORE, why, last.name, last.kind, kinds, number)
        return SmokeFound(cause.end, why, last.name, last.kind)

    def _without(self, session: AccountSession, besides: tuple[str, ...]) -> SmokeFound | None:
        """Return what becomes of the quotas of the other types; None if none of them can come any more."""
        rest = self.others(besides) if besides else None
        if rest is None:
            return None
        state = rest.check(session)
        kinds = ", ".join(dict.fromkeys(besides))
        if state.verdict is Verdict.TODO:
            return SmokeFound(SmokeSituation.QUOTA_TO_REQUEST, state.detail, kind=kinds, tried=besides)
        if state.verdict is Verdict.WAITING:
            return SmokeFound(SmokeSituation.QUOTA_TO_COME, state.detail, kind=kinds, tried=besides, code=state.code)
        return None

    def _refusals(self) -> str:
        return "; ".join(f"{kind} ({said})" for kind, said in self.unoffered.items())

    def _listed(self, session: AccountSession) -> Sequence[Mapping[str, Any]]:
        """The latest hundred smoke jobs, which is more than the runs of one event start, and those of --peak."""
        answer = session.client("sagemaker").list_training_jobs(
            NameContains=self.smoke.prefix, SortBy="CreationTime", SortOrder="Descending", MaxResults=100
        )
        found: Sequence[Mapping[str, Any]] = answer["TrainingJobSummaries"]
        return found

    def _running(self, session: AccountSession, job: Job) -> SmokeFound:
        if job.status == "Stopping":
            return SmokeFound(SmokeSituation.STOPPING, "", job.name, job.kind)
        waited = session.now() - job.created
        late = waited > self.capacity_minutes * 60 and job.may_wait
        if late and smoke_verdict.waits_for_instances(describe(session, job.name)):
            why = msg("no capacity for {minutes} minutes", minutes=f"{waited / 60:.0f}")
            return SmokeFound(SmokeSituation.STARTING_LONG, why, job.name, job.kind)
        return SmokeFound(SmokeSituation.RUNNING, job.secondary or "InProgress", job.name, job.kind)

    def _start(self, session: AccountSession, look: SmokeFound) -> Applied:
        """Start one job on the first type that AWS does not refuse. Writes to AWS: CreateTrainingJob."""
        tried, kind = [*look.tried, *self.unoffered], look.kind or None
        while kind:
            request = self.smoke.request(session, kind, look.number)
            try:
                session.client("sagemaker").create_training_job(**request)
                return Applied(msg("smoke job {job} started", job=request["TrainingJobName"]), _TYPICAL)
            except ClientError as error:
                if code_of(error) not in ("ResourceLimitExceeded", "ValidationException"):
                    raise
                if smoke_verdict.cause_of(raw(error)).then != NEXT:
                    return self._refusal(session, error)
                self.unoffered[kind] = message_of(error)
                tried.append(kind)
                kind = self.usable(session, self.group, tried)
        if found := self._without(session, tuple(tried)):
            return Applied(_words(found))
        return self._block(SmokeSituation.NO_QUOTA, self._refusals())

    def _refusal(self, session: AccountSession, error: ClientError) -> Applied:
        cause = smoke_verdict.cause_of(raw(error))
        if cause.end is SmokeSituation.ROLE and self._role_is_new(session):
            return Applied(
                msg("the new training role cannot be used yet; retrying"), _STOPPING, f"at {session.now():.0f}"
            )
        if cause.end is SmokeSituation.UNKNOWN:
            self.refused.append(State.blocked(msg("AWS refuses the smoke job: {answer}", answer=raw(error)), "EB-352"))
            return Applied(msg("AWS refused"))
        return self._block(cause.end, raw(error))

    def _block(self, situation: SmokeSituation, why: str) -> Applied:
        words = _words(SmokeFound(situation, why, msg("not started")))
        self.refused.append(State.blocked(words, TABLE[situation].code or "EB-352"))
        return Applied(msg("AWS refused"))

    def _role_is_new(self, session: AccountSession) -> bool:
        """CreateTrainingJob gives the same error for a role just created as for a missing one."""
        try:
            shown = session.client("iam").get_role(RoleName=self.smoke.role_arn.rsplit("/", 1)[1])
        except ClientError as error:
            if aws_errors.transient(error):
                raise
            return False
        return bool(session.now() - shown["Role"]["CreateDate"].timestamp() < _NEW_ROLE)


def _left_by_peak(summaries: Sequence[Mapping[str, Any]], prefix: str) -> SmokeFound | None:
    """Return the job that a killed run with --peak left: this run has the account's lease, so nobody else stops it."""
    left = {each["TrainingJobName"]: each["TrainingJobStatus"] for each in summaries
            if each["TrainingJobName"].startswith(prefix) and each["TrainingJobStatus"] in _OPEN}  # fmt: skip
    for name, status in sorted(left.items(), key=lambda each: each[1] != "InProgress"):
        running = status == "InProgress"
        return SmokeFound(SmokeSituation.PEAK_LEFT if running else SmokeSituation.PEAK_STOPPING, "", name)
    return None


def _words(look: SmokeFound) -> str:
    places = {"why": look.why, "job": look.job, "kind": look.kind, "metric": smoke_verdict.METRIC}
    words = TABLE[look.situation].words
    return Message(words, places) if words else look.why


def _stop(session: AccountSession, job: str) -> Applied:
    try:
        session.client("sagemaker").stop_training_job(TrainingJobName=job)
    except ClientError as error:
        # The job may have ended meanwhile.
        if not reasons.job_has_ended(error):
            raise
    return Applied(msg("smoke job {job} stopped", job=job), _STOPPING)


def build(
    event: Event,
    account: TeamAccount,
    names: Names,
    package: Package,
    *,
    again: bool = False,
    since: float = 0.0,
    memory: Memory | None = None,
) -> SmokeStep:
    """Return the step. `package`: the data that the job trains with; `since`: the run's start, epoch seconds.

    `memory`: what the account's quota steps saw in this run.
    """
    smoke = smoke_request.build(event, account, names, package)
    known = memory or Memory()
    usable = partial(quotas.best_type, memory=memory)
    return SmokeStep(
        smoke, names, event.group("training"), event.patience.capacity_minutes, again, since, usable,
        partial(quotas.besides, event, known),
    )  # fmt: skip


def with_data(step: SmokeStep, package: Package) -> SmokeStep:
    """Return the step with the classes and pictures of `package`. Plans are made before the data are packed."""
    return replace(step, smoke=smoke_request.with_data(step.smoke, package))
