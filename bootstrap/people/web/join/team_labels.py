"""A team's labels against the truth, for somebody who entered the team's code."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, Response

from bootstrap.people.labelling.agreement import TeamAgreement
from bootstrap.people.web.join.asked import Asked
from bootstrap.people.web.join.team_access import TeamAccess

# So long a comparison is shown again without a new look at the bucket, in seconds.
_FRESH = 20.0
_KINDS = {".png": "image/png"}

Ask = Callable[[Asked, Callable[[], Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Seen:
    at: float
    agreement: TeamAgreement | None


class TeamLabels:
    """Handlers of the page and its pictures. `ask` calls AWS for a team, one call at a time."""

    def __init__(self, access: TeamAccess, ask: Ask) -> None:
        self._access, self._ask = access, ask
        self._seen: dict[str, _Seen] = {}

    async def page(self, asked: Asked) -> Response:
        found = await self._agreement(asked)

        def source(picture: str) -> str:
            return f"{asked.page.path}/labels/{_identity(picture)}"

        return HTMLResponse(asked.page.labels(found, source))

    async def picture(self, asked: Asked) -> Response:
        """Answer with one of the pictures that the page shows; no other object of the bucket can be asked for."""
        found, event = await self._agreement(asked), asked.page.event
        wrong = found.comparison.wrong if found and found.comparison else ()
        address = next(
            (each.picture for each in wrong if _identity(each.picture) == asked.request.path_params["picture"]), None
        )
        data = None
        if address is not None:
            data = await self._ask(asked, lambda: self._access.picture(event, asked.account, address))
        if address is None or data is None:
            return Response("there is no such picture", 404, media_type="text/plain")
        return Response(data, media_type=_KINDS.get(address[-4:].lower(), "image/jpeg"))

    async def _agreement(self, asked: Asked) -> TeamAgreement | None:
        account, seen = asked.account, self._seen.get(asked.account.account_id)
        if seen is None or not 0 <= asked.now - seen.at < _FRESH:
            found = await self._ask(asked, lambda: self._access.labels(asked.page.event, account))
            self._seen[account.account_id] = seen = _Seen(asked.now, found)
        return seen.agreement


def _identity(picture: str) -> str:
    return hashlib.sha256(picture.encode()).hexdigest()[:16]
