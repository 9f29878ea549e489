"""What all pages share."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from dataclasses import dataclass, field

from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.follow import Lookout
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live


@dataclass(frozen=True, slots=True)
class Site:
    """`lookout.inputs`: event and roster as they are now. `closing` is unwound when the server ends.

    `token` opens the staff's pages where others than the people at this machine can come; never log it.
    """

    choice: Choice
    lookout: Lookout
    address: Address
    live: Live
    closing: ExitStack = field(default_factory=ExitStack)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
