"""One task reads the journal, however many pages are open; each page receives what changed since its last message."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
from anyio import to_thread
from sse_starlette import ServerSentEvent

from bootstrap.journal.standing import Standing

# HTML by the id of the element that it replaces.
Parts = Mapping[str, str]
View = Callable[[Standing], Parts]
_log = logging.getLogger(__name__)
_RETRY_MILLISECONDS = 2000


class Live:
    """Keeps the parts of each view up to date. `look` returns the standing if it has changed, else None; it may block.

    A view has a name, and a function that renders its parts; a part is sent again only when its text has changed.
    """

    def __init__(self, look: Callable[[], Standing | None], every: float = 1.0) -> None:
        self._look, self._every = look, every
        self._views: dict[str, View] = {}
        self._parts: dict[str, dict[str, tuple[str, int]]] = {}
        # View -> the number of the change that added or removed a part, which only a whole page can show.
        self._anew: dict[str, int] = {}
        self._standing: Standing | None = None
        self._changed = asyncio.Event()
        # Held while parts are rendered, so that all views show the same standing, also one that is opened meanwhile.
        self._making = asyncio.Lock()
        # Held for a whole look, so that one that a page asks for does not overtake another.
        self._looking = asyncio.Lock()
        self._sources: list[Callable[[], bool]] = []
        self._number = 0
        # Part of each id, because numbers of an earlier process mean nothing here.
        self._process = secrets.token_hex(4)

    def watch(self, changed: Callable[[], bool]) -> None:
        """Render the views again whenever `changed` returns True, although the standing is the same. It may block."""
        self._sources.append(changed)

    @property
    def since(self) -> str:
        """The id of the latest change."""
        return f"{self._process}-{self._number}"

    @property
    def standing(self) -> Standing:
        """The latest standing; there is one once `running` has begun."""
        assert self._standing is not None
        return self._standing

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the task until the block ends; the block begins after the first look."""
        await self._once()
        task = asyncio.create_task(self._forever())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _forever(self) -> None:
        failing = False
        while True:
            await asyncio.sleep(self._every)
            try:
                await self._once()
                failing = False
            except Exception:
                # One failed look must not end the task, and the same failure each second fill no log.
                if not failing:
                    _log.exception("the journal could not be read")
                failing = True

    async def look_now(self) -> None:
        """Look at once, after a page changed something, so that the next page shows it."""
        await self._once()

    def _look_at_all(self) -> Standing | None:
        changed = [each() for each in self._sources]
        return self._look() or (self._standing if any(changed) else None)

    async def _once(self) -> None:
        async with self._looking:
            await self._take_in()

    async def _take_in(self) -> None:
        found = await to_thread.run_sync(self._look_at_all)
        if found is None:
            return
        async with self._making:
            made = await to_thread.run_sync(lambda: {name: view(found) for name, view in self._views.items()})
            self._standing = found
            self._number += 1
            for name, parts in made.items():
                self._take(name, parts)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _take(self, name: str, parts: Parts) -> None:
        before = self._parts.get(name, {})
        if before and before.keys() != parts.keys():
            self._anew[name] = self._number
        self._parts[name] = {
            part: before[part] if part in before and before[part][0] == text else (text, self._number)
            for part, text in parts.items()
        }

    async def parts(self, name: str, view: View) -> Parts:
        """Return the view's present parts."""
        if name not in self._parts:
            async with self._making:
                if name not in self._parts:
                    self._take(name, await to_thread.run_sync(view, self.standing))
                    self._views[name] = view
        return {part: text for part, (text, _) in self._parts[name].items()}

    async def changes(
        self, name: str, view: View, since: str, closing: anyio.Event | None = None
    ) -> AsyncIterator[ServerSentEvent]:
        """Yield changes after the id `since`; all parts if another process made the id. Ends when `closing` is set."""
        await self.parts(name, view)
        process, _, number = since.partition("-")
        seen = int(number) if process == self._process and number.isdecimal() else -1
        closing = closing or anyio.Event()
        while not closing.is_set():
            changed = self._changed
            news = {part: text for part, (text, at) in self._parts[name].items() if at > seen}
            anew = 0 <= seen < self._anew.get(name, 0)
            if news or anew:
                seen = self._number
                yield _event(self.since, {"reload": True} if anew else {"parts": news})
            await _either(changed.wait(), closing.wait())


async def _either(*waits: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.create_task(each) for each in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in tasks:
            each.cancel()


def _event(identity: str, data: Mapping[str, object]) -> ServerSentEvent:
    text = json.dumps(data, ensure_ascii=False)
    return ServerSentEvent(text, event="change", id=identity, retry=_RETRY_MILLISECONDS)
