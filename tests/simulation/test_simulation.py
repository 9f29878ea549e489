"""Simulation testing: bad luck drawn from a seed, a crash somewhere, the same command again, and what must hold.

SEEDS=10000 (make soak) says how many seeds, FROM the first; CASE, the parts of a seed's case, as a failure
names them.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation import soaking
from tests.simulation.soaking import PROVISIONING

SEEDS = int(os.environ.get("SEEDS") or 25)
FROM = int(os.environ.get("FROM") or 0)


@pytest.mark.parametrize("seeds", soaking.batches(FROM, SEEDS), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_whatever_befalls_an_account_it_ends_ready_or_names_what_befell_it(seeds: tuple[int, ...]) -> None:
    wrong = soaking.report(PROVISIONING, seeds)
    assert not wrong, wrong


def test_a_seed_draws_the_same_luck_whatever_else_is_drawn_and_another_one_other_luck() -> None:
    drawn = [str(PROVISIONING.draw(seed)) for seed in range(50)]
    assert str(PROVISIONING.draw(7)) == drawn[7]
    assert len(set(drawn)) == 50
