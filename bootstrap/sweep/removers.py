"""Deletion of kinds that take more than one call.

What the sweep looks for is a row of `aws/kinds/`; in which state it is stopped or deleted says `verbs.py`; what is
kept, and why, says `keep.py`; the loop is `rounds.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws.kinds import KINDS, Thing
from bootstrap.aws.kinds.resource_types import TYPES
from bootstrap.errors import Refused, code_of
from bootstrap.errors.message import msg
from bootstrap.sweep import bucket, experiments, identities, stacks

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# Settings that UpdateUserPool refuses to reset apart from each other. MfaConfiguration is not among them: with ON or
# OPTIONAL it is refused without the settings of SMS (aws/aws-cdk#11478), and unsent it is reset to OFF.
_POOL_SETTINGS = ("AutoVerifiedAttributes", "UserAttributeUpdateSettings")
_BY_SMS = "phone_number"


@dataclass(frozen=True, slots=True)
class Deletion:
    """A deletion that AWS accepted. `more`: it is not finished, call again; `forced`: what force may leave standing."""

    more: bool = False
    forced: tuple[str, ...] = ()


DONE = Deletion()
Remover = Callable[["AccountSession", Sequence[Thing], int], bool | Deletion]


def delete(session: AccountSession, things: Sequence[Thing], tries: int) -> Deletion:
    """Delete one thing, or a batch of a kind that takes batches. Writes to AWS.

    `tries`: number of earlier calls for it. Raises AWS's error, Refused EB-505 for a refusal that AWS reports as
    success, and Final for one that was looked at and does not pass.
    """
    kind = things[0].kind
    if own := REMOVERS.get(kind.name):
        sent = own(session, things, tries)
        return sent if isinstance(sent, Deletion) else Deletion(more=sent)
    client = session.client(kind.service)
    if (unprotect := _PROTECTED.get(kind.name)) is not None:
        unprotect(client, things[0])
    answer: Any = getattr(client, kind.delete)(**kind.named(things[0].shown), **kind.extra)
    if answer.get("Success") is False:
        raise Refused("EB-505", msg("AWS answered Success: false to {operation}", operation=kind.delete))
    return DONE


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


def _stack(session: AccountSession, things: Sequence[Thing], tries: int) -> Deletion:
    return Deletion(forced=stacks.delete(session, things[0], tries, covered))


def covered(resource_type: str) -> bool:
    """Return True if the sweep lists and removes CloudFormation's resources of this type by their own kind."""
    return TYPES.get(resource_type) in _REMOVED


def _user_pool(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """API: DescribeUserPool, DeleteUserPoolDomain, UpdateUserPool, SetUserPoolMfaConfig, DeleteUserPool."""
    client, pool = session.client("cognito-idp"), things[0].name
    shown: Any = client.describe_user_pool(UserPoolId=pool)["UserPool"]
    for domain in filter(None, [shown.get("Domain"), shown.get("CustomDomain")]):
        client.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
    if shown.get("DeletionProtection") == "ACTIVE":
        _unprotect_pool(client, pool, shown)
    client.delete_user_pool(UserPoolId=pool)
    return False


def _unprotect_pool(client: Any, pool: str, shown: Any) -> None:
    sent = {key: shown[key] for key in _POOL_SETTINGS if shown.get(key)}
    if _BY_SMS in shown.get("AutoVerifiedAttributes", ()) and shown.get("SmsConfiguration"):
        sent["SmsConfiguration"] = shown["SmsConfiguration"]
    try:
        client.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE", **sent)
    except ClientError as error:
        if code_of(error) != "InvalidParameterException" or shown.get("MfaConfiguration", "OFF") == "OFF":
            raise
        # The pool is to be deleted: nobody signs in to it any more.
        client.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OFF")
        client.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE", **sent)


def _unprotect_log_group(client: Any, group: Thing) -> None:
    """API: PutLogGroupDeletionProtection, only for a group whose listing says that it is protected."""
    if group.shown.get("deletionProtectionEnabled"):
        client.put_log_group_deletion_protection(logGroupIdentifier=group.name, deletionProtectionEnabled=False)


# Kinds that one call deletes, after a protection was switched off.
_PROTECTED: dict[str, Callable[[Any, Thing], None]] = {"log group": _unprotect_log_group}
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
_REMOVED = frozenset(kind.name for kind in KINDS if kind.delete or kind.name in REMOVERS)
