"""A call in CloudTrail's record: what it names, and whether a later call ended what it made. No calls to AWS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bootstrap.sweep import operations

_DEEPEST = 5
_ACCOUNT_ID = 12
_NAMING = ("id", "ids", "name", "names", "arn", "arns", "identifier", "identifiers", "items", "item")
# EC2's newer operations: {"HostId": {"content": "h-1", "tag": 1}}.
_TAGGED = {"content", "tag"}

Names = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that made, changed or ended something. `at`: epoch seconds; `names`: all names and ids that it gives.

    `given`: those in its own parameters; `asked`: the same by key; `keyed`: all of them by key; `several`: the names of
    each element of a list, for each list of more than one; `who`: the caller, without mail address.
    """

    region: str
    source: str
    operation: str
    who: str
    at: float
    names: frozenset[str]
    given: frozenset[str]
    parameters: Mapping[str, Any]
    asked: Names = field(default_factory=dict)
    keyed: Names = field(default_factory=dict)
    several: tuple[tuple[frozenset[str], ...], ...] = ()

    @property
    def name(self) -> str:
        """The name of what it made, for people; "" if the record has none."""
        # An account's id names an owner.
        names = [each for each in self.given or self.names if not (each.isdigit() and len(each) == _ACCOUNT_ID)]
        return min(names, key=lambda each: (len(each), each), default="")

    def named(self, parameter: str) -> str:
        """Return what the call names by this parameter; "" if neither request nor answer says it.

        IAM takes the caller's own name where a request leaves it out, and answers it.
        """
        found = self.keyed.get(parameter.lower(), frozenset())
        return str(self.parameters.get(parameter) or (next(iter(found)) if len(found) == 1 else ""))


def of(where: tuple[str, str, str], who: str, at: float, asked: Any, answered: Any, others: frozenset[str]) -> Call:
    """Return a call. `where`: region, source and operation; `asked`, `answered`: what CloudTrail has of its request and
    answer; `others`: the names under which CloudTrail lists the event."""
    parameters = asked if isinstance(asked, Mapping) else {}
    noun = operations.noun(where[2]).lower()
    given = _by_key(_names(parameters, noun))
    keyed = _by_key([*_names(parameters, noun), *_names(answered or {}, noun)])
    several = tuple(each for said in (parameters, answered) for each in _several(said, noun))
    own = frozenset().union(*given.values())
    every = own | others | frozenset().union(*keyed.values())
    return Call(*where, who, at, every, own or others, parameters, given, keyed, several)


def ended(made: Call, ends: Iterable[Call]) -> bool:
    """True if the calls ended all that this one made: of several things, each."""
    found = [each for each in ends if _ends(each, made)]
    gone = frozenset().union(*(each.given for each in found))
    gone |= {last(each) for each in gone}
    return bool(found) and all(_all_or_none(group, gone) for group in made.several)


def _all_or_none(group: tuple[frozenset[str], ...], gone: frozenset[str]) -> bool:
    """False if some elements of a list were ended, and others were not. A list that no end names is of other things."""
    hit = [bool((each | {last(name) for name in each}) & gone) for each in group]
    return all(hit) or not any(hit)


def _ends(end: Call, made: Call) -> bool:
    if end.source != made.source or end.at < made.at:
        return False
    if end.region != made.region and not operations.copies(made.operation):
        return False
    if not operations.undoes_what(end.operation, made.operation):
        return False
    if not end.given:
        # A service as a whole has no name, and its end no parameter.
        return not made.given and not end.parameters
    # An end that names less or something else is of another thing, such as one with the name of its cluster.
    if not end.asked:
        return _within(end.given, made.names)
    return all(_within(names, made.keyed.get(key) or made.names) for key, names in end.asked.items())


def _within(names: frozenset[str], of: frozenset[str]) -> bool:
    known = of | {last(each) for each in of}
    return all(each in known or last(each) in known for each in names)


def last(name: str) -> str:
    """Return the name at the end of an ARN."""
    return name.rpartition("/")[2] if "/" in name else name.rpartition(":")[2]


def _by_key(found: Iterable[tuple[str, str]]) -> Names:
    keyed: dict[str, frozenset[str]] = {}
    for key, name in found:
        keyed[key.lower()] = keyed.get(key.lower(), frozenset()) | {name}
    return keyed


def _names(value: Any, noun: str, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield key and value of members that name something: "Id", "Name", "Arn", "Identifier"; tags and texts do not.

    `noun`: what the operation's name calls the thing; ECS has it for a key: StopTask takes "task".
    """
    if isinstance(value, str):
        if key.lower().endswith(_NAMING) or key.lower() == noun:
            yield key, value
    elif depth == _DEEPEST or key.lower().startswith("tag"):
        return
    elif isinstance(value, Mapping):
        for each, inner in value.items():
            tagged = each == "content" and set(value) <= _TAGGED
            yield from _names(inner, noun, key if tagged else str(each), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner, noun, key, depth + 1)


def _several(value: Any, noun: str, key: str = "", depth: int = 0) -> Iterator[tuple[frozenset[str], ...]]:
    """Yield the names of each element of each list with more than one."""
    if depth == _DEEPEST or key.lower().startswith("tag"):
        return
    if isinstance(value, Mapping):
        for each, inner in value.items():
            yield from _several(inner, noun, str(each), depth + 1)
    elif isinstance(value, list):
        group = tuple(frozenset(name for _, name in _names(each, noun, key, depth + 1)) for each in value)
        if len(value) > 1 and any(group):
            yield group
        for inner in value:
            yield from _several(inner, noun, key, depth + 1)
