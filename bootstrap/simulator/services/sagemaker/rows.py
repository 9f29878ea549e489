"""Kinds of SageMaker that are alike: a kind is a row, and its operations follow from the row.

Error codes are those that the API model declares for the operation; where it declares none that fits, SageMaker
answers ValidationException. Words of refusals are ours unless a row has AWS's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from bootstrap.simulator.services.sagemaker import existing, listing, roles, tags
from bootstrap.simulator.wire.protocol import model, moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

Thing = dict[str, Any]
Seconds = tuple[float, float]

_ALWAYS = frozenset(
    {"NameContains", "StatusEquals", "SortBy", "SortOrder", "NextToken", "MaxResults"}
    | {f"{what}Time{side}" for what in ("Creation", "LastModified") for side in ("Before", "After")}
)
_ENDED = frozenset({"Completed", "Failed", "Stopped", "COMPLETED", "FAILED", "STOPPED"})
# What is Deleted stays listed for a day.
_LISTED = 86_400


@dataclass(frozen=True, slots=True)
class Turn:
    """A passage: only from `allowed`; `during` for so many seconds, and `then`. "" is no status: it is gone."""

    during: str
    then: str
    seconds: Seconds = (0, 0)
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """CreateNOUN, DescribeNOUN, StopNOUN, DeleteNOUN and `listing`; members are STEMName, STEMArn, STEMStatus.

    `held` says why AWS does not let go of a thing, with the code; `more` adds or hides (None) what is shown.
    """

    noun: str
    listing: str
    path: str
    make: Turn
    stop: Turn | None = None
    delete: Turn | None = None
    stem: str = ""
    status: str = ""
    ids: tuple[str, ...] = ()
    ended: str = ""
    verb: str = "Create"
    suffixes: tuple[str, ...] = ("",)
    filters: dict[str, str] = field(default_factory=dict)
    issue: Callable[[Call], dict[str, Any]] = lambda call: {}
    check: Callable[[Call], None] = lambda call: None
    held: Callable[[Call, Thing], str] = lambda call, thing: ""
    more: Callable[[Call, Thing], dict[str, Any]] = lambda call, thing: {}
    gone: Callable[[Call, Thing], None] = lambda call, thing: None

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


def all_of(call: Call, noun: str) -> dict[str, Thing]:
    return call.shelf(f"sagemaker.{noun}")


def operations(row: Row) -> dict[str, Callable[[Call], dict[str, Any]]]:
    made: dict[str, Callable[[Call], dict[str, Any]]] = {row.listing: partial(list_all, row)}
    for suffix in row.suffixes:
        made[f"{row.verb}{row.noun}{suffix}"] = partial(_create, row)
        made[f"Describe{row.noun}{suffix}"] = partial(_describe, row)
    if row.stop:
        made[f"Stop{row.noun}"] = partial(_pass, row, row.stop)
    if row.delete:
        made[f"Delete{row.noun}"] = partial(_delete, row, row.delete)
    return made


def found(call: Call, row: Row) -> Thing:
    """What the parameters name, by its names or by its ARN. Raises Refusal."""
    here = all_of(call, row.noun)
    given = call.params.get(row.names[-1]) or call.params.get(row.arn)
    thing = here.get(_key(row, call.params)) or next((one for one in here.values() if one["arn"] == given), None)
    if thing is None:
        raise Refusal(code(call, "ResourceNotFound"), f"Could not find {row.words} {given}.")
    return thing


def code(call: Call, *wanted: str) -> str:
    """The first of these codes that the model declares for the operation, else ValidationException."""
    return next((one for one in wanted if one in _declared(call.operation)), "ValidationException")


def turn(call: Call, row: Row, thing: Thing, by: Turn) -> None:
    """The thing passes on; what was arranged for it before no longer happens."""
    _become(call, thing, by.during)
    name = f"{row.path}:{_key(row, thing['params'])}"
    after = partial(_arrive, row, thing, thing["turns"], by.then)
    if any(by.seconds):
        call.later(call.now + call.draw(name, by.seconds), after)
    else:
        after(call)


def view(call: Call, rows: Iterable[Row]) -> dict[str, list[dict[str, Any]]]:
    """Listing -> what there is, each with its names and status."""
    return {
        row.listing.removeprefix("List"): [
            {"arn": one["arn"], "status": one["status"], **{name: one["params"].get(name) for name in row.names}}
            for one in all_of(call, row.noun).values()
        ]
        for row in rows
    }


def _create(row: Row, call: Call) -> dict[str, Any]:
    if call.params.get("RoleArn"):
        roles.check(call, call.params["RoleArn"])
    row.check(call)
    params = {**call.params, **row.issue(call)}
    key = _key(row, params)
    arn = call.arn("sagemaker", f"{row.path}/{key.lower()}")
    old = all_of(call, row.noun).get(key)
    if old and old["status"] != "Deleted":
        raise Refusal(
            code(call, "ResourceInUse", "ConflictException"), f"The {row.words} already exists ({old['arn']})."
        )
    params.pop("Tags", None)
    thing = {"arn": arn, "params": params, "status": "", "created": call.now, "modified": call.now, "turns": 0}
    all_of(call, row.noun)[key] = thing
    tags.begin(call, arn)
    turn(call, row, thing, row.make)
    return _shown(call, row, thing, _output(call.operation).members)


def _describe(row: Row, call: Call) -> dict[str, Any]:
    thing, shape = found(call, row), _output(call.operation)
    shown = _shown(call, row, thing, shape.members)
    name = str(thing["params"].get(row.names[-1]))
    for member in shape.required_members:
        if member not in shown:
            shown[member] = existing.made_up(call, call.operation, member, shape.members[member], name)
    return shown


def list_all(row: Row, call: Call) -> dict[str, Any]:
    """A page; a filter that the row does not know is refused by name."""
    unknown = sorted(call.params.keys() - _ALWAYS - row.filters.keys() - set(row.names[:-1]))
    if unknown:
        raise Refusal("NotSimulated", f"{', '.join(unknown)} of {call.operation} is not simulated")
    asked = {row.filters.get(name, name): call.params[name] for name in call.params.keys() - _ALWAYS}
    key, shape = existing.element(call.operation)
    shown = [
        _shown(call, row, thing, shape.members)
        for thing in all_of(call, row.noun).values()
        if all(thing["params"].get(name) == value for name, value in asked.items())
    ]
    # Of what was there before only the names are known.
    shown += [] if asked else existing.summaries(call, call.operation)
    return listing.answer(call, key, shown, row.names[-1], row.says)


def _pass(row: Row, by: Turn, call: Call) -> dict[str, Any]:
    thing = found(call, row)
    if by.allowed and thing["status"] not in by.allowed:
        raise Refusal(
            code(call, "ResourceInUse", "ConflictException"),
            f"The request was rejected because the {row.words} is in status {thing['status']}.",
        )
    turn(call, row, thing, by)
    return _shown(call, row, thing, getattr(_output(call.operation), "members", ()))


def _delete(row: Row, by: Turn, call: Call) -> dict[str, Any]:
    held = row.held(call, found(call, row))
    if held:
        raise Refusal(code(call, "ResourceInUse", "ConflictException"), held)
    return _pass(row, by, call)


def _arrive(row: Row, thing: Thing, turns: int, status: str, call: Call) -> None:
    if thing["turns"] != turns:
        return
    if status:
        _become(call, thing, status)
        if status == "Deleted":
            call.later(call.now + _LISTED, partial(_arrive, row, thing, thing["turns"], ""))
        return
    row.gone(call, thing)
    here, key = all_of(call, row.noun), _key(row, thing["params"])
    # Another of that name may have been made since.
    if here.get(key) is thing:
        del here[key]
        tags.forget(call, thing["arn"])


def _become(call: Call, thing: Thing, status: str) -> None:
    thing.update(status=status, modified=call.now, turns=thing["turns"] + 1)


def _shown(call: Call, row: Row, thing: Thing, members: Iterable[str]) -> dict[str, Any]:
    known = {
        **thing["params"],
        row.arn: thing["arn"],
        row.says: thing["status"] or None,
        "CreationTime": moment(thing["created"]),
        "LastModifiedTime": moment(thing["modified"]),
        **({row.ended: moment(thing["modified"])} if row.ended and thing["status"] in _ENDED else {}),
        **row.more(call, thing),
    }
    return {member: known[member] for member in members if known.get(member) is not None}


def _key(row: Row, params: dict[str, Any]) -> str:
    return "/".join(str(params[name]) for name in row.names if params.get(name) is not None)


@cache
def _declared(operation: str) -> frozenset[str]:
    return frozenset(shape.name for shape in model("sagemaker").operation_model(operation).error_shapes)


def _output(operation: str) -> Any:
    return model("sagemaker").operation_model(operation).output_shape
