"""Notices: a line from staff to all or some teams, in both languages; written, proposed for a cause, and ended."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bootstrap.errors import BadInput, Troubled
from bootstrap.errors.message import counted, msg
from bootstrap.journal import operators
from bootstrap.journal.journal import Journal
from bootstrap.journal.venue.notices import Notices, TeamNotice
from bootstrap.people.hands.desk import LONGEST_NOTICE
from bootstrap.people.web import language
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff.frame import NOTICES, blocking, html, ours, told
from bootstrap.report import words

_TEAM = "team:"


class NoticePages:
    """The page at /notices, and what its forms do."""

    def __init__(self, site: Site, journal: Journal) -> None:
        self._site, self._journal = site, journal
        self._notices = Notices(site.database, site.files.inputs.event.name)

    @property
    def routes(self) -> list[Route]:
        return [
            Route(NOTICES, self._page),
            Route(f"{NOTICES}/preview", ours(self._site, self._preview), methods=["POST"]),
            Route(f"{NOTICES}/publish", ours(self._site, self._publish), methods=["POST"]),
            Route(f"{NOTICES}/{{notice}}/end", ours(self._site, self._end), methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        cause = request.query_params.get("cause", "")
        proposed = self._site.hands.proposed(cause) if cause else None
        written = {"en": proposed.text_en, "zh": proposed.text_zh} if proposed else {"en": "", "zh": ""}
        return await blocking(self._shown, request, {**written, "cause": cause, "id": uuid.uuid4().hex}, ())

    async def _preview(self, request: Request, form: dict[str, str]) -> Response:
        return await blocking(self._shown, request, _written(form), _teams(form), True)

    async def _publish(self, request: Request, form: dict[str, str]) -> Response:
        """Show the notice; with a cause, the open hands of that cause are answered by it."""
        written, teams, person, desk = _written(form), _teams(form), request.state.person, self._site.hands
        if form.get("whom") == "some" and not teams:
            return await blocking(self._shown, request, written, teams, False, msg("Choose at least one team."))
        try:
            if written["cause"]:
                answers = form.get("answers") == "yes"
                found = await blocking(
                    desk.publish, written["cause"], written["en"], written["zh"], person, answers, teams
                )
                said = counted("published a notice; it answered {count} raised hand",
                               "published a notice; it answered {count} raised hands", found.answered)  # fmt: skip
            else:
                await blocking(desk.write_notice, written["en"], written["zh"], teams, person, written["id"])
                said = msg("published a notice")
        except BadInput as bad:
            written["id"] = uuid.uuid4().hex
            return await blocking(self._shown, request, written, teams, False, bad.problems[0].what)
        self._note(said, person)
        await self._site.live.look_now()
        return RedirectResponse(f"{NOTICES}?lang={language.of(request)}", 303)

    async def _end(self, request: Request, _form: dict[str, str]) -> Response:
        if not await blocking(self._site.hands.end_notice, request.path_params["notice"]):
            return told(self._site, request, msg("This notice has ended already."), 409)
        self._note(msg("ended a notice"), request.state.person)
        await self._site.live.look_now()
        return RedirectResponse(f"{NOTICES}?lang={language.of(request)}", 303)

    def _shown(
        self, request: Request, written: dict[str, str], teams: tuple[str, ...], preview: bool = False, wrong: str = ""
    ) -> Response:
        site, tongue = self._site, language.of(request)
        try:
            notices: list[TeamNotice] | None = self._notices.all()[::-1]
        except Troubled:
            notices = None
        queue = site.hands.latest
        proposals = [_proposal(each, tongue) for each in (queue.proposals if queue else ()) if each.notice is None]
        names = [each.team for each in site.files.inputs.accounts if not (each.spare or each.out_of_use)]
        return html(
            site, request, "staff/notices.html", NOTICES, 422 if wrong else 200,
            written=written, chosen=frozenset(teams), teams=names, preview=preview, wrong=wrong, most=LONGEST_NOTICE,
            proposals=proposals, known=notices is not None, title=_title(written["cause"], tongue),
            current=[self._told(each, tongue) for each in notices or () if each.ended is None],
            ended=[self._told(each, tongue) for each in notices or () if each.ended is not None],
        )  # fmt: skip

    def _told(self, notice: TeamNotice, tongue: str) -> dict[str, Any]:
        now = self._site.now()
        return {
            "id": notice.id, "en": notice.text_en, "zh": notice.text_zh, "teams": notice.teams,
            "by": operators.name_of(notice.actor), "at": words.moment(notice.at, now),
            "ended": words.moment(notice.ended, now) if notice.ended else "", "title": _title(notice.cause, tongue),
        }  # fmt: skip

    def _note(self, said: str, person: str) -> None:
        event = self._site.files.inputs.event.name
        self._journal.act("notice", event, said, actor=person, at=self._site.now())


def _written(form: dict[str, str]) -> dict[str, str]:
    """Return the texts as one line each, and the ids that the form carries."""
    lines = {name: " ".join(form.get(name, "").split()) for name in ("en", "zh")}
    return {**lines, "cause": form.get("cause", "")[:64], "id": form.get("id", "")[:32]}


def _teams(form: dict[str, str]) -> tuple[str, ...]:
    """Return the chosen teams; () for all."""
    if form.get("whom") != "some":
        return ()
    return tuple(name.removeprefix(_TEAM) for name in form if name.startswith(_TEAM))


def _title(cause: str, tongue: str) -> str:
    """Return what a cause's code means, in one line."""
    known = words.explanation(cause.partition(" ")[0], tongue) if cause else None
    return known.title if known else cause


def _proposal(proposal: Any, tongue: str) -> dict[str, Any]:
    return {"title": _title(proposal.cause, tongue), "teams": proposal.teams, "cause": quote(proposal.cause)}
