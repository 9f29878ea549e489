"""Each team's own page: the team's code opens it, and it gives the team what it needs of its account.

It answers anybody who can reach the server, and checks access itself: by the code, by a
cookie that expires with the code, and by a secret in every form. A sign-in link exists only in the redirect that
answers a click.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bootstrap.errors import Refused, Troubled
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import codes
from bootstrap.journal.team_codes import Kept
from bootstrap.journal.venue.entries import Entries, SignIn
from bootstrap.journal.venue.known_codes import KnownCodes, ShownPasswords
from bootstrap.journal.venue.limits import Limits
from bootstrap.people.handouts import join_address
from bootstrap.people.hands.doctor import HandDoctor
from bootstrap.people.labelling.team_bucket import TeamBuckets
from bootstrap.people.web import forms, headers, language
from bootstrap.people.web.join import labelling, team_pages
from bootstrap.people.web.join.asked import Asked, Handler
from bootstrap.people.web.join.hand import TeamHands
from bootstrap.people.web.join.labelling import TeamLabellingPages
from bootstrap.people.web.join.now import Now
from bootstrap.people.web.join.survey import TeamSurvey
from bootstrap.people.web.join.team_access import TeamAccess
from bootstrap.people.web.join.team_guides import TeamGuides
from bootstrap.people.web.join.team_labels import TeamLabels
from bootstrap.people.web.join.team_pages import ASK_THE_STAFF, Page
from bootstrap.people.web.sign_in.tries import Tries
from bootstrap.people.web.site import Site
from bootstrap.steps.workforce.people import key_of

T = TypeVar("T")

COOKIE = "team"
# Of the sign-ins: those of teams.
_KIND = "team"
# Seconds after which a browser may ask again what the database could not answer.
_RETRY = 5
_STALE = msg("This form is too old, or came from another page. Go back and try again.")
_NO_CODE = msg("This team has no valid code. Ask the support desk.")
_WRONG = msg("That is not this team's code. Check it letter by letter; the support desk can give you another.")
_NO_ANSWER = msg(
    "AWS did not answer as expected. Try again in a minute. If it still fails, show this code to the support desk:"
)
_NO_PASSWORD = msg(
    "No password is kept for this person: the user existed before the event, or is not prepared yet. "
    "Show this code to the support desk:"
)
_NO_JOURNAL = msg(
    "The page cannot look up your team right now. Try again in a minute, or show this code to the support desk:"
)
_NOT_NOW = msg(
    "Your code could not be checked right now, because the event's database does not answer. Nobody is let in or "
    "turned away. Press Enter again in a few seconds."
)
_PATH = f"{join_address.JOIN}{{slug}}"


def routes(site: Site) -> list[Route]:
    return Join(site, TeamAccess(site.sessions(site.files.inputs.event)), labelling.buckets_of(site)).routes


class Join:
    def __init__(self, site: Site, access: TeamAccess, buckets: TeamBuckets) -> None:
        self._site, self._access, self._now = site, access, site.now
        database, event_name = site.database, site.files.inputs.event.name
        self._codes, self._shown = KnownCodes(database, event_name), ShownPasswords(database, event_name)
        limits = Limits(database, event_name)
        self._entries, self._tries = Entries(database, event_name), Tries(limits)
        self._journal, self._guides = site.journal(), TeamGuides()
        self._now_of, self._hands = Now(site.hands, site.survey), TeamHands(site.hands, limits, self._note)
        self._survey = TeamSurvey(site.survey, limits, site.address.secure)
        site.hands.examined_by(HandDoctor(access.sessions, lambda: site.files.inputs, site.now))
        self._labels = TeamLabels(access, lambda asked, ask: self._of_aws(asked.account, ask))
        # One call to AWS at a time for each team: a hundred clicks of one team hold one thread.
        self._singly: dict[str, CapacityLimiter] = {}
        self._labelling = TeamLabellingPages(site, buckets, self._of_aws, self._is_on_hold, self._note)
        site.closing.callback(self._journal.close)

    @property
    def routes(self) -> list[Route]:
        return [
            Route(_PATH, self._answering(self._page)),
            Route(_PATH, self._answering(self._code), methods=["POST"]),
            Route(f"{_PATH}/console", self._answering(self._console, inside=True), methods=["POST"]),
            Route(f"{_PATH}/password", self._answering(self._password, inside=True), methods=["POST"]),
            Route(f"{_PATH}/labels", self._answering(self._labels.page, inside=True)),
            Route(f"{_PATH}/labels/{{picture}}", self._answering(self._labels.picture, inside=True)),
            Route(f"{_PATH}/hand", self._answering(self._hands.lift, inside=True), methods=["POST"]),
            Route(f"{_PATH}/hand/lower", self._answering(self._hands.lower, inside=True), methods=["POST"]),
            Route(f"{_PATH}/now", self._answering(self._now_of.answer, inside=True, by_script=True)),
            Route(f"{_PATH}/survey", self._answering(self._survey.page, inside=True)),
            Route(f"{_PATH}/survey", self._answering(self._survey.answer, inside=True), methods=["POST"]),
            Route(f"{_PATH}/leave", self._answering(self._leave, inside=True), methods=["POST"]),
            Route(f"{_PATH}/guide/{{lab}}", self._answering(self._guides.guide, inside=True)),
            Route(f"{_PATH}/guide/{{lab}}/checkpoint", self._answering(self._guides.answer, True), methods=["POST"]),
            Route(f"{_PATH}/guide/{{lab}}/pictures/{{name}}", self._answering(self._guides.picture, inside=True)),
            Route(f"{_PATH}/labs/pictures/{{name}}", self._answering(self._guides.picture, inside=True)),
            Route(f"{_PATH}/labs/{{page}}", self._answering(self._guides.common, inside=True)),
            *self._labelling.routes(_PATH, self._answering),
        ]

    def _answering(
        self, handler: Handler, inside: bool = False, by_script: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the route's function. `inside`: only after the code was entered, and for a POST by a form of ours.

        `by_script`: a script asks, which is told so if nobody entered the code.
        """

        async def answer(request: Request) -> Response:
            tongue, slug = language.of(request), request.path_params["slug"]
            account = self._account(slug)
            if account is None:
                return HTMLResponse(team_pages.nobody(self._site.files.inputs.event, tongue, self._now()), 404)
            event, path = self._site.files.inputs.event, f"{join_address.JOIN}{slug}"
            page = Page(event, account, path, tongue, self._now(), not self._site.hosted)
            try:
                asked = await self._asked(request, page)
                if inside and asked.entry is None:
                    return Response(status_code=401) if by_script else asked.home()
                if inside and request.method == "POST" and not _ours(asked):
                    return HTMLResponse(page.says(_STALE), 403)
                return await handler(asked)
            except Refused as refused:
                return self._refused(page, refused)
            except Troubled as troubled:
                said = page.says(_NO_JOURNAL, troubled.problems[0].code)
                return HTMLResponse(said, 503, headers={"Retry-After": str(_RETRY)})

        return answer

    def _account(self, slug: str) -> TeamAccount | None:
        accounts = self._site.files.inputs.accounts
        teams = (each for each in accounts if not (each.spare or each.out_of_use))
        return next((each for each in teams if join_address.slug(each.team) == slug), None)

    async def _asked(self, request: Request, page: Page) -> Asked:
        now = self._now()
        form = await forms.read(request) if request.method == "POST" else {}
        kept, entry = await to_thread.run_sync(self._who, page.account.team, request.cookies.get(COOKIE, ""), now)
        return Asked(request, page, kept, entry, form, now)

    def _who(self, team: str, secret: str, now: float) -> tuple[Kept | None, SignIn | None]:
        """Return the team's code, and the sign-in that the cookie's secret stands for."""
        kept, entry = self._codes.valid(team, now), self._entries.of(secret, now)
        if entry is None or kept is None or (entry.kind, entry.whose) != (_KIND, team):
            return kept, None
        return kept, entry if codes.same(entry.code, kept.digest) else None

    async def _page(self, asked: Asked) -> Response:
        page, entry = asked.page, asked.entry
        if entry is None:
            said = "" if asked.kept else _NO_CODE
            return HTMLResponse(page.asks_for_code(said))
        shown = await to_thread.run_sync(self._shown.of, asked.account.account_id)
        answered = await to_thread.run_sync(self._guides.answered, asked)
        now = await to_thread.run_sync(self._now_of.parts, page)
        labelling = await to_thread.run_sync(self._labelling.progress, asked.account)
        text = page.team(self._site.live.standing, entry.form, entry.expires, shown, answered, now, labelling)
        # Browsers apply form-action to the redirect that answers the form as well.
        sources = await to_thread.run_sync(self._access.sign_in_sources, asked.account)
        return HTMLResponse(text, headers={"Content-Security-Policy": headers.policy(*sources)})

    async def _code(self, asked: Asked) -> Response:
        page, typed = asked.page, asked.form.get("code", "")
        if not forms.from_here(asked.request):
            return HTMLResponse(page.says(_STALE), 403)
        try:
            opened = await to_thread.run_sync(self._opened, asked, typed)
            if opened is None:
                return HTMLResponse(page.asks_for_code(_NO_CODE), 403)
            if isinstance(opened, float):
                return self._wrong(asked, typed, opened)
        except Troubled:
            headers = {"Retry-After": str(_RETRY)}
            return HTMLResponse(page.asks_for_code(_NOT_NOW, typed), 503, headers=headers)
        kept, secret = opened
        self._note(asked, msg("entered the team's code"))
        return self._let_in(asked, kept, secret)

    def _opened(self, asked: Asked, typed: str) -> tuple[Kept, str] | float | None:
        """Return the code and the secret of a new entry; of a wrong code the seconds until the next one is counted.

        None if the team has no code. A right code is never counted: a pause would let anybody keep a team out.
        Raises Troubled (EB-523).
        """
        team = asked.account.team
        kept = self._codes.opened_by(team, typed, asked.now)
        if kept is None:
            if self._codes.valid(team, asked.now) is None:
                return None
            return self._tries.wrong(team, asked.client, asked.now)
        self._tries.right(team, asked.client)
        return kept, self._entries.open(_KIND, team, kept.digest, kept.expires, asked.now)

    def _wrong(self, asked: Asked, typed: str, pause: float) -> Response:
        if not pause:
            self._note(asked, msg("wrong code"), "refused")
            return HTMLResponse(asked.page.asks_for_code(_WRONG, typed), 403)
        seconds = math.ceil(pause)
        said = counted(
            "That is not this team's code either. The right code opens the page at any time; before you try others, "
            "wait {count} second.",
            "That is not this team's code either. The right code opens the page at any time; before you try others, "
            "wait {count} seconds.",
            seconds,
        )
        return HTMLResponse(asked.page.asks_for_code(said, typed), 429, headers={"Retry-After": str(seconds)})

    def _let_in(self, asked: Asked, kept: Kept, secret: str) -> Response:
        answer = asked.home()
        answer.set_cookie(
            COOKIE,
            secret,
            max_age=int(kept.expires - asked.now),
            path=asked.page.path,
            secure=self._site.address.secure,
            httponly=True,
            samesite="strict",
        )
        return answer

    def _is_on_hold(self, asked: Asked) -> bool:
        return asked.page.on_hold(self._site.live.standing)

    async def _console(self, asked: Asked) -> Response:
        if self._is_on_hold(asked):
            return HTMLResponse(asked.page.says(ASK_THE_STAFF), 403)
        event, account = asked.page.event, asked.account
        link = await self._of_aws(account, lambda: self._access.link(event, account))
        until = asked.page.moment(link.ends)
        if link.chained:
            self._note(asked, msg("console link made; the session ends {time}, role chained", time=until))
        else:
            self._note(asked, msg("console link made; the session ends {time}", time=until))
        return RedirectResponse(link.url, 303)

    async def _password(self, asked: Asked) -> Response:
        if self._is_on_hold(asked):
            return HTMLResponse(asked.page.says(ASK_THE_STAFF), 403)
        event, account, page = asked.page.event, asked.account, asked.page
        if self._site.hosted:
            return HTMLResponse(page.says(page.ask_for_passwords), 403)
        worker = asked.form.get("worker", "")
        address = next((each for each in account.emails if codes.same(key_of(each), worker)), None)
        if address is None:
            return HTMLResponse(page.says(_STALE), 403)
        shown = await to_thread.run_sync(self._shown.of_now, account.account_id)
        if worker in shown:
            return HTMLResponse(page.says(_shown_already(page, shown[worker])), 409)
        found = await self._of_aws(account, lambda: self._access.password(event, account, address))
        # Only now: a password that could not be read was not shown. Of two requests at once, the first gets it.
        if not await to_thread.run_sync(self._shown.show_once, account.account_id, worker, asked.now):
            return HTMLResponse(page.says(_shown_already(page, asked.now)), 409)
        number, total = account.emails.index(address) + 1, len(account.emails)
        self._note(asked, msg("labelling password of worker {number} of {total} shown", number=number, total=total))
        return HTMLResponse(page.password(address, found.portal, found.secret))

    async def _leave(self, asked: Asked) -> Response:
        await to_thread.run_sync(self._entries.close, asked.request.cookies.get(COOKIE, ""))
        answer = asked.home()
        answer.delete_cookie(COOKIE, path=asked.page.path)
        return answer

    async def _of_aws(self, account: TeamAccount, ask: Callable[[], T]) -> T:
        limiter = self._singly.setdefault(account.account_id, CapacityLimiter(1))
        return await to_thread.run_sync(ask, limiter=limiter)

    def _refused(self, page: Page, refused: Refused) -> Response:
        said = _NO_PASSWORD if refused.code == "EB-586" else _NO_ANSWER
        self._act(page, joined(" ", (refused.code, refused.detail)), "failed", "join page", self._now())
        return HTMLResponse(page.says(said, refused.code), 502)

    def _note(self, asked: Asked, said: str, outcome: str = "done") -> None:
        self._act(asked.page, said, outcome, f"join page, {asked.client}", asked.now)

    def _act(self, page: Page, said: str, outcome: str, actor: str, at: float) -> None:
        team, account_id = page.account.team, page.account.account_id
        self._journal.act(
            "join", page.event.name, said, team=team, account_id=account_id, outcome=outcome, actor=actor, at=at
        )


def _shown_already(page: Page, at: float) -> str:
    return msg(
        "This password was shown {time}. If nobody wrote it down, the support desk can allow it to be shown again.",
        time=page.moment(at),
    )


def _ours(asked: Asked) -> bool:
    return asked.entry is not None and codes.same(asked.form.get("form", ""), asked.entry.form)
