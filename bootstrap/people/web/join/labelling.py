"""Labelling under a team's own page: whoever entered the team's code labels there under a name.

All teams are served by the same server, and by several at once: votes are rows, and no account is locked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bootstrap.aws import refusals
from bootstrap.aws.sessions import Sessions
from bootstrap.errors import BadInput, Troubled
from bootstrap.errors.message import joined, msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import database
from bootstrap.journal.venue.ballots import Ballots
from bootstrap.people.labelling.file_writer import LabelFileWriter
from bootstrap.people.labelling.pictures import PictureCache
from bootstrap.people.labelling.team_bucket import TeamBuckets
from bootstrap.people.labelling.team_labelling import LabellingProgress
from bootstrap.people.labelling.team_labellings import LabellingOffer, TeamLabellings
from bootstrap.people.web import pages
from bootstrap.people.web.join.asked import Asked, Handler
from bootstrap.people.web.label.labelling_page import LabellingPage, LabellingPlace
from bootstrap.people.web.site import Site

T = TypeVar("T")

Answering = Callable[[Handler, bool], Callable[..., Awaitable[Response]]]
# For a team, one call to AWS at a time.
Ask = Callable[[TeamAccount, Callable[[], Any]], Awaitable[Any]]
OnHold = Callable[[Asked], bool]

MOST_PEOPLE_A_PICTURE = 9
# Transactions of votes at the same time, each in a thread; more of them wait without one. A file has one writer at a
# time: others would sleep until it is free, and wake up late.
_AT_ONCE, _AT_ONCE_IN_A_FILE = 4, 1
# For pictures of all teams together: each may have some megabytes.
_PICTURES_AT_ONCE = 8
# Seconds for which what a team can begin is shown again without a look at its bucket.
_FRESH = 10.0


def buckets_of(site: Site) -> TeamBuckets:
    """Return the sessions in which teams' buckets are read and written: as the site's own, with the right to write."""
    event = site.files.inputs.event
    given = site.sessions(event)
    return TeamBuckets(Sessions(replace(given.access, write=True), given.clock, given.limiter), event)


@dataclass(frozen=True, slots=True)
class _Offered:
    at: float
    offer: LabellingOffer | None
    said: tuple[str, str, str] = ("", "", "")


class TeamLabellingPages:
    """The handlers. `ask` calls AWS for a team; `note(asked, said)` records in the journal what somebody did."""

    def __init__(
        self, site: Site, buckets: TeamBuckets, ask: Ask, on_hold: OnHold, note: Callable[[Asked, str], None]
    ) -> None:
        self._site, self._ask, self._on_hold, self._note = site, ask, on_hold, note
        event = site.files.inputs.event.name
        ballots = Ballots(site.database, event)
        self._labellings = TeamLabellings(ballots, buckets, site.now)
        self._journal = site.journal()
        self._files = LabelFileWriter(ballots, self._labellings, buckets, self._account, self._act)
        self._pictures = PictureCache()
        self._offered: dict[str, _Offered] = {}
        # Limiters belong to the loop of the server.
        self._votes: CapacityLimiter | None = None
        self._fetching: CapacityLimiter | None = None
        site.closing.callback(self._journal.close)
        site.closing.callback(self._files.close)

    def routes(self, path: str, answering: Answering) -> list[Route]:
        here = f"{path}/labelling"
        handlers: dict[str, tuple[Handler, str]] = {
            "": (self._home, "GET"),
            "/begin": (self._begin, "POST"),
            "/another": (self._another, "GET"),
            "/picture/{picture}": (self._picture, "GET"),
            "/name": (self._name, "POST"),
            "/vote": (self._vote, "POST"),
            "/undo": (self._undo, "POST"),
            "/compare": (self._compare, "POST"),
            "/leave": (self._leave, "POST"),
        }
        return [
            Route(f"{here}{rest}", answering(handler, True), methods=[method])
            for rest, (handler, method) in handlers.items()
        ]

    def progress(self, account: TeamAccount) -> LabellingProgress | None:
        """Return how far a team is, for its page; None if it has not begun. May block; raises nothing."""
        return self._labellings.progress(account)

    async def _labelling(self, asked: Asked) -> LabellingPage | None:
        """Return the page of the team's job; None if it has none yet. Also begins to write the jobs' files."""
        self._files.start()
        found = await self._in_turn(lambda: self._labellings.of(asked.account))
        if found is None:
            return None

        async def one_by_one(work: Callable[[], T]) -> T:
            return cast(T, await self._ask(asked.account, work))

        return LabellingPage(
            asked.request,
            self._place(asked),
            found,
            self._pictures,
            self._in_turn,
            one_by_one,
            lambda said: self._act(asked.account, said, "failed"),
        )

    async def _home(self, asked: Asked) -> Response:
        found = await self._labelling(asked)
        return await found.home() if found else await self._start_page(asked, "")

    async def _another(self, asked: Asked) -> Response:
        found = await self._in_turn(lambda: self._labellings.of(asked.account))
        return await self._start_page(asked, found.job if found else "")

    async def _start_page(self, asked: Asked, before: str, said: tuple[str, str, str] = ("", "", "")) -> Response:
        offered = await self._offer(asked) if not said[0] else _Offered(asked.now, None, said)
        text = pages.render(
            "label/begin.html",
            language=asked.page.language,
            place=self._place(asked),
            person="",
            progress="",
            undone="",
            workers=1,
            offer=offered.offer,
            said=offered.said,
            before=before,
            most=MOST_PEOPLE_A_PICTURE,
        )
        return HTMLResponse(text, 502 if offered.said[0] and not offered.offer else 200)

    async def _offer(self, asked: Asked) -> _Offered:
        account, seen = asked.account, self._offered.get(asked.account.account_id)
        if seen is None or not seen.offer or not 0 <= asked.now - seen.at < _FRESH:
            try:
                seen = _Offered(asked.now, await self._ask(account, lambda: self._labellings.offer(account)))
            except Exception as error:
                seen = _Offered(asked.now, None, self._told(asked, error))
            self._offered[account.account_id] = seen
        return seen

    def _told(self, asked: Asked, error: Exception) -> tuple[str, str, str]:
        """Return what, where and the code of an error for the team; note it for the staff."""
        if isinstance(error, BadInput):
            problem = error.problems[0]
            return problem.what, problem.where, problem.code
        if isinstance(error, Troubled):
            raise error
        settled = refusals.failure(error, asked.account.region)
        self._act(asked.account, joined(" ", (settled.code or "", settled.detail)), "failed")
        return msg("Your team's bucket could not be read"), "", settled.code or ""

    async def _begin(self, asked: Asked) -> Response:
        if self._on_hold(asked):
            return asked.home()
        account, form = asked.account, asked.form
        workers = int(form.get("workers", "1")) if form.get("workers", "1").isdecimal() else 1
        workers, before = min(max(workers, 1), MOST_PEOPLE_A_PICTURE), form.get("before", "")
        try:
            found = await self._ask(account, lambda: self._labellings.begin(account, workers, before))
        except Exception as error:
            return await self._start_page(asked, before, self._told(asked, error))
        pictures = len(found.task.lines)
        self._note(
            asked,
            msg("labelling begun: job {job}, {pictures} pictures, people for each: {workers}", job=found.job,
                pictures=pictures, workers=found.task.workers),
        )  # fmt: skip
        return self._to(asked)

    async def _picture(self, asked: Asked) -> Response:
        found = await self._labelling(asked)
        if found is None:
            return self._to(asked)
        self._fetching = self._fetching or CapacityLimiter(_PICTURES_AT_ONCE)
        wanted = asked.request.path_params["picture"]
        if self._pictures.of(wanted) is not None:
            return await found.picture(wanted)
        async with self._fetching:
            return await found.picture(wanted)

    async def _name(self, asked: Asked) -> Response:
        found = await self._labelling(asked)
        return found.name(asked.form) if found else self._to(asked)

    async def _vote(self, asked: Asked) -> Response:
        if (found := await self._labelling(asked)) is None or self._on_hold(asked):
            return self._to(asked)
        return await found.vote(asked.form)

    async def _undo(self, asked: Asked) -> Response:
        if (found := await self._labelling(asked)) is None or self._on_hold(asked):
            return self._to(asked)
        return await found.undo()

    async def _compare(self, asked: Asked) -> Response:
        if (found := await self._labelling(asked)) is None or self._on_hold(asked):
            return self._to(asked)
        answer = await found.compare()
        self._files.soon()
        return answer

    async def _leave(self, asked: Asked) -> Response:
        found = await self._labelling(asked)
        return found.leave() if found else self._to(asked)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        in_file = database.file_of(self._site.journal_path) is not None
        self._votes = self._votes or CapacityLimiter(_AT_ONCE_IN_A_FILE if in_file else _AT_ONCE)
        return await to_thread.run_sync(work, limiter=self._votes)

    def _to(self, asked: Asked) -> Response:
        return self._place(asked).to_home(asked.page.language)

    def _place(self, asked: Asked) -> LabellingPlace:
        page, secure = asked.page, self._site.address.secure
        form = asked.entry.form if asked.entry else ""
        return LabellingPlace(page.event.name, page.account.team, f"{page.path}/labelling", secure, form, page.path)

    def _account(self, account_id: str) -> TeamAccount | None:
        """Return the account of a team that takes part and is not on hold."""
        inputs, standing = self._site.files.inputs, self._site.live.standing
        held = {each.account_id for each in standing.summary.accounts if each.hold is not None}
        taking_part = (each for each in inputs.accounts if not (each.spare or each.out_of_use))
        found = next((each for each in taking_part if each.account_id == account_id), None)
        return found if found and found.account_id not in held else None

    def _act(self, account: TeamAccount, said: str, outcome: str) -> None:
        event = self._site.files.inputs.event.name
        self._journal.act(
            "labelling",
            event,
            said,
            team=account.team,
            account_id=account.account_id,
            outcome=outcome,
            actor="labelling page",
            at=self._site.now(),
        )
