"""Deletion of kinds that take more than one call.

What the sweep looks for is a row of `aws/kinds/`; in which state it is stopped or deleted says `verbs.py`; what is
kept, and why, says `keep.py`; the loop is `rounds.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bootstrap.aws.kinds import Thing
from bootstrap.errors import Refused
from bootstrap.errors.message import msg
from bootstrap.sweep import bucket, experiments, identities

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# Settings that UpdateUserPool resets, or refuses to reset, unless they are sent again.
_POOL_SETTINGS = ("AutoVerifiedAttributes", "UserAttributeUpdateSettings", "MfaConfiguration", "Policies")

Remover = Callable[["AccountSession", Sequence[Thing], int], bool]


def delete(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """Delete one thing, or a batch of a kind that takes batches. Writes to AWS.

    `tries`: number of earlier calls for it. Returns True if a long deletion is not finished; call again.
    Raises AWS's error, and Refused EB-505 for a refusal that AWS reports as success.
    """
    kind = things[0].kind
    if own := REMOVERS.get(kind.name):
        return own(session, things, tries)
    client = session.client(kind.service)
    answer: Any = getattr(client, kind.delete)(**kind.named(things[0].shown), **kind.extra)
    if answer.get("Success") is False:
        raise Refused("EB-505", msg("AWS answered Success: false to {operation}", operation=kind.delete))
    return False


def stop(session: AccountSession, thing: Thing) -> None:
    """Stop one thing. Writes to AWS: the kind's Stop operation."""
    getattr(session.client(thing.kind.service), thing.kind.stop)(**thing.kind.named(thing.shown))


def _alarms(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: DeleteAlarms, which takes up to a hundred metric alarms, but only one composite alarm."""
    composite = [each for each in things if "AlarmRule" in each.shown]
    metric = [each for each in things if "AlarmRule" not in each.shown]
    client = session.client("cloudwatch")
    for alarm in composite:
        client.delete_alarms(AlarmNames=[alarm.name])
    if metric:
        client.delete_alarms(AlarmNames=[each.name for each in metric])
    return False


def _event_bus(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: ListRules, the calls of `_rule` for each, DeleteEventBus."""
    client, bus = session.client("events"), things[0].name
    for page in client.get_paginator("list_rules").paginate(EventBusName=bus):
        for each in page["Rules"]:
            _delete_rule(client, each["Name"], bus)
    client.delete_event_bus(Name=bus)
    return False


def _instance_profile(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: RemoveRoleFromInstanceProfile, DeleteInstanceProfile, which is refused while the profile holds a role."""
    client, profile = session.client("iam"), things[0]
    for role in profile.shown.get("Roles", ()):
        client.remove_role_from_instance_profile(InstanceProfileName=profile.name, RoleName=role["RoleName"])
    client.delete_instance_profile(InstanceProfileName=profile.name)
    return False


def _pipeline(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: ListPipelineExecutions, StopPipelineExecution, DeletePipeline, which is refused during an execution."""
    client, name = session.client("sagemaker"), things[0].name
    for page in client.get_paginator("list_pipeline_executions").paginate(PipelineName=name):
        for each in page["PipelineExecutionSummaries"]:
            if each["PipelineExecutionStatus"] == "Executing":
                client.stop_pipeline_execution(PipelineExecutionArn=each["PipelineExecutionArn"])
    # Refused while an execution is stopping; the caller retries later.
    client.delete_pipeline(PipelineName=name)
    return False


def _policy(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: ListPolicyVersions, DeletePolicyVersion, DeletePolicy, which is refused for a policy still attached."""
    client, arn = session.client("iam"), things[0].name
    for each in client.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not each["IsDefaultVersion"]:
            client.delete_policy_version(PolicyArn=arn, VersionId=each["VersionId"])
    client.delete_policy(PolicyArn=arn)
    return False


def _role(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: DetachRolePolicy, DeleteRolePolicy, DeleteRole, which takes only a role without policies."""
    client, name = session.client("iam"), things[0].name
    for page in client.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for each in page["AttachedPolicies"]:
            client.detach_role_policy(RoleName=name, PolicyArn=each["PolicyArn"])
    for page in client.get_paginator("list_role_policies").paginate(RoleName=name):
        for policy in page["PolicyNames"]:
            client.delete_role_policy(RoleName=name, PolicyName=policy)
    client.delete_role(RoleName=name)
    return False


def _rule(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: ListTargetsByRule, RemoveTargets, DeleteRule."""
    _delete_rule(session.client("events"), things[0].name, str(things[0].shown.get("EventBusName") or "default"))
    return False


def _delete_rule(client: Any, rule: str, bus: str) -> None:
    targets = [each["Id"] for each in client.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]]
    if targets:
        answer: Any = client.remove_targets(Rule=rule, EventBusName=bus, Ids=targets)
        _refuse_failed(answer.get("FailedEntries", ()))
    client.delete_rule(Name=rule, EventBusName=bus)


def _refuse_failed(failed: Iterable[Any]) -> None:
    """Raise Refused EB-505 for targets that RemoveTargets kept although it answered 200."""
    for each in failed:
        target, code = each.get("TargetId"), each.get("ErrorCode")
        raise Refused("EB-505", msg("target {target} was not removed: {code}", target=target, code=code))


def _stack(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: UpdateTerminationProtection, DeleteStack; in force mode after a deletion that failed.

    Resources that force mode keeps are found later, by the listing of their own kind.
    """
    client, stack = session.client("cloudformation"), things[0]
    if stack.shown.get("EnableTerminationProtection"):
        client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
    by_force = stack.status == "DELETE_FAILED" and tries > 0
    mode = {"DeletionMode": "FORCE_DELETE_STACK"} if by_force else {}
    client.delete_stack(StackName=stack.name, **mode)
    return False


def _user_pool(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: DescribeUserPool, DeleteUserPoolDomain, UpdateUserPool, DeleteUserPool."""
    client, pool = session.client("cognito-idp"), things[0].name
    shown: Any = client.describe_user_pool(UserPoolId=pool)["UserPool"]
    for domain in filter(None, [shown.get("Domain"), shown.get("CustomDomain")]):
        client.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
    if shown.get("DeletionProtection") == "ACTIVE":
        sent = {key: shown[key] for key in _POOL_SETTINGS if shown.get(key)}
        client.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE", **sent)
    client.delete_user_pool(UserPoolId=pool)
    return False


REMOVERS: dict[str, Remover] = {
    "alarm": _alarms,
    "bucket": bucket.delete,
    "event bus": _event_bus,
    "IAM group": identities.delete_group,
    "IAM user": identities.delete_user,
    "inference experiment": experiments.end_inference_experiment,
    "instance profile": _instance_profile,
    "pipeline": _pipeline,
    "policy": _policy,
    "role": _role,
    "rule": _rule,
    "stack": _stack,
    "training session": experiments.end_training_session,
    "user pool": _user_pool,
}
