"""Does what is due in the accounts while nobody asks: whoever asks next would have to wait for it."""

from __future__ import annotations

import threading

from bootstrap.simulator.dispatch import registry
from bootstrap.simulator.world.world import World


class Settler:
    """A thread of its own. What comes of it is the same without it: each account does its things in order of time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._nudged = threading.Event()
        threading.Thread(target=self._run, name="settler", daemon=True).start()

    def nudge(self) -> None:
        """Told after each answer."""
        if self._world.anything_due():
            self._nudged.set()

    def _run(self) -> None:
        # Whoever started the simulator has things to do before the first call, and between calls.
        registry.load()
        while self._nudged.wait():
            self._nudged.clear()
            self._world.settle()
