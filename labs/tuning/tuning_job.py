"""Create the tuning job of lab 3, wait for its training jobs, and compare them with the noise.

    python3 tuning_job.py NAME --metric METRIC --goal GOAL --range PARAMETER LOW HIGH
        --num-classes CLASSES --num-training-samples SAMPLES

The words in capitals are what your team has to find out; there is no default for them. All else has the values of the
guide. The algorithm's image and the instance type are those of the training job with which the organisers proved this
account (its name begins with <event>-smoke-). `python3 tuning_job.py NAME` shows a tuning job that is there.
"""

from __future__ import annotations

import argparse
import json
import math
import re
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
# All hyper-parameters of the algorithm whose values are whole numbers, whether or not they can be tuned.
WHOLE = {
    "checkpoint_frequency", "early_stopping_min_epochs", "early_stopping_patience", "epochs", "mini_batch_size",
    "multi_label", "num_classes", "num_layers", "num_training_samples", "resize", "top_k", "use_pretrained_model",
    "use_weighted_loss",
}  # fmt: skip


def main() -> None:
    asked = arguments()
    settings = asked.settings
    session = boto3.Session(region_name=settings["region"])
    sagemaker, s3 = session.client("sagemaker"), session.client("s3")
    job = described(sagemaker, asked.name)
    if job is None:
        create(sagemaker, s3, settings, asked)
        job = described(sagemaker, asked.name)
    elif asked.range or asked.choices:
        print(f"{asked.name} is there already; what you typed is not used. For a new job choose another name.")
        print(f"{asked.name} 已经存在，这次填写的值不会使用。如需新建作业，请换一个名称。")
    while job and job["HyperParameterTuningJobStatus"] not in ENDED and not asked.no_wait:
        print(standing(job))
        time.sleep(asked.every)
        job = described(sagemaker, asked.name)
    if job:
        print(standing(job))
        show(sagemaker, job, pictures(s3, settings["bucket"])["num_validation_samples"])


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
    find.add_argument("--num-classes", metavar="CLASSES", help="as in lab 2")
    find.add_argument("--num-training-samples", metavar="SAMPLES", help="as in lab 2")
    fixed = parser.add_argument_group("given by the guide")
    fixed.add_argument(
        "--set",
        nargs=2,
        action="append",
        default=[],
        metavar=("PARAMETER", "VALUE"),
        help="another value than the guide's (for rehearsals)",
    )
    fixed.add_argument(
        "--parallel",
        type=int,
        choices=(1, 2),
        default=2,
        help="training jobs at once (2); 1 where a quota allows no more",
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
    found = pictures(s3, settings["bucket"])
    given = fixed_parameters(found) | dict(asked.set)
    if wrong := mistakes(asked, settings, given, found):
        sys.exit("\n".join(wrong))
    given |= {"num_classes": asked.num_classes, "num_training_samples": asked.num_training_samples}
    config = {
        "Strategy": "Random",
        "HyperParameterTuningJobObjective": {"Type": asked.goal, "MetricName": asked.metric},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": asked.parallel},
        "ParameterRanges": ranges(asked),
        "TrainingJobEarlyStoppingType": "Auto" if asked.early_stopping else "Off",
    }
    definition = training(proven(sagemaker, settings), settings, asked)
    definition["StaticHyperParameters"] = given
    sagemaker.create_hyper_parameter_tuning_job(
        **{NAME: asked.name}, HyperParameterTuningJobConfig=config, TrainingJobDefinition=definition
    )
    print(f"Created {asked.name}: 4 training jobs, {asked.parallel} at once.")


def ranges(asked: argparse.Namespace) -> dict[str, Any]:
    """The ranges as the API wants them: by the kind of value that a hyper-parameter has."""
    numbers = [
        {"Name": name, "MinValue": low, "MaxValue": high, "ScalingType": "Auto"} for name, low, high in asked.range
    ]
    return {
        "ContinuousParameterRanges": [each for each in numbers if each["Name"] not in WHOLE],
        "IntegerParameterRanges": [each for each in numbers if each["Name"] in WHOLE],
        "CategoricalParameterRanges": [{"Name": name, "Values": values} for name, *values in asked.choices],
    }


def mistakes(
    asked: argparse.Namespace, settings: dict[str, Any], given: dict[str, str], found: dict[str, Any]
) -> list[str]:
    """What cannot be, each as a sentence. What can be tuned, and by which metric, AWS alone says."""
    wrong = []
    if not re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}", asked.name):
        wrong.append(f"{asked.name}: a name has at most 32 letters, digits and -, and no - at its ends.")
    if not (asked.metric and asked.goal and (asked.range or asked.choices)):
        wrong.append("A new job needs --metric, --goal and at least one --range or --choices. Which: that is the task.")
    for name in ("num_classes", "num_training_samples"):
        value = getattr(asked, name)
        option = f"--{name.replace('_', '-')}"
        if value is None:
            wrong.append(f"A new job needs {option}: the number that lab 2 told you to write down.")
        elif value != str(found[name]):
            wrong.append(f"{option} {value}: that is not what train/train.rec holds. Look it up in lab 2, section 4.")
    names = [name for name, *_ in (*asked.range, *asked.choices)]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            wrong.append(f"{name} has {names.count(name)} ranges. One job tries one range of each.")
        if name in given:
            wrong.append(f"{name} is given as {given[name]} in this lab: a hyper-parameter has a value or a range.")
    wrong += [sentence for name, low, high in asked.range if (sentence := bad_range(name, low, high))]
    most = settings["training"]["tuning_job_minutes"]
    if asked.minutes is not None and not 0 < asked.minutes <= most:
        wrong.append(f"--minutes {asked.minutes}: this event allows 1 to {most} minutes for each training job.")
    return wrong


