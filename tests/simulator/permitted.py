"""Whether the roles that the tool deployed would let a participant's call through; the simulator itself lets all in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bootstrap.event.names import Names
from tests.templates.iam import allows

_KINDS = {
    "TrainingJobName": "training-job/", "HyperParameterTuningJobName": "hyper-parameter-tuning-job/",
    "ModelName": "model/", "EndpointName": "endpoint/", "EndpointConfigName": "endpoint-config/",
    "LabelingJobName": "labeling-job/", "WorkteamName": "workteam/private-crowd/",
}  # fmt: skip
_SERVICES = {"sagemaker-runtime": "sagemaker", "service-quotas": "servicequotas"}
# S3's actions that are not called as the operation is.
_ACTIONS = {
    "s3:HeadBucket": "s3:ListBucket", "s3:ListObjectsV2": "s3:ListBucket", "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets", "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject", "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:GetBucketCors": "s3:GetBucketCORS",
}  # fmt: skip
# Answered to everybody who has valid keys.
_FREE = "sts:GetCallerIdentity"
_ROLES = ("RoleArn", "ExecutionRoleArn")


def statements(iam: Any, role: str) -> list[dict[str, Any]]:
    """Of the role's inline policies as they stand in the account."""
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    return [one for document in documents for one in document["Statement"]]


class Watch:
    """Hooks into boto3 clients: a call that one of the roles may not make fails the test."""

    def __init__(self, iam: Any, names: Names, roles: tuple[str, ...]) -> None:
        self.names, self.roles = names, {role: statements(iam, role) for role in roles}

    def over(self, client: Any) -> Any:
        client.meta.events.register("provide-client-params", self._called)
        return client

    def _called(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.allows(model.service_model.service_name, model.name, params)

    def allows(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Fails the test if one of the roles may not make this call."""
        action = f"{_SERVICES.get(service, service)}:{operation}"
        if action == _FREE:
            return
        action = _ACTIONS.get(action, action)
        context = dict(_context(service, params))
        if service == "cognito-idp":
            # The event's pool carries its tag.
            context["aws__ResourceTag/event"] = self.names.event
        for role, said in self.roles.items():
            for resource in self._resources(service, params):
                assert allows(said, action, resource, **context), f"{role} may not {action} {resource}"
            for passed in _passed(params):
                to = {"iam__PassedToService": "sagemaker.amazonaws.com"}
                assert allows(said, "iam:PassRole", passed, **to), f"{role} may not pass {passed}"

    def _resources(self, service: str, params: Mapping[str, Any]) -> list[str]:
        names = self.names
        start = f"arn:{names.partition}:{_SERVICES.get(service, service)}:{names.region}:{names.account_id}:"
        if service == "s3":
            path = "/".join(params[key] for key in ("Bucket", "Key") if key in params)
            return [f"arn:{names.partition}:s3:::{path}" if path else "*"]
        if service == "sns":
            return [params["TopicArn"]]
        if service == "ssm":
            return [f"{start}parameter{each}" for each in params["Names"]]
        if service == "events":
            return [f"{start}rule/{params.get('Rule', params.get('Name'))}"]
        if service == "iam":
            return [self._role(params["RoleName"]) if "RoleName" in params else "*"]
        if "logGroupName" in params:
            return [f"{start}log-group:{params['logGroupName']}"]
        if service == "cognito-idp":
            return [f"{start}userpool/{params['UserPoolId']}"]
        return [f"{start}{kind}{params[key]}" for key, kind in _KINDS.items() if key in params] or ["*"]

    def _role(self, name: str) -> str:
        linked = name.startswith("AWSServiceRoleFor")
        path = "aws-service-role/sagemaker.application-autoscaling.amazonaws.com/" if linked else ""
        return self.names.role_arn(f"{path}{name}")


def _passed(params: Mapping[str, Any]) -> list[str]:
    inside = params.get("TrainingJobDefinition", {})
    return [given[key] for given in (params, inside) for key in _ROLES if key in given]


def _context(service: str, params: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """What AWS tells the policies' conditions of such a request."""
    job = params.get("TrainingJobDefinition", params)
    kinds = [one["InstanceType"] for one in params.get("ProductionVariants", ())]
    if "ResourceConfig" in job:
        kinds.append(job["ResourceConfig"]["InstanceType"])
        yield "sagemaker__MaxRuntimeInSeconds", job["StoppingCondition"]["MaxRuntimeInSeconds"]
    if kinds:
        yield "sagemaker__InstanceTypes", kinds
    if "HumanTaskConfig" in params:
        yield "sagemaker__WorkteamType", params["HumanTaskConfig"]["WorkteamArn"].split("/")[1]
    if service == "application-autoscaling":
        yield "application-autoscaling__service-namespace", params["ServiceNamespace"]
