"""SageMaker resource types that work alike: each is described by a ResourceType, from which its operations are made.

Error codes are those that the API model declares for the operation; if it declares none that fits, the code is
ValidationException. Error messages are ours, unless a type gives AWS's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from bootstrap.simulator.scenarios.service_parts import Seconds
from bootstrap.simulator.services.sagemaker import existing, listing, roles, tags
from bootstrap.simulator.wire.protocol import model, moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

StoredResource = dict[str, Any]

_ALWAYS = frozenset(
    {"NameContains", "StatusEquals", "SortBy", "SortOrder", "NextToken", "MaxResults"}
    | {f"{what}Time{side}" for what in ("Creation", "LastModified") for side in ("Before", "After")}
)
_ENDED = frozenset({"Completed", "Failed", "Stopped", "COMPLETED", "FAILED", "STOPPED"})
# What AWS says of a name or ARN that it does not know, as far as it was recorded or clients match it; with its code if
# that is not the one that the model declares.
_UNKNOWN = {
    "AppImageConfig": ("", "AppImageConfig with the name {} does not exist."),
    "CodeRepository": ("", "Cannot find CodeRepository: {}"),
    "Image": ("", "No Image with the name {} exists."),
    "ModelPackage": ("", "ModelPackage {} does not exist."),
    "ModelPackageGroup": ("", "ModelPackageGroup {} does not exist."),
    "Pipeline": ("", "Pipeline '{}' does not exist."),
    "PipelineExecution": ("", "Pipeline execution with ARN {} does not exist"),
    "ProcessingJob": ("ValidationException", "Could not find requested job with name: {}"),
    "Project": ("", "Project {} does not exist."),
    "Space": ("", "RecordNotFound"),
    "TransformJob": ("ValidationException", "Could not find requested job with name: {}"),
}
# A deleted app stays listed for a day, as Deleted.
_LISTED = 86_400


@dataclass(frozen=True, slots=True)
class Transition:
    """A status change, possible from `allowed`: status `during` for `seconds`, then `then`. "" as `then`: deleted."""

    during: str
    then: str
    seconds: Seconds = (0, 0)
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type with CreateNOUN, DescribeNOUN, StopNOUN, DeleteNOUN, `listing`; members STEMName, STEMArn, STEMStatus.

    `check` raises Refusal before creation; `issue` adds generated parameters. `held` returns why a resource cannot
    be deleted. `more` adds members to answers, or hides them (None). `gone` runs at deletion.
    """

    noun: str
    listing: str
    path: str
    make: Transition
    stop: Transition | None = None
    delete: Transition | None = None
    stem: str = ""
    status: str = ""
    ids: tuple[str, ...] = ()
    ended: str = ""
    verb: str = "Create"
    suffixes: tuple[str, ...] = ("",)
    filters: dict[str, str] = field(default_factory=dict)
    issue: CallHandler = lambda call: {}
    check: Callable[[Call], None] = lambda call: None
    held: Callable[[Call, StoredResource], str] = lambda call, resource: ""
    more: Callable[[Call, StoredResource], dict[str, Any]] = lambda call, resource: {}
    gone: Callable[[Call, StoredResource], None] = lambda call, resource: None

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that identify a resource."""
        return self.ids or (f"{self.stem or self.noun}Name",)

    @property
    def says(self) -> str:
        """Name of the member that holds the status."""
        return self.status or f"{self.stem or self.noun}Status"

    @property
    def arn(self) -> str:
        """Name of the member that holds the ARN."""
        return f"{self.stem or self.noun}Arn"

    @property
    def words(self) -> str:
        """Name of the type in error messages."""
        return self.path.replace("-", " ")


def all_of(call: Call, noun: str) -> dict[str, StoredResource]:
    """Return the resources of the type by key."""
    return call.shelf(f"sagemaker.{noun}")


def operations(kind: ResourceType) -> dict[str, CallHandler]:
    """Return the operations of the type by name."""
    made: dict[str, CallHandler] = {kind.listing: partial(list_all, kind)}
    for suffix in kind.suffixes:
        made[f"{kind.verb}{kind.noun}{suffix}"] = partial(_create, kind)
        made[f"Describe{kind.noun}{suffix}"] = partial(_describe, kind)
    if kind.stop:
        made[f"Stop{kind.noun}"] = partial(_pass, kind, kind.stop)
    if kind.delete:
        made[f"Delete{kind.noun}"] = partial(_delete, kind, kind.delete)
    return made


def found(call: Call, kind: ResourceType) -> StoredResource:
    """Return the resource that the parameters identify, by names or by ARN. Raises Refusal."""
    here = all_of(call, kind.noun)
    given = call.params.get(kind.names[-1]) or call.params.get(kind.arn)
    resource = here.get(_key(kind, call.params)) or next((one for one in here.values() if one["arn"] == given), None)
    if resource is None:
        sent, said = _UNKNOWN.get(kind.noun, ("", f"Could not find {kind.words} {{}}."))
        raise Refusal(sent or code(call, "ResourceNotFound"), said.format(given))
    return resource


def code(call: Call, *wanted: str) -> str:
    """Return the first of these codes that the model declares for the operation, else ValidationException."""
    return next((one for one in wanted if one in _declared(call.operation)), "ValidationException")


def transition(call: Call, kind: ResourceType, resource: StoredResource, by: Transition) -> None:
    """Start a status change; an earlier one that has not finished is cancelled."""
    _become(call, resource, by.during)
    name = f"{kind.path}:{_key(kind, resource['params'])}"
    after = partial(_arrive, kind, resource, resource["turns"], by.then)
    if any(by.seconds):
        call.later(call.now + call.draw(name, by.seconds), after)
    else:
        after(call)


def view(call: Call, kinds: Iterable[ResourceType]) -> dict[str, list[dict[str, Any]]]:
    """View for the control address: resources by listing, each with names and status."""
    return {
        kind.listing.removeprefix("List"): [
            {"arn": one["arn"], "status": one["status"], **{name: one["params"].get(name) for name in kind.names}}
            for one in all_of(call, kind.noun).values()
        ]
        for kind in kinds
    }


def _create(kind: ResourceType, call: Call) -> dict[str, Any]:
    if call.params.get("RoleArn"):
        roles.check(call, call.params["RoleArn"])
    kind.check(call)
    params = {**call.params, **kind.issue(call)}
    key = _key(kind, params)
    arn = call.arn("sagemaker", f"{kind.path}/{key.lower()}")
    old = all_of(call, kind.noun).get(key)
    if old and old["status"] != "Deleted":
        said = f"The {kind.words} already exists ({old['arn']})."
        raise Refusal(code(call, "ResourceInUse", "ConflictException"), said)
    params.pop("Tags", None)
    resource = {"arn": arn, "params": params, "status": "", "created": call.now, "modified": call.now, "turns": 0}
    all_of(call, kind.noun)[key] = resource
    tags.begin(call, arn)
    transition(call, kind, resource, kind.make)
    return _shown(call, kind, resource, getattr(_output(call.operation), "members", ()))


def _describe(kind: ResourceType, call: Call) -> dict[str, Any]:
    return _whole(kind, call, found(call, kind), _output(call.operation))


def _whole(kind: ResourceType, call: Call, resource: StoredResource, shape: Any) -> dict[str, Any]:
    """Return what is shown of a resource; required members that nothing else provides are made up."""
    shown = _shown(call, kind, resource, shape.members)
    name = str(resource["params"].get(kind.names[-1]))
    for member in shape.required_members:
        if member not in shown:
            shown[member] = existing.made_up(call, call.operation, member, shape.members[member], name)
    return shown


def list_all(kind: ResourceType, call: Call) -> dict[str, Any]:
    """List a page of resources. Raises Refusal for a filter that the type does not have."""
    unknown = sorted(call.params.keys() - _ALWAYS - kind.filters.keys() - set(kind.names[:-1]))
    if unknown:
        raise Refusal("NotSimulated", f"{', '.join(unknown)} of {call.operation} is not simulated")
    asked = {kind.filters.get(name, name): call.params[name] for name in call.params.keys() - _ALWAYS}
    key, shape = existing.element(call.operation)
    shown = [
        _whole(kind, call, resource, shape)
        for resource in all_of(call, kind.noun).values()
        if all(resource["params"].get(name) == value for name, value in asked.items())
    ]
    # Existing resources have only names, so a filtered list leaves them out.
    shown += [] if asked else existing.summaries(call, call.operation)
    return listing.answer(call, key, shown, kind.names[-1], kind.says)


def _pass(kind: ResourceType, by: Transition, call: Call) -> dict[str, Any]:
    resource = found(call, kind)
    if by.allowed and resource["status"] not in by.allowed:
        said = f"The request was rejected because the {kind.words} is in status {resource['status']}."
        raise Refusal(code(call, "ResourceInUse", "ConflictException"), said)
    transition(call, kind, resource, by)
    return _shown(call, kind, resource, getattr(_output(call.operation), "members", ()))


def _delete(kind: ResourceType, by: Transition, call: Call) -> dict[str, Any]:
    held = kind.held(call, found(call, kind))
    if held:
        raise Refusal(code(call, "ResourceInUse", "ConflictException"), held)
    return _pass(kind, by, call)


def _arrive(kind: ResourceType, resource: StoredResource, turns: int, status: str, call: Call) -> None:
    if resource["turns"] != turns:
        return
    if status:
        _become(call, resource, status)
        if status == "Deleted":
            call.later(call.now + _LISTED, partial(_arrive, kind, resource, resource["turns"], ""))
        return
    kind.gone(call, resource)
    here, key = all_of(call, kind.noun), _key(kind, resource["params"])
    # A new resource of that name may exist by now.
    if here.get(key) is resource:
        del here[key]
        tags.forget(call, resource["arn"])


def _become(call: Call, resource: StoredResource, status: str) -> None:
    resource.update(status=status, modified=call.now, turns=resource["turns"] + 1)


def _shown(call: Call, kind: ResourceType, resource: StoredResource, members: Iterable[str]) -> dict[str, Any]:
    known = {
        **resource["params"],
        kind.arn: resource["arn"],
        kind.says: resource["status"] or None,
        "CreationTime": moment(resource["created"]),
        "LastModifiedTime": moment(resource["modified"]),
        **({kind.ended: moment(resource["modified"])} if kind.ended and resource["status"] in _ENDED else {}),
        **kind.more(call, resource),
    }
    return {member: known[member] for member in members if known.get(member) is not None}


def _key(kind: ResourceType, params: dict[str, Any]) -> str:
    return "/".join(str(params[name]) for name in kind.names if params.get(name) is not None)


@cache
def _declared(operation: str) -> frozenset[str]:
    return frozenset(shape.name for shape in model("sagemaker").operation_model(operation).error_shapes)


def _output(operation: str) -> Any:
    return model("sagemaker").operation_model(operation).output_shape
