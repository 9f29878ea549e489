"""Simulation testing of the sweep: bad luck from a seed, a crash, the same sweep again, and what must hold.

SWEEPS=1000 (make soak) says how many seeds, FROM the first; CASE, the parts of a seed's case, as a failure
names them.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation import soaking
from tests.simulation.soaking import SWEEPING

SWEEPS = int(os.environ.get("SWEEPS") or 16)
FROM = int(os.environ.get("FROM") or 0)


@pytest.mark.parametrize("seeds", soaking.batches(FROM, SWEEPS), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_whatever_befalls_a_sweep_it_never_says_clean_of_what_is_not(seeds: tuple[int, ...]) -> None:
    wrong = soaking.report(SWEEPING, seeds)
    assert not wrong, wrong


def test_a_seed_draws_the_same_luck_whatever_else_is_drawn_and_another_one_other_luck() -> None:
    drawn = [str(SWEEPING.draw(seed)) for seed in range(50)]
    assert str(SWEEPING.draw(7)) == drawn[7]
    assert len(set(drawn)) == 50
