"""Finds the service and operation of an HTTP request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from bootstrap.simulator.wire import s3_request
from bootstrap.simulator.wire.refusal import Refusal

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_BY_SIGNING_NAME = {
    "servicequotas": "service-quotas", "monitoring": "cloudwatch", "elasticfilesystem": "efs",
    "elasticmapreduce": "emr", "es": "opensearch",
}  # fmt: skip
# Operations of services whose requests are told by method and path.
_BY_PATH = {
    "bedrock": {
        ("GET", "/provisioned-model-throughputs"): "ListProvisionedModelThroughputs",
        ("GET", "/model-customization-jobs"): "ListModelCustomizationJobs",
        ("GET", "/custom-models"): "ListCustomModels",
        ("GET", "/imported-models"): "ListImportedModels",
    },
    "efs": {
        ("GET", "/2015-02-01/file-systems"): "DescribeFileSystems",
        ("POST", "/2015-02-01/file-systems"): "CreateFileSystem",
        ("DELETE", "/2015-02-01/file-systems/"): "DeleteFileSystem",
    },
    "eks": {("GET", "/clusters"): "ListClusters"},
    "opensearch": {("GET", "/2021-01-01/domain"): "ListDomainNames"},
}
_INVOCATION = re.compile(r"/endpoints/([^/]+)/invocations")
_FUNCTION = re.compile(r"/2015-03-31/functions(?:/([^/]+))?/?")
_LAMBDA = {
    ("GET", False): "ListFunctions", ("POST", False): "CreateFunction", ("GET", True): "GetFunction",
    ("DELETE", True): "DeleteFunction",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """An HTTP request. `path` is percent-encoded, as sent; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """Key, region and service of the Authorization header."""

    key: str
    region: str
    service: str


def signed(request: HttpRequest) -> Signed:
    """Return what the Authorization header says. Raises Refusal if there is none."""
    found = _SCOPE.search(request.headers.get("authorization", ""))
    if not found and "X-Amz-Signature" in parse_qs(request.query):
        raise Refusal("NotSimulated", "presigned addresses are not simulated", 403)
    if not found:
        raise Refusal("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    key, region, name = found.groups()
    if name == "sagemaker" and request.path.startswith("/endpoints/"):
        # SageMaker's runtime also signs as "sagemaker".
        name = "sagemaker-runtime"
    return Signed(key, region, _BY_SIGNING_NAME.get(name, name))


def operation(request: HttpRequest, service: str) -> str:
    """Return the operation's name in botocore's model. Raises Refusal if the request fits none."""
    if service == "s3":
        return s3_request.operation(request.method, unquote(request.path), request.query, request.headers)
    if service == "lambda":
        found = _FUNCTION.fullmatch(request.path)
        name = _LAMBDA.get((request.method, bool(found[1])), "") if found else ""
    elif service in _BY_PATH:
        # The last part of a longer path names a thing.
        path = request.path if request.path.count("/") <= 2 else request.path[: request.path.rindex("/") + 1]
        name = _BY_PATH[service].get((request.method, path), "")
    elif service == "sagemaker-runtime":
        name = "InvokeEndpoint" if request.method == "POST" and _INVOCATION.fullmatch(request.path) else ""
    elif "x-amz-target" in request.headers:
        name = request.headers["x-amz-target"].rpartition(".")[2]
    elif request.path.startswith("/service/"):
        name = request.path.rpartition("/")[2]
    else:
        name = parse_qs(request.body.decode("latin-1")).get("Action", [""])[0]
    if not name:
        raise Refusal("NotSimulated", f"{service}: {request.method} {request.path} is not simulated")
    return name


def in_path(request: HttpRequest, service: str) -> dict[str, str]:
    """Return the parameters in path and query, for our own operations."""
    asked = {key: values[0] for key, values in parse_qs(request.query, keep_blank_values=True).items()}
    if service == "lambda":
        named = _FUNCTION.fullmatch(request.path)
        return asked | ({"FunctionName": unquote(named[1])} if named and named[1] else {})
    if service == "efs" and request.method == "DELETE":
        return asked | {"FileSystemId": unquote(request.path.rpartition("/")[2])}
    found = _INVOCATION.fullmatch(request.path) if service == "sagemaker-runtime" else None
    return asked | ({"EndpointName": unquote(found[1])} if found else {})
