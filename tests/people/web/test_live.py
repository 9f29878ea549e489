"""What a stream sends: what changed since its reader last heard, and nothing twice."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from sse_starlette import ServerSentEvent

from bootstrap.engine.outcomes import RunPlan
from bootstrap.engine.results import summarise
from bootstrap.engine.run_kind import RunKind
from bootstrap.journal.standing import Standing
from bootstrap.people.web.live import Live, Parts


def standing(said: str) -> Standing:
    return Standing(RunPlan("", RunKind.STATUS, said, 0.0, ()), summarise("", [], 0.0, 0.0), (), {})


def view(of: Standing) -> Parts:
    first, second = of.about.event.split()
    return {"first": f"<p>{first}</p>", "second": f"<p>{second}</p>"}


class Journal:
    """Says each standing once, as a lookout does."""

    def __init__(self) -> None:
        self.next: Standing | None = standing("a b")
        self.looks = 0

    def __call__(self) -> Standing | None:
        self.looks += 1
        found, self.next = self.next, None
        return found

    def said(self) -> bool:
        return self.next is None


def play(story: Callable[[Journal, Live], Awaitable[None]]) -> None:
    journal = Journal()
    live = Live(journal, every=0.001)

    async def played() -> None:
        async with live.running():
            await asyncio.wait_for(story(journal, live), 20)

    asyncio.run(played())


async def heard(stream: AsyncIterator[ServerSentEvent]) -> dict[str, Any]:
    event = await anext(stream)
    found: dict[str, Any] = json.loads(str(event.data))
    return found | {"id": event.id}


def test_a_reader_gets_all_at_first_and_then_what_changed() -> None:
    async def story(journal: Journal, live: Live) -> None:
        stream = live.changes("view", view, "")
        first = await heard(stream)
        assert first["parts"] == {"first": "<p>a</p>", "second": "<p>b</p>"}
        journal.next = standing("a c")
        second = await heard(stream)
        assert second["parts"] == {"second": "<p>c</p>"}
        assert first["id"] != second["id"] == live.since

    play(story)


def test_a_reader_that_comes_back_gets_what_it_missed() -> None:
    async def story(journal: Journal, live: Live) -> None:
        stream = live.changes("view", view, "")
        since = (await heard(stream))["id"]
        for said in ("a c", "a d"):
            journal.next = standing(said)
            last = await heard(stream)
        again = await heard(live.changes("view", view, since))
        assert again["parts"] == {"second": "<p>d</p>"}
        assert again["id"] == last["id"]
        journal.next = standing("z d")
        late = await heard(live.changes("view", view, last["id"]))
        assert late["parts"] == {"first": "<p>z</p>"}

    play(story)


def test_the_id_of_another_process_or_of_nobody_gets_all() -> None:
    async def story(_: Journal, live: Live) -> None:
        for since in ("", "0-1", "x", f"{live.since}9-9", "-", live.since.split("-")[0]):
            assert len((await heard(live.changes("view", view, since)))["parts"]) == 2

    play(story)


def test_a_page_of_other_teams_is_loaded_anew() -> None:
    def rows(of: Standing) -> Parts:
        return {each: f"<p>{each}</p>" for each in of.about.event.split()}

    async def story(journal: Journal, live: Live) -> None:
        stream = live.changes("rows", rows, "")
        await heard(stream)
        journal.next = standing("a")
        assert (await heard(stream)).get("reload") is True

    play(story)


def test_one_task_looks_however_many_read() -> None:
    async def story(journal: Journal, live: Live) -> None:
        streams = [live.changes("view", view, "") for _ in range(50)]
        for each in streams:
            await heard(each)
        journal.next = standing("x y")
        before = journal.looks
        for each in streams:
            assert (await heard(each))["parts"] == {"first": "<p>x</p>", "second": "<p>y</p>"}
        assert journal.looks - before < 10

    play(story)


def test_a_look_that_breaks_does_not_end_all_looks() -> None:
    async def story(journal: Journal, live: Live) -> None:
        stream = live.changes("view", view, "")
        await heard(stream)
        journal.next = standing("this is broken")
        while not journal.said():
            await asyncio.sleep(0.001)
        journal.next = standing("a d")
        assert (await heard(stream))["parts"] == {"second": "<p>d</p>"}

    play(story)


def test_a_view_that_is_asked_for_while_others_are_made_is_not_old() -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(of: Standing) -> Parts:
        if of.about.event != "a b":
            entered.set()
            release.wait(10)
        return view(of)

    async def story(journal: Journal, live: Live) -> None:
        await live.parts("slow", slow)
        journal.next = standing("a c")
        while not entered.is_set():
            await asyncio.sleep(0.001)
        asked = asyncio.create_task(live.parts("other", view))
        await asyncio.sleep(0.01)
        release.set()
        assert (await asked)["second"] == "<p>c</p>"

    play(story)
