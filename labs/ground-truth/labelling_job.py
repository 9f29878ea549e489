"""Create the labelling job of lab 1, wait for the people who label, and show what they said.

    python3 labelling_job.py cars                  # create it, or go on waiting for the one that is there
    python3 labelling_job.py cars --no-wait        # create it, or say how far it is

In the console the same job takes section 4 of the guide. Run it as the participant (CloudShell): the notebook's
role may not create labelling jobs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

HERE = Path(__file__).resolve().parent
SETTINGS = HERE.parent / "event.json"
TEMPLATE = "labelling/template.liquid.html"
# The key of the answers in the output manifest; it may not end in "-metadata".
ATTRIBUTE = "kind"
# Ground Truth's own functions, of which each of its regions has another account.
# docs.aws.amazon.com, SageMaker API reference: HumanTaskConfig, PreHumanTaskLambdaArn.
LAMBDA_ACCOUNTS = {
    "us-east-1": "432418664414",
    "us-east-2": "266458841044",
    "us-west-2": "081040173940",
    "ca-central-1": "918755190332",
    "eu-west-1": "568282634449",
    "eu-west-2": "487402164563",
    "eu-central-1": "203001061592",
    "ap-northeast-1": "477331159723",
    "ap-northeast-2": "845288260483",
    "ap-south-1": "565803892007",
    "ap-southeast-1": "377565633583",
    "ap-southeast-2": "454466003867",
}
# Without it the pictures stay blank in the worker's browser. The console sets it by itself, the API does not.
CORS = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": ["Access-Control-Allow-Origin"]}
# Nobody has written down which call the closure refuses, and with which code: AWS's own words are shown with it.
SAYS_CLOSED = re.compile(r"new customers|no longer (open|available|offered|support)", re.IGNORECASE)
NO_WORK_TEAM = ("ValidationException", "ResourceNotFound")
SHUT_OUT = ("AccessDeniedException", "UnknownOperationException")
CLOSED = """
Ground Truth has been closed to new customers since 2026-07-30, and it seems to be closed to this account. Show this to
the support staff; the lab goes on with section 7 of the guide."""
# The exit code then; any other error has 1.
CLOSED_EXIT = 3
OTHERWISE = """
Look for a mistake in what was typed. If there is none, show this to the support staff."""
ENDED = ("Completed", "Failed", "Stopped")


def main() -> None:
    asked = arguments()
    settings = asked.settings
    session = boto3.Session(region_name=settings["region"])
    sagemaker, s3 = session.client("sagemaker"), session.client("s3")
    job = described(sagemaker, asked.name)
    if job is None:
        create(sagemaker, s3, settings, asked)
        job = described(sagemaker, asked.name)
    while job and job["LabelingJobStatus"] not in ENDED and not asked.no_wait:
        print(standing(job))
        time.sleep(asked.every)
        job = described(sagemaker, asked.name)
    if job:
        print(standing(job))
        show(s3, settings["bucket"], job)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Create the labelling job of lab 1 and wait for its end.")
    parser.add_argument("name", help="the job's name, unique in account and region; letters, digits and -")
    parser.add_argument("--manifest", default="labelling/team.manifest", help="key of the input manifest")
    parser.add_argument("--description", default="Please select the type of this car", help="what workers read first")
    parser.add_argument("--workers", type=int, default=1, help="how many people label each picture (1)")
    parser.add_argument("--no-wait", action="store_true", help="look once and do not wait for the end")
    parser.add_argument("--every", type=float, default=30, help="seconds between two looks (30)")
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
        found: dict[str, Any] = sagemaker.describe_labeling_job(LabelingJobName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFound":
            return None
        raise
    return found


def create(sagemaker: Any, s3: Any, settings: dict[str, Any], asked: argparse.Namespace) -> None:
    bucket, region = settings["bucket"], settings["region"]
    if region not in LAMBDA_ACCOUNTS:
        sys.exit(f"Ground Truth is not offered in {region}; it is in: {', '.join(sorted(LAMBDA_ACCOUNTS))}")
    functions = f"arn:aws:lambda:{region}:{LAMBDA_ACCOUNTS[region]}:function:"
    allow_browsers(s3, bucket)
    s3.put_object(Bucket=bucket, Key=TEMPLATE, Body=(HERE / Path(TEMPLATE).name).read_bytes(), ContentType="text/html")
    team = sagemaker.describe_workteam(WorkteamName=settings["workteam"])["Workteam"]
    task = {
        "WorkteamArn": team["WorkteamArn"],
        "UiConfig": {"UiTemplateS3Uri": f"s3://{bucket}/{TEMPLATE}"},
        "PreHumanTaskLambdaArn": f"{functions}PRE-ImageMultiClass",
        "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{functions}ACS-ImageMultiClass"},
        "TaskTitle": "Which car is it?",
        "TaskDescription": asked.description,
        "NumberOfHumanWorkersPerDataObject": asked.workers,
        "TaskTimeLimitInSeconds": 300,
    }
    sagemaker.create_labeling_job(
        LabelingJobName=asked.name,
        LabelAttributeName=ATTRIBUTE,
        InputConfig={"DataSource": {"S3DataSource": {"ManifestS3Uri": f"s3://{bucket}/{asked.manifest}"}}},
        OutputConfig={"S3OutputPath": f"s3://{bucket}/labelled/"},
        RoleArn=settings["role_arn"],
        LabelCategoryConfigS3Uri=f"s3://{bucket}/labels.json",
        HumanTaskConfig=task,
    )
    print(f"Created {asked.name}. It takes some minutes until the pictures show in the work team's portal.")


def allow_browsers(s3: Any, bucket: str) -> None:
    try:
        s3.get_bucket_cors(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchCORSConfiguration":
            raise
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [CORS]})


def standing(job: dict[str, Any]) -> str:
    counts = job.get("LabelCounters", {})
    text = f"{job['LabelingJobName']}: {job['LabelingJobStatus']}, {counts.get('HumanLabeled', 0)} labelled, "
    return text + f"{counts.get('Unlabeled', 0)} to go {job.get('FailureReason', '')}".rstrip()


def show(s3: Any, bucket: str, job: dict[str, Any]) -> None:
    uri = job.get("LabelingJobOutput", {}).get("OutputDatasetS3Uri")
    if not uri:
        return
    key = uri.removeprefix(f"s3://{bucket}/")
    # Lines end at a line feed: str.splitlines would also cut at U+2028 and the like, which may stand in a text.
    lines = [line for line in s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode().split("\n") if line.strip()]
    said = Counter(json.loads(line).get(f"{ATTRIBUTE}-metadata", {}).get("class-name", "no label") for line in lines)
    print(f"output manifest: {uri}")
    for label, count in said.most_common():
        print(f"{count:5} {label}")
    print(f"first line: {lines[0]}")


def may_be_closed(error: BotoCoreError | ClientError) -> bool:
    """The closure is the likely cause: AWS says so, there is no work team, or the account is shut out by no policy."""
    if not isinstance(error, ClientError):
        return False
    code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    if SAYS_CLOSED.search(message):
        return True
    if error.operation_name == "DescribeWorkteam" and code in NO_WORK_TEAM:
        return True
    named = error.operation_name in ("CreateLabelingJob", "DescribeLabelingJob", "DescribeWorkteam")
    return named and code in SHUT_OUT and "not authorized to perform" not in message


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("The job goes on by itself; the same command looks again.")
    except (BotoCoreError, ClientError) as error:
        closed = may_be_closed(error)
        print(f"{error}\n{CLOSED if closed else OTHERWISE}", file=sys.stderr)
        sys.exit(CLOSED_EXIT if closed else 1)
