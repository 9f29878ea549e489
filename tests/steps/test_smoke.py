"""The smoke training job: what SageMaker says -> situation, verdict, code and the next job."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import Verdict
from bootstrap.errors import Refused, catalogue
from bootstrap.event.names import Names
from bootstrap.event.quotas import QuotaGroup
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.smoke.image_registries import REGISTRIES, REPOSITORY, VERSION
from bootstrap.steps.smoke.request import Smoke, build, image
from bootstrap.steps.smoke.step import SmokeStep
from bootstrap.steps.smoke.verdict import TABLE, SmokeSituation, cause_of
from tests.steps.answers import NOON, AnsweringSession, account, at, refusal
from tests.steps.dataset.datasets import ROOT, an_event, dataset

P3, G5, G4 = "ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge"
PREFIX, ROLE = "day-smoke-", "arn:aws:iam::111111111111:role/day-training-ap-northeast-1"
RUN = NOON - 3600
BEFORE, IN_RUN = RUN - 86_400, RUN + 60
# The account was swept and prepared again between the two.
BASELINE, SWEPT_SINCE = BEFORE - 3600, BEFORE - 7200
SMOKE = Smoke(PREFIX, "day-bucket", ROLE, (P3, G5, G4), 50, 15, 4, 192, {"event": "day"}, data="today")
GROUP = QuotaGroup(name="training")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Each test begins a run, which remembers AWS's refusals."""
    STEP.refused.clear()
    STEP.unoffered.clear()


def usable(*kinds: str) -> Callable[..., str | None]:
    return lambda session, group, besides: next((each for each in kinds if each not in besides), None)


NAMES = Names("day", "111111111111", "ap-northeast-1")
STEP = SmokeStep(SMOKE, NAMES, GROUP, 10, False, RUN, usable(G5, G4))
AGAIN = replace(STEP, again=True)


@dataclass
class Job:
    number: int
    kind: str
    status: str
    created: float = IN_RUN
    secondary: str = ""
    reason: str = ""
    message: str = "Starting the training job"
    steps: tuple[str, ...] = ("Starting",)
    metric: str = "validation:accuracy"
    output: str = "s3://day-bucket/smoke/today/"
    peak: bool = False

    @property
    def name(self) -> str:
        return f"{PREFIX}{'peak-' * self.peak}{self.number:02d}-{self.kind.replace('.', '-')}"

    def summary(self) -> dict[str, Any]:
        ended = {} if self.status in ("InProgress", "Stopping") else {"TrainingEndTime": at(self.created + 600)}
        shown = {"TrainingJobName": self.name, "TrainingJobStatus": self.status, "CreationTime": at(self.created)}
        return {**shown, **ended, "SecondaryStatus": self.secondary or self.status}

    def described(self) -> dict[str, Any]:
        transitions = [{"Status": each, "StatusMessage": self.message} for each in self.steps]
        return {
            **self.summary(),
            "FailureReason": self.reason,
            "SecondaryStatusTransitions": transitions,
            "OutputDataConfig": {"S3OutputPath": self.output},
            "ModelArtifacts": {"S3ModelArtifacts": f"s3://day-bucket/smoke/{self.name}/output/model.tar.gz"},
            "FinalMetricDataList": [{"MetricName": self.metric, "Value": 0.9375}] if self.metric else [],
            "TrainingTimeInSeconds": 185,
        }


def manifest(written: float | None) -> dict[str, Any]:
    """What AWS shows of the baseline; the operator's clock, by which it says it was made, was an hour slow."""
    if written is None:
        return {"Parameters": []}
    value = json.dumps({"schema": 1, "made": at(written - 3600).isoformat(), "sha256": "0" * 64, "parts": 1})
    shown = {"Name": "/event-bootstrap/day/baseline/0000", "Value": value, "Version": 1}
    return {"Parameters": [{**shown, "LastModifiedDate": at(written)}]}


def session_of(*jobs: Job, now: float = NOON, **answers: Any) -> AnsweringSession:
    by_name = {each.name: each for each in jobs}
    usual: dict[str, Any] = {
        "GetParameters": manifest(BASELINE),
        "ListTrainingJobs": {"TrainingJobSummaries": [each.summary() for each in jobs]},
        "DescribeTrainingJob": lambda asked: by_name[asked["TrainingJobName"]].described(),
        "HeadObject": {},
        "CreateTrainingJob": {},
        "StopTrainingJob": {},
    }
    session = AnsweringSession(usual | answers, now=now)
    session._seen["once:image:image-classification"] = "1.dkr.ecr.ap-northeast-1.amazonaws.com/image-classification:1"
    session.once = lambda key, fetch: "image" if key.startswith("image") else fetch()  # type: ignore[method-assign]
    return session