def bad_range(name: str, low: str, high: str) -> str | None:
    try:
        least, most = (int(low), int(high)) if name in WHOLE else (float(low), float(high))
    except ValueError:
        kind = "whole numbers" if name in WHOLE else "numbers; --choices is for words"
        return f"--range {name} {low} {high}: the limits must be {kind}."
    if not (math.isfinite(least) and math.isfinite(most) and least < most):
        return f"--range {name} {low} {high}: the first limit must be smaller than the second."
    return None


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


def pictures(s3: Any, bucket: str) -> dict[str, Any]:
    """What the organisers packed: classes, and how many pictures."""
    found: dict[str, Any] = json.loads(s3.get_object(Bucket=bucket, Key="classes.json")["Body"].read())
    return found


def fixed_parameters(found: dict[str, Any]) -> dict[str, str]:
    """The values that the guide gives. The API takes text only."""
    side = min(SIDE, found["picture_size"])
    return {
        "epochs": "100",
        "mini_batch_size": "30",
        "use_pretrained_model": "1",
        "num_layers": "18",
        "image_shape": f"3,{side},{side}",
    }


def standing(job: dict[str, Any]) -> str:
    counts = job["TrainingJobStatusCounters"]
    text = f"{job[NAME]}: {job['HyperParameterTuningJobStatus']}; training jobs: {counts['InProgress']} in progress, "
    text += f"{counts['Completed']} completed, {counts['Stopped']} stopped, {counts['NonRetryableError']} failed"
    return f"{text} {job.get('FailureReason', '')}".rstrip()


def show(sagemaker: Any, job: dict[str, Any], kept_aside: int) -> None:
    """All training jobs, the best first, each with what was tuned; then whether the noise tells them apart."""
    aim = job["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    found = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        **{NAME: job[NAME]},
        SortBy="FinalObjectiveMetricValue",
        SortOrder="Descending" if aim["Type"] == "Maximize" else "Ascending",
    )["TrainingJobSummaries"]
    best = job.get("BestTrainingJob", {}).get("TrainingJobName")
    # Of several that are equal, the one that AWS calls the best comes first.
    found.sort(key=lambda each: each["TrainingJobName"] != best)
    values = []
    for each in found:
        value = each.get("FinalHyperParameterTuningJobObjectiveMetric", {}).get("Value")
        tuned = ", ".join(f"{name}={short(what)}" for name, what in sorted(each["TunedHyperParameters"].items()))
        mark = "best" if each["TrainingJobName"] == best else ""
        right = ""
        if value is not None:
            values.append(value)
            right = f"{round(value * kept_aside)} of {kept_aside}"
        print(f"{mark:4} {'-' if value is None else f'{value:.3f}'} {right:>10}  {each['TrainingJobName']} {tuned}")
    print("\n".join(verdicts(values, kept_aside)))


def short(drawn: str) -> str:
    """A drawn number in four digits; AWS keeps all of them."""
    try:
        return f"{float(drawn):.4g}"
    except ValueError:
        return drawn


def verdicts(values: list[float], kept_aside: int) -> list[str]:
    """Whether the best result stands out, in both languages. `values`: shares of right answers, the best first."""
    if len(values) < 2 or not all(0 <= each <= 1 for each in values):
        return []
    width = noise(values[0], kept_aside)
    said = [
        f"One of {kept_aside} pictures is {100 / kept_aside:.1f} points. Noise is about {width} pictures up or down.",
        f"{kept_aside} 张图片中的一张是 {100 / kept_aside:.1f} 个百分点。噪声约为上下 {width} 张图片。",
    ]
    for place, chinese, value in (("second", "第二", values[1]), ("last", "最后", values[-1])):
        if (place, len(values)) == ("last", 2):
            continue
        apart = round(values[0] * kept_aside) - round(value * kept_aside)
        told, apart_zh = ("told apart", "可以区分") if apart > width else ("not told apart", "无法区分")
        said += [
            f"best {values[0]:.3f}, {place} {value:.3f}: {counted(apart)} apart, noise is about ±{width}: {told}",
            f"最好 {values[0]:.3f}，{chinese} {value:.3f}：相差 {apart} 张，噪声约为 ±{width} 张：{apart_zh}",
        ]
    return said


def counted(number: int) -> str:
    return "1 picture" if number == 1 else f"{number} pictures"


def noise(share: float, kept_aside: int) -> int:
    """Two standard deviations of the number of right answers, if each picture is right with this chance.

    Two more right and two more wrong answers: a result of 1.0 is not without noise.
    """
    chance = (share * kept_aside + 2) / (kept_aside + 4)
    return round(2 * math.sqrt(kept_aside * chance * (1 - chance)))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("The job goes on by itself; the same command looks again.")
    except ClientError as error:
        found_out = error.response["Error"]["Code"] == "ValidationException"
        hint = (
            "\nRead it: what AWS names in its answer, you may use. That is part of finding out."
            "\n请仔细阅读：AWS 在提示中列出的名称可以直接使用，这也是“自己找出”的一部分。"
        )
        sys.exit(f"{error}{hint if found_out else ''}")
    except BotoCoreError as error:
        sys.exit(str(error))
