"""Reads and checks a stack request: template, parameters, tags, capabilities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from bootstrap.simulator.services.cloudformation import conditions
from bootstrap.simulator.services.cloudformation.kinds import KINDS
from bootstrap.simulator.services.cloudformation.stacks import Stack
from bootstrap.simulator.services.cloudformation.templates import Template, invalid, parse
from bootstrap.simulator.services.s3 import buckets
from bootstrap.simulator.wire import s3_request
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_ABSENT = {"aws-cn": frozenset(name for name in KINDS if name.startswith("AWS::Cognito::"))}
_S3_HOST = re.compile(r"(?:([a-z0-9][a-z0-9.-]+)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?")
_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")


@dataclass(frozen=True, slots=True)
class StackRequest:
    """A checked request for a stack."""

    template: Template
    parameters: dict[str, str]
    tags: list[dict[str, str]]
    capabilities: list[str]


def check_name(name: str) -> None:
    """Raise Refusal for an invalid stack name."""
    if not _NAME.fullmatch(name):
        value = f"1 validation error detected: Value '{name}' at 'stackName'"
        must = "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"
        raise invalid(f"{value} failed to satisfy constraint: {must}")


def wanted(call: Call, stack: Stack | None) -> StackRequest:
    """Return the request, checked as AWS checks it before anything starts. Raises Refusal."""
    params = call.params
    check_name(params["StackName"].split("/")[1] if params["StackName"].startswith("arn:") else params["StackName"])
    if params.get("UsePreviousTemplate") and stack and stack.template:
        template = parse(stack.template.text)
    else:
        template = given(call)
    absent = _ABSENT.get(call.partition, frozenset())
    unknown = sorted({one.type for one in template.resources.values()} - (KINDS.keys() - absent))
    if unknown:
        raise invalid(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    capabilities = params.get("Capabilities", [])
    _check_capabilities(template, capabilities)
    parameters = _parameters(call, template, stack)
    left = conditions.applied(call, template, parameters)
    return StackRequest(left, parameters, params.get("Tags", []), capabilities)


def given(call: Call) -> Template:
    """Return the template that the request has in its body or names in S3. Raises Refusal."""
    if "TemplateBody" in call.params:
        return parse(call.params["TemplateBody"])
    if "TemplateURL" in call.params:
        return parse(_from_s3(call, call.params["TemplateURL"]), stored=True)
    raise invalid("Either Template URL or Template Body must be specified.")


def _from_s3(call: Call, url: str) -> str:
    """Return the object's text, read with the caller's rights. `url`: S3's address, or the simulator's own."""
    at = urlsplit(url)
    named = _S3_HOST.fullmatch(at.netloc)
    if not named and at.netloc != urlsplit(call.world.url).netloc:
        raise invalid("TemplateURL must be a supported URL.")
    path = unquote(at.path).lstrip("/")
    bucket, key = (named[1], path) if named and named[1] else s3_request.split(path)
    more = "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
    owner = buckets.owner_of(bucket)
    if owner not in {call.account_id, None}:
        raise invalid(f"S3 error: Access Denied\n{more}")
    try:
        body = call.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise invalid(f"S3 error: {error.response['Error'].get('Message', '')}\n{more}") from None
    return str(body.decode("utf-8", "replace"))


def _check_capabilities(template: Template, given: list[str]) -> None:
    made = [one for one in template.resources.values() if KINDS[one.type].iam]
    named = any(KINDS[one.type].named in one.properties for one in made)
    enough = {"CAPABILITY_NAMED_IAM"} if named else {"CAPABILITY_NAMED_IAM", "CAPABILITY_IAM"}
    if made and not enough & set(given):
        need = "CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"
        raise Refusal("InsufficientCapabilitiesException", f"Requires capabilities : [{need}]")


def _parameters(call: Call, template: Template, stack: Stack | None) -> dict[str, str]:
    given: dict[str, str] = {}
    for entry in call.params.get("Parameters", []):
        key = entry["ParameterKey"]
        if entry.get("UsePreviousValue") and entry.get("ParameterValue"):
            both = "Cannot specify usePreviousValue as true and non empty value for a parameter"
            raise invalid(f"Invalid input for parameter key {key}. {both}")
        previous = stack.parameters.get(key, "") if stack else ""
        given[key] = previous if entry.get("UsePreviousValue") else entry.get("ParameterValue", "")
    unknown = sorted(given.keys() - template.parameters.keys())
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {key: str(entry["Default"]) for key, entry in template.parameters.items() if "Default" in entry}
    values |= given
    missing = sorted(template.parameters.keys() - values.keys())
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    for key, entry in template.parameters.items():
        if entry["Type"] == "Number" and not _NUMBER.fullmatch(values[key]):
            raise invalid(f"Parameter '{key}' must be a number.")
        if "AllowedValues" in entry and values[key] not in map(str, entry["AllowedValues"]):
            raise invalid(f"Parameter '{key}' must be one of AllowedValues")
        pattern = entry.get("AllowedPattern")
        if pattern and not re.fullmatch(pattern, values[key]):
            raise invalid(f"Parameter {key} failed to satisfy constraint: pattern {pattern}")
    return values
