"""Splits pictures by class into training and validation. Standard library only: the notebook lab gets this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def split(by_class: Mapping[str, Sequence[T]], seed: int, share: float) -> tuple[list[T], list[T]]:
    """Return (training, validation), both shuffled by the seed; of each class the same share is for validation.

    Each class keeps at least one for training and, if it has two or more, gives at least one to validation.
    """
    training: list[T] = []
    validation: list[T] = []
    for label in sorted(by_class):
        members = list(by_class[label])
        Random(f"{seed}/{label}").shuffle(members)
        aside = min(len(members) - 1, max(1, round(len(members) * share)))
        validation += members[:aside]
        training += members[aside:]
    Random(f"{seed}/train").shuffle(training)
    Random(f"{seed}/validation").shuffle(validation)
    return training, validation
