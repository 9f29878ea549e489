"""Splits pictures by class into training and validation. Standard library only: the notebook lab gets this file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def split(
    by_class: Mapping[str, Sequence[T]], seed: int, share: float, together: Iterable[Collection[T]] = ()
) -> tuple[list[T], list[T]]:
    """Return (training, validation), both shuffled by the seed; of each class the same share is for validation.

    `together`: copies of one picture, which stay on one side, or validation would ask what training has shown. Each
    class keeps at least one for training and, if it has two that are no copies, gives at least one to validation.
    """
    group_of = {member: number for number, group in enumerate(together) for member in group}
    training: list[T] = []
    validation: list[T] = []
    for label in sorted(by_class):
        members = list(by_class[label])
        Random(f"{seed}/{label}").shuffle(members)
        most = min(len(members) - 1, max(1, round(len(members) * share)))
        chosen = _aside(members, group_of, most)
        validation += [each for at, each in enumerate(members) if at in chosen]
        training += [each for at, each in enumerate(members) if at not in chosen]
    Random(f"{seed}/train").shuffle(training)
    Random(f"{seed}/validation").shuffle(validation)
    return training, validation


def _aside(members: Sequence[T], group_of: Mapping[T, int], most: int) -> set[int]:
    """Places of the members that validation gets: whole groups, in their order, up to `most` if any is so small."""
    groups: dict[tuple[str, int], list[int]] = {}
    for at, each in enumerate(members):
        key = ("group", group_of[each]) if each in group_of else ("one", at)
        groups.setdefault(key, []).append(at)
    chosen: set[int] = set()
    for places in groups.values():
        if len(chosen) + len(places) <= most:
            chosen.update(places)
    if not chosen and most > 0 and len(groups) > 1:
        smallest = min(groups.values(), key=len)
        chosen.update(smallest)
    return chosen
