"""An account of one's own making: things with states, a clock, and refusals from a seed. No network, no simulator."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws.kinds import KINDS, Kind, Thing
from bootstrap.sweep.depends import waits_for
from bootstrap.sweep.removers import REMOVERS

NOON = 1_790_000_000.0
BEFORE, AFTER = NOON - 86_400, NOON + 3_600
# Those that one call deletes: enough of the table, and all of its order between machines and people.
PLAIN = tuple(kind for kind in KINDS if kind.name not in REMOVERS)
LISTINGS = {(kind.service, kind.operation) for kind in PLAIN}


def refusal(code: str, operation: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class Item:
    kind: Kind
    name: str
    created: float
    status: str
    mine: bool = True
    then: list[tuple[float, str]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = dict.fromkeys(self.kind.keys.values() or self.kind.ids, self.name)
        found |= {key: "" for key in self.kind.ids if key not in found}
        found[self.kind.ids[0]] = self.name
        for key in self.kind.ids[1:]:
            found[key] = None
        if self.kind.created:
            put(found, self.kind.created, datetime.fromtimestamp(self.created, UTC))
        if self.kind.status:
            put(found, self.kind.status, self.status)
        return found


def put(shown: dict[str, Any], path: str, value: Any) -> None:
    """Set what is at a path: "State.Name"."""
    first, _, rest = path.partition(".")
    if rest:
        put(shown.setdefault(first, {}), rest, value)
    else:
        shown[first] = value


@dataclass
class Shelf:
    """`refuse(verb, item)` may raise; `unlisted` kinds are denied; what was done wrong is in `breaches`.

    `stays`: names that `refuse` never lets go.
    """

    kinds: tuple[Kind, ...] = PLAIN
    refuse: Callable[[str, Item | Kind], None] = lambda verb, item: None
    unlisted: set[str] = field(default_factory=set)
    items: list[Item] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    stays: set[str] = field(default_factory=set)
    comes_back: Counter[str] = field(default_factory=Counter)
    seconds: float = 120.0
    region: str = "ap-northeast-1"
    account_id: str = "111122223333"
    at: float = NOON + 7_200
    calls: Counter[str] = field(default_factory=Counter)

    def now(self) -> float:
        return self.at

    def forget_looks(self, older_than: float | None = None) -> None:
        """Nothing is kept."""

    def in_region(self, region: str) -> Shelf:
        return self

    def client(self, service: str) -> _Client:
        return _Client(self, service)

    def put(self, kind: str, name: str, status: str = "", created: float = AFTER, mine: bool = True) -> Item:
        item = Item(self._kind(kind), name, created, status, mine)
        self.items.append(item)
        return item

    def left(self) -> list[str]:
        """What a sweep had to remove and has not."""
        self.advance()
        mine = [each for each in self.items if each.mine and each.status not in each.kind.done_in]
        return [f"{each.kind.name} {each.name}" for each in mine]

    def advance(self) -> None:
        for item in list(self.items):
            while item.then and item.then[0][0] <= self.at:
                item.status = item.then.pop(0)[1]
                if item.status == "gone":
                    self.items.remove(item)

    def _kind(self, name: str) -> Kind:
        return next(kind for kind in self.kinds if kind.name == name)


@dataclass
class _Client:
    shelf: Shelf
    service: str

    def can_paginate(self, operation: str) -> bool:
        return False

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if self.service == "cloudformation" and method == "describe_stacks":
            return self._no_stacks
        of_service = [kind for kind in self.shelf.kinds if kind.service == self.service]
        found = [kind for kind in of_service if method in {kind.operation, kind.stop, kind.delete}]
        if not found:
            # Of a kind with more than one call to delete, nothing is on the shelf.
            nothing = [kind for kind in KINDS if (kind.service, kind.operation) == (self.service, method)]
            if not nothing:
                raise AttributeError(method)
            return lambda **params: self._list(nothing[0])
        return lambda **params: self._serve(self._meant(found, method, params), method, params)

    def _meant(self, kinds: list[Kind], method: str, params: dict[str, Any]) -> Kind:
        """Of several kinds with one operation, the one that the call lists or names a thing of."""
        for kind in kinds:
            if (
                params == dict(kind.params)
                if method == kind.operation
                else any(each.name in params.values() for each in self._of(kind))
            ):
                return kind
        return kinds[0]

    def _no_stacks(self) -> dict[str, Any]:
        """To what stacks the things belong; a shelf has none."""
        self.shelf.calls["cloudformation:describe_stacks"] += 1
        return {"Stacks": []}

    def _serve(self, kind: Kind, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.shelf.calls[f"{self.service}:{method}"] += 1
        self.shelf.at += 0.08
        self.shelf.advance()
        if method == kind.operation:
            return self._list(kind)
        named = [each for each in self._of(kind) if each.name in params.values()]
        if not named:
            raise refusal("ValidationException", method, "Could not find it")
        self.shelf.touched.add(f"{kind.name} {named[0].name}")
        verb = "stop" if method == kind.stop else "delete"
        self.shelf.refuse(verb, named[0])
        return self._stop(named[0]) if verb == "stop" else self._delete(named[0])

    def _list(self, kind: Kind) -> dict[str, Any]:
        if kind.name in self.shelf.unlisted:
            raise refusal("AccessDeniedException", kind.operation)
        self.shelf.refuse("list", kind)
        shown = [each.shown() for each in self._of(kind)]
        outer, _, inner = kind.results[0].partition(".")
        return {outer: [{inner: shown}] if inner else shown}

    def _of(self, kind: Kind) -> Iterator[Item]:
        return iter([each for each in self.shelf.items if each.kind is kind])

    def _stop(self, item: Item) -> dict[str, Any]:
        kind = item.kind
        if item.status not in kind.stop_in:
            raise refusal("ValidationException", kind.stop, f"Status ({item.status}) not in the right ones")
        ended = next(state for state in ("Stopped", "STOPPED") if state in kind.done_in | kind.delete_in)
        self._move(item, next(state for state in ("Stopping", "STOPPING") if state in kind.wait_in), ended)
        return {}

    def _delete(self, item: Item) -> dict[str, Any]:
        kind, shelf = item.kind, self.shelf
        if kind.status and item.status not in kind.delete_in:
            raise refusal("ValidationException", kind.delete, f"Status ({item.status}) not in the right ones")
        pins = [each for each in shelf.items if each.kind.name in kind.after and each.kind.name in shelf.unlisted]
        if kind.costs and pins:
            raise refusal("ValidationException", kind.delete, f"{pins[0].name} hangs on it")
        shelf.breaches += [
            f"{kind.name} {item.name} goes before {other.kind.name} {other.name}"
            for other in shelf.items
            if other.kind.name in kind.after and other.mine and other.status not in other.kind.done_in
            if not (shelf.stays or shelf.unlisted) or waits_for(_thing(item), _thing(other))
        ]
        if shelf.comes_back[item.name]:
            shelf.comes_back[item.name] -= 1
            return {"Success": False} if kind.name == "workteam" else {}
        going = next((state for state in ("Deleting", "DELETING") if state in kind.wait_in), "")
        if going:
            self._move(item, going, "gone")
        else:
            shelf.items.remove(item)
        return {"Success": True}

    def _move(self, item: Item, now: str, then: str) -> None:
        item.status = now
        item.then = [(self.shelf.at + self.shelf.seconds, then)]


def _thing(item: Item) -> Thing:
    return Thing(item.kind, item.name, item.created, item.status, item.shown())


def made(seed: int) -> Shelf:
    """A shelf full of things in all states, theirs and others', and the bad luck of this seed."""
    luck = random.Random(seed)
    shelf = Shelf(seconds=luck.choice([5.0, 60.0, 400.0]))
    for kind in [each for each in PLAIN if not each.report]:
        for number in range(luck.choice([0, 0, 1, 2])):
            status = luck.choice(sorted(kind.stop_in | kind.delete_in | kind.wait_in)) if kind.status else ""
            mine = luck.random() < 0.8
            created = AFTER if mine else luck.choice([BEFORE, AFTER])
            item = shelf.put(kind.name, f"{kind.name.replace(' ', '-')}-{number}", status, created, mine)
            if status in kind.wait_in:
                later = "gone" if "elet" in status.lower() else luck.choice(sorted(kind.delete_in | kind.done_in))
                item.then = [(shelf.at + luck.uniform(0, 900), later)]
            if luck.random() < 0.1:
                shelf.comes_back[item.name] = luck.choice([1, 3])
    shelf.refuse = _refusals(luck, shelf)
    if luck.random() < 0.2:
        shelf.unlisted = {luck.choice(PLAIN).name}
    return shelf


def _refusals(luck: random.Random, shelf: Shelf) -> Callable[[str, Item | Kind], None]:
    throttled = luck.choice([0.0, 0.0, 0.2])
    denied = shelf.stays = {each.name for each in shelf.items if luck.random() < 0.03}

    def refuse(verb: str, item: Item | Kind) -> None:
        if verb != "list" and item.name in denied:
            raise refusal("AccessDeniedException", verb)
        if luck.random() < (throttled if verb != "list" else throttled / 10):
            raise refusal("ThrottlingException", verb, "Rate exceeded")

    return refuse
