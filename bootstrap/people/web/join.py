"""Each team's own page: opened by the team's code, it hands out what the team needs of its account.

Answers anybody who can reach the server, and guards itself: the code, pauses after wrong ones, a cookie that ends with
the code, a secret in every form. A sign-in link exists only in the redirect that a click is answered with.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, sleep, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bootstrap.errors import Refused, Troubled
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import codes
from bootstrap.journal.team_codes import Kept, TeamCodes
from bootstrap.people.handouts import join_address
from bootstrap.people.web import forms, guides, headers, join_access, join_pages, language
from bootstrap.people.web.join_access import TeamAccess
from bootstrap.people.web.join_entries import Entries, TeamEntry, Tries
from bootstrap.people.web.join_pages import Page
from bootstrap.people.web.site import Site
from bootstrap.steps.workforce.people import key_of

T = TypeVar("T")

COOKIE = "team"
_PATH = f"{join_address.JOIN}{{slug}}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request at a team's address. `kept`: the team's valid code; `entry`: who asks has come in by it."""

    request: Request
    page: Page
    kept: Kept | None
    entry: TeamEntry | None
    form: dict[str, str]
    now: float

    @property
    def account(self) -> TeamAccount:
        return self.page.account

    @property
    def client(self) -> str:
        return self.request.client.host if self.request.client else ""

    def home(self) -> Response:
        return RedirectResponse(f"{self.page.path}?lang={self.page.language}", 303)


Handler = Callable[[Asked], Awaitable[Response]]


def routes(site: Site) -> list[Route]:
    return Join(site, join_access.of(site.files.inputs.event)).routes


