"""Simulation testing: bad luck drawn from a seed, a crash somewhere, the same command again, and what must hold.

SEEDS=10000 (make soak) says how many seeds, FROM the first; seed n is the n % 25-th account of batch n // 25.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.simulation import invariants
from tests.simulation.batch import SIZE, drawn, ended

SEEDS = int(os.environ.get("SEEDS") or 25)
FROM = int(os.environ.get("FROM") or 0)


@pytest.mark.parametrize("batch", range(FROM // SIZE, (FROM + SEEDS - 1) // SIZE + 1))
def test_whatever_befalls_an_account_it_ends_ready_or_names_what_befell_it(batch: int, tmp_path: Path) -> None:
    with ended(batch, tmp_path) as end:
        wrong = [
            f"seed {seed} ({case}):\n    {trouble}\n    replay: make soak SEEDS=1 FROM={seed}"
            for seed, case in enumerate(end.cases, batch * SIZE)
            for trouble in invariants.of_account(end, seed - batch * SIZE)
        ]
        replay = f"make soak SEEDS={SIZE} FROM={batch * SIZE}"
        wrong += [f"batch {batch}: {trouble}\n    replay: {replay}" for trouble in invariants.of_batch(end)]
    assert not wrong, "\n".join(wrong)


def test_the_same_number_draws_the_same_luck_and_another_one_other_luck() -> None:
    third = drawn(3)
    assert third == drawn(3) != drawn(4)
    assert len({str(case) for case in third}) == SIZE
