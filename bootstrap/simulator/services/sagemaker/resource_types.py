"""Kinds of SageMaker that are alike: a kind is a row, and its operations follow from the row.

Error codes are those that the API model declares for the operation; where it declares none that fits, SageMaker
answers ValidationException. Words of refusals are ours unless a row has AWS's.
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
# What is Deleted stays listed for a day.
_LISTED = 86_400


@dataclass(frozen=True, slots=True)
class Transition:
    """A passage: only from `allowed`; `during` for so many seconds, and `then`. "" is no status: it is gone."""

    during: str
    then: str
    seconds: Seconds = (0, 0)
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceType:
    """CreateNOUN, DescribeNOUN, StopNOUN, DeleteNOUN and `listing`; members are STEMName, STEMArn, STEMStatus.

    `held` says why AWS does not let go of a thing, with the code; `more` adds or hides (None) what is shown.
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
    held: Callable[[Call, StoredResource], str] = lambda call, thing: ""
    more: Callable[[Call, StoredResource], dict[str, Any]] = lambda call, thing: {}
    gone: Callable[[Call, StoredResource], None] = lambda call, thing: None

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that name a thing."""
        return self.ids or (f"{self.stem or self.noun}Name",)

    @property
    def says(self) -> str:
        return self.status or f"{self.stem or self.noun}Status"

    @property
    def arn(self) -> str:
        return f"{self.stem or self.noun}Arn"

    @property
    def words(self) -> str:
        return self.path.replace("-", " ")


def all_of(call: Call, noun: str) -> dict[str, StoredResource]:
    return call.shelf(f"sagemaker.{noun}")


def operations(kind: ResourceType) -> dict[str, CallHandler]:
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
    """What the parameters name, by its names or by its ARN. Raises Refusal."""
    here = all_of(call, kind.noun)
    given = call.params.get(kind.names[-1]) or call.params.get(kind.arn)
    thing = here.get(_key(kind, call.params)) or next((one for one in here.values() if one["arn"] == given), None)
    if thing is None:
        raise Refusal(code(call, "ResourceNotFound"), f"Could not find {kind.words} {given}.")
    return thing


def code(call: Call, *wanted: str) -> str:
    """The first of these codes that the model declares for the operation, else ValidationException."""
    return next((one for one in wanted if one in _declared(call.operation)), "ValidationException")


def transition(call: Call, kind: ResourceType, thing: StoredResource, by: Transition) -> None:
    """The thing passes on; what was arranged for it before no longer happens."""
    _become(call, thing, by.during)
    name = f"{kind.path}:{_key(kind, thing['params'])}"
    after = partial(_arrive, kind, thing, thing["turns"], by.then)
    if any(by.seconds):
        call.later(call.now + call.draw(name, by.seconds), after)
    else:
        after(call)


def view(call: Call, kinds: Iterable[ResourceType]) -> dict[str, list[dict[str, Any]]]:
    """Listing -> what there is, each with its names and status."""
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
        raise Refusal(
            code(call, "ResourceInUse", "ConflictException"), f"The {kind.words} already exists ({old['arn']})."
        )
    params.pop("Tags", None)
    thing = {"arn": arn, "params": params, "status": "", "created": call.now, "modified": call.now, "turns": 0}
    all_of(call, kind.noun)[key] = thing
    tags.begin(call, arn)
    transition(call, kind, thing, kind.make)
    return _shown(call, kind, thing, _output(call.operation).members)


def _describe(kind: ResourceType, call: Call) -> dict[str, Any]:
    thing, shape = found(call, kind), _output(call.operation)
    shown = _shown(call, kind, thing, shape.members)
    name = str(thing["params"].get(kind.names[-1]))
    for member in shape.required_members:
        if member not in shown:
            shown[member] = existing.made_up(call, call.operation, member, shape.members[member], name)
    return shown


def list_all(kind: ResourceType, call: Call) -> dict[str, Any]:
    """A page; a filter that the row does not know is refused by name."""
    unknown = sorted(call.params.keys() - _ALWAYS - kind.filters.keys() - set(kind.names[:-1]))
    if unknown:
        raise Refusal("NotSimulated", f"{', '.join(unknown)} of {call.operation} is not simulated")
    asked = {kind.filters.get(name, name): call.params[name] for name in call.params.keys() - _ALWAYS}
    key, shape = existing.element(call.operation)
    shown = [
        _shown(call, kind, thing, shape.members)
        for thing in all_of(call, kind.noun).values()
        if all(thing["params"].get(name) == value for name, value in asked.items())
    ]
    # Of what was there before only the names are known.
    shown += [] if asked else existing.summaries(call, call.operation)
    return listing.answer(call, key, shown, kind.names[-1], kind.says)


def _pass(kind: ResourceType, by: Transition, call: Call) -> dict[str, Any]:
    thing = found(call, kind)
    if by.allowed and thing["status"] not in by.allowed:
        raise Refusal(
            code(call, "ResourceInUse", "ConflictException"),
            f"The request was rejected because the {kind.words} is in status {thing['status']}.",
        )
    transition(call, kind, thing, by)
    return _shown(call, kind, thing, getattr(_output(call.operation), "members", ()))


def _delete(kind: ResourceType, by: Transition, call: Call) -> dict[str, Any]:
    held = kind.held(call, found(call, kind))
    if held:
        raise Refusal(code(call, "ResourceInUse", "ConflictException"), held)
    return _pass(kind, by, call)


def _arrive(kind: ResourceType, thing: StoredResource, turns: int, status: str, call: Call) -> None:
    if thing["turns"] != turns:
        return
    if status:
        _become(call, thing, status)
        if status == "Deleted":
            call.later(call.now + _LISTED, partial(_arrive, kind, thing, thing["turns"], ""))
        return
    kind.gone(call, thing)
    here, key = all_of(call, kind.noun), _key(kind, thing["params"])
    # Another of that name may have been made since.
    if here.get(key) is thing:
        del here[key]
        tags.forget(call, thing["arn"])


def _become(call: Call, thing: StoredResource, status: str) -> None:
    thing.update(status=status, modified=call.now, turns=thing["turns"] + 1)


def _shown(call: Call, kind: ResourceType, thing: StoredResource, members: Iterable[str]) -> dict[str, Any]:
    known = {
        **thing["params"],
        kind.arn: thing["arn"],
        kind.says: thing["status"] or None,
        "CreationTime": moment(thing["created"]),
        "LastModifiedTime": moment(thing["modified"]),
        **({kind.ended: moment(thing["modified"])} if kind.ended and thing["status"] in _ENDED else {}),
        **kind.more(call, thing),
    }
    return {member: known[member] for member in members if known.get(member) is not None}


def _key(kind: ResourceType, params: dict[str, Any]) -> str:
    return "/".join(str(params[name]) for name in kind.names if params.get(name) is not None)


@cache
def _declared(operation: str) -> frozenset[str]:
    return frozenset(shape.name for shape in model("sagemaker").operation_model(operation).error_shapes)


def _output(operation: str) -> Any:
    return model("sagemaker").operation_model(operation).output_shape
