"""The version of access.yaml, and which rights of it an older one does not give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import yaml

from bootstrap.event import shipped

# The tag of the access role with the version. A role that the first version made has only the tag made-by.
TAG = "access-version"
VERSION = 2
# Releases of this tool -> the version of access.yaml that they shipped.
RELEASED: Mapping[str, int] = {"0.1.0": 1}

# Rights of older versions: on anything, and on what is named after the event.
_ANYWHERE: Mapping[int, str] = {
    1: (
        "application-autoscaling:DeleteScalingPolicy application-autoscaling:DeregisterScalableTarget "
        "application-autoscaling:Describe* cloudformation:DeleteStack cloudformation:Describe* cloudformation:Get* "
        "cloudformation:List* cloudformation:UpdateTerminationProtection cloudtrail:LookupEvents "
        "cloudwatch:DeleteAlarms cloudwatch:Describe* cloudwatch:Get* cloudwatch:List* cognito-idp:* ec2:Describe* "
        "ecr:DeleteRepository ecr:Describe* ecr:List* events:DeleteEventBus events:DeleteRule events:Describe* "
        "events:List* events:RemoveTargets iam:CreateServiceLinkedRole iam:DeleteInstanceProfile iam:DeletePolicy "
        "iam:DeletePolicyVersion iam:DeleteRole iam:DeleteRolePolicy iam:DetachRolePolicy iam:Get* iam:List* "
        "iam:RemoveRoleFromInstanceProfile lambda:DeleteFunction lambda:Get* lambda:List* logs:DeleteLogGroup "
        "logs:Describe* logs:Filter* logs:Get* logs:List* s3:AbortMultipartUpload s3:BypassGovernanceRetention "
        "s3:DeleteBucket s3:DeleteBucketPolicy s3:DeleteObject s3:DeleteObjectVersion s3:GetBucket* "
        "s3:GetEncryptionConfiguration s3:GetLifecycleConfiguration s3:ListAllMyBuckets s3:ListBucket "
        "s3:ListBucketMultipartUploads s3:ListBucketVersions sagemaker:AddTags sagemaker:Create* sagemaker:Delete* "
        "sagemaker:Describe* sagemaker:List* sagemaker:Search sagemaker:StartNotebookInstance sagemaker:Stop* "
        "sagemaker:Update* servicequotas:CreateSupportCase servicequotas:Get* "
        "servicequotas:List* servicequotas:RequestServiceQuotaIncrease "
        "sns:DeleteTopic sns:Get* sns:List* tag:Get*"
    ),
}
_OF_THE_EVENT: Mapping[int, str] = {
    1: (
        "cloudformation:* events:* iam:CreateRole iam:PassRole iam:PutRolePolicy iam:TagRole iam:UntagRole "
        "iam:UpdateAssumeRolePolicy iam:UpdateRole iam:UpdateRoleDescription s3:* sns:* ssm:AddTagsToResource "
        "ssm:DeleteParameter ssm:DeleteParameters ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath "
        "ssm:PutParameter sts:AssumeRole"
    ),
}


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (!Ref, !Sub) as the text or list that they stand before."""


def _short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _short_form)


@cache
def lacking(version: int) -> tuple[str, ...]:
    """Return the actions ("iam:DeleteUser") that the shipped access.yaml allows and one of this version does not.

    A newer version than the shipped one lacks nothing. An action that an older one allows only on what is named after
    the event is lacking if the shipped one allows it on anything.
    """
    if version >= VERSION:
        return ()
    anywhere = _ANYWHERE[version].split()
    of_the_event = [*anywhere, *_OF_THE_EVENT[version].split()]
    found = {
        action
        for action, on_anything in _allowed()
        if not any(fnmatchcase(action, each) for each in (anywhere if on_anything else of_the_event))
    }
    return tuple(sorted(found))


def _allowed() -> Iterator[tuple[str, bool]]:
    """Each action that the shipped template allows, and whether on anything."""
    text = shipped.starter_file("access.yaml").read_text(encoding="ascii")
    for statement in _statements(_Loader(text).get_single_data()):
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            yield action, statement["Resource"] == "*"


def _statements(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        if value.get("Effect") == "Allow" and "Resource" in value:
            yield value
        for each in value.values():
            yield from _statements(each)
    elif isinstance(value, list):
        for each in value:
            yield from _statements(each)


def version_of(tags: Mapping[str, str]) -> int | None:
    """Return the version of the template that made a role with these tags; None for a role of another make."""
    found = tags.get(TAG, "")
    if re.fullmatch(r"[0-9]{1,4}", found):
        return max(1, int(found))
    return 1 if tags.get("made-by") == "event-bootstrap" else None
