"""What a kind of thing in an account is: how it is listed, what names one, in which states what is done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})
PAGE: Mapping[str, Any] = MappingProxyType({"MaxResults": 100})
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table. Operations are the client's methods, keys those of botocore's shapes.

    Listing: `operation` answers lists under `results`; `ids` name one thing; `created` and `status` are keys of what
    a list says of it, "" where it does not say.

    Removal: a thing in one of `stop_in` is stopped by `stop`; in one of `delete_in` it is deleted by `delete` (of a
    kind without `status`: always); in one of `wait_in` it is on its way; in one of `done_in` nothing is left to do:
    it costs nothing, and AWS keeps it as history. `delete` names one thing by `ids`, or by `keys` (the operation's
    parameter -> the list's key), with `extra`. Without `delete` the kind has a function of its own in
    `bootstrap.sweep.removers`, which takes up to `batch` at once. Nothing of a kind is deleted while anything of the
    kinds `after` is left.

    `costs`: one that runs costs money by the hour. `creates`: the operations that make it, as CloudTrail names them.
    """

    name: str
    service: str
    operation: str
    results: tuple[str, ...]
    ids: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    created: str = ""
    status: str = ""
    stop: str = ""
    stop_in: frozenset[str] = _NONE
    delete: str = ""
    delete_in: frozenset[str] = _NONE
    wait_in: frozenset[str] = _NONE
    done_in: frozenset[str] = _NONE
    keys: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    extra: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    batch: int = 1
    after: tuple[str, ...] = ()
    costs: bool = False
    creates: tuple[str, ...] = ()

    def name_of(self, thing: Mapping[str, Any]) -> str:
        """What tells one thing of the kind from another, for people and in the baseline."""
        return " ".join(str(thing[key]) for key in self.ids if thing.get(key) is not None)

    def named(self, thing: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters by which an operation is told this one thing."""
        keys = self.keys or {key: key for key in self.ids}
        return {param: thing[key] for param, key in keys.items() if thing.get(key) is not None}


def states(text: str) -> frozenset[str]:
    """ "Stopping Stopped" -> the two."""
    return frozenset(text.split())


def sagemaker(name: str, operation: str, results: str, id_key: str, **more: Any) -> Kind:
    """A kind of SageMaker, most of whose listings are alike."""
    return Kind(name, "sagemaker", operation, (results,), (id_key,), PAGE, created="CreationTime", **more)
