"""One case for each seed, whatever other seeds are drawn."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import TypeVar

from hypothesis.control import BuildContext
from hypothesis.errors import StopTest
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")


def drawn(seed: int, strategy: SearchStrategy[Drawn]) -> Drawn:
    """The seed's value. `given` would run forty examples for one, and begin with the simplest, whatever the seed."""
    for attempt in count():
        data = ConjectureData(random=Random(f"{seed}:{attempt}"))
        try:
            with BuildContext(data, wrapped_test=drawn):
                return data.draw(strategy)
        except StopTest:
            # What was drawn does not fit, as two equal members of a list without duplicates.
            continue
    raise AssertionError
