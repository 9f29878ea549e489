"""Hyper-parameter tuning jobs (aws.md sections 1.5, 1.6, 2, 5 and 15)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import open_account, refused
from tests.simulator.services.sagemaker.test_training import HYPER, IMAGE, QUOTAS, Lab

NAME = "HyperParameterTuningJobName"
RATE = {"Name": "learning_rate", "MinValue": "0.001", "MaxValue": "0.1", "ScalingType": "Logarithmic"}
RANGES: dict[str, Any] = {
    "ContinuousParameterRanges": [RATE, {"Name": "momentum", "MinValue": "0", "MaxValue": "0.9"}],
    "CategoricalParameterRanges": [{"Name": "optimizer", "Values": ["sgd", "adam"]}],
}


class Tuner(Lab):
    """A lab with a tuning job that would go well."""

    def tune(self, name: str = "tune", **change: Any) -> None:
        config = {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:accuracy"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": RANGES,
        }
        definition = {
            "RoleArn": self.role,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "ResourceConfig": {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 300},
            "InputDataConfig": [self.channel("train"), self.channel("validation")],
            "OutputDataConfig": {"S3OutputPath": f"s3://{self.bucket}/models"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 86_400},
            "StaticHyperParameters": HYPER,
        }
        wanted: dict[str, Any] = {
            NAME: name,
            "HyperParameterTuningJobConfig": {**config, **change.pop("config", {})},
            "TrainingJobDefinition": {
                key: value for key, value in {**definition, **change.pop("definition", {})}.items() if value is not None
            },
        }
        if several := change.pop("twice", None):
            # As the console's form writes it.
            only = wanted.pop("TrainingJobDefinition")
            wanted["TrainingJobDefinitions"] = [{**only, **each} for each in several]
            for moved in ("HyperParameterTuningJobObjective", "ParameterRanges"):
                wanted["HyperParameterTuningJobConfig"].pop(moved)
        self.sagemaker.create_hyper_parameter_tuning_job(**{**wanted, **change})

    def tuning(self, name: str = "tune") -> dict[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_hyper_parameter_tuning_job(**{NAME: name})
        return found

    def status(self, name: str = "tune") -> str:
        return str(self.tuning(name)["HyperParameterTuningJobStatus"])

    def children(self, **filters: Any) -> list[dict[str, Any]]:
        found = self.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(**{NAME: "tune", **filters})
        return list(found["TrainingJobSummaries"])

    def wait(self, seconds: int) -> None:
        self.account.pass_time(seconds)


@pytest.fixture
def lab(aws: Simulated) -> Tuner:
    return Tuner(open_account(aws, quotas=QUOTAS))


@pytest.fixture
def roomy(aws: Simulated) -> Tuner:
    """More may run than the tuning job wants to."""
    return Tuner(open_account(aws, quotas={"applied": {"ml.g5.2xlarge for training job usage": 4}}))


def test_a_tuning_job_starts_its_training_jobs_two_at_once_and_knows_the_best(roomy: Tuner) -> None:
    """The labs' own tuning job: aws.md section 5."""
    lab = roomy
    lab.tune(Tags=[{"Key": "team", "Value": "red"}])
    assert lab.children() == []
    most = 0
    for _ in range(120):
        lab.account.pass_time(10)
        told = lab.tuning()
        running = told["TrainingJobStatusCounters"]["InProgress"]
        assert told["ObjectiveStatusCounters"]["Pending"] == running
        most = max(most, running)
    done = lab.tuning()
    assert (most, done["HyperParameterTuningJobStatus"]) == (2, "Completed")
    assert done["TrainingJobStatusCounters"]["Completed"] == done["ObjectiveStatusCounters"]["Succeeded"] == 4
    assert done["HyperParameterTuningEndTime"] > done["CreationTime"]
    reached = [one["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for one in lab.children()]
    best = done["BestTrainingJob"]
    assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == max(reached)
    assert [one["TrainingJobName"][:9] for one in lab.children()] == [f"tune-{n:03d}-" for n in (1, 2, 3, 4)]
    by_value = lab.children(SortBy="FinalObjectiveMetricValue", SortOrder="Descending")
    # Two jobs may reach the same.
    assert by_value[0]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == max(reached)
    tags = lab.sagemaker.list_tags(ResourceArn=best["TrainingJobArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "red"}]


def test_a_training_job_of_the_tuner_says_whose_it_is_and_what_was_drawn(lab: Tuner) -> None:
    """The tuner adds _tuning_objective_metric (aws.md section 7), and what it draws lies in the ranges."""
    batch = {"Name": "mini_batch_size", "MinValue": "8", "MaxValue": "9"}
    static = {key: value for key, value in HYPER.items() if key != "mini_batch_size"}
    ranges = {**RANGES, "IntegerParameterRanges": [batch]}
    limits = {"MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": 10}
    config = {"ParameterRanges": ranges, "ResourceLimits": limits, "Strategy": "Bayesian"}
    lab.tune(config=config, definition={"StaticHyperParameters": static})
    lab.account.pass_time(30)
    drawn = [one["TunedHyperParameters"] for one in lab.children()]
    assert len({one["learning_rate"] for one in drawn}) == len({one["momentum"] for one in drawn}) == 10
    assert all(0.001 <= float(one["learning_rate"]) <= 0.1 and 0 <= float(one["momentum"]) <= 0.9 for one in drawn)
    assert {one["optimizer"] for one in drawn} == {"sgd", "adam"}
    assert {one["mini_batch_size"] for one in drawn} == {"8", "9"}
    job = lab.job(lab.children()[0]["TrainingJobName"])
    assert job["TuningJobArn"] == lab.tuning()["HyperParameterTuningJobArn"]
    assert job["HyperParameters"] == {**static, **drawn[0], "_tuning_objective_metric": "validation:accuracy"}


def test_without_the_quota_the_tuning_job_is_made_and_its_training_jobs_fail(aws: Simulated) -> None:
    """aws.md section 1.6."""
    lab = Tuner(open_account(aws))
    lab.tune()
    lab.wait(300)
    told = lab.tuning()
    assert told["HyperParameterTuningJobStatus"] == "Failed"
    assert "All training jobs failed" in told["FailureReason"]
    assert told["TrainingJobStatusCounters"]["NonRetryableError"] == told["ObjectiveStatusCounters"]["Failed"] == 4
    assert "BestTrainingJob" not in told
    words = "ResourceLimitExceeded: The account-level service limit 'ml.g5.2xlarge for training job usage' is 0 Inst"
    assert all(one["FailureReason"].startswith(words) for one in lab.children())
    assert lab.children(SortBy="FinalObjectiveMetricValue") == []


def test_a_quota_of_one_lets_one_of_two_parallel_jobs_run(aws: Simulated) -> None:
    lab = Tuner(open_account(aws, quotas={"applied": {"ml.g5.2xlarge for training job usage": 1}}))
    lab.tune()
    lab.wait(900)
    assert lab.status() == "Completed"
    assert {one["TrainingJobStatus"] for one in lab.children()} == {"Completed", "Failed"}


def test_the_longest_runtime_is_that_of_each_training_job(lab: Tuner) -> None:
    """aws.md section 15: MaxRuntimeInSeconds limits each child job."""
    lab.tune(definition={"StoppingCondition": {"MaxRuntimeInSeconds": 100}})
    lab.wait(900)
    secondary = {lab.job(one["TrainingJobName"])["SecondaryStatus"] for one in lab.children()}
    assert (secondary, len(lab.children()), lab.status()) == ({"MaxRuntimeExceeded"}, 4, "Completed")


def test_a_job_that_somebody_stops_gives_its_place_to_the_next(roomy: Tuner) -> None:
    roomy.tune()
    roomy.wait(60)
    roomy.sagemaker.stop_training_job(TrainingJobName=roomy.children()[0]["TrainingJobName"])
    # It may take two minutes to stop, and the tuner half a minute to see it.
    for _ in range(16):
        roomy.wait(10)
        if roomy.tuning()["TrainingJobStatusCounters"]["Stopped"] and len(roomy.children()) > 2:
            break
    else:
        raise AssertionError("no job took the place of the one that was stopped")
    roomy.wait(1000)
    counters = roomy.tuning()["TrainingJobStatusCounters"]
    assert (roomy.status(), counters["Stopped"], counters["Completed"]) == ("Completed", 1, 3)


def test_an_error_of_aws_itself_counts_as_one_that_can_be_tried_again(aws: Simulated) -> None:
    """TrainingJobStatusCounters of the API."""
    lab = Tuner(open_account(aws, quotas=QUOTAS, training={"failure": "InternalServerError: try again"}))
    lab.tune()
    lab.wait(900)
    assert (lab.status(), lab.tuning()["TrainingJobStatusCounters"]["RetryableError"]) == ("Failed", 4)


def test_the_two_forms_of_resources_are_alike_for_one_type(lab: Tuner) -> None:
    """HyperParameterTuningResourceConfig.VolumeSizeInGB cannot be greater than the NVMe: aws.md section 2."""
    resources = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 300}
    definition = {"ResourceConfig": None, "HyperParameterTuningResourceConfig": resources}
    with refused("ValidationException", "total NVMe storage of 250 GB"):
        lab.tune(definition=definition)
    resources["VolumeSizeInGB"] = 250
    lab.tune(definition=definition)
    lab.wait(30)
    assert lab.job(lab.children()[0]["TrainingJobName"])["ResourceConfig"] == resources


def test_stopping_it_stops_its_training_jobs(lab: Tuner) -> None:
    lab.tune()
    lab.wait(60)
    with refused("ValidationException", "InProgress"):
        lab.sagemaker.delete_hyper_parameter_tuning_job(**{NAME: "tune"})
    lab.sagemaker.stop_hyper_parameter_tuning_job(**{NAME: "tune"})
    assert lab.status() == "Stopping"
    assert [one["TrainingJobStatus"] for one in lab.children()] == ["Stopping", "Stopping"]
    with refused("ValidationException", "Stopping"):
        lab.sagemaker.stop_hyper_parameter_tuning_job(**{NAME: "tune"})
    lab.wait(150)
    assert (lab.status(), lab.tuning()["TrainingJobStatusCounters"]["Stopped"]) == ("Stopped", 2)


def test_deleting_it_leaves_its_training_jobs(lab: Tuner) -> None:
    """DeleteHyperParameterTuningJob of the API."""
    lab.tune()
    lab.sagemaker.stop_hyper_parameter_tuning_job(**{NAME: "TUNE"})
    lab.wait(30)
    lab.sagemaker.delete_hyper_parameter_tuning_job(**{NAME: "tune"})
    with refused("ResourceNotFound", "can't find a tuning job called tune"):
        lab.tuning()
    lab.tune()
    lab.wait(60)
    lab.sagemaker.stop_hyper_parameter_tuning_job(**{NAME: "tune"})
    lab.wait(150)
    lab.sagemaker.delete_hyper_parameter_tuning_job(**{NAME: "tune"})
    assert len(lab.sagemaker.list_training_jobs()["TrainingJobSummaries"]) == 2


def test_the_listing_shows_it_with_its_counters_and_with_what_was_there_before(aws: Simulated) -> None:
    existing = {"sagemaker": {"HyperParameterTuningJobs": ["old"]}}
    lab = Tuner(open_account(aws, quotas=QUOTAS, existing=existing))
    lab.tune()
    lab.wait(30)
    old, new = lab.sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]
    assert (old[NAME], new[NAME], new["Strategy"]) == ("old", "tune", "Random")
    assert new["TrainingJobStatusCounters"]["InProgress"] == 2
    with refused("ResourceInUse", "A hyperparameter tuning job with the name, Tune, already exists"):
        lab.tune("Tune")


def over(kind: str, name: str, low: str, high: str, **more: str) -> dict[str, Any]:
    return {"ParameterRanges": {f"{kind}ParameterRanges": [{"Name": name, "MinValue": low, "MaxValue": high, **more}]}}


def optimizers(*values: str) -> dict[str, Any]:
    return {"ParameterRanges": {"CategoricalParameterRanges": [{"Name": "optimizer", "Values": list(values)}]}}


def aim(metric: str, direction: str = "Maximize") -> dict[str, Any]:
    return {"HyperParameterTuningJobObjective": {"Type": direction, "MetricName": metric}}


def jobs(number: int, parallel: int = 1, **more: Any) -> dict[str, Any]:
    counts = {"MaxNumberOfTrainingJobs": number, "MaxParallelTrainingJobs": parallel}
    return {"ResourceLimits": counts, **more}


CONFIG_ROWS: list[tuple[dict[str, Any], str, str]] = [
    (over("Integer", "mini_batch_size", "8", "16"), "ValidationException", "both static and tunable"),
    (over("Integer", "num_layers", "18", "50"), "ValidationException", "isn't tunable"),
    (optimizers("best"), "ValidationException", "['best']"),
    (over("Continuous", "learning_rate", "1e-7", "0.1"), "ValidationException", "isn't within 1e-06 to 0.5"),
    (over("Continuous", "learning_rate", "0.1", "0.6"), "ValidationException", "isn't within"),
    (over("Continuous", "learning_rate", "0.2", "0.1"), "ValidationException", "isn't within"),
    (over("Continuous", "learning_rate", "low", "0.1"), "ValidationException", "isn't of numbers"),
    (over("Integer", "learning_rate", "0", "1"), "ValidationException", "of type Continuous"),
    (over("Continuous", "momentum", "0", "0.9", ScalingType="Logarithmic"), "ValidationException", "greater than 0"),
    (over("Continuous", "eps", "0.1", "1", ScalingType="ReverseLogarithmic"), "ValidationException", "0<=x<1.0"),
    ({"ParameterRanges": {}}, "ValidationException", "at least one"),
    ({"ParameterRanges": {"ContinuousParameterRanges": [RATE, RATE]}}, "ValidationException", "more than one range"),
    (aim("train:accuracy"), "ValidationException", "[train:accuracy], isn't valid"),
    (aim("validation:accuracy", "Minimize"), "ValidationException", "[Minimize], that you specified"),
    (jobs(20, 11), "ResourceLimitExceeded", "is 10 Training Jobs"),
    (jobs(501), "ResourceLimitExceeded", "Random search strategy can create' is 500 Training Jobs"),
    (jobs(751, Strategy="Bayesian"), "ResourceLimitExceeded", "is 750 Training Jobs"),
    ({"Strategy": "Hyperband"}, "NotSimulated", "Hyperband"),
    ({"Strategy": "Grid"}, "NotSimulated", "Grid"),
    ({"TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": 0.9}}, "NotSimulated", "CompletionCriteria"),
]


@pytest.mark.parametrize(("config", "code", "words"), CONFIG_ROWS)
def test_tuning_configurations_that_aws_refuses(lab: Tuner, config: dict[str, Any], code: str, words: str) -> None:
    """What may be tuned and aimed at: aws.md section 5; limits: section 1.5."""
    with refused(code, words):
        lab.tune(config=config)
    assert lab.sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []


def on(kind: str, volume: int) -> dict[str, Any]:
    return {"ResourceConfig": {"InstanceType": kind, "InstanceCount": 1, "VolumeSizeInGB": volume}}


FLEXIBLE = {"InstanceConfigs": [{"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 9}]}
OTHER_IMAGE = {"TrainingImage": IMAGE.replace("811284229777", "811284229778"), "TrainingInputMode": "File"}
METRICS = [{"Name": "validation:accuracy", "Regex": "accuracy=(.*)"}]
DEFINITION_ROWS: list[tuple[dict[str, Any], str, str]] = [
    (on("ml.g5.xlarge", 300), "ValidationException", "total NVMe storage of 250 GB"),
    (on("ml.g4dn.xlarge", 126), "ValidationException", "total NVMe storage of 125 GB"),
    (on("ml.g9.huge", 50), "ValidationException", "enum value set"),
    ({"ResourceConfig": None}, "ValidationException", "ResourceConfig must have InstanceType"),
    ({"HyperParameterTuningResourceConfig": FLEXIBLE}, "ValidationException", "not both"),
    ({"ResourceConfig": None, "HyperParameterTuningResourceConfig": FLEXIBLE}, "NotSimulated", "InstanceConfigs"),
    ({"RoleArn": "arn:aws:iam::123456789012:role/x"}, "ValidationException", "Cross-account"),
    ({"AlgorithmSpecification": OTHER_IMAGE}, "ValidationException", "Cannot find repository"),
    ({"AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File", "MetricDefinitions": METRICS}},
     "ValidationException", "You can't override the metric definitions"),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "code", "words"), DEFINITION_ROWS)
def test_training_definitions_that_aws_refuses(lab: Tuner, definition: dict[str, Any], code: str, words: str) -> None:
    """300 GB is more than the NVMe of a g5.xlarge: aws.md sections 0.3 and 2."""
    with refused(code, words):
        lab.tune(definition=definition)


def test_a_type_that_the_region_lacks_and_data_that_is_not_there_are_refused(aws: Simulated, lab: Tuner) -> None:
    lab.s3.delete_object(Bucket=lab.bucket, Key="train/train.rec")
    with refused("ValidationException", "No S3 objects found"):
        lab.tune()
    # The image and the type are looked at before the role, which is the other account's.
    lab.sagemaker = open_account(aws, region="af-south-1").client("sagemaker")
    image = IMAGE.replace("811284229777", "455444449433").replace("us-east-1", "af-south-1")
    with refused("ResourceLimitExceeded", "is not available in this region"):
        lab.tune(definition={"AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"}})


def test_several_definitions_take_turns_as_the_form_of_the_console_writes_them(lab: Tuner) -> None:
    """aws.md section 3; CreateHyperParameterTuningJob of the API."""
    aim = {"Type": "Maximize", "MetricName": "validation:accuracy"}
    more: dict[str, Any] = {"TuningObjective": aim, "HyperParameterRanges": RANGES}
    deep = more | {"DefinitionName": "two", "StaticHyperParameters": HYPER | {"num_layers": "34"}}
    lab.tune(twice=[more | {"DefinitionName": "one"}, deep])
    lab.account.pass_time(3600)
    found = lab.tuning()
    assert (found["HyperParameterTuningJobStatus"], "TrainingJobDefinition" in found) == ("Completed", False)
    assert [each["DefinitionName"] for each in found["TrainingJobDefinitions"]] == ["one", "two"]
    jobs = lab.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(**{NAME: "tune"})["TrainingJobSummaries"]
    assert sorted(each["TrainingJobDefinitionName"] for each in jobs) == ["one", "one", "two", "two"]
    for each in jobs:
        given = lab.sagemaker.describe_training_job(TrainingJobName=each["TrainingJobName"])["HyperParameters"]
        assert (given.get("num_layers") == "34") == (each["TrainingJobDefinitionName"] == "two")
    with refused("ValidationException", "DefinitionName"):
        lab.tune("other", twice=[more, more])
    with refused("ValidationException", "TuningObjective"):
        lab.tune("other", twice=[{"DefinitionName": "one"}])


def test_a_form_that_names_the_disk_as_its_bound_is_refused_either_way(aws: Simulated) -> None:
    """aws.md sections 2 and 14: of ResourceConfig it is not known, of HyperParameterTuningResourceConfig it is."""
    lab = Tuner(open_account(aws, quotas=QUOTAS, training={"nvme": "ignored"}))
    resources = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 300}
    with refused("ValidationException", "total NVMe storage of 250 GB"):
        lab.tune(definition={"ResourceConfig": None, "HyperParameterTuningResourceConfig": resources})
    lab.tune(definition={"ResourceConfig": resources})