@dataclass
class Row:
    name: str
    situation: SmokeSituation
    jobs: list[Job]
    starts: str = ""
    stops: bool = False
    step: SmokeStep = STEP
    says: str = ""
    now: float = NOON
    answers: dict[str, Any] = field(default_factory=dict)


def failed(reason: str, kind: str = G5, number: int = 1, created: float | None = None) -> Job:
    return Job(
        number,
        kind,
        "Failed",
        created or IN_RUN + number,
        "Failed",
        reason,
        steps=("Starting", "Downloading", "Failed"),
    )


def starved(kind: str, number: int) -> Job:
    return Job(number, kind, "Stopped", IN_RUN + number, "Stopped", steps=("Starting", "Stopping", "Stopped"))


S = SmokeSituation
CAPACITY = "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different type."
INTERNAL = "InternalServerError: We encountered an internal error.  Please try again."
NO_ROLE = "ClientError: Please ensure that the role exists and can be assumed: AssumeRole denied"
INIT = "ClientError: Unable to initialize the algorithm. Failed to validate "
LATE = IN_RUN + 601
OTHER_DATA = "s3://day-bucket/smoke/yesterday/"
ROWS = [
    Row("left by a killed --peak", S.PEAK_LEFT, [Job(1, G5, "InProgress", BEFORE, "Training", peak=True),
                                                 Job(2, P3, "Completed", BEFORE)], stops=True),
    Row("of --peak, being stopped", S.PEAK_STOPPING, [Job(1, G5, "Stopping", BEFORE, "Stopping", peak=True)]),
    Row("no job", S.TO_START, [], starts="day-smoke-01-ml-g5-2xlarge"),
    Row("jobs of others", S.TO_START, [Job(7, "x", "Completed", BEFORE)], "day-smoke-01-ml-g5-2xlarge",
        answers={"ListTrainingJobs": {"TrainingJobSummaries": [
            {**Job(1, G5, "Completed").summary(), "TrainingJobName": "my-day-smoke-01-ml-g5-2xlarge"}]}}),
    Row("no usable type", S.NO_QUOTA, [], step=replace(STEP, usable=usable()), says=P3),
    Row("completed", S.PROVEN, [Job(1, G5, "Completed")], says="validation:accuracy 0.94 in 3 min 5 s"),
    Row("completed in an earlier run", S.PROVEN, [Job(1, G5, "Completed", BEFORE)], says="instead of " + P3),
    Row("completed long ago, newer one failed", S.PROVEN, [failed("x", number=2), Job(1, P3, "Completed", BEFORE)]),
    Row("completed on a type that is not wanted any more", S.OUTDATED, [Job(1, "ml.p2.xlarge", "Completed", BEFORE)],
        starts="day-smoke-02-ml-g5-2xlarge", says="event.yaml does not name ml-p2-xlarge"),
    Row("completed with other data", S.OUTDATED, [Job(1, G5, "Completed", output=OTHER_DATA)],
        starts="day-smoke-02-ml-g5-2xlarge", says="other data"),
    Row("completed by a version that did not say with which data", S.OUTDATED,
        [Job(1, G5, "Completed", BEFORE, output="s3://day-bucket/smoke/")], starts="day-smoke-02-ml-g5-2xlarge"),
    Row("completed with other data, and with today's before", S.PROVEN,
        [Job(2, G5, "Completed", output=OTHER_DATA), Job(1, P3, "Completed", BEFORE)], says=f"trained on {P3}"),
    Row("completed before, asked again", S.TO_START, [Job(1, G5, "Completed", BEFORE)],
        starts="day-smoke-02-ml-g5-2xlarge", step=AGAIN),
    Row("completed in this run, asked again", S.PROVEN, [Job(2, G5, "Completed")], step=AGAIN),
    Row("completed before the account was swept", S.TO_START, [Job(3, G5, "Completed", SWEPT_SINCE)],
        starts="day-smoke-04-ml-g5-2xlarge"),
    Row("completed before, and again since", S.PROVEN,
        [Job(4, P3, "Completed", BEFORE), Job(3, G5, "Completed", SWEPT_SINCE)], says=f"trained on {P3}"),
    Row("failed before the account was swept", S.TO_START,
        [failed("AlgorithmError: the moon was full", created=SWEPT_SINCE)], starts="day-smoke-02-ml-g5-2xlarge"),
    Row("completed, but nothing says since when it counts", S.TO_START, [Job(1, G5, "Completed", BEFORE)],
        starts="day-smoke-02-ml-g5-2xlarge", answers={"GetParameters": manifest(None)}),
    Row("completed in this run, without a baseline", S.PROVEN, [Job(1, G5, "Completed")],
        answers={"GetParameters": manifest(None)}),
    Row("without the metric", S.NO_METRIC, [Job(1, G5, "Completed", metric="train:accuracy")]),
    Row("metric to come", S.METRIC_TO_COME, [Job(1, G5, "Completed", metric="train:accuracy")],
        now=IN_RUN + 600 + 299),
    Row("metric did not come", S.NO_METRIC, [Job(1, G5, "Completed", metric="")], now=IN_RUN + 600 + 301),
    Row("without a model", S.NO_MODEL, [Job(1, G5, "Completed")], answers={"HeadObject": refusal("404")},
        says="model.tar.gz"),
    Row("downloading", S.RUNNING, [Job(1, G5, "InProgress", secondary="Downloading")], says="Downloading", now=LATE),
    Row("starting", S.RUNNING, [Job(1, G5, "InProgress", secondary="Starting")], now=LATE - 2),
    Row("of an earlier run", S.RUNNING, [Job(1, G5, "InProgress", BEFORE, "Training")], step=AGAIN),
    Row("waiting for capacity too long", S.STARTING_LONG, [Job(1, G5, "InProgress", secondary="Starting")],
        stops=True, now=LATE, says="10 minutes"),
    Row("pending too long", S.STARTING_LONG, [Job(1, G5, "InProgress", secondary="Pending")], stops=True, now=LATE),
    Row("instances there, image still to come", S.RUNNING,
        [Job(1, G5, "InProgress", secondary="Starting", message="Preparing the instances for training")], now=LATE),
    Row("being stopped", S.STOPPING, [Job(1, G5, "Stopping", secondary="Stopping")]),
    Row("stopped for capacity", S.NEXT_TYPE, [starved(G5, 1)], "day-smoke-02-ml-g4dn-xlarge", says=G5),
    Row("failed for capacity", S.NEXT_TYPE, [failed(CAPACITY)], "day-smoke-02-ml-g4dn-xlarge"),
    Row("stopped for capacity in an earlier run", S.TO_START, [replace(starved(G5, 1), created=BEFORE)],
        "day-smoke-02-ml-g5-2xlarge"),
    Row("no capacity for any", S.NO_CAPACITY, [starved(G4, 2), starved(G5, 1)], says=f"{G5} from "),
    Row("job failed for quota", S.NEXT_TYPE, [failed("ResourceLimitExceeded: The account-level service limit 'x'")],
        "day-smoke-02-ml-g4dn-xlarge"),
    Row("job failed for quota, last type", S.NO_QUOTA, [failed("ResourceLimitExceeded: limit 'x'", G4, 2),
        starved(G5, 1)], says="limit 'x'"),
    Row("error inside AWS", S.ONCE_MORE, [failed(INTERNAL)], "day-smoke-02-ml-g5-2xlarge"),
    Row("error inside AWS again", S.AWS, [failed(INTERNAL, number=2), failed(INTERNAL)]),
    Row("error inside AWS on the next type", S.ONCE_MORE, [failed(INTERNAL, G4, 2), starved(G5, 1)],
        "day-smoke-03-ml-g4dn-xlarge"),
    Row("role not assumable", S.ONCE_MORE, [failed(NO_ROLE)], "day-smoke-02-ml-g5-2xlarge"),
    Row("role not assumable again", S.ROLE, [failed(NO_ROLE, number=2), failed(NO_ROLE)], says="AssumeRole"),
    Row("role may not read", S.ROLE, [failed("ClientError: Data download failed: AccessDenied (403)", number=2),
        failed(NO_ROLE)]),
    Row("image", S.IMAGE, [failed("ClientError: Cannot pull algorithm container. Either the image does not exist")]),
    Row("count", S.DATA, [failed("ClientError: num_training_samples is 9, but the train channel has 8 records")]),
    Row("channel", S.DATA, [failed(INIT + "input data configuration. Caused by: 'train' is a required property")]),
    Row("download", S.DATA, [failed("ClientError: Data download failed: no such key")]),
    Row("settings", S.PARAMETERS, [failed(INIT + "algorithm configuration. Caused by: 'epochs' is not valid")]),
    Row("CPU", S.PARAMETERS, [failed("ClientError: ml.m5.large has no GPU: only GPU instances are supported")]),
    Row("too slow", S.TOO_SLOW, [Job(1, G5, "Stopped", secondary="MaxRuntimeExceeded", steps=("Training",))]),
    Row("stopped by hand", S.ONCE_MORE, [Job(1, G5, "Stopped", steps=("Starting", "Training", "Stopped"))],
        "day-smoke-02-ml-g5-2xlarge"),
    Row("stopped by hand again", S.STOPPED,
        [Job(n, G5, "Stopped", steps=("Starting", "Training", "Stopped")) for n in (2, 1)]),
    Row("unknown", S.UNKNOWN, [failed("AlgorithmError: the moon was full")], says="the moon was full"),
    Row("failed in an earlier run", S.TO_START_AFTER, [failed("AlgorithmError: the moon was full", created=BEFORE)],
        "day-smoke-02-ml-g5-2xlarge", says="the moon was full"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_row_has_its_verdict_code_and_next_job(row: Row) -> None:
    session = session_of(*row.jobs, now=row.now, **row.answers)
    state = row.step.check(session)
    assert (state.verdict, state.code) == (TABLE[row.situation].verdict, TABLE[row.situation].code)
    assert row.step._look(session).situation is row.situation
    assert row.says in state.detail
    assert session.writes == []
    row.step.apply(session)
    assert session.writes == ["CreateTrainingJob"] * bool(row.starts) + ["StopTrainingJob"] * row.stops
    if row.starts:
        assert session.params("CreateTrainingJob")["TrainingJobName"] == row.starts


# What AWS refused in this run leads there, not what it shows.
AFTER_REFUSALS = {S.QUOTA_TO_REQUEST, S.QUOTA_TO_COME}


def test_every_situation_has_a_row_here_and_every_code_is_explained() -> None:
    assert {row.situation for row in ROWS} | AFTER_REFUSALS == set(SmokeSituation) == set(TABLE)
    assert {row.code for row in TABLE.values()} - {None} | {"EB-352"} <= set(catalogue())


def test_ready_costs_four_calls_and_says_what_was_proven() -> None:
    session = session_of(Job(1, P3, "Completed", BEFORE))
    state = STEP.check(session)
    assert [name for name, _ in session.calls] == [
        *("ListTrainingJobs", "GetParameters", "DescribeTrainingJob", "HeadObject")
    ]
    assert session.params("HeadObject")["Bucket"] == "day-bucket"
    assert state.facts["instance_type"] == P3
    assert state.facts["accuracy"] == 0.9375
    assert "fallen back" not in state.detail


def test_a_look_at_a_running_job_costs_one_call() -> None:
    session = session_of(Job(1, G5, "InProgress", secondary="Training"), now=LATE)
    STEP.check(session)
    assert [name for name, _ in session.calls] == ["ListTrainingJobs"]


def test_the_job_uses_the_teams_role_bucket_and_data_and_looks_again_after_five_minutes() -> None:
    session = session_of()
    assert STEP.apply(session).look_again == 300
    asked = session.params("CreateTrainingJob")
    assert asked["RoleArn"] == ROLE
    channels = {each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"] for each in asked["InputDataConfig"]}
    assert channels == {"train": "s3://day-bucket/train/", "validation": "s3://day-bucket/validation/"}
    assert {each["ContentType"] for each in asked["InputDataConfig"]} == {"application/x-recordio"}
    given = asked["HyperParameters"]
    assert (given["num_classes"], given["num_training_samples"], given["epochs"]) == ("4", "192", "1")
    assert all(isinstance(each, str) for each in given.values())
    assert asked["ResourceConfig"] == {"InstanceType": G5, "InstanceCount": 1, "VolumeSizeInGB": 50}
    assert asked["StoppingCondition"] == {"MaxRuntimeInSeconds": 900}
    assert asked["OutputDataConfig"] == {"S3OutputPath": "s3://day-bucket/smoke/today/"}
    assert asked["Tags"] == [{"Key": "event", "Value": "day"}]


def test_a_batch_is_never_larger_than_the_data() -> None:
    assert int(replace(SMOKE, samples=5).hyperparameters()["mini_batch_size"]) == 5


@pytest.mark.parametrize(("side", "shape"), [(64, "3,64,64"), (224, "3,224,224"), (256, "3,224,224")])
def test_the_shape_asked_for_is_never_larger_than_the_pictures(side: int, shape: str) -> None:
    assert replace(SMOKE, side=side).hyperparameters()["image_shape"] == shape


def test_the_pictures_size_is_the_datasets() -> None:
    event = an_event(dataset(size=96), ROOT)
    names = Names(event.name, "111111111111", "ap-northeast-1")
    package = Package("", ("a", "b", "c", "d"), 192, 0, ())
    assert build(event, account(), names, package).hyperparameters()["image_shape"] == "3,96,96"


def test_the_image_is_the_regions_own() -> None:
    assert image("ap-northeast-1") == "501404015308.dkr.ecr.ap-northeast-1.amazonaws.com/image-classification:1"
    assert image("cn-north-1") == "390948362332.dkr.ecr.cn-north-1.amazonaws.com.cn/image-classification:1"


def test_a_region_without_a_known_registry_is_refused_by_name() -> None:
    with pytest.raises(Refused, match=r"EB-343 .*xx-nowhere-1"):
        image("xx-nowhere-1")


def test_the_registries_are_those_of_awss_own_sdk() -> None:
    where = find_spec("sagemaker.core")
    assert where is not None
    assert where.submodule_search_locations
    config = Path(where.submodule_search_locations[0]) / "image_uri_config" / f"{REPOSITORY}.json"
    version, known = max(json.loads(config.read_text(encoding="utf-8"))["versions"].items())
    assert (known["registries"], known["repository"], version) == (dict(REGISTRIES), REPOSITORY, VERSION)


LIMIT = refusal("ResourceLimitExceeded", "The account-level service limit 'ml.g5.2xlarge' is 0 Instances")


def test_a_type_that_is_refused_at_the_start_is_followed_by_the_next_at_once() -> None:
    def answer(asked: dict[str, Any]) -> Any:
        return LIMIT if asked["ResourceConfig"]["InstanceType"] == G5 else {}

    session = session_of(CreateTrainingJob=answer)
    STEP.apply(session)
    assert session.params("CreateTrainingJob")["TrainingJobName"] == "day-smoke-01-ml-g4dn-xlarge"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LIMIT, "EB-341"),
        (refusal("ValidationException", "The requested resource training-job/x is not available in this"), "EB-341"),
        (refusal("ValidationException", "No S3 objects found under S3 URL \"s3://day-bucket/train/\""), "EB-344"),
        (refusal("ValidationException", "Cannot find repository: image-classification in registry ID: 1"), "EB-343"),
        (refusal("ValidationException", "VolumeSizeInGB 999 is greater than the disk"), "EB-352"),
    ],
    ids=str,
)  # fmt: skip
def test_a_refused_start_blocks_with_what_aws_said(error: ClientError, code: str) -> None:
    session, step = session_of(CreateTrainingJob=error), replace(STEP, refused=[], unoffered={})
    step.apply(session)
    state = step.check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, code)
    assert str(error.response["Error"]["Message"]) in state.detail


