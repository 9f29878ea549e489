"""The split that the tool's packer and the notebook lab share."""

from __future__ import annotations

from collections import Counter

import pytest

from bootstrap.steps.dataset import stratified

CLASSES = {label: [f"{label}{number}" for number in range(count)] for label, count in (("a", 10), ("b", 25), ("c", 2))}


def counted(pictures: list[str]) -> Counter[str]:
    return Counter(each[0] for each in pictures)


def test_each_class_gives_the_same_share() -> None:
    training, validation = stratified.split(CLASSES, 1, 0.2)
    assert counted(validation) == {"a": 2, "b": 5, "c": 1}
    assert sorted(training + validation) == sorted(each for members in CLASSES.values() for each in members)


def test_the_seed_alone_decides() -> None:
    turned = dict(reversed(CLASSES.items()))
    assert stratified.split(CLASSES, 1, 0.2) == stratified.split(turned, 1, 0.2)
    assert stratified.split(CLASSES, 1, 0.2) != stratified.split(CLASSES, 2, 0.2)


def test_classes_are_mixed_and_what_was_given_stays_as_it_was() -> None:
    before = {label: list(members) for label, members in CLASSES.items()}
    training, _ = stratified.split(CLASSES, 1, 0.2)
    assert [each[0] for each in training] != sorted(each[0] for each in training)
    assert before == CLASSES


@pytest.mark.parametrize(("members", "aside"), [(1, 0), (2, 1), (3, 1)])
def test_a_small_class_is_on_both_sides_where_it_can_be(members: int, aside: int) -> None:
    training, validation = stratified.split({"a": list(range(members))}, 1, 0.05)
    assert (len(training), len(validation)) == (members - aside, aside)
