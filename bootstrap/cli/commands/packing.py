"""The data of a run: packed before a run that writes, and beside a dry run, which begins without it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from functools import partial

from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands.choice import Choice
from bootstrap.engine.queue import Visitor
from bootstrap.engine.states import Again, Outcome, Settled
from bootstrap.errors import BadInput
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.steps import plan
from bootstrap.steps.dataset import package
from bootstrap.steps.dataset.cache_folder import cache_folder
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.dataset.progress import NOTICE, Progress, notice
from bootstrap.steps.plan import PlanEntry
from bootstrap.steps.step import planned_after

# Seconds between two looks at the thread.
_LOOK = 0.2


def builder(choice: Choice, event: Event, sessions: Sessions) -> Callable[[Progress], Package]:
    """Return what packs the event's data, or takes it from the cache; as the operator it reads what lies in S3."""
    hub = partial(sessions.operator_client, "s3", event.region, None)
    return partial(package.build, event, cache_folder(choice.folder), hub)


class Packing:
    """The packing of an event's data. `build` packs it, or takes it from the cache."""

    def __init__(self, event: Event, build: Callable[[Progress], Package]) -> None:
        self._event, self._build = event, build
        self._done: Future[Package] = Future()
        self._doing: tuple[str, int, int] = (msg("packing the data"), 0, 0)
        self._notices: list[str] = []

    def pack(self, progress: Progress) -> None:
        """Pack now. Raises BadInput with every problem of the dataset."""
        self._done.set_result(self._build(progress))

    def start(self) -> None:
        """Pack in a thread. A daemon: after Ctrl-C the process must not wait for it."""
        threading.Thread(target=self._pack, daemon=True).start()

    def visitor(self, entry: PlanEntry, made: Callable[[PlanEntry], Visitor]) -> Visitor:
        """Return `made` of the entry with its data; as long as there is none, it is asked again and holds no slot."""

        def filled(packed: Package) -> Visitor:
            return made(plan.with_data((entry,), self._event, packed)[0])

        if self._done.done():
            return filled(self._done.result())
        return _AfterPacking(entry, self._now, filled)

    def finish(self, progress: Progress) -> None:
        """Wait for the end of packing, and say what a person should know of the data. Raises BadInput, as `pack`.

        A dry run of new accounts needs no data, but whoever reads it is told what is wrong with them.
        """
        while not wait([self._done], _LOOK).done:
            progress(*self._doing)
        self._done.result()
        for line in self._notices:
            notice(progress, line)

    def _now(self) -> Package | None:
        return self._done.result() if self._done.done() else None

    def _pack(self) -> None:
        try:
            self._done.set_result(self._build(self._tell))
        except BaseException as error:
            # `finish` raises it again, in the thread that can tell it.
            self._done.set_exception(error)

    def _tell(self, what: str, done: int, total: int) -> None:
        if total == NOTICE:
            self._notices.append(what)
        else:
            self._doing = what, done, total


class _AfterPacking:
    def __init__(
        self, entry: PlanEntry, data: Callable[[], Package | None], filled: Callable[[Package], Visitor]
    ) -> None:
        self.id, self.needs = entry.step.id, entry.needs
        self._data, self._filled = data, filled
        self._visitor: Visitor | None = None

    @property
    def found(self) -> str | None:
        return self._visitor.found if self._visitor else None

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        if planned:
            return planned_after(planned)
        if self._visitor is None:
            try:
                data = self._data()
            except BadInput as refused:
                return Settled(Outcome.FAILED, refused.problems[0].what, refused.problems[0].code)
            if data is None:
                return Again(_LOOK, Outcome.WORKING, msg("waiting for the data to be packed"), unseen=True)
            self._visitor = self._filled(data)
        return self._visitor.visit(planned)
