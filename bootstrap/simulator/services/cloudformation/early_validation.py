"""Pre-deployment validation: what CloudFormation finds before it makes anything, and how it says so.

Of CreateStack and UpdateStack (by default since July 2026) and of change sets (since November 2025): properties that
the resource's schema does not allow, and names that exist already. Both stop the operation. Of change sets also the
other kinds, which only warn: a bucket that is to be deleted and is not empty, and what a scenario says of quotas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bootstrap.simulator.services.cloudformation.kinds import KINDS
from bootstrap.simulator.services.cloudformation.stacks import Finding, LiveResource, Stack
from bootstrap.simulator.services.cloudformation.steps import check
from bootstrap.simulator.services.cloudformation.templates import Resource, Template, references
from bootstrap.simulator.services.cloudformation.values import Scope
from bootstrap.simulator.services.s3.buckets import holds
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

PROPERTY, CONFLICT, EMPTINESS = "PROPERTY_VALIDATION", "NAME_CONFLICT_VALIDATION", "BUCKET_EMPTINESS_VALIDATION"
FAIL, WARN = "FAIL", "WARN"
# Names by which a failed change set calls them.
_HOOKS = {
    CONFLICT: "AWS::EarlyValidation::ResourceExistenceCheck",
    PROPERTY: "AWS::EarlyValidation::PropertyValidation",
}
_SEE = "To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information."


@dataclass(frozen=True, slots=True)
class _Probe:
    """The lookup of a resource type's name: its property, and the call that finds it."""

    named: str
    service: str
    operation: str
    argument: str


# Types whose names are told apart in one account and region, or for IAM in one account. The name of a bucket that
# another customer holds is not found: CloudFormation looks with the account's own rights. Unverified.
_PROBES = {
    "AWS::Events::Rule": _Probe("Name", "events", "DescribeRule", "Name"),
    "AWS::IAM::Role": _Probe("RoleName", "iam", "GetRole", "RoleName"),
    "AWS::Lambda::Function": _Probe("FunctionName", "lambda", "GetFunction", "FunctionName"),
    "AWS::S3::Bucket": _Probe("BucketName", "s3", "HeadBucket", "Bucket"),
    "AWS::SageMaker::NotebookInstance": _Probe(
        "NotebookInstanceName", "sagemaker", "DescribeNotebookInstance", "NotebookInstanceName"
    ),
    "AWS::SageMaker::NotebookInstanceLifecycleConfig": _Probe(
        "NotebookInstanceLifecycleConfigName",
        "sagemaker",
        "DescribeNotebookInstanceLifecycleConfig",
        "NotebookInstanceLifecycleConfigName",
    ),
}


def of_stack(call: Call, stack: Stack, template: Template, parameters: dict[str, str]) -> list[Finding]:
    """Return what stops CreateStack or UpdateStack; nothing where the request or the scenario turns it off."""
    if call.params.get("DisableValidation") or call.scenario.stacks.validates != "stacks":
        return []
    return [one for one in _all(call, stack, template, parameters) if one.mode == FAIL]


def of_change_set(call: Call, stack: Stack, template: Template, parameters: dict[str, str]) -> list[Finding]:
    """Return everything that is found for a change set, warnings included."""
    if call.params.get("DisableValidation") or call.scenario.stacks.validates == "nothing":
        return []
    gone = [live for name, live in stack.resources.items() if name not in template.resources and not live.retain]
    return [*_all(call, stack, template, parameters), *_not_empty(call, gone)]


def status_reason(findings: Iterable[Finding]) -> str:
    """Return the StatusReason of a change set that failed by these; "" if none of them stops it."""
    names = sorted({_HOOKS.get(one.name, one.name) for one in findings if one.mode == FAIL}, reverse=True)
    return f"The following hook(s)/validation failed: [{', '.join(names)}]. {_SEE}" if names else ""


def _all(call: Call, stack: Stack, template: Template, parameters: dict[str, str]) -> Iterator[Finding]:
    scope = Scope(call, stack, template, parameters)
    for name, resource in template.resources.items():
        yield from _of_scenario(call, stack, name, resource)
        yield from _properties(name, resource)
        if name not in stack.resources:
            yield from _conflict(call, scope, name, resource)


def _of_scenario(call: Call, stack: Stack, name: str, resource: Resource) -> Iterator[Finding]:
    for one in call.scenario.stacks.findings:
        if fnmatchcase(stack.name, one.stack) and fnmatchcase(name, one.resource):
            mode = FAIL if one.name in _HOOKS else WARN
            yield Finding(name, resource.type, one.name, one.reason, f"/Resources/{name}", mode)


def _properties(name: str, resource: Resource) -> Iterator[Finding]:
    try:
        check(KINDS[resource.type], resource.properties)
    except Refusal as refusal:
        path = f"/Resources/{name}/Properties"
        yield Finding(name, resource.type, PROPERTY, refusal.message, path, FAIL)


def _conflict(call: Call, scope: Scope, name: str, resource: Resource) -> Iterator[Finding]:
    probe = _PROBES.get(resource.type)
    given = resource.properties.get(probe.named) if probe else None
    # A name that is made of another resource's is not known yet.
    if probe is None or given is None or set(references(given)) & set(scope.template.resources):
        return
    value = str(scope.resolve(given))
    if _stands(call, probe, value):
        reason = f"Resource of type '{resource.type}' with identifier '{value}' already exists."
        yield Finding(name, resource.type, CONFLICT, reason, f"/Resources/{name}", FAIL, value)


def _stands(call: Call, probe: _Probe, name: str) -> bool:
    try:
        call.invoke(probe.service, probe.operation, {probe.argument: name})
    except Refusal:
        return False
    return True


def _not_empty(call: Call, gone: Iterable[LiveResource]) -> Iterator[Finding]:
    for live in gone:
        if live.type != "AWS::S3::Bucket":
            continue
        if holds(call, live.physical_id):
            reason = (
                f"The bucket '{live.physical_id}' is not empty. You must either delete all objects and versions or use "
                "the deletion policy to retain it, otherwise the delete operation will fail."
            )
            path = f"/Resources/{live.logical_id}"
            yield Finding(live.logical_id, live.type, EMPTINESS, reason, path, WARN, live.physical_id)
