"""The checks of CreateLabelingJob."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.quotas.catalogue import LABELING_JOBS
from bootstrap.simulator.services.s3 import buckets
from bootstrap.simulator.services.sagemaker import limits, roles
from bootstrap.simulator.services.sagemaker.labelling import labelling_life, workteams
from bootstrap.simulator.services.sagemaker.training import channels
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

# AWS accounts that own Ground Truth's Lambda functions, by region; other regions have none.
_LAMBDAS = {
    "us-east-1": "432418664414", "us-east-2": "266458841044", "us-west-2": "081040173940",
    "ca-central-1": "918755190332", "eu-west-1": "568282634449", "eu-west-2": "487402164563",
    "eu-central-1": "203001061592", "ap-northeast-1": "477331159723", "ap-northeast-2": "845288260483",
    "ap-south-1": "565803892007", "ap-southeast-1": "377565633583", "ap-southeast-2": "454466003867",
}  # fmt: skip
_LONGEST_LINE = 100_000
_LONGEST_TASK = 28_800
_PICTURES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class LabellingInput:
    """Input of a job: the manifest's lines, and the classes in order."""

    lines: list[dict[str, Any]]
    classes: list[str]


def check(call: Call) -> LabellingInput:
    """Check the request; return the job's input. Raises Refusal."""
    params = call.params
    _check_known(params)
    if params["LabelAttributeName"].endswith("-metadata"):
        raise _invalid("LabelAttributeName must not end with '-metadata'.")
    _check_task(call, params["HumanTaskConfig"])
    roles.check(call, params["RoleArn"])
    if "LabelCategoryConfigS3Uri" not in params:
        raise _invalid("LabelCategoryConfigS3Uri is required for image classification.")
    classes = _classes(_read(call, params["LabelCategoryConfigS3Uri"]), params["LabelCategoryConfigS3Uri"])
    _read(call, params["HumanTaskConfig"]["UiConfig"]["UiTemplateS3Uri"])
    if not params["OutputConfig"]["S3OutputPath"].startswith("s3://"):
        raise _invalid("S3OutputPath must be an s3:// URL.")
    manifest = params["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"]
    lines = _lines(call, _read(call, manifest), manifest)
    alive = [one for one in labelling_life.all_of(call).values() if one["status"] in labelling_life.ALIVE]
    limits.check(call, LABELING_JOBS, len(alive), unit="Labeling jobs")
    return LabellingInput(lines, classes)


def _check_known(params: dict[str, Any]) -> None:
    for newer in ("StoppingConditions", "LabelingJobAlgorithmsConfig"):
        if newer in params:
            raise Refusal("NotSimulated", f"labeling jobs with {newer} are not simulated")
    if "S3DataSource" not in params["InputConfig"]["DataSource"]:
        raise Refusal("NotSimulated", "streaming labeling jobs are not simulated")
    task = params["HumanTaskConfig"]
    if "PublicWorkforceTaskPrice" in task or "UiTemplateS3Uri" not in task["UiConfig"]:
        raise Refusal("NotSimulated", "only private work teams with a UiTemplateS3Uri are simulated")


def _check_task(call: Call, task: dict[str, Any]) -> None:
    team = task["WorkteamArn"]
    if team not in {one["arn"] for one in workteams.all_of(call).values()}:
        raise _invalid(f"The work team {team} does not exist.")
    if task["TaskTimeLimitInSeconds"] > _LONGEST_TASK:
        raise _invalid(f"TaskTimeLimitInSeconds must not be greater than {_LONGEST_TASK} for images.")
    consolidation = task.get("AnnotationConsolidationConfig", {}).get("AnnotationConsolidationLambdaArn")
    _check_lambda(call, "PreHumanTaskLambdaArn", task.get("PreHumanTaskLambdaArn"), "PRE-ImageMultiClass")
    _check_lambda(call, "AnnotationConsolidationLambdaArn", consolidation, "ACS-ImageMultiClass")


def functions(region: str, partition: str) -> str:
    """Return the start of the ARNs of Ground Truth's own functions. Raises KeyError in regions without them."""
    return f"arn:{partition}:lambda:{region}:{_LAMBDAS[region]}:function:"


