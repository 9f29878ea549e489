"""Training jobs: what runs, by instance type, and how the latest job ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bootstrap.aws import reasons
from bootstrap.doctor import causes, log_tail
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine, note
from bootstrap.errors.message import counted, msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_ALIVE = frozenset({"InProgress", "Stopping"})
_LISTED = 50
_MOST_DESCRIBED = 10
# Seconds for which an ordinary job shows that it waits for capacity. Logs of SDK users show up to two minutes.
_USUAL_WAIT = 180.0


@dataclass(frozen=True, slots=True)
class TrainingSeen:
    """`latest`: DescribeTrainingJob of the newest job, with the end of its `log` if it failed.

    `running`: the same of each running job; `used`: their number of instances by type; `at`: epoch seconds.
    """

    latest: Mapping[str, Any] | None
    log: tuple[str, ...]
    running: tuple[Mapping[str, Any], ...]
    used: Counter[str]
    at: float = 0.0


def look(session: AccountSession, patient: Patient) -> TrainingSeen:
    """List jobs, then one call for each running job (up to ten, in parallel), and two for the log of a failed one."""
    client = session.client("sagemaker")
    listed = client.list_training_jobs(SortBy="CreationTime", SortOrder="Descending", MaxResults=_LISTED)
    summaries = listed["TrainingJobSummaries"]
    alive = [each for each in summaries if each["TrainingJobStatus"] in _ALIVE][:_MOST_DESCRIBED]
    wanted = list(dict.fromkeys(each["TrainingJobName"] for each in [*summaries[:1], *alive]))
    tasks = [partial(_describe, session.beside(), name) for name in wanted]
    shown = {each["TrainingJobName"]: each for each in session.each(tasks, most=_MOST_DESCRIBED + 1)}
    running = tuple(shown[each["TrainingJobName"]] for each in alive)
    used: Counter[str] = Counter()
    for each in running:
        used[each["ResourceConfig"].get("InstanceType", "")] += each["ResourceConfig"].get("InstanceCount", 1)
    latest = shown[wanted[0]] if wanted else None
    failed = latest is not None and latest["TrainingJobStatus"] == "Failed"
    return TrainingSeen(latest, log_tail.of_job(session, wanted[0]) if failed else (), running, used, session.now())


def _describe(session: AccountSession, name: str) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = session.client("sagemaker").describe_training_job(TrainingJobName=name)
    return shown


def findings(patient: Patient, seen: TrainingSeen, all_seen: Seen) -> Iterator[Finding]:
    if seen.latest is None:
        yield note("training", msg("no training job yet"))
        return
    yield _latest(patient, seen.latest, seen.log)
    for each in seen.running:
        if words := no_capacity(each, seen.at):
            cause = causes.NO_CAPACITY
            said = msg(
                "job {name} is waiting: AWS has no capacity for {type}: {reason}",
                name=each["TrainingJobName"],
                type=each["ResourceConfig"]["InstanceType"],
                reason=words,
            )
            fix, turn = cause.fix(patient, words), cause.whose_turn
            yield Finding(Severity.TROUBLE, "training", said, cause.code, cause.means, fix, turn=turn)
    if seen.running:
        said = counted(
            "{count} training job is running, on {instances}",
            "{count} training jobs are running, on {instances}",
            len(seen.running),
            instances=", ".join(f"{count} x {kind}" for kind, count in seen.used.items()),
        )
        yield fine("training", said)


def no_capacity(shown: Mapping[str, Any], now: float) -> str:
    """Return AWS's own status and words if a job does not start for lack of capacity; "" otherwise. `now`: epoch s.

    Every job waits for capacity for some seconds, so that only one that waits for minutes lacks it.
    """
    if shown.get("TrainingStartTime") is not None:
        return ""
    steps = shown.get("SecondaryStatusTransitions") or [{}]
    said = str(steps[-1].get("StatusMessage", ""))
    waited = now - shown["CreationTime"].timestamp() > _USUAL_WAIT
    if reasons.lacks_capacity(said) or (waited and reasons.waits_for_capacity(said)):
        return f"{shown.get('SecondaryStatus', '')}: {causes.short(said)}"
    return ""


def _latest(patient: Patient, shown: Mapping[str, Any], log: tuple[str, ...]) -> Finding:
    name, status = shown["TrainingJobName"], shown["TrainingJobStatus"]
    link = patient.console.sagemaker(f"jobs/{name}")
    if status == "Failed":
        return failed(patient, "training", name, str(shown.get("FailureReason", "")), log)
    if shown.get("SecondaryStatus") == "MaxRuntimeExceeded":
        return Finding(
            Severity.NOTE, "training", msg("latest job {name} was stopped at its maximum runtime", name=name), "EB-346",
            msg("it needs more time, fewer epochs or a faster instance type"), link, turn=msg("the team"),
        )  # fmt: skip
    return fine("training", msg("latest job {name}: {status}", name=name, status=status))


def failed(patient: Patient, about: str, name: str, reason: str, log: tuple[str, ...] = ()) -> Finding:
    """Return the finding of a job that failed. `reason`: AWS's words, "" if it gave none."""
    words = causes.short(reason) or msg("AWS gave no reason")
    cause = causes.cause_of(words)
    said = msg("latest job {name} failed: {cause}: {reason}", name=name, cause=cause.words, reason=words)
    fix = cause.fix(patient, words)
    return Finding(Severity.TROUBLE, about, said, cause.code, cause.means, fix, turn=cause.whose_turn, log=log)


EXAMINATION = Examination("training", look, findings)
