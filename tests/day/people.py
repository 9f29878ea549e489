"""Everybody at the venue: people who label, and teams that raise a hand. Each keeps what was confirmed to it."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench_labelling import PACE, Browser, Person, Seen

_TEAM = re.compile(r"\bteam-\d+\b")
_CLASSES = ("hatchback", "pickup", "sedan", "suv")
# Seconds until a browser tries again what was not confirmed.
_AGAIN = 2.0


@dataclass
class Confirmed:
    """What the servers confirmed. `votes`: (team, worker, picture's identity) -> label; `hands`: teams.

    `strangers`: (team, another team that its page named); `unsaved`: answers that said "not now".
    """

    votes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    hands: set[str] = field(default_factory=set)
    strangers: set[tuple[str, str]] = field(default_factory=set)
    unsaved: int = 0
    broken: int = 0
    late: list[tuple[float, float]] = field(default_factory=list)


class DayPerson(Person):
    """A person who votes until the end, and sends again what was not confirmed, as the page's script does."""

    def __init__(self, port: int, host: str, team: str, number: int, confirmed: Confirmed) -> None:
        super().__init__(port, team, number, Seen(), host)
        self.confirmed = confirmed

    async def page(self) -> str:
        text = await super().page()
        self.confirmed.strangers |= {(self.team, each) for each in _TEAM.findall(text) if each != self.team}
        return text

    async def patiently(
        self, browser: Browser, method: str, path: str, accept: str = "text/html", **form: str
    ) -> tuple[int, bytes]:
        """Ask until a server confirms or refuses, through outages and dead servers."""
        began = time.monotonic()
        while True:
            try:
                status, body = await browser.ask(method, path, accept, **form)
            except (OSError, asyncio.IncompleteReadError):
                browser.close()
                status, body = 0, b""
            if 200 <= status < 500 and status != 429:
                self.confirmed.late.append((began, time.monotonic() - began))
                return status, body
            self.confirmed.unsaved += status == 503
            self.confirmed.broken += status != 503
            await asyncio.sleep(_AGAIN * (0.75 + random.random() / 2))

    async def vote(self) -> None:
        picture, label = self.picture, random.choice(_CLASSES)
        sent = {"form": self.form, "picture": picture, "label": label}
        status, body = await self.patiently(self.browser, "POST", f"{self.home}/vote", "application/json", **sent)
        if status != 200:
            # The form is of another sign-in, or the picture of another job: the page says what is to be done now.
            await self.page()
            return
        self.confirmed.votes[self.team, self.name, picture] = label
        self.picture = json.loads(body).get("seat", {}).get("picture", "")

    async def label(self, until: float) -> None:
        at = time.monotonic() + random.random() * PACE
        while at < until and self.picture:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            await self.vote()
            at = max(at + PACE, time.monotonic())

    async def raise_hand(self) -> None:
        """Raise the team's hand twice, as a finger on a slow phone does."""
        # Beside the labelling: the team's other phone.
        phone = Browser(self.browser.port, self.browser.host)
        phone.cookies = self.browser.cookies
        for _ in range(2):
            status, _ = await self.patiently(
                phone, "POST", f"/join/{self.team}/hand", form=self.form, what="other", words="by make day"
            )
            if status == 303:
                self.confirmed.hands.add(self.team)
        phone.close()


async def after(seconds: float, act: Callable[[], object]) -> None:
    """Do something that blocks, in a thread, after some seconds."""
    await asyncio.sleep(seconds)
    await asyncio.to_thread(act)
