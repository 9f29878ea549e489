"""AWS::IAM::*."""

from __future__ import annotations

import json
from typing import Any

from bootstrap.simulator.services.cloudformation.kinds.kind import Made, Making, ResourceKind, absent, exists, found
from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def _create(making: Making) -> Made:
    name = making.name("RoleName")
    try:
        answer = making.invoke(
            "iam",
            "CreateRole",
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(making.properties["AssumeRolePolicyDocument"]),
            **making.picked("Description", "MaxSessionDuration", "Path", "Tags"),
        )
    except Refusal as refusal:
        raise exists(name, "AWS::IAM::Role") if refusal.code == "EntityAlreadyExists" else refusal from None
    _attach(making, name, {})
    return Made(name, {"Arn": answer["Role"]["Arn"], "RoleId": answer["Role"]["RoleId"]})


def _attach(making: Making, role: str, old: dict[str, Any]) -> None:
    """Change the role's inline and managed policies from the old properties to the new ones."""
    wanted = {one["PolicyName"]: one["PolicyDocument"] for one in making.properties.get("Policies", [])}
    before = {one["PolicyName"]: one["PolicyDocument"] for one in old.get("Policies", [])}
    for name in before.keys() - wanted.keys():
        making.invoke("iam", "DeleteRolePolicy", RoleName=role, PolicyName=name)
    for name, document in wanted.items():
        if before.get(name) != document:
            making.invoke("iam", "PutRolePolicy", RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
    arns, old_arns = set(making.properties.get("ManagedPolicyArns", [])), set(old.get("ManagedPolicyArns", []))
    for arn in sorted(old_arns - arns):
        making.invoke("iam", "DetachRolePolicy", RoleName=role, PolicyArn=arn)
    for arn in sorted(arns - old_arns):
        making.invoke("iam", "AttachRolePolicy", RoleName=role, PolicyArn=arn)


def _update(making: Making, live: LiveResource) -> bool:
    name, old = live.physical_id, live.properties
    trust = making.properties["AssumeRolePolicyDocument"]
    if trust != old["AssumeRolePolicyDocument"]:
        making.invoke("iam", "UpdateAssumeRolePolicy", RoleName=name, PolicyDocument=json.dumps(trust))
    making.invoke("iam", "UpdateRole", RoleName=name, **making.picked("Description", "MaxSessionDuration"))
    gone = {one["Key"] for one in old.get("Tags", [])} - {one["Key"] for one in making.properties.get("Tags", [])}
    if gone:
        making.invoke("iam", "UntagRole", RoleName=name, TagKeys=sorted(gone))
    if making.properties.get("Tags"):
        making.invoke("iam", "TagRole", RoleName=name, Tags=making.properties["Tags"])
    _attach(making, name, old)
    return True


def _delete(call: Call, live: LiveResource) -> bool:
    """Delete the role; fails if it has policies that the stack did not attach, as on AWS."""
    name = live.physical_id
    for policy in live.properties.get("Policies", []):
        _quietly(call, "DeleteRolePolicy", RoleName=name, PolicyName=policy["PolicyName"])
    for arn in live.properties.get("ManagedPolicyArns", []):
        _quietly(call, "DetachRolePolicy", RoleName=name, PolicyArn=arn)
    call.invoke("iam", "DeleteRole", {"RoleName": name})
    return True


def _quietly(call: Call, operation: str, **params: str) -> None:
    try:
        call.invoke("iam", operation, params)
    except Refusal as refusal:
        if not absent(refusal):
            raise


def _actual(call: Call, live: LiveResource) -> dict[str, Any] | None:
    """Return the role's policies and trust policy; equal policies keep the template's order."""
    name = live.physical_id
    role = found(call, "iam", "GetRole", RoleName=name)
    if role is None:
        return None
    there = {
        each: call.invoke("iam", "GetRolePolicy", {"RoleName": name, "PolicyName": each})["PolicyDocument"]
        for each in call.invoke("iam", "ListRolePolicies", {"RoleName": name})["PolicyNames"]
    }
    wanted = live.properties.get("Policies", [])
    same = there == {one["PolicyName"]: one["PolicyDocument"] for one in wanted}
    shown = [{"PolicyName": one, "PolicyDocument": document} for one, document in there.items()]
    attached = call.invoke("iam", "ListAttachedRolePolicies", {"RoleName": name})["AttachedPolicies"]
    arns = [one["PolicyArn"] for one in attached]
    managed = live.properties.get("ManagedPolicyArns", [])
    return {
        "AssumeRolePolicyDocument": role["Role"]["AssumeRolePolicyDocument"],
        "Policies": live.properties.get("Policies") if same else shown,
        "ManagedPolicyArns": live.properties.get("ManagedPolicyArns") if sorted(arns) == sorted(managed) else arns,
    }


def _create_policy(making: Making) -> Made:
    name = making.name("ManagedPolicyName")
    try:
        answer = making.invoke(
            "iam",
            "CreatePolicy",
            PolicyName=name,
            PolicyDocument=json.dumps(making.properties["PolicyDocument"]),
            **making.picked("Description", "Path"),
        )
    except Refusal as refusal:
        raise exists(name, "AWS::IAM::ManagedPolicy") if refusal.code == "EntityAlreadyExists" else refusal from None
    arn = answer["Policy"]["Arn"]
    return Made(arn, {"PolicyArn": arn})


def _update_policy(making: Making, live: LiveResource) -> bool:
    """Make a new default version; earlier ones go, as a policy has five at most."""
    arn = live.physical_id
    for version in making.invoke("iam", "ListPolicyVersions", PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            making.invoke("iam", "DeletePolicyVersion", PolicyArn=arn, VersionId=version["VersionId"])
    document = json.dumps(making.properties["PolicyDocument"])
    making.invoke("iam", "CreatePolicyVersion", PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    return True


def _delete_policy(call: Call, live: LiveResource) -> bool:
    arn = live.physical_id
    for version in call.invoke("iam", "ListPolicyVersions", {"PolicyArn": arn})["Versions"]:
        if not version["IsDefaultVersion"]:
            call.invoke("iam", "DeletePolicyVersion", {"PolicyArn": arn, "VersionId": version["VersionId"]})
    call.invoke("iam", "DeletePolicy", {"PolicyArn": arn})
    return True


MANAGED_POLICY = ResourceKind(
    properties=frozenset({"ManagedPolicyName", "Description", "Path", "PolicyDocument"}),
    required=frozenset({"PolicyDocument"}),
    create=_create_policy,
    update=_update_policy,
    delete=_delete_policy,
    create_only=frozenset({"ManagedPolicyName", "Description", "Path"}),
    named="ManagedPolicyName",
    iam=True,
)
ROLE = ResourceKind(
    properties=frozenset(
        {
            "RoleName", "AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "Path", "Policies",
            "ManagedPolicyArns", "Tags",
        }
    ),
    required=frozenset({"AssumeRolePolicyDocument"}),
    create=_create,
    update=_update,
    delete=_delete,
    create_only=frozenset({"RoleName", "Path"}),
    named="RoleName",
    iam=True,
    actual=_actual,
)  # fmt: skip
