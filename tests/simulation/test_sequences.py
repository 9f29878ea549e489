"""Sequences of wanted states: an account that got event.yaml A, then B, then C stands as one that got only C.

SEQUENCES=500 (make soak) says how many seeds, FROM the first; CASE, the parts of a seed's sequence, as a failure names
them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bootstrap.steps.marker import MarkerStep
from bootstrap.steps.unused_stacks import UnusedStacksStep
from tests.forked_worlds import in_a_fork
from tests.simulation import shrinking, soaking
from tests.simulation.sequences import SIZE, Sequence, Wish
from tests.simulation.soaking import ARRIVING

SEQUENCES = int(os.environ.get("SEQUENCES") or 9)
FROM = int(os.environ.get("FROM") or 0)
_ALWAYS = 6
_BATCHES = [
    pytest.param(seeds, marks=[pytest.mark.more] if seeds[0] >= _ALWAYS else [], id=f"{seeds[0]}-{seeds[-1]}")
    for seeds in soaking.batches(FROM, SEQUENCES, SIZE)
]


@pytest.mark.parametrize("seeds", _BATCHES)
def test_whatever_was_wanted_before_an_account_ends_as_a_fresh_one(seeds: tuple[int, ...]) -> None:
    wrong = soaking.report(ARRIVING, seeds)
    assert not wrong, wrong


def test_a_seed_draws_the_same_sequence_whatever_else_is_drawn_and_another_one_another() -> None:
    drawn = [str(ARRIVING.draw(seed)) for seed in range(50)]
    assert str(ARRIVING.draw(7)) == drawn[7]
    assert len(set(drawn)) == 50


def _forgetful(of: Mapping[int, Sequence]) -> list[tuple[int | None, str]]:
    """As a tool would do that takes what it finds for what is wanted."""
    marker: Any = MarkerStep
    marker._stale = lambda self, found: ""
    stacks: Any = UnusedStacksStep
    stacks._of_this_event = lambda self, stack: False
    return ARRIVING.run(of)


def test_a_tool_that_takes_what_it_finds_for_what_is_wanted_is_told() -> None:
    only_tuning = Wish("labs", [{"name": "tuning", "required": True}])
    said = in_a_fork(
        _forgetful, {0: Sequence(((), (), (only_tuning, Wish("team", "renamed"))), left_out=frozenset({1}))}
    )
    told = "\n".join(text for _, text in said)
    assert "parameter:/event-bootstrap/marker is" in told
    assert "stack:car-day-notebooks is still there, and nothing says so" in told


def test_the_parts_of_a_sequence_keep_their_words_when_others_go() -> None:
    whole = next(each for each in map(ARRIVING.draw, range(99)) if len(each.states[2]) > 2 and each.crash)
    smaller = shrinking.only(whole, ["A", "c1", "crash"])
    assert shrinking.kept(whole, smaller) == "A c1 crash"
    assert shrinking.named(whole, "A c1 crash") == smaller
    assert smaller.wanted(2) == {whole.states[2][1].key: whole.states[2][1].value}
    assert shrinking.kept(whole, shrinking.only(whole, [])) == "nothing"
    assert replace(smaller, crash=None).parts == ["A", "c1"]
