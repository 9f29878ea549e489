"""Makes a failing case as small as it can be: mishaps, the crash and what participants leave go one by one.

A part is named by a word: `m0` is the first mishap, `crash`, `full`, `l2` the third kind that participants leave. A
smallest case is told by the parts that are kept of the drawn one, so that the same seed and these words run it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

AnyCase = TypeVar("AnyCase")
_NOTHING = "nothing"


@runtime_checkable
class Parted(Protocol):
    """A case that knows its parts itself. A part keeps its word when others go."""

    @property
    def parts(self) -> list[str]: ...

    def only(self, names: list[str]) -> Any:
        """The case with these of its parts."""


def parts(case: Any) -> list[str]:
    """The parts of a case, those that make most of a world first."""
    if isinstance(case, Parted):
        return case.parts
    found = ["full"] if getattr(case, "full", False) else []
    found += [f"l{number}" for number, _ in enumerate(getattr(case, "leaves", ()))]
    found += [f"m{number}" for number, _ in enumerate(case.mishaps)]
    return [*found, "crash"] if case.crash else found


def only(case: AnyCase, names: list[str]) -> AnyCase:
    """The case with these of its parts."""
    if isinstance(case, Parted):
        return cast("AnyCase", case.only(names))
    given: Any = case
    made: dict[str, Any] = {
        "mishaps": tuple(each for number, each in enumerate(given.mishaps) if f"m{number}" in names),
        "crash": given.crash if "crash" in names else None,
    }
    if hasattr(given, "leaves"):
        made["leaves"] = tuple(each for number, each in enumerate(given.leaves) if f"l{number}" in names)
        made["full"] = given.full and "full" in names
    smaller: AnyCase = replace(given, **made)
    return smaller


def smallest(case: AnyCase, alone: list[str], fails: Callable[[AnyCase], list[str]]) -> tuple[AnyCase, list[str]]:
    """The smallest case that still fails, and how. `alone`: how the whole case fails; `fails`: how a smaller one does.

    Delta debugging: of the parts, ever smaller groups are left out as long as something fails.
    """
    names, said = parts(case), alone
    size = len(names)
    while size:
        start = 0
        while start < len(names):
            fewer = names[:start] + names[start + size :]
            if words := fails(only(case, fewer)):
                names, said = fewer, words
            else:
                start += size
        size = size // 2 if size > 1 else 0
    return only(case, names), said


def kept(case: Any, smaller: Any) -> str:
    """The words that make the smaller case of the whole one."""
    if isinstance(case, Parted):
        return " ".join(smaller.parts) or _NOTHING
    return " ".join(name for name in parts(case) if _has(case, smaller, name)) or _NOTHING


def _has(case: Any, smaller: Any, name: str) -> bool:
    if name == "crash":
        return smaller.crash is not None
    if name == "full":
        return bool(smaller.full)
    number = int(name[1:])
    return case.mishaps[number] in smaller.mishaps if name[0] == "m" else case.leaves[number] in smaller.leaves


def named(case: AnyCase, words: str) -> AnyCase:
    """The case of which only the named parts are kept. Raises ValueError for a part that it has not."""
    names = [each for each in words.split() if each != _NOTHING]
    if unknown := set(names) - set(parts(case)):
        raise ValueError(f"the case has no part {', '.join(sorted(unknown))}: {' '.join(parts(case))}")
    return only(case, names)
