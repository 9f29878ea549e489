"""A kind of thing in an account: how it is listed, what names it, and what is done to it in which state."""

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

    Listing: `operation` answers lists under the keys `results`; the keys `ids` name one thing; `created` and `status`
    are the keys of its creation date and its state, "" if the listing has none; a dot leads further in. `lasting`:
    AWS's documentation of the listing calls it the time when the thing was created, and names nothing that changes it.
    Any other date shows that a thing is at least that old, never that it is new.

    Removal: a thing in a state of `stop_in` is stopped by `stop`; in one of `delete_in` (or always, if the kind has no
    `status`) it is deleted by `delete`; in one of `wait_in` it is starting or ending; in one of `done_in` nothing is
    left to do: it costs nothing, and AWS keeps it as history. `delete` names one thing by `ids`, or by `keys` (the
    operation's parameter -> the listing's key), and gets the parameters `extra`. A kind without `delete` has its own
    function in `bootstrap.sweep.removers`, which takes up to `batch` things at once. A thing is deleted only when
    nothing of the kinds `after` is left.

    `costs`: a running one costs money by the hour, or keeps from going what does. `stored`: it costs money by the
    month as long as it exists. `everywhere`: it is looked for in every enabled region. `report`: the tool only tells
    that it is there: those in `delete_in` are a person's to delete, and the tool has no right to. `creates`: the
    operations that create it, as CloudTrail names them.
    """

    name: str
    service: str
    operation: str
    results: tuple[str, ...]
    ids: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    created: str = ""
    lasting: bool = False
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
    stored: bool = False
    everywhere: bool = False
    report: bool = False
    creates: tuple[str, ...] = ()

    def name_of(self, thing: Mapping[str, Any]) -> str:
        """Return the name of one thing, for people and in the baseline."""
        return " ".join(str(thing[key]) for key in self.ids if thing.get(key) is not None)

    def named(self, thing: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters by which an operation names this thing."""
        keys = self.keys or {key: key for key in self.ids}
        return {param: thing[key] for param, key in keys.items() if thing.get(key) is not None}


def states(text: str) -> frozenset[str]:
    """Return the states of a text: "Stopping Stopped" has two."""
    return frozenset(text.split())


def sagemaker(name: str, operation: str, results: str, id_key: str, **more: Any) -> Kind:
    """Return a kind of SageMaker, most of whose listings have the same form."""
    return Kind(name, "sagemaker", operation, (results,), (id_key,), PAGE, created="CreationTime", lasting=True, **more)
