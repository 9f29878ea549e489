"""Simulation testing of the sweep: bad luck from a seed, a crash, the same sweep again, and what must hold.

SWEEPS=1000 (make soak) says how many seeds, FROM the first; seed n is the n % 25-th account of batch n // 25.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.simulation import sweep_invariants
from tests.simulation.batch import SIZE, draws
from tests.simulation.sweep_batch import swept
from tests.simulation.sweep_cases import sweep_cases

SWEEPS = int(os.environ.get("SWEEPS") or 25)
FROM = int(os.environ.get("FROM") or 0)


@pytest.mark.seeds
@pytest.mark.parametrize("batch", range(FROM // SIZE, (FROM + SWEEPS - 1) // SIZE + 1))
def test_whatever_befalls_a_sweep_it_never_says_clean_of_what_is_not(batch: int, tmp_path: Path) -> None:
    with swept(batch, tmp_path) as day:
        wrong = [
            f"seed {seed} ({case}):\n    {trouble}\n    replay: make soak SWEEPS=1 FROM={seed}"
            for seed, case in enumerate(day.cases, batch * SIZE)
            for trouble in sweep_invariants.of_account(day, seed - batch * SIZE)
        ]
        replay = f"make soak SWEEPS={SIZE} FROM={batch * SIZE}"
        wrong += [f"batch {batch}: {trouble}\n    replay: {replay}" for trouble in sweep_invariants.of_batch(day)]
    assert not wrong, "\n".join(wrong)


def test_the_same_number_draws_the_same_luck_and_another_one_other_luck() -> None:
    third = draws(3, sweep_cases())
    assert third == draws(3, sweep_cases()) != draws(4, sweep_cases())
