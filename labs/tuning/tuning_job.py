"""Create the tuning job of lab 3, wait for its training jobs, and show the best one.

    python3 tuning_job.py NAME --metric METRIC --goal GOAL --range PARAMETER LOW HIGH

METRIC, GOAL, PARAMETER, LOW and HIGH are what your team has to find out; there is no default for them.
All else has the values of the guide. The algorithm's image and the instance type are those of the training job with
which the organisers proved this account (its name begins with <event>-smoke-).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SETTINGS = Path(__file__).resolve().parent.parent / "event.json"
NAME = "HyperParameterTuningJobName"
ENDED = ("Completed", "Failed", "Stopped", "DeleteFailed")
ONE_DAY = 24 * 60  # minutes
# The algorithm's own default, for which its pictures must be large enough.
SIDE = 224


def main() -> None:
    asked = arguments()
    settings = asked.settings
    session = boto3.Session(region_name=settings["region"])
    sagemaker, s3 = session.client("sagemaker"), session.client("s3")
    job = described(sagemaker, asked.name)
    if job is None:
        create(sagemaker, s3, settings, asked)
        job = described(sagemaker, asked.name)
    while job and job["HyperParameterTuningJobStatus"] not in ENDED and not asked.no_wait:
        print(standing(job))
        time.sleep(asked.every)
        job = described(sagemaker, asked.name)
    if job:
        print(standing(job))
        show(sagemaker, job)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Create the tuning job of lab 3 and wait for its end.")
    parser.add_argument("name", help="the job's name: at most 32 letters, digits and -")
    find = parser.add_argument_group("to be found out by the team (needed for a new job)")
    find.add_argument("--metric", help="the objective metric")
    find.add_argument("--goal", choices=("Maximize", "Minimize"), help="whether more of it is better, or less")
    find.add_argument(
        "--range",
        nargs=3,
        action="append",
        default=[],
        metavar=("PARAMETER", "LOW", "HIGH"),
        help="a hyper-parameter to tune, and its limits; may be given several times",
    )
    find.add_argument(
        "--choices",
        nargs="+",
        action="append",
        default=[],
        metavar=("PARAMETER", "VALUE"),
        help="a hyper-parameter to tune whose values are words",
    )
    fixed = parser.add_argument_group("fixed by the guide")
    fixed.add_argument(
        "--set",
        nargs=2,
        action="append",
        default=[],
        metavar=("PARAMETER", "VALUE"),
        help="another fixed value than the guide's (for rehearsals)",
    )
    fixed.add_argument(
        "--parallel", type=int, default=2, help="training jobs at once (2); 1 where a quota allows no more"
    )
    fixed.add_argument("--early-stopping", action="store_true", help="stop training jobs that fall behind the others")
    fixed.add_argument(
        "--minutes", type=int, help="longest runtime of each training job (a day, or what the event allows)"
    )
    fixed.add_argument("--instance-type", help="another type than the proven one")
    parser.add_argument("--no-wait", action="store_true", help="look once and do not wait for the end")
    parser.add_argument("--every", type=float, default=60, help="seconds between two looks (60)")
    parser.add_argument("--settings", type=event_settings, default=str(SETTINGS), help="the organisers' event.json")
    return parser.parse_args()


def event_settings(path: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise argparse.ArgumentTypeError(
            f"{path} cannot be read; the organisers put it beside the labs' folders"
        ) from None
    return found


def described(sagemaker: Any, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = sagemaker.describe_hyper_parameter_tuning_job(**{NAME: name})
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFound":
            return None
        raise
    return found


def create(sagemaker: Any, s3: Any, settings: dict[str, Any], asked: argparse.Namespace) -> None:
    if not (asked.metric and asked.goal and (asked.range or asked.choices)):
        sys.exit("A new job needs --metric, --goal and at least one --range or --choices. Which: that is the task.")
    config = {
        "Strategy": "Random",
        "HyperParameterTuningJobObjective": {"Type": asked.goal, "MetricName": asked.metric},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": asked.parallel},
        "ParameterRanges": {
            "ContinuousParameterRanges": [
                {"Name": name, "MinValue": low, "MaxValue": high, "ScalingType": "Auto"}
                for name, low, high in asked.range
            ],
            "CategoricalParameterRanges": [{"Name": name, "Values": values} for name, *values in asked.choices],
        },
        "TrainingJobEarlyStoppingType": "Auto" if asked.early_stopping else "Off",
    }
    definition = training(proven(sagemaker, settings), settings, asked)
    definition["StaticHyperParameters"] = fixed_parameters(s3, settings["bucket"]) | dict(asked.set)
    sagemaker.create_hyper_parameter_tuning_job(
        **{NAME: asked.name}, HyperParameterTuningJobConfig=config, TrainingJobDefinition=definition
    )
    print(f"Created {asked.name}: 4 training jobs, {asked.parallel} at once.")


def proven(sagemaker: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """The training job of the organisers that completed last."""
    found = sagemaker.list_training_jobs(
        NameContains=f"{settings['event']}-smoke-",
        StatusEquals="Completed",
        SortBy="CreationTime",
        SortOrder="Descending",
    )["TrainingJobSummaries"]
    if not found:
        sys.exit("No training job of the organisers has completed in this account: ask the support staff.")
    job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=found[0]["TrainingJobName"])
    return job


def training(smoke: dict[str, Any], settings: dict[str, Any], asked: argparse.Namespace) -> dict[str, Any]:
    """What each of the four training jobs has in common."""
    said, bucket = settings["training"], settings["bucket"]
    kind = asked.instance_type or smoke["ResourceConfig"]["InstanceType"]
    minutes = asked.minutes or min(ONE_DAY, said["tuning_job_minutes"])
    return {
        "RoleArn": settings["role_arn"],
        "AlgorithmSpecification": {
            "TrainingImage": smoke["AlgorithmSpecification"]["TrainingImage"],
            "TrainingInputMode": "File",
        },
        "InputDataConfig": [channel(bucket, "train"), channel(bucket, "validation")],
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/output/"},
        "ResourceConfig": {
            "InstanceType": kind,
            "InstanceCount": 1,
            "VolumeSizeInGB": said["tuning_volume_gb"].get(kind, said["volume_gb"]),
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": minutes * 60},
        "EnableManagedSpotTraining": False,
    }


def channel(bucket: str, name: str) -> dict[str, Any]:
    """A prefix that holds exactly one .rec file."""
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://{bucket}/{name}/",
        "S3DataDistributionType": "FullyReplicated",
    }
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": source},
        "ContentType": "application/x-recordio",
        "InputMode": "File",
    }


def fixed_parameters(s3: Any, bucket: str) -> dict[str, str]:
    """The API takes text only. The two counts are those of lab 2."""
    said = json.loads(s3.get_object(Bucket=bucket, Key="classes.json")["Body"].read())
    side = min(SIDE, said["picture_size"])
    return {
        "epochs": "100",
        "mini_batch_size": "30",
        "image_shape": f"3,{side},{side}",
        "num_classes": str(said["num_classes"]),
        "num_training_samples": str(said["num_training_samples"]),
    }


def standing(job: dict[str, Any]) -> str:
    counts = job["TrainingJobStatusCounters"]
    text = f"{job[NAME]}: {job['HyperParameterTuningJobStatus']}; training jobs: {counts['InProgress']} in progress, "
    text += f"{counts['Completed']} completed, {counts['Stopped']} stopped, {counts['NonRetryableError']} failed"
    return f"{text} {job.get('FailureReason', '')}".rstrip()


def show(sagemaker: Any, job: dict[str, Any]) -> None:
    """All training jobs, the best first, each with what was tuned."""
    found = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        **{NAME: job[NAME]}, SortBy="FinalObjectiveMetricValue", SortOrder="Descending"
    )["TrainingJobSummaries"]
    best = job.get("BestTrainingJob", {}).get("TrainingJobName")
    for each in found:
        value = each.get("FinalHyperParameterTuningJobObjectiveMetric", {}).get("Value")
        tuned = ", ".join(f"{name}={value}" for name, value in sorted(each["TunedHyperParameters"].items()))
        mark = "best" if each["TrainingJobName"] == best else ""
        print(f"{mark:4} {value if value is not None else '-':>8} {each['TrainingJobName']} {tuned}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("The job goes on by itself; the same command looks again.")
    except (BotoCoreError, ClientError) as error:
        sys.exit(str(error))