@pytest.mark.parametrize(("age", "blocked"), [(20, False), (400, True)])
def test_a_new_role_is_waited_for_and_an_old_one_is_at_fault(age: float, blocked: bool) -> None:
    error = refusal("ValidationException", f"Could not assume role {ROLE}. Please ensure that the role exists")
    role = {"Role": {"CreateDate": at(NOON - age)}}
    session, step = session_of(CreateTrainingJob=error, GetRole=role), replace(STEP, refused=[], unoffered={})
    applied = step.apply(session)
    assert (step.check(session).code == "EB-342") is blocked
    assert blocked or applied.progress


def test_a_missing_permission_and_a_throttle_are_left_to_the_engine() -> None:
    for error in (
        refusal("AccessDeniedException", "not authorized to perform: iam:PassRole"),
        refusal("ThrottlingException"),
    ):
        with pytest.raises(ClientError):
            STEP.apply(session_of(CreateTrainingJob=error))


def test_a_job_that_ended_before_it_could_be_stopped_is_no_error() -> None:
    ended = refusal("ValidationException", "The request was rejected because the training job is in status Failed.")
    session = session_of(Job(1, G5, "InProgress", secondary="Starting"), now=LATE, StopTrainingJob=ended)
    assert STEP.apply(session).look_again > 0


def test_types_are_tried_one_after_the_other_and_each_only_once() -> None:
    jobs: list[Job] = []
    for kind in (G5, G4):
        session = session_of(*reversed(jobs))
        STEP.apply(session)
        assert session.params("CreateTrainingJob")["ResourceConfig"]["InstanceType"] == kind
        jobs.append(starved(kind, len(jobs) + 1))
    assert STEP.check(session_of(*reversed(jobs))).code == "EB-340"


def test_an_unknown_reason_is_never_taken_for_capacity() -> None:
    assert cause_of("something else entirely").end is S.UNKNOWN
