"""The script of lab 3: what it asks for, what it refuses, and whether it tells results from noise."""

from __future__ import annotations

import json
import runpy
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

SCRIPT = Path(__file__).resolve().parents[2] / "labs" / "tuning" / "tuning_job.py"
PACKED = {"num_classes": 4, "num_training_samples": 640, "num_validation_samples": 160, "picture_size": 256}
SETTINGS = {
    "event": "car-day", "region": "ap-northeast-1", "bucket": "b", "role_arn": "arn:aws:iam::1:role/r",
    "training": {"volume_gb": 50, "tuning_volume_gb": {}, "tuning_job_minutes": 240},
}  # fmt: skip
FOUND = ["--metric", "m", "--goal", "Maximize", "--num-classes", "4", "--num-training-samples", "640"]


class Account:
    """SageMaker and S3 of one account. `results`: of the training jobs of the tuning job that is there."""

    def __init__(self, results: tuple[float, ...] = (), refusal: str = "", best: int = 0) -> None:
        self.results, self.refusal, self.there, self.best = results, refusal, bool(results), best
        self.created: dict[str, Any] = {}

    def client(self, _: str) -> Account:
        return self

    def get_object(self, **_: str) -> Any:
        return {"Body": BytesIO(json.dumps(PACKED).encode())}

    def list_training_jobs(self, **_: str) -> Any:
        return {"TrainingJobSummaries": [{"TrainingJobName": "smoke"}]}

    def describe_training_job(self, **_: str) -> Any:
        return {
            "AlgorithmSpecification": {"TrainingImage": "image"},
            "ResourceConfig": {"InstanceType": "ml.g5.2xlarge"},
        }

    def create_hyper_parameter_tuning_job(self, **asked: Any) -> None:
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal, "Message": "known: x"}}, "CreateHyperParameterTuningJob")
        self.created, self.there = asked, True

    def describe_hyper_parameter_tuning_job(self, **asked: str) -> Any:
        if not self.there:
            raise ClientError({"Error": {"Code": "ResourceNotFound"}}, "DescribeHyperParameterTuningJob")
        counts = dict.fromkeys(("InProgress", "Completed", "Stopped", "NonRetryableError"), 0)
        return {
            **asked,
            "HyperParameterTuningJobStatus": "Completed",
            "TrainingJobStatusCounters": counts,
            "HyperParameterTuningJobConfig": {
                "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "m"}
            },
            "BestTrainingJob": {"TrainingJobName": f"job-{self.best}"},
        }

    def list_training_jobs_for_hyper_parameter_tuning_job(self, **_: str) -> Any:
        return {
            "TrainingJobSummaries": [
                {
                    "TrainingJobName": f"job-{place}",
                    "TunedHyperParameters": {"rate": "0.1"},
                    "FinalHyperParameterTuningJobObjectiveMetric": {"Value": value},
                }
                for place, value in enumerate(self.results)
            ]
        }


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the script in an account; return what it prints, or the sentence with which it ends."""
    (tmp_path / "event.json").write_text(json.dumps(SETTINGS), encoding="utf-8")

    def ran(account: Account, *words: str) -> str:
        monkeypatch.setattr(boto3, "Session", lambda **_: account)
        monkeypatch.setattr(sys, "argv", [str(SCRIPT), *words, "--settings", str(tmp_path / "event.json")])
        try:
            runpy.run_path(str(SCRIPT), run_name="__main__")
        except SystemExit as ended:
            return f"{ended.code}"
        return capsys.readouterr().out

    return ran


def test_what_is_given_is_sent_and_each_range_by_the_kind_of_its_values(run: Any) -> None:
    account = Account()
    ranges = ["--range", "rate", "0.1", "1e0", "--range", "resize", "1", "9", "--choices", "how", "x", "y"]
    assert "Created cars: 4 training jobs, 2 at once." in run(account, "cars", *FOUND, *ranges)
    config, definition = (
        account.created[f"{one}"] for one in ("HyperParameterTuningJobConfig", "TrainingJobDefinition")
    )
    given = definition["StaticHyperParameters"]
    assert given == {
        "epochs": "100", "mini_batch_size": "30", "use_pretrained_model": "1", "num_layers": "18",
        "image_shape": "3,224,224", "num_classes": "4", "num_training_samples": "640",
    }  # fmt: skip
    kinds = {kind: [each["Name"] for each in found] for kind, found in config["ParameterRanges"].items()}
    assert kinds == {
        "ContinuousParameterRanges": ["rate"],
        "IntegerParameterRanges": ["resize"],
        "CategoricalParameterRanges": ["how"],
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "needs --metric, --goal and at least one --range or --choices"),
        (
            ["--range", "epochs", "1", "9"],
            "epochs is given as 100 in this lab",
        ),
        (["--range", "rate", "1", "2", "--choices", "rate", "x"], "rate has 2 ranges"),
        (["--range", "rate", "low", "2"], "the limits must be numbers; --choices is for words"),
        (["--range", "resize", "1.5", "2"], "the limits must be whole numbers"),
        (["--range", "rate", "2", "1"], "the first limit must be smaller than the second"),
        (["--range", "rate", "1", "inf"], "the first limit must be smaller than the second"),
        (["--range", "rate", "1", "2", "--minutes", "1440"], "this event allows 1 to 240 minutes"),
        (
            ["--range", "rate", "1", "2", "--num-classes", "5"],
            "--num-classes 5: that is not what train",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_before_anything_starts(
    run: Any, words: list[str], sentence: str
) -> None:
    account = Account()
    assert sentence in run(account, "cars", *FOUND, *words)
    assert not account.created


def test_the_numbers_of_lab_2_are_asked_for_and_not_told(run: Any) -> None:
    said = run(Account(), "a-name-of-more-than-32-characters-is-none", "--range", "rate", "1", "2")
    assert "at most 32 letters" in said
    assert "needs --num-classes" in said
    assert "needs --num-training-samples" in said
    assert "640" not in said


def test_a_job_that_is_there_is_shown_and_typed_values_are_not_used(run: Any) -> None:
    said = run(Account((0.9, 0.8)), "cars", "--range", "rate", "1", "2")
    assert "cars is there already; what you typed is not used" in said


def test_two_pictures_are_noise_and_sixty_are_not(run: Any) -> None:
    said = run(Account((0.94375, 0.93125, 0.9, 0.56875)), "cars").splitlines()
    assert said[1].split()[:5] == ["best", "0.944", "151", "of", "160"]
    assert "best 0.944, second 0.931: 2 pictures apart, noise is about ±6: not told apart" in said
    assert "best 0.944, last 0.569: 60 pictures apart, noise is about ±6: told apart" in said
    assert "最好 0.944，第二 0.931：相差 2 张，噪声约为 ±6 张：无法区分" in said


def test_of_equal_jobs_the_one_that_aws_calls_the_best_comes_first(run: Any) -> None:
    said = run(Account((0.9, 0.9, 0.8), best=1), "cars").splitlines()
    assert [line.split()[-2] for line in said[1:4]] == ["job-1", "job-0", "job-2"]
    assert said[1].startswith("best")


def test_all_right_is_not_without_noise_and_one_result_is_compared_with_nothing(run: Any) -> None:
    assert "noise is about ±3: told apart" in run(Account((1.0, 0.975)), "cars")
    assert "noise" not in run(Account((0.9,)), "cars").lower()


def test_what_aws_names_in_its_refusal_may_be_used(run: Any) -> None:
    words = ("cars", *FOUND, "--range", "rate", "1", "2")
    assert "Read it: what AWS names" in run(Account(refusal="ValidationException"), *words)
    assert "Read it" not in run(Account(refusal="AccessDeniedException"), *words)
