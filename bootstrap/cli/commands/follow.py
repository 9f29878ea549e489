"""Looks at the journal again and again, for views that stay open."""

from __future__ import annotations

import time
from dataclasses import replace

from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.standing import Watch
from bootstrap.errors import Stop, Troubled
from bootstrap.journal.standing import Stale, Standing

# A run that goes on silently is told of anew so often, in seconds: it may have become silent for long.
_SILENCE = 20.0


class Lookout:
    """Looks when it is called; reads the roster again when its file has changed.

    Raises BadInput at first, for files or a journal that cannot be read; afterwards what it says is `stale` then.
    """

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._times = self._file_times()
        self.inputs = read(choice)
        self._watch = Watch(choice, self.inputs, chosen(choice, self.inputs))
        self._mark: tuple[int, ...] = ()
        self._said: Standing | None = None
        self._at = 0.0
        self._files = Stale.NOT

    def __call__(self) -> Standing | None:
        """Where the event stands; None if there is nothing new. Costs next to nothing then."""
        self._reread()
        try:
            found = self._look()
        except Troubled:
            found = None if self._is(Stale.JOURNAL) else self._unread()
        if found is not None:
            self._said, self._at = found, time.monotonic()
        return found

    def _look(self) -> Standing | None:
        mark = self._watch.mark()
        if mark == self._mark and self._is(self._files) and not self._silence():
            return None
        found = replace(self._watch.look(), stale=self._files)
        self._mark = mark
        return found

    def _unread(self) -> Standing:
        return replace(self._said or self._watch.nothing(), stale=Stale.JOURNAL)

    def _is(self, stale: Stale) -> bool:
        return self._said is not None and self._said.stale is stale

    def _silence(self) -> bool:
        return bool(self._said and self._said.going) and time.monotonic() - self._at > _SILENCE

    def _reread(self) -> None:
        times = self._file_times()
        if times == self._times:
            return
        try:
            inputs = read(self._choice)
            accounts = chosen(self._choice, inputs)
        except Stop:
            self._times, self._files = times, Stale.FILES
            return
        try:
            watch = Watch(self._choice, inputs, accounts)
        except Stop:
            # The journal is away: with the new roster when it is back.
            return
        self._watch.close()
        self._times, self._files = times, Stale.NOT
        self.inputs, self._watch, self._mark = inputs, watch, ()

    def _file_times(self) -> tuple[int, ...]:
        """0 for a file that is just being replaced."""
        files = (self._choice.event_path, self._choice.roster_path)
        return tuple(each.stat().st_mtime_ns if each.exists() else 0 for each in files)
