"""A failing seed is told by the smallest case that still fails, and by the command that runs it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.simulation import shrinking, soaking
from tests.simulation.soaking import SWEEPING, Kind


def _wide(case: Any) -> bool:
    return len(case.mishaps) > 1 and bool(case.crash)


# What a seed draws is another thing whenever there are more mishaps to draw.
SEED = next(seed for seed in range(99) if _wide(SWEEPING.draw(seed)))


def planted(of: Mapping[int, Any]) -> list[tuple[int | None, str]]:
    """A bug that needs two parts at once: what one seed draws last, and a crash."""
    bug = SWEEPING.draw(SEED).mishaps[-1]
    found: list[tuple[int | None, str]] = [
        (seed, f"seed {seed} is said to be clean")
        for seed, case in of.items()
        if seed == SEED and bug in case.mishaps and case.crash
    ]
    return found


def never(of: Mapping[int, Any]) -> list[tuple[int | None, str]]:
    """Fails only in company, and as a whole."""
    return [(3, "too many"), (None, "a run took too long")] if len(of) > 1 else []


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soaking, "in_a_fork", lambda function, asked: function(asked))


def kind(run: Any) -> Kind:
    return replace(SWEEPING, run=run)


def test_of_a_failing_seed_only_the_parts_are_left_that_it_takes() -> None:
    case = SWEEPING.draw(SEED)
    said = soaking.report(kind(planted), range(SEED, SEED + 6))
    smallest = shrinking.only(case, [f"m{len(case.mishaps) - 1}", "crash"])
    assert f"smallest: {smallest}\n" in said
    assert f"replay: make soak SWEEPS=1 FROM={SEED} CASE='m{len(case.mishaps) - 1} crash'" in said
    # The other seeds have nothing to tell.
    assert f"seed {SEED + 3}" not in said


def test_the_words_of_a_smallest_case_make_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    case = SWEEPING.draw(SEED)
    ran: list[Any] = []

    def note(of: Mapping[int, Any]) -> list[tuple[int | None, str]]:
        ran.extend(of.values())
        return []

    monkeypatch.setenv("CASE", f"m{len(case.mishaps) - 1} crash")
    assert soaking.report(kind(note), [SEED]) == ""
    assert ran == [shrinking.only(case, [f"m{len(case.mishaps) - 1}", "crash"])]
    with pytest.raises(ValueError, match="no part m9"):
        shrinking.named(case, "m9")


def test_what_fails_only_in_company_or_as_a_whole_is_replayed_so() -> None:
    said = soaking.report(kind(never), range(3, 5))
    assert "it does not fail alone: replay the whole batch" in said
    assert "a run took too long\n    replay: make soak SWEEPS=2 FROM=3" in said


@pytest.mark.parametrize("needs", [[], ["crash"], ["l0", "m1"], ["m0", "m1", "l0", "l1", "crash"]])
def test_whatever_parts_a_failure_needs_they_are_found(needs: list[str]) -> None:
    case = next(each for each in map(SWEEPING.draw, range(99)) if _wide(each) and each.full)

    def fails(smaller: Any) -> list[str]:
        return ["wrong"] if set(needs) <= set(shrinking.kept(case, smaller).split()) else []

    smallest, _ = shrinking.smallest(case, ["wrong"], fails)
    assert shrinking.kept(case, smallest) == (" ".join(sorted(needs, key=shrinking.parts(case).index)) or "nothing")
    assert shrinking.named(case, shrinking.kept(case, smallest)) == smallest
