"""Seeds and what does not hold of them, for tests that run them in a fork."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forked_worlds import in_a_fork
from tests.simulation import invariants, sequence_rules, shrinking, sweep_invariants
from tests.simulation.batch import SIZE, ended
from tests.simulation.cases import Case, cases
from tests.simulation.drawing import drawn
from tests.simulation.sequences import Sequence, arrived, sequences
from tests.simulation.sweep_batch import swept
from tests.simulation.sweep_cases import SweepCase, sweep_cases

# A collection of garbage takes a tenth of a run's time and frees little.
_THRESHOLDS = (200_000, 20, 100)


@dataclass(frozen=True)
class Kind:
    """What a seed is drawn from, and how its case is run: `run` yields pairs of a seed (None: the batch), a sentence.

    `variable`: how `make soak` says how many seeds.
    """

    variable: str
    draw: Callable[[int], Any]
    run: Callable[[Mapping[int, Any]], list[tuple[int | None, str]]]


def _provisioning(of: Mapping[int, Case]) -> list[tuple[int | None, str]]:
    gc.set_threshold(*_THRESHOLDS)
    with tempfile.TemporaryDirectory() as folder, ended(of, Path(folder)) as end:
        wrong: list[tuple[int | None, str]] = [
            (seed, said) for place, seed in enumerate(of) for said in invariants.of_account(end, place)
        ]
        return wrong + [(None, said) for said in invariants.of_batch(end)]


def _sweeping(of: Mapping[int, SweepCase]) -> list[tuple[int | None, str]]:
    gc.set_threshold(*_THRESHOLDS)
    with tempfile.TemporaryDirectory() as folder, swept(of, Path(folder)) as day:
        wrong: list[tuple[int | None, str]] = [
            (seed, said) for place, seed in enumerate(of) for said in sweep_invariants.of_account(day, place)
        ]
        return wrong + [(None, said) for said in sweep_invariants.of_batch(day)]


def _arriving(of: Mapping[int, Sequence]) -> list[tuple[int | None, str]]:
    gc.set_threshold(*_THRESHOLDS)
    with tempfile.TemporaryDirectory() as folder, arrived(of, Path(folder)) as ends:
        return [(seed, said) for seed, end in ends.items() for said in sequence_rules.of_account(end)]


def _case(seed: int) -> Case:
    return drawn(seed, cases())


def _sweep_case(seed: int) -> SweepCase:
    return drawn(seed, sweep_cases())


def _sequence(seed: int) -> Sequence:
    return drawn(seed, sequences())


PROVISIONING = Kind("SEEDS", _case, _provisioning)
SWEEPING = Kind("SWEEPS", _sweep_case, _sweeping)
ARRIVING = Kind("SEQUENCES", _sequence, _arriving)


def batches(first: int, count: int, size: int = SIZE) -> list[tuple[int, ...]]:
    """So many seeds from the first on, by world."""
    found: dict[int, list[int]] = {}
    for seed in range(first, first + count):
        found.setdefault(seed // size, []).append(seed)
    return [tuple(seeds) for seeds in found.values()]


def report(kind: Kind, seeds: Iterable[int]) -> str:
    """Run the seeds in one world; "" if everything holds. A seed that fails is run alone and shrunk."""
    of = {seed: kind.draw(seed) for seed in seeds}
    if words := os.environ.get("CASE"):
        of = {seed: shrinking.named(case, words) for seed, case in of.items()}
    wrong = in_a_fork(kind.run, of)
    said = [_batch(kind, of, [text for seed, text in wrong if seed is None])]
    failed = dict.fromkeys(seed for seed, _ in wrong if seed is not None)
    for number, seed in enumerate(failed):
        texts = [text for each, text in wrong if each == seed]
        said.append("\n".join(_seed(kind, seed, of[seed], texts, shrink=number < _SHRUNK)))
    return "\n".join(each for each in said if each)


# Shrinking takes some dozens of runs.
_SHRUNK = 3


def _batch(kind: Kind, of: Mapping[int, Any], texts: list[str]) -> str:
    replay = f"make soak {kind.variable}={len(of)} FROM={min(of)}"
    return "\n".join(f"{text}\n    replay: {replay}" for text in texts)


def _seed(kind: Kind, seed: int, case: Any, texts: list[str], shrink: bool) -> Iterator[str]:
    yield f"seed {seed} ({case}):"
    yield from (f"    {text}" for text in texts)
    yield f"    replay: make soak {kind.variable}=1 FROM={seed}"
    if not shrink:
        return

    def fails(other: Any) -> list[str]:
        return [text for of, text in in_a_fork(kind.run, {seed: other}) if of is not None]

    alone = fails(case)
    if not alone:
        yield "    it does not fail alone: replay the whole batch"
        return
    smallest, words = shrinking.smallest(case, alone, fails)
    yield f"    smallest: {smallest}"
    yield from (f"        {text}" for text in words)
    yield f"    replay: make soak {kind.variable}=1 FROM={seed} CASE='{shrinking.kept(case, smallest)}'"
