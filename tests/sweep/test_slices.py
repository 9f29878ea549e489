"""What one call cannot end goes on slice by slice; what only waits is not called again at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from bootstrap.aws.kinds import KINDS, Thing
from bootstrap.engine.states import Outcome
from bootstrap.sweep import removers
from tests.sweep.shelf import Shelf
from tests.sweep.test_loop import swept


def test_a_hundred_slices_of_one_bucket_follow_each_other_without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tuple(kind for kind in KINDS if kind.name == "bucket"))
    item, slices = shelf.put("bucket", "full"), []

    def empty(session: Any, things: Sequence[Thing], tries: int) -> bool:
        slices.append(shelf.at)
        shelf.at += 2
        if len(slices) == 100:
            shelf.items.remove(item)
        return len(slices) < 100

    monkeypatch.setitem(removers.REMOVERS, "bucket", empty)
    assert swept(shelf).outcome is Outcome.CHANGED
    assert max(after - before for before, after in pairwise(slices)) < 5
