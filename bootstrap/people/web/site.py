"""What all pages share. `app.py` says how a page is added."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions, access_of
from bootstrap.engine.clock import RealClock
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.journal.journal import Journal
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.catch_up import Finish
from bootstrap.people.hands.desk import HandDesk
from bootstrap.people.survey import SurveyDesk
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.staff.spend import SpendBoard
from bootstrap.people.webhook.sending import Webhook


class EventFiles(Protocol):
    """Event and roster, which are read again when their files change."""

    @property
    def inputs(self) -> Inputs: ...


def operators_sessions(event: Event) -> Sessions:
    """Return sessions with this machine's own credentials, in real time, without the permission to write."""
    return Sessions(access_of(event, write=False), RealClock(), Limiter())


def hosts_sessions(event: Event) -> Sessions:
    """Return sessions of a host of the pages: the same, but never with the access role."""
    return Sessions(access_of(event, write=False, access_role=False), RealClock(), Limiter())


@dataclass(frozen=True, slots=True)
class Site:
    """`journal` opens the journal for writing; `spend`: what accounts cost. `closing` is closed when the server ends.

    `database`: for the stores of `journal.venue`, which the whole server shares. `now` returns epoch seconds: pages ask
    it for the time, and never the clock, which a rehearsal turns.
    `sessions`: makes the way into the accounts, of which each page that needs one keeps one.
    `hands`: raised hands and notices; `webhook`: tells a chat of them; `survey`: what teams are asked at the end.
    `finish`: gives a team the finished state of a lab; None where the server may not write to accounts.
    `hosted`: the server has no access role; see `people.page_roles`. `trouble`: what keeps the event's files from being
    read again where they were published; "" if nothing does.
    `token` opens the staff's pages where people at other machines can reach them; never log it.
    """

    files: EventFiles
    journal_path: str
    journal: Callable[[], Journal]
    address: Address
    live: Live
    database: VenueDatabase
    spend: SpendBoard = field(default_factory=SpendBoard)
    now: Callable[[], float] = time.time
    sessions: Callable[[Event], Sessions] = operators_sessions
    closing: ExitStack = field(default_factory=ExitStack)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    webhook: Webhook = field(default_factory=lambda: Webhook(None, ""))
    finish: Finish | None = None
    hosted: bool = False
    trouble: Callable[[], str] = str
    hands: HandDesk = field(init=False)
    survey: SurveyDesk = field(init=False)

    def __post_init__(self) -> None:
        desk = HandDesk(self.database, lambda: self.files.inputs, self.now, self.webhook.tell)
        object.__setattr__(self, "hands", desk)
        object.__setattr__(self, "survey", SurveyDesk(self.database, lambda: self.files.inputs, self.now))
