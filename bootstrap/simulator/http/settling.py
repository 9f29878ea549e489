"""A background thread that runs what is due in the accounts, so that the next request need not wait for it."""

from __future__ import annotations

import threading

from bootstrap.simulator.dispatch import registry
from bootstrap.simulator.world.world import World


class Settler:
    """The thread. Results do not depend on it: each account runs what is due in order of time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._nudged = threading.Event()
        threading.Thread(target=self._run, name="settler", daemon=True).start()

    def nudge(self) -> None:
        """Wake the thread if something is due. Called after each answer."""
        if self._world.anything_due():
            self._nudged.set()

    def _run(self) -> None:
        # Load the services now, while the process that started the simulator is still busy.
        registry.load()
        while self._nudged.wait():
            self._nudged.clear()
            self._world.settle()