class Join:
    """`now` in epoch seconds; `wait` lets so many of them pass."""

    def __init__(
        self,
        site: Site,
        access: TeamAccess,
        now: Callable[[], float] = time.time,
        wait: Callable[[float], Awaitable[None]] = sleep,
    ) -> None:
        self._site, self._access, self._now, self._wait = site, access, now, wait
        self._codes = TeamCodes(site.journal_path, site.files.inputs.event.name)
        self._journal = site.journal()
        self._entries, self._tries = Entries(), Tries()
        # A team that clicks a hundred times waits for itself, and holds no thread meanwhile.
        self._singly: dict[str, CapacityLimiter] = {}
        site.closing.callback(self._codes.close)
        site.closing.callback(self._journal.close)

    @property
    def routes(self) -> list[Route]:
        return [
            Route(_PATH, self._answering(self._page)),
            Route(_PATH, self._answering(self._code), methods=["POST"]),
            Route(f"{_PATH}/console", self._answering(self._console, inside=True), methods=["POST"]),
            Route(f"{_PATH}/password", self._answering(self._password, inside=True), methods=["POST"]),
            Route(f"{_PATH}/leave", self._answering(self._leave, inside=True), methods=["POST"]),
            Route(f"{_PATH}/guide/{{lab}}", self._answering(self._guide, inside=True)),
        ]

    def _answering(self, handler: Handler, inside: bool = False) -> Callable[[Request], Awaitable[Response]]:
        """`inside`: only for those who have come in by the code, and by a form of ours if something is to be done."""

        async def answer(request: Request) -> Response:
            tongue, slug = language.of(request), request.path_params["slug"]
            account = self._account(slug)
            if account is None:
                return HTMLResponse(join_pages.nobody(tongue), 404)
            page = Page(self._site.files.inputs.event, account, f"{join_address.JOIN}{slug}", tongue)
            try:
                asked = await self._asked(request, page)
                if inside and asked.entry is None:
                    return asked.home()
                if inside and request.method == "POST" and not _ours(asked):
                    return HTMLResponse(page.says(page.words["stale"]), 403)
                return await handler(asked)
            except Refused as refused:
                return self._refused(page, refused)
            except Troubled as troubled:
                return HTMLResponse(page.says(page.words["trouble_journal"], troubled.problems[0].code), 503)

        return answer

    def _account(self, slug: str) -> TeamAccount | None:
        accounts = self._site.files.inputs.accounts
        teams = (each for each in accounts if not (each.spare or each.out_of_use))
        return next((each for each in teams if join_address.slug(each.team) == slug), None)

    async def _asked(self, request: Request, page: Page) -> Asked:
        now = self._now()
        form = await forms.read(request) if request.method == "POST" else {}
        kept = await to_thread.run_sync(self._codes.valid, page.account.team, now)
        entry = self._entries.of(request.cookies.get(COOKIE, ""), kept)
        return Asked(request, page, kept, entry, form, now)

    async def _page(self, asked: Asked) -> Response:
        page, entry = asked.page, asked.entry
        if entry is None:
            said = "" if asked.kept else page.words["no_code"]
            return HTMLResponse(page.asks_for_code(said))
        shown = await to_thread.run_sync(self._codes.passwords_shown, asked.account.account_id)
        text = page.team(self._site.live.standing, entry.form, entry.expires, shown)
        # A browser that minds where a form leads minds where that leads on.
        sources = await to_thread.run_sync(self._access.sign_in_sources, asked.account)
        return HTMLResponse(text, headers={"Content-Security-Policy": headers.policy(*sources)})

    async def _code(self, asked: Asked) -> Response:
        page, team, client, now = asked.page, asked.account.team, asked.client, asked.now
        if not forms.from_here(asked.request):
            return HTMLResponse(page.says(page.words["stale"]), 403)
        if asked.kept is None:
            return HTMLResponse(page.asks_for_code(page.words["no_code"]), 403)
        if pause := self._tries.pause(team, client, now):
            seconds = str(math.ceil(pause))
            said = page.asks_for_code(page.words["pause"].format(seconds))
            return HTMLResponse(said, 429, headers={"Retry-After": seconds})
        await self._wait(self._tries.begin(team, client, now))
        if not asked.kept.opened_by(asked.form.get("code", "")):
            self._note(asked, "wrong code", "refused")
            return HTMLResponse(page.asks_for_code(page.words["wrong"]), 403)
        self._tries.right(team, client)
        self._note(asked, "came in by the team's code")
        return self._let_in(asked, asked.kept)

    def _let_in(self, asked: Asked, kept: Kept) -> Response:
        answer, secret = asked.home(), self._entries.open(kept, asked.now)
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

    async def _console(self, asked: Asked) -> Response:
        event, account = asked.page.event, asked.account
        link = await self._of_aws(account, lambda: self._access.link(event, account))
        until = asked.page.moment(link.ends)
        self._note(asked, f"console link made; the session ends {until}{', role chained' if link.chained else ''}")
        return RedirectResponse(link.url, 303)

    async def _password(self, asked: Asked) -> Response:
        event, account, page = asked.page.event, asked.account, asked.page
        worker = asked.form.get("worker", "")
        address = next((each for each in account.emails if codes.same(key_of(each), worker)), None)
        if address is None:
            return HTMLResponse(page.says(page.words["stale"]), 403)
        shown = await to_thread.run_sync(self._codes.passwords_shown, account.account_id)
        if worker in shown:
            said = page.words["shown_already"].format(page.moment(shown[worker]))
            return HTMLResponse(page.says(said), 409)
        found = await self._of_aws(account, lambda: self._access.password(event, account, address))
        # Only now: what could not be read was not shown. Of two at once, the first gets it.
        if not await to_thread.run_sync(self._codes.show_once, account.account_id, worker, asked.now):
            return HTMLResponse(page.says(page.words["shown_already"].format(page.moment(asked.now))), 409)
        which = f"worker {account.emails.index(address) + 1} of {len(account.emails)}"
        self._note(asked, f"labelling password of {which} shown")
        return HTMLResponse(page.password(address, found.portal, found.secret))

    async def _leave(self, asked: Asked) -> Response:
        self._entries.close(asked.request.cookies.get(COOKIE, ""))
        answer = asked.home()
        answer.delete_cookie(COOKIE, path=asked.page.path)
        return answer

    async def _guide(self, asked: Asked) -> Response:
        page, lab = asked.page, asked.request.path_params["lab"]
        file = guides.file(page.event.folder, lab, page.language) if lab in asked.account.labs else None
        if file is None:
            return HTMLResponse(page.says(page.words["guide_none"]), 404)
        return HTMLResponse(page.guide(await to_thread.run_sync(guides.html, file)))

    async def _of_aws(self, account: TeamAccount, ask: Callable[[], T]) -> T:
        limiter = self._singly.setdefault(account.account_id, CapacityLimiter(1))
        return await to_thread.run_sync(ask, limiter=limiter)

    def _refused(self, page: Page, refused: Refused) -> Response:
        words = "trouble_password" if refused.code == "EB-586" else "trouble_again"
        self._act(page, f"{refused.code} {refused.detail}", "failed", "join page", self._now())
        return HTMLResponse(page.says(page.words[words], refused.code), 502)

    def _note(self, asked: Asked, said: str, outcome: str = "done") -> None:
        self._act(asked.page, said, outcome, f"join page, {asked.client}", asked.now)

    def _act(self, page: Page, said: str, outcome: str, actor: str, at: float) -> None:
        team, account_id = page.account.team, page.account.account_id
        self._journal.act(
            "join", page.event.name, said, team=team, account_id=account_id, outcome=outcome, actor=actor, at=at
        )


def _ours(asked: Asked) -> bool:
    return asked.entry is not None and codes.same(asked.form.get("form", ""), asked.entry.form)
