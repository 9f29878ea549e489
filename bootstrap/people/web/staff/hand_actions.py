"""Taking, giving back and answering raised hands. Of several who take the same hand at once, one gets it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bootstrap.errors.message import Message, msg
from bootstrap.journal import operators
from bootstrap.journal.journal import Journal
from bootstrap.journal.venue.hands import Hands, RaisedHand
from bootstrap.people.web import language
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff.frame import blocking, ours, told
from bootstrap.report.words import clock_time

_MOST_AT_ONCE = 200


class HandActions:
    """The desk's buttons. Each writes what was done to the journal, with the person's name."""

    def __init__(self, site: Site, journal: Journal) -> None:
        self._site, self._journal = site, journal
        self._hands = Hands(site.database, site.files.inputs.event.name)

    @property
    def routes(self) -> list[Route]:
        desk = self._site.hands
        does: dict[str, tuple[Callable[[str, str], bool], Message]] = {
            "take": (desk.take, msg("took the raised hand")),
            "take-over": (lambda hand, person: desk.take(hand, person, over=True), msg("took over the raised hand")),
            "give-back": (desk.leave, msg("gave the raised hand back")),
            "answered": (desk.answer, msg("answered the raised hand")),
        }
        one = [Route(f"/hands/{{hand}}/{word}", ours(self._site, self._of(*each)), methods=["POST"])
               for word, each in does.items()]  # fmt: skip
        return [*one, Route("/answered", ours(self._site, self._answer_all), methods=["POST"])]

    def _of(
        self, act: Callable[[str, str], bool], said: Message
    ) -> Callable[[Request, dict[str, str]], Awaitable[Response]]:
        async def answer(request: Request, _form: dict[str, str]) -> Response:
            hand_id, person = request.path_params["hand"], request.state.person
            hand = await blocking(self._hands.get, hand_id)
            if hand is None:
                return told(self._site, request, msg("This hand is not known."), 404)
            if not await blocking(act, hand_id, person):
                return told(self._site, request, _otherwise(await blocking(self._hands.get, hand_id)), 409)
            self._note(hand, said, person)
            return await self._home(request)

        return answer

    async def _answer_all(self, request: Request, form: dict[str, str]) -> Response:
        """Answer the hands that stood on the card when it was shown, and no later ones."""
        person, wanted = request.state.person, form.get("hands", "").split(",")[:_MOST_AT_ONCE]
        for each in wanted:
            hand = await blocking(self._hands.get, each)
            if hand is not None and await blocking(self._site.hands.answer, each, person):
                self._note(hand, msg("answered the raised hand, with others of the same cause"), person)
        return await self._home(request)

    def _note(self, hand: RaisedHand, said: str, person: str) -> None:
        event = self._site.files.inputs.event.name
        self._journal.act(
            "desk", event, said, team=hand.team, account_id=hand.account_id, actor=person, at=self._site.now()
        )

    async def _home(self, request: Request) -> Response:
        await self._site.live.look_now()
        if request.headers.get("x-wants") == "parts":
            return Response(status_code=204)
        return RedirectResponse(f"/?lang={language.of(request)}", 303)


def _otherwise(hand: RaisedHand | None) -> Message:
    """Say who was first."""
    if hand is None:
        return msg("This hand is not known.")
    who = operators.name_of(hand.taken_by if hand.open else hand.answered_by)
    if not hand.open and not hand.answered_by:
        return msg("{team} took its hand down itself.", team=hand.team)
    if not hand.open:
        return msg("{person} answered {team} already.", person=who, team=hand.team)
    if hand.taken_by and hand.taken is not None:
        return msg("{person} took {team} at {time}.", person=who, team=hand.team, time=clock_time(hand.taken)[:5])
    return msg("Nobody has taken {team}.", team=hand.team)