def _check_lambda(call: Call, member: str, arn: str | None, function: str) -> None:
    if call.region not in _LAMBDAS:
        raise _invalid(f"Amazon SageMaker Ground Truth is not available in the region {call.region}.")
    if arn is None:
        raise _invalid(f"{member} is required.")
    home = functions(call.region, call.partition)
    if arn == f"{home}{function}":
        return
    named = arn.rpartition(":")[2]
    if (arn == f"{home}{named}" and named.startswith(function[:4])) or arn.split(":")[4] == call.account_id:
        raise Refusal("NotSimulated", f"only image classification is simulated, not the labeling task {named}")
    raise _invalid(f"The Lambda function {arn} does not exist in {call.region} or is not one of Ground Truth's.")


def _read(call: Call, uri: str) -> str:
    """Return the text of an object, read with the role's permissions."""
    bucket, key = channels.split(uri)
    if not uri.startswith("s3://") or key not in buckets.keys_of(bucket, key, call.region):
        raise _invalid(f"The object {uri} does not exist in the region {call.region}.")
    _check_readable(call, bucket, key)
    body: bytes = call.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        return body.decode()
    except UnicodeDecodeError as exc:
        raise _invalid(f"The object {uri} is not UTF-8.") from exc


def _check_readable(call: Call, bucket: str, key: str) -> None:
    role, arn = call.params["RoleArn"], f"arn:{call.partition}:s3:::{bucket}"
    needed = (("s3:ListBucket", arn), ("s3:GetObject", f"{arn}/{key}"))
    denied = [action for action, resource in needed if not iam.may(call, role, action, resource)]
    if denied:
        raise _invalid(f'The role "{role}" has no "{denied[0]}" permission for s3://{bucket}/{key}.')


def _classes(text: str, uri: str) -> list[str]:
    try:
        said = json.loads(text)
        found = [str(one["label"]) for one in said["labels"]]
        version = said["document-version"]
    except (ValueError, KeyError, TypeError) as exc:
        raise _invalid(f"The label category configuration file {uri} is not valid.") from exc
    if version != "2018-11-28":
        raise _invalid(f"The document-version of {uri} must be 2018-11-28.")
    if len(found) < 2:
        raise _invalid(f"Image classification needs at least two label categories; {uri} has {len(found)}.")
    if len(set(found)) != len(found):
        raise _invalid(f"The label categories of {uri} are not unique.")
    return found


def _lines(call: Call, text: str, manifest: str) -> list[dict[str, Any]]:
    # JSON Lines end at a line feed only: U+2028 and the like may stand in a text.
    rows = text.removesuffix("\n").split("\n") if text else []
    lines = [_line(one, f"line {place} of {manifest}") for place, one in enumerate(rows, 1)]
    if not lines:
        raise _invalid(f"The manifest {manifest} is empty.")
    held: dict[str, set[str]] = {}
    for place, line in enumerate(lines, 1):
        uri = line["source-ref"]
        bucket, key = channels.split(uri)
        folder = key.rpartition("/")[0]
        within = f"{bucket}/{folder}"
        if within not in held:
            held[within] = set(buckets.keys_of(bucket, folder, call.region))
        if key not in held[within]:
            raise _invalid(f"line {place} of {manifest}: the object {uri} does not exist in {call.region}.")
        _check_readable(call, bucket, key)
    return lines


def _line(text: str, where: str) -> dict[str, Any]:
    if len(text) > _LONGEST_LINE:
        raise _invalid(f"{where} is longer than {_LONGEST_LINE} characters.")
    try:
        line: dict[str, Any] = json.loads(text)
        source = line["source-ref"]
    except (ValueError, KeyError, TypeError) as exc:
        raise _invalid(f"{where} is not a JSON object with 'source-ref'.") from exc
    if not isinstance(source, str) or not source.startswith("s3://") or not source.lower().endswith(_PICTURES):
        raise _invalid(f"{where}: 'source-ref' must be the s3:// URL of a jpg, jpeg or png.")
    return line


def _invalid(text: str) -> Refusal:
    return Refusal("ValidationException", text)
