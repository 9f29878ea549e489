"""A share of the mutated datasets; `mutated.outcome` drives as many as one likes."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.steps.dataset import mutated


@pytest.mark.parametrize("kind", mutated.KINDS)
def test_every_mutation_ends_in_counts_or_in_a_cause(kind: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {mutated.outcome(kind, seed, tmp_path) for seed in range(12)}
    assert all(found)
