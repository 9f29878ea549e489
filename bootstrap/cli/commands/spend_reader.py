"""The thread of `serve` that looks at what the accounts cost, every minute, for the staff's page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from bootstrap.cli.commands import spend
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.follow import Follower
from bootstrap.cli.commands.run import real_place
from bootstrap.cli.commands.spend_watch import Look, SpendWatch
from bootstrap.doctor.day_access import DayAccess
from bootstrap.errors import Stop
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.journal.standing import Standing
from bootstrap.people.web.staff.spend import SpendBoard, SpendNews

_log = logging.getLogger(__name__)


def _untold(line: str) -> None:
    """Tell nobody."""


class SpendReader:
    """Looks until it is closed, and leaves what it finds on the board. Whatever goes wrong is shown there.

    Writes to AWS only where spend.stop of event.yaml says so. `tell`: tells the webhook of teams over their limit.
    `access`: looks at how long the server's own credentials last. `money`: false on a host, which may not read the
    costs; then it looks at these credentials alone.
    """

    def __init__(
        self,
        choice: Choice,
        follower: Follower,
        board: SpendBoard,
        tell: Callable[[str], object] = _untold,
        access: Callable[[], Sequence[DayAccess]] | None = None,
        money: bool = True,
    ) -> None:
        self._choice, self._follower, self._board, self._tell = choice, follower, board, tell
        self._access, self._money = access, money
        self._closing = threading.Event()
        self._watch: SpendWatch | None = None
        self._inputs: Inputs | None = None
        # A daemon: a call that AWS does not answer must not keep the server from ending.
        self._thread = threading.Thread(target=self._keep, name="spend", daemon=True)

    def __enter__(self) -> SpendReader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()

    def _keep(self) -> None:
        while not self._closing.is_set():
            began = time.monotonic()
            if self._money:
                self.once()
            self._look_at_access()
            every = self._follower.inputs.event.spend.every_seconds
            self._closing.wait(max(1.0, every - (time.monotonic() - began)))

    def _look_at_access(self) -> None:
        try:
            self._board.put_access(self._access() if self._access else ())
        except Exception:
            # The same: the desk goes on without this figure.
            _log.exception("how long the credentials last could not be read")

    def once(self) -> None:
        """Look once, at the accounts of the present roster."""
        try:
            watch = self._of(self._follower.inputs)
            look = watch.look()
        except Stop as stop:
            self._board.put(SpendNews(trouble=msg("the accounts could not be read: {why}", why=str(stop))))
            return
        except Exception:
            # One failed look must not end the thread, nor take the pages down.
            _log.exception("what the accounts cost could not be read")
            self._board.put(SpendNews(trouble=msg("the accounts could not be read; see the terminal of serve")))
            return
        self._board.put(_news(watch, look))
        spend.tell(look)
        for line in look.told:
            self._tell(line)

    def _of(self, inputs: Inputs) -> SpendWatch:
        if self._watch is None or inputs is not self._inputs:
            place = real_place(inputs.event, False, self._choice.jobs)
            stop = spend.stopper(self._choice, inputs)
            self._watch, self._inputs = SpendWatch(self._choice, inputs, inputs.accounts, place, stop), inputs
        return self._watch


def _news(watch: SpendWatch, look: Look) -> SpendNews:
    return SpendNews(look.teams, watch.prices, look.held, time.time())


def both(follower: Follower, board: SpendBoard) -> Callable[[], Standing | None]:
    """Return a function that returns the standing if it or what the board shows has changed, else None."""
    last: list[Standing] = []

    def look() -> Standing | None:
        found, changed = follower(), board.changed()
        if found is not None:
            last[:] = [found]
        return found or (last[0] if changed and last else None)

    return look
