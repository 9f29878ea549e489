"""What all pages share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from bootstrap.event.inputs import Inputs
from bootstrap.journal.journal import Journal
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live


class EventFiles(Protocol):
    """Event and roster as they are now: whoever follows the event reads them again when they change."""

    @property
    def inputs(self) -> Inputs: ...


@dataclass(frozen=True, slots=True)
class Site:
    """`journal` opens the journal to write to. `closing` is unwound when the server ends.

    `token` opens the staff's pages where others than the people at this machine can come; never log it.
    """

    files: EventFiles
    journal_path: str
    journal: Callable[[], Journal]
    address: Address
    live: Live
    closing: ExitStack = field(default_factory=ExitStack)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
