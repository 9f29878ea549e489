"""The staff's page of one team: what doctor found, its steps, runs, holds and raised hands, and what to do about it."""

from __future__ import annotations

import shlex
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import Troubled
from bootstrap.errors.message import Message, msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import operators
from bootstrap.journal.journal import Journal
from bootstrap.journal.past import Action
from bootstrap.journal.venue.hands import Hands, RaisedHand
from bootstrap.people import catch_up
from bootstrap.people.handouts import join_address
from bootstrap.people.hands import finding as hand_finding
from bootstrap.people.hands import topics
from bootstrap.people.web import language
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff import desk_parts
from bootstrap.people.web.staff.frame import blocking, html, ours, told
from bootstrap.report import status_matrix, status_page, words
from bootstrap.report.cards import grouped

_LONGEST_NOTE = 300
_MOST_ACTS = 60
_NOTE_WAITS = msg(
    "The journal's database does not answer. This server keeps your note, and writes it as soon as it answers: do not "
    "send it again, and look later whether it stands here."
)


class TeamPage:
    """The page at /teams/TEAM, for teams and spare accounts."""

    def __init__(self, site: Site, journal: Journal) -> None:
        self._site, self._journal = site, journal
        self._hands = Hands(site.database, site.files.inputs.event.name)

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/teams/{slug}", self._page),
            Route("/teams/{slug}/note", ours(self._site, self._note), methods=["POST"]),
            Route("/teams/{slug}/finish", ours(self._site, self._finish), methods=["POST"]),
        ]

    def _account(self, request: Request) -> TeamAccount | None:
        slug = request.path_params["slug"]
        return next((each for each in self._site.files.inputs.accounts if join_address.slug(each.team) == slug), None)

    async def _page(self, request: Request) -> Response:
        account = self._account(request)
        if account is None:
            return told(self._site, request, msg("The roster has no such team."), 404)
        return await blocking(self._shown, request, account)

    async def _note(self, request: Request, form: dict[str, str]) -> Response:
        account, said = self._account(request), " ".join(form.get("said", "").split())
        if account is None:
            return told(self._site, request, msg("The roster has no such team."), 404)
        if said:
            event = self._site.files.inputs.event.name
            self._journal.act(
                RunKind.NOTE.value, event, msg("note: {words}", words=said[:_LONGEST_NOTE]), team=account.team,
                account_id=account.account_id, actor=request.state.person, at=self._site.now(),
            )  # fmt: skip
            if not await blocking(self._journal.flush):
                return told(self._site, request, _NOTE_WAITS, 503)
        return RedirectResponse(desk_parts.team_href(account.team, language.of(request)), 303)

    async def _finish(self, request: Request, form: dict[str, str]) -> Response:
        """Give the team the finished state of a lab, and say what came of it."""
        account, give, lab = self._account(request), self._site.finish, form.get("lab", "")
        offers = catch_up.offers(self._site.files.inputs, account.team) if account else ()
        if account is None or give is None or lab not in {each.lab for each in offers}:
            return told(self._site, request, msg("This server gives no finished state of that lab."), 404)
        given = await blocking(give, account.team, lab, request.state.person)
        status = 200 if given.exit_code == 0 else 502
        return told(self._site, request, " ".join(given.lines), status)

    def _shown(self, request: Request, account: TeamAccount) -> Response:
        site, tongue, now = self._site, language.of(request), self._site.now()
        event, standing = site.files.inputs.event, site.live.standing
        try:
            hands, acts = self._hands.of_team(account.team), self._journal.actions(event.name, account.team)
            known = True
        except Troubled:
            hands, acts, known = [], (), False
        result = next((each for each in standing.summary.accounts if each.account_id == account.account_id), None)
        latest = standing.of(result) if result else None
        queue = site.hands.latest
        raised = queue.of_team(account.team) if queue else None
        return html(
            site, request, "staff/team.html", "", team=account.team, account=grouped(account.account_id),
            region=account.region, spare=account.spare, known=known, moment=status_page.moment, latest=latest,
            state=standing.word(result) if result else None, word=_word(standing.word(result)) if result else "",
            hold=result.hold.words if result and result.hold else "",
            steps=[_step(step, status_matrix.cell(result, step), tongue) for step in result.steps] if result else [],
            hand=desk_parts.card(raised, tongue) if raised else None,
            findings=_findings(hands, tongue), hands=[_hand(each, tongue, now) for each in hands[::-1]],
            acts=[_act(each, now) for each in acts[::-1][:_MOST_ACTS]],
            commands=_commands(account, site), offers=catch_up.offers(site.files.inputs, account.team),
            gives=site.finish is not None, most=_LONGEST_NOTE, now=now,
            request_slug=join_address.slug(account.team),
        )  # fmt: skip


def _word(state: Any) -> Message:
    return status_matrix.message(state)


def _step(step: str, cell: dict[str, Any] | None, tongue: str) -> dict[str, Any]:
    found = cell or {}
    known = words.explanation(found.get("code"), tongue)
    return {**found, "id": step, "title": known.title if known else "", "fix": known.fix if known else ""}


def _findings(hands: list[RaisedHand], tongue: str) -> list[dict[str, Any]]:
    """Return what doctor found at the team's latest hand, the likeliest first."""
    for hand in reversed(hands):
        found = hand_finding.of_document(hand.finding)
        if found is not None:
            return [desk_parts.told(each, tongue) for each in found.findings]
    return []


def _hand(hand: RaisedHand, tongue: str, now: float) -> dict[str, Any]:
    found = desk_parts.ended_hand(hand, tongue)
    return found | {"at": words.moment(hand.raised, now), "open": hand.open, "topic": topics.WORDS[hand.topic],
                    "taken": operators.name_of(hand.taken_by)}  # fmt: skip


def _act(action: Action, now: float) -> dict[str, Any]:
    return {"at": words.moment(action.at, now), "who": operators.name_of(action.actor), "what": action.detail,
            "command": action.command, "refused": action.outcome != "done"}  # fmt: skip


def _commands(account: TeamAccount, site: Site) -> list[tuple[Message, str]]:
    """Return commands for a terminal of the operator, most wanted first."""
    team = shlex.quote(account.team)
    found = [
        (msg("what is wrong"), f"event-bootstrap doctor {team}"),
        (msg("fix what can be fixed"), f"event-bootstrap repair {team}"),
        (msg("prepare it again"), f"event-bootstrap provision {team}"),
        (msg("open the console as staff"), f"event-bootstrap console {team} --role support"),
        (msg("keep commands away"), f"event-bootstrap hold {team} --reason '...'"),
        (msg("what runs and costs there"), f"event-bootstrap spend {team}"),
    ]
    if account.spare:
        return found
    spare = next((each for each in site.files.inputs.accounts if each.spare), None)
    if spare:
        found.append((msg("move the team to a spare account"), f"event-bootstrap swap {team} {spare.account_id}"))
    return found
